# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws profiles``: a profile of AWS clients for each account."""

from __future__ import annotations

import os
import shlex
import sys
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import without_password
from .._profiles.config_file import change_config, config_path, read_config
from .._profiles.files import files_of_user
from .._profiles.marked_block import GeneratedProfile, block_of, heading_of, names_in, split
from .arguments import add_setting_options, add_vault_options
from .records import read_accounts, selected_names
from .subcommand import Subcommand

if t.TYPE_CHECKING:
    import argparse

    from .._stores.protocol import Store
    from .start import Start

_DEFAULT = "default"


class Command(Subcommand):
    """Prints or writes the profiles."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME", help="names or patterns such as web-*; default: all")
        parser.add_argument("--write", action="store_true", help="write them into the AWS config file, between markers")
        parser.add_argument("--config-file", metavar="FILE", help="default: that of AWS clients")
        parser.add_argument(
            "--region", help="region of all profiles; default: that of each account, or of the settings"
        )
        add_setting_options(parser)
        add_vault_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        store = start.store()
        names = selected_names(store, parsed.names)
        path = config_path(parsed.config_file)
        taken = _taken(path)
        selected = []
        for name in names:
            reason = _reason_to_leave_out(name, taken, named=name in parsed.names)
            if reason:
                print(f"Left out {name!r}: {reason}", file=sys.stderr)
            else:
                selected.append(name)
        options = _options(parsed, start, store)
        profiles, failed = _profiles(start, options, selected)
        has_password = not store.seals_with_vault or any(option.startswith("--vault") for option in options)
        if parsed.write:
            _write(path, profiles, has_password=has_password)
        else:
            print("\n".join(block_of(profiles)))
        if profiles and not has_password:
            print(
                "These profiles do not work yet: AWS clients cannot type a vault password.\n"
                "Set vault_password_file in ansible.cfg, and run this command again.",
                file=sys.stderr,
            )
        return 1 if failed else 0


def _taken(path: str) -> dict[str, str]:
    """Return the profiles that the user has written, each with the path of its file."""
    parts = split(read_config(path), path)
    credentials_file = files_of_user()[1]
    try:
        with open(credentials_file, encoding="utf-8", errors="surrogateescape") as file:
            headings = [line.strip()[1:-1].strip() for line in file if line.startswith("[")]
    except OSError:
        headings = []  # AWS clients ignore a file that they cannot read
    return {**dict.fromkeys(headings, credentials_file), **dict.fromkeys(names_in(parts.before + parts.after), path)}


def _reason_to_leave_out(name: str, taken: t.Mapping[str, str], *, named: bool) -> str:
    if name in taken:
        return f"{taken[name]} has a profile of this name. Remove that profile, or rename one of the two."
    if not heading_of(name):
        return "AWS clients cannot read a profile of this name. Rename the account."
    if name == _DEFAULT and not named:
        return "AWS clients use this profile where no other is named. To write it, run `octo-aws profiles default`."
    return ""


def _profiles(start: Start, options: t.Sequence[str], names: t.Sequence[str]) -> tuple[list[GeneratedProfile], bool]:
    """Return the profiles of accounts, and whether a record could not be read."""
    profiles, failed = [], False
    for name, account in read_accounts(start, names):
        if isinstance(account, OctoAwsError):
            failed = True
            print(f"Left out {name!r}: {account}", file=sys.stderr)
            continue
        words = ["--", name] if name.startswith("-") else [name]
        profiles.append(
            GeneratedProfile(name, start.settings.region_for(account.account.region), [*_program(), *options, *words])
        )
    return profiles, failed


def _program() -> list[str]:
    """Return the command for credentials, by paths: AWS clients run it in any folder, with any environment."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return [sys.executable, os.path.join(folder, "credential_process.py")]


def _options(parsed: argparse.Namespace, start: Start, store: Store) -> list[str]:
    """Return the options for the settings and the vault passwords of this run.

    :raises OctoAwsError: the URL of the store has a password
    """
    from ansible import constants as C

    settings = start.settings
    if without_password(settings.store) != settings.store:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"The URL of the store {store.url} has a password, which profiles would show.",
            hint="Use a URL without a password for profiles.",
        )
    # A path of a folder is absolute in the URL for messages; other URLs have no current folder.
    url = store.url if os.path.isabs(store.url) else settings.store
    options = ["--store", url, "--session-cache", settings.session_cache or "none"]
    for vault_id in [*C.DEFAULT_VAULT_IDENTITY_LIST, *parsed.vault_id]:
        label, found, source = vault_id.partition("@")
        source = source if found else label
        if not source.startswith("prompt"):  # an AWS client has no terminal to prompt at
            options += ["--vault-id", f"{label}@{_absolute(source)}" if found else _absolute(source)]
    for file in [*parsed.vault_password_file, C.DEFAULT_VAULT_PASSWORD_FILE]:
        if file:
            options += ["--vault-password-file", _absolute(file)]
    return options


def _absolute(path: str) -> str:
    return os.path.abspath(os.path.expanduser(path))


def _write(path: str, profiles: t.Sequence[GeneratedProfile], *, has_password: bool) -> None:
    removed: list[str] = []

    def change(text: str) -> str:
        parts = split(text, path)
        kept = [profile.name for profile in profiles]
        removed[:] = [name for name in names_in(parts.block) if name not in kept]
        return parts.with_block(profiles)

    changed = change_config(path, change)
    count = f"{len(profiles)} profile{'' if len(profiles) == 1 else 's'}"
    print(f"{path} has {count} of octo.aws{'' if changed else ', as before'}.")
    for name in removed:
        print(f"Removed {name!r}.")
    if profiles and has_password:
        name = profiles[0].name
        print(f"To use one, run: aws --profile {shlex.quote(name)} sts get-caller-identity")
