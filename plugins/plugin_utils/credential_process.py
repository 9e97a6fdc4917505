# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Provide the credentials of an account to the AWS CLI, Terraform and all AWS SDKs, as a ``credential_process``.

    python -m ansible_collections.octo.aws.plugins.plugin_utils.credential_process prod

It prints the JSON document from "Sourcing credentials with an external process" in the AWS CLI user guide. Settings and
vault passwords are those of Ansible. Errors go to standard error, with exit code 1.

This and ``eks_token`` are the public files of ``plugin_utils``: their module paths and command lines are documented.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import io
import json
import os
import re
import shlex
import sys
import typing as t

DESCRIPTION = "Print the credentials of an octo.aws account, as a credential_process of AWS clients."

_THIS = re.compile(r"plugin_utils(\.credential_process|/credential_process\.py)$")
_STORE_SET = "OCTO_AWS_STORE="
"""The assignment of the store in a command that starts with ``env``."""


class Program(t.NamedTuple):
    """A program that prints what a lookup returns.

    :param name: for messages
    :param lookup: its full name
    :param fixed: options of the lookup that the command line does not set
    """

    name: str
    lookup: str
    fixed: t.Mapping[str, t.Any]


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Print the credentials. Return the exit code."""
    program = Program("credential_process", "octo.aws.creds", {"format": "process"})
    return run(program, _parser().parse_args(arguments))


def run(program: Program, parsed: argparse.Namespace) -> int:
    """Print the document of a program. Return the exit code."""
    options = vars(parsed)
    vault = {name: options.pop(name) for name in ("vault_id", "vault_password_file", "ask_vault_pass")}
    name = options.pop("name")
    _replace_input()
    try:
        # Only the document goes to standard output, not the output of Ansible (ANSIBLE_DEBUG, for example).
        with contextlib.redirect_stdout(sys.stderr):
            document = _document(program, name, options, vault)
    except _Failed as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(document))
    return 0


class Named(t.NamedTuple):
    """The account in the command line of a credential_process.

    :param store: the URL in the command line; empty for the default store
    """

    account: str
    store: str


def account_of_command(command: str) -> Named | None:
    """Return the account in the ``credential_process`` of a profile, or ``None`` if it is another program."""
    try:
        words = shlex.split(command)
        start = next(index for index, word in enumerate(words, 1) if _THIS.search(word))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            options = _parser().parse_args(words[start:])
    except (StopIteration, SystemExit, ValueError):
        return None
    set_before = [word.removeprefix(_STORE_SET) for word in words[:start] if word.startswith(_STORE_SET)]
    return Named(options.name.strip(), options.store or "".join(set_before[-1:]))


def _replace_input() -> None:
    """Replace a non-blocking standard input with the null device. The workers of ansible-core, which run this for
    connections with a profile, have one, and ansible-core does not load with it."""
    with contextlib.suppress(OSError):
        if not os.isatty(0) and not os.get_blocking(0):
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)


class _Failed(Exception):
    """An error of Ansible, as text."""


def _document(
    program: Program, name: str | None, options: dict[str, t.Any], vault: dict[str, t.Any]
) -> dict[str, t.Any]:
    # Python imported this file without the collection loader of Ansible, which must load all others.
    for loaded in [module for module in sys.modules if module.partition(".")[0] == "ansible_collections"]:
        del sys.modules[loaded]
    # Imported here, because Ansible takes time to load and reads its configuration when it does.
    from ansible.cli import CLI
    from ansible.errors import AnsibleError
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import init_plugin_loader, lookup_loader
    from ansible.template import Templar
    from ansible.utils.display import Display

    init_plugin_loader()
    from ansible_collections.octo.aws.plugins.module_utils import _errors
    from ansible_collections.octo.aws.plugins.plugin_utils import _circular_credentials
    from ansible_collections.octo.aws.plugins.plugin_utils._base import options as base_options
    from ansible_collections.octo.aws.plugins.plugin_utils._service import store_access

    try:
        loader = DataLoader()
        lookup = lookup_loader.get(program.lookup, loader=loader, templar=Templar(loader=loader))
        lookup.ask_for_token = _ask_for_token
        lookup.show_sign_in = _show_sign_in
        given = {option: value for option, value in options.items() if value is not None}
        of_settings = lookup_loader.get(base_options.LOOKUP, loader=loader, templar=Templar(loader=loader))
        settings = base_options.read_options(
            of_settings, {}, of_settings._templar, {"store": given["store"]} if "store" in given else {}
        )
        account = repr(name) if name else "none"
        with _circular_credentials.mark_resolving(
            program.name, f"the vault password for {account} in {settings.store}"
        ):
            # A script that provides the password can use AWS.
            CLI.setup_vault_secrets(loader, *_vault_sources(vault), auto_prompt=False)
        with _circular_credentials.mark_resolving(f"{program.name} of account {account} in {settings.store}", ""):
            if name is not None:
                place = _circular_credentials.account_in(
                    name.strip(), store_access.store_of(settings, Display().warning).url
                )
                _circular_credentials.refuse_circle(place, place)
            terms = [] if name is None else [name]
            document: dict[str, t.Any] = lookup.run(terms, variables={}, **program.fixed, **given)[0]
    except AnsibleError as error:
        raise _Failed(error.message) from None
    except _errors.OctoAwsError as error:
        raise _Failed(str(error)) from None
    return document


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="credential_process", description=DESCRIPTION)
    parser.add_argument("name", help="name of the account")
    return with_options(parser)


def with_options(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Add the options of the session and of the settings to a command line."""
    parser.add_argument("--store", help="URL of the store")
    parser.add_argument("--session-cache", metavar="FOLDER", help="folder of the session cache, or none")
    parser.add_argument("--region", help="region of the STS endpoint")
    parser.add_argument("--assume-role", metavar="JSON", type=json.loads, help="roles to assume after the account's")
    parser.add_argument("--duration-seconds", type=int, metavar="N", help="duration of the session")
    parser.add_argument("--min-ttl", type=int, metavar="N", help="seconds that a cached session must still be valid")
    parser.add_argument(
        "--account-id",
        metavar="ID",
        type=_account_ids,
        help="ID of the AWS account that the roles must lead to; several that are right, separated by commas",
    )
    parser.add_argument("--vault-id", action="append", default=[], metavar="ID", help="as for ansible-playbook")
    parser.add_argument(
        "--vault-password-file", action="append", default=[], metavar="FILE", help="as for ansible-playbook"
    )
    parser.add_argument("--ask-vault-pass", action="store_true", help="as for ansible-playbook")
    return parser


def _account_ids(text: str) -> str | list[str]:
    return text.split(",") if "," in text else text


def _vault_sources(options: dict[str, t.Any]) -> tuple[list[str], list[str], bool]:
    from ansible import constants as C

    return (
        [*C.DEFAULT_VAULT_IDENTITY_LIST, *options["vault_id"]],
        options["vault_password_file"],
        options["ask_vault_pass"],
    )


def _ask_for_token(serial: str) -> str:
    """Prompt at the terminal, if there is one, because the AWS client reads standard output."""
    if not (sys.stdin and sys.stdin.isatty()):
        return ""
    return getpass.getpass(f"Code of the MFA device {serial}: ")


def _show_sign_in(text: str) -> bool:
    """Show text about a sign-in at the terminal, if there is one. The AWS client may read standard error, too."""
    from ansible_collections.octo.aws.plugins.plugin_utils._sessions.session_name import in_job

    if in_job():
        return False
    printable = "".join(character for character in text if character.isprintable() or character == "\n")
    try:
        with open("/dev/tty", "w", encoding="utf-8") as terminal:
            terminal.write(f"[octo.aws] {printable}\n")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
