# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The surroundings of a command of the collection: settings, vault passwords, the store, prompts."""

from __future__ import annotations

import contextlib
import getpass
import sys
import typing as t
from functools import cached_property

from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar
from ansible.utils.display import Display

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .. import _circular_credentials
from .._accounts.account import check_name, error_context
from .._base.options import LOOKUP, read_options, read_session_options
from .._service.store_access import find, store_of
from .._vault import load_passwords
from .arguments import SESSION_OPTIONS

if t.TYPE_CHECKING:
    import argparse

    from ansible.plugins.lookup import LookupBase

    from ...module_utils._model.credentials import Credentials
    from .._accounts.settings import SessionOptions, Settings
    from .._service.resolver import Resolver
    from .._stores.protocol import Store, Stored

_Result = t.TypeVar("_Result")

display = Display()

_ATTEMPTS = 3
"""How often a vault password is prompted for until it is right."""


class Start:
    """The surroundings of one command.

    :param parsed: the command line, with the options of :mod:`.arguments` that the command has
    :param program: for messages
    """

    def __init__(self, parsed: argparse.Namespace, program: str) -> None:
        self._parsed = parsed
        self.program = program
        self.loader = DataLoader()
        self.given = {name: value for name in SESSION_OPTIONS if (value := getattr(parsed, name, None)) is not None}
        """Options of the command line, as those of the lookup ``creds``."""
        self._passwords_loaded = False

    # Settings

    def lookup(self, name: str) -> LookupBase:
        """Load a lookup, which can prompt at the terminal."""
        lookup = lookup_loader.get(name, loader=self.loader, templar=Templar(loader=self.loader))
        lookup.ask_for_token = ask_for_token
        lookup.show_sign_in = show_sign_in
        return lookup

    @cached_property
    def _configured(self) -> tuple[Settings, SessionOptions]:
        lookup = self.lookup(LOOKUP)
        settings = read_options(lookup, {}, lookup._templar, self.given)
        return settings, read_session_options(lookup)

    @property
    def settings(self) -> Settings:
        """The settings, from the command line, the environment and ``ansible.cfg``."""
        return self._configured[0]

    @property
    def session_options(self) -> SessionOptions:
        """The options for sessions, with prompts at the terminal."""
        return self._configured[1]

    @staticmethod
    def warn(text: str) -> None:
        """Show a warning on standard error."""
        display.warning(text)

    # Accounts

    def store(self, ask_for_password: t.Callable[[str], str] | None = None) -> Store:
        """Open the store of the settings, with the vault passwords.

        :param ask_for_password: for stores to save in; see :class:`.StoreContext`
        :raises OctoAwsError: there is no such store
        """
        self.load_passwords()
        return store_of(self.settings, self.warn, *([ask_for_password] if ask_for_password else []))

    def find(self, name: str) -> Stored:
        """Read an account.

        :raises OctoAwsError: there is none of this name, or its record cannot be read
        """
        name = check_name(name)
        return self.with_password(lambda: find(self.store(), name))

    def resolver(self) -> Resolver:
        """Return what resolves accounts of the store to credentials, with the options of the command line."""
        from .._service.resolver import Resolver

        return Resolver(self.settings, self.session_options, self.store(), self.warn)

    def credentials(self, name: str) -> Credentials:
        """Resolve an account to credentials.

        :raises OctoAwsError: there is no such account, or the hop that failed
        """
        with self.resolving(name):
            account = self.find(name).account
            with error_context(account):
                keys = account.own_keys(self.settings, self.session_options)
                return keys or self.resolver().walk(account).credentials()

    @contextlib.contextmanager
    def resolving(self, name: str | None) -> t.Iterator[None]:
        """Note for processes that are started inside that an account is resolved, and refuse a circle.

        :param name: of the account; ``None`` for the role of this machine
        :raises OctoAwsError: this process gets credentials for the same account
        """
        account = repr(name) if name else "none"
        with _circular_credentials.mark_resolving(f"{self.program} of account {account} in {self.settings.store}", ""):
            if name is not None:
                place = _circular_credentials.account_in(name.strip(), self.store().url)
                _circular_credentials.refuse_circle(place, place)
            yield

    # Vault passwords

    def load_passwords(self) -> None:
        """Load the vault passwords as ``ansible-playbook`` does, once."""
        if self._passwords_loaded:
            return
        # A script that provides the password can use AWS.
        name = getattr(self._parsed, "name", None)
        account = repr(name) if isinstance(name, str) else "none"
        source = f"the vault password for {account} in {self.settings.store}"
        with _circular_credentials.mark_resolving(self.program, source):
            self._load_passwords(ask=self._parsed.ask_vault_pass)
        self._passwords_loaded = True

    def with_password(self, function: t.Callable[[], _Result]) -> _Result:
        """Call a function that reads records. If they need a vault password and none is configured, prompt for it at
        the terminal, if there is one, and call it again. A mistyped password is prompted for again."""
        try:
            return function()
        except OctoAwsError as error:
            if error.code != ErrorCode.VAULT_PASSWORD_MISSING or not has_terminal():
                raise
        for _attempt in range(_ATTEMPTS - 1):
            self._load_passwords(ask=True)
            try:
                return function()
            except OctoAwsError as failure:
                if failure.code != ErrorCode.VAULT_PASSWORD_WRONG:
                    raise
                print("This vault password does not open the record. Try again.", file=sys.stderr)
        self._load_passwords(ask=True)
        return function()

    def _load_passwords(self, *, ask: bool) -> None:
        parsed = self._parsed
        load_passwords(self.loader, parsed.vault_id, parsed.vault_password_file, ask=ask)


def has_terminal() -> bool:
    """Whether a person can answer a prompt on standard input."""
    return bool(sys.stdin) and sys.stdin.isatty()


def ask_for_token(serial: str) -> str:
    """Prompt for the code of an MFA device at the terminal; an empty string if there is none."""
    if not has_terminal():
        return ""
    code = getpass.getpass(f"Code of the MFA device {serial}: ")
    register([code])
    return code


def show_sign_in(text: str) -> bool:
    """Show text about a sign-in at the terminal, if there is one. AWS clients may read both outputs of a command."""
    from .._sessions.session_name import in_job

    if in_job():
        return False
    printable = "".join(character for character in text if character.isprintable() or character == "\n")
    try:
        with open("/dev/tty", "w", encoding="utf-8") as terminal:
            terminal.write(f"[octo.aws] {printable}\n")
    except OSError:
        return False
    return True
