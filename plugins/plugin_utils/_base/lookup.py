# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what the lookup plugins share. Options in, credentials and Ansible's own exceptions out.

Glue, above C(_finder) and C(_resolver). ansible-core compiles each file in each process, and there is one for each
task of each host: what few lookups need is imported where they need it.
"""

from __future__ import annotations

import os
import typing as t
from functools import partial

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.credentials import RENDERINGS, STRONGER_VARIABLES
from .._accounts.account import check_name, named
from .._service.finder import read, unknown
from .._service.store_access import store_of
from .options import read_options, read_session_options, refuse_unknown

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._accounts.account import Account
    from .._accounts.settings import SessionOptions, Settings
    from .._stores.protocol import Store

display = Display()


class CredentialsLookup(LookupBase):
    """Names in, one rendering of the credentials of each out."""

    def run(
        self, terms: list[t.Any], variables: t.Mapping[str, t.Any] | None = None, **kwargs: t.Any
    ) -> list[dict[str, t.Any]]:
        try:
            refuse_unknown(kwargs, [name for name in self.option_definitions if not name.startswith("_")])
            settings = read_options(self, variables, self._templar, kwargs)
            options = read_session_options(self)
            form = self.get_option("format")
            render = RENDERINGS[form]
            if form == "env":
                _warn_of_stronger_variables()
            if not terms:
                settings.check_unnamed("For the IAM role of the controller, name an account of type instance_role.")
                from .._service.resolver import resolve_unnamed

                _warn_of_region(settings.region_for(""))
                return [render(resolve_unnamed(settings, options))]
            return [render(credentials) for credentials in self._named(terms, settings, options)]
        except OctoAwsError as error:
            raise AnsibleLookupError(str(error)) from None

    def _named(self, terms: list[t.Any], settings: Settings, options: SessionOptions) -> t.Iterator[t.Any]:
        # All names are checked before any is resolved: what is empty must not pass for none.
        if any(isinstance(term, (list, tuple)) and not term for term in terms):
            self._missing(_no_names)
        names = [check_name(name) for name in self._flatten(terms)]
        store = store_of(settings, display.warning)
        for name in names:
            stored = read(store, name)
            if stored:
                yield _credentials_of(stored.account, store, settings, options)
            else:
                self._missing(partial(unknown, store, name))

    def _missing(self, error: t.Callable[[], OctoAwsError]) -> None:
        """Do what ``on_missing`` says.

        :param error: makes the error, which lists the store
        """
        on_missing = self.get_option("on_missing")
        if on_missing == "error":
            raise error()
        if on_missing == "warn":
            display.warning(str(error()))

    @staticmethod
    def ask_for_token(serial: str) -> str:
        """The code of an MFA device; see :func:`._terminal.ask_for_token`."""
        from .mfa_prompt import ask_for_token

        return ask_for_token(serial)


def _no_names() -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.NAME_INVALID,
        "A list of names is empty.",
        hint="Name an account, or set on_missing to skip where no credentials are what is meant.",
    )


def _warn_of_stronger_variables() -> None:
    found = [name for name in STRONGER_VARIABLES if os.environ.get(name)]
    if found:
        display.warning(
            f"{' and '.join(found)} of the shell that started Ansible cannot be unset by format='env'. Where a task "
            "inherits it, some AWS clients take it in place of the keys, the AWS SDK for JavaScript among them. "
            "Unset it before Ansible starts, or use octo.aws.aws_script, which removes it."
        )


def _warn_of_region(region: str) -> None:
    from .._regions import warn_of_region

    warn_of_region(region, display.warning)


def _credentials_of(account: Account, store: Store, settings: Settings, options: SessionOptions) -> Credentials:
    with named(account):
        region = settings.region_for(account.region)
    if region != account.region:
        # A region of the account was warned of when it was saved.
        _warn_of_region(region)
    if account.is_static and options.leave_the_account_alone:
        return account.keys(region)
    from .._service.resolver import cache_of, credentials_of

    return credentials_of(account, settings, options, cache_of(store, account.name, settings, display.warning))
