# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the lookups: options in, credentials or what they give, and Ansible's own exceptions out.

ansible-core compiles each file in each process, and starts a process for each task of each host. Modules that
few lookups need are imported inside the functions.
"""

from __future__ import annotations

import os
import typing as t
from abc import abstractmethod
from functools import partial

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.credentials import RENDERINGS, STRONGER_VARIABLES
from .._accounts.account import check_name, error_context
from .._service.store_access import account_unknown, read, store_of
from .options import read_options, read_session_options, refuse_unknown

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.settings import SessionOptions, Settings

display = Display()


class AccountLookup(LookupBase):
    """Returns a value for the credentials of each name."""

    settings: Settings
    session_options: SessionOptions

    @abstractmethod
    def prepare(self) -> None:
        """Check the options of the lookup itself, before any request. Settings and options are set."""

    @abstractmethod
    def render(self, name: str, credentials: Credentials) -> dict[str, t.Any]:
        """Return the value for one account.

        :param name: of the account; empty for the role of the controller
        """

    def run(
        self, terms: list[t.Any], variables: t.Mapping[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        try:
            refuse_unknown(kwargs, [name for name in self.option_definitions if not name.startswith("_")])
            self.settings = read_options(self, variables, self._templar, kwargs)
            self.session_options = read_session_options(self)
            self.prepare()
            if terms:
                return list(self._resolve(terms, self.settings, self.session_options))
            return [self._of_controller(self.settings, self.session_options)]
        except OctoAwsError as error:
            raise AnsibleLookupError(str(error)) from None

    def _of_controller(self, settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        settings.check_unnamed("For the IAM role of the controller, name an account of type instance_role.")
        from .._service.resolver import UNNAMED, Resolver

        _warn_of_region(settings.region_for(""))
        return self.render("", Resolver(settings, options, None, display.warning).walk(UNNAMED).credentials())

    def _resolve(self, terms: list[t.Any], settings: Settings, options: SessionOptions) -> t.Iterator[dict[str, t.Any]]:
        # All names are checked first: an empty list must not be taken for a lookup without a name.
        if any(isinstance(term, (list, tuple)) and not term for term in terms):
            self._missing(_no_names)
        names = [check_name(name) for name in self._flatten(terms)]
        store = store_of(settings, display.warning)
        for name in names:
            stored = read(store, name)
            if stored is None:
                self._missing(partial(account_unknown, store, name))
                continue
            account = stored.account
            with error_context(account):
                region = settings.region_for(account.region)
                if region != account.region:
                    # The account's own region was checked when it was saved.
                    _warn_of_region(region)
                credentials = account.own_keys(settings, options)
                if credentials is None:
                    from .._service.resolver import Resolver

                    credentials = Resolver(settings, options, store, display.warning).walk(account).credentials()
                rendered = self.render(name, credentials)
            yield rendered

    def _missing(self, error: t.Callable[[], OctoAwsError]) -> None:
        """Raise the error, warn of it or skip it, as ``on_missing`` says.

        :param error: builds the error, which lists the store
        """
        on_missing = self.get_option("on_missing")
        if on_missing == "error":
            raise error()
        if on_missing == "warn":
            display.warning(str(error()))

    @staticmethod
    def ask_for_token(serial: str) -> str:
        """Prompt for the code of an MFA device; see :func:`.prompts.ask_for_token`."""
        from .prompts import ask_for_token

        return ask_for_token(serial)

    @staticmethod
    def show_sign_in(text: str) -> bool:
        """Show text about a sign-in at the terminal; see :func:`.prompts.show_sign_in`."""
        from .prompts import show_sign_in

        return show_sign_in(text)


class CredentialsLookup(AccountLookup):
    """Returns the credentials of each name in one format."""

    def prepare(self) -> None:
        if self.get_option("format") == "env":
            _warn_of_stronger_variables()

    def render(self, name: str, credentials: Credentials) -> dict[str, t.Any]:
        return RENDERINGS[self.get_option("format")](credentials)


def _no_names() -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.NAME_INVALID,
        "A list of names is empty.",
        hint="Name an account, or set on_missing=skip if an empty list is intended.",
    )


def _warn_of_stronger_variables() -> None:
    set_variables = [name for name in STRONGER_VARIABLES if os.environ.get(name)]
    if set_variables:
        display.warning(
            f"{' and '.join(set_variables)} is set where Ansible was started, and format='env' cannot unset it. In a "
            "task that inherits it, some AWS clients, such as the AWS SDK for JavaScript, use it instead of the keys. "
            "Unset it before you start Ansible, or use octo.aws.aws_script, which removes it."
        )


def _warn_of_region(region: str) -> None:
    from .._regions import warn_of_region

    warn_of_region(region, display.warning)
