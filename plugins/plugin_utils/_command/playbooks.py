# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a playbook of the collection in a subcommand, with the values of the command line as answers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import typing as t
from abc import abstractmethod

from ...module_utils._errors import ErrorCode, OctoAwsError, RecordError
from .._accounts.account import SECRET_FIELDS
from .._vault import typed_password
from .arguments import add_setting_options, add_vault_options
from .loading import INTERRUPTED
from .records import OF_PASSWORDS, read_accounts
from .start import has_terminal
from .subcommand import Subcommand

if t.TYPE_CHECKING:
    import argparse

    from .start import Start

_COLLECTION = "octo.aws"
_QUIET = {"ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
"""Without an inventory, ansible-core warns of that before the first question."""
_CALLBACK = {"ANSIBLE_STDOUT_CALLBACK": f"{_COLLECTION}.dialog"}
"""Shows no names of plays and tasks."""
_TRIED = 3
"""Records with which a typed password is tried, since each takes time to open."""


class PlaybookCommand(Subcommand):
    """A subcommand that runs a playbook. The playbook prompts for what the command line does not have."""

    PLAYBOOK: t.ClassVar[str]
    NEEDS_PASSWORD: t.ClassVar[bool] = True
    """Whether the playbook opens or seals records."""

    @abstractmethod
    def add_own_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the subcommand itself."""

    @abstractmethod
    def answers(self, parsed: argparse.Namespace) -> dict[str, t.Any]:
        """Return the variables of the playbook. Those with the value ``None`` are left out."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        self.add_own_arguments(parser)
        parser.add_argument(
            "-e",
            "--extra-vars",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="variable of the playbook, or @FILE",
        )
        parser.add_argument("--check", action="store_true", help="print the expected result, and change nothing")
        parser.add_argument("-v", dest="verbose", action="count", default=0, help="as for ansible-playbook")
        parser.add_argument("--region", help="region to use")
        add_setting_options(parser)
        add_vault_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        _refuse_secrets(parsed.extra_vars)
        settings = {f"octo_aws_{name}": getattr(parsed, name) for name in ("store", "session_cache", "region")}
        answers = {name: value for name, value in {**self.answers(parsed), **settings}.items() if value is not None}
        with _answers_file(answers) as path:
            command = [sys.executable, "-m", "ansible.cli.playbook", f"{_COLLECTION}.{self.PLAYBOOK}", "-e", f"@{path}"]
            for word in parsed.extra_vars:
                command += ["-e", word]
            command += ["--check"] * parsed.check + ["-v"] * parsed.verbose
            with self._vault_options(parsed, start) as options:
                return _run([*command, *options.words], options.descriptors, {} if parsed.verbose else _CALLBACK)

    @contextlib.contextmanager
    def _vault_options(self, parsed: argparse.Namespace, start: Start) -> t.Iterator[_VaultOptions]:
        """Return the vault options of the command line. Without any password, prompt for it at the terminal."""
        from ansible import constants as C

        words = [word for vault_id in parsed.vault_id for word in ("--vault-id", vault_id)]
        words += [word for file in parsed.vault_password_file for word in ("--vault-password-file", file)]
        words += ["--ask-vault-pass"] * parsed.ask_vault_pass
        configured = words or C.DEFAULT_VAULT_IDENTITY_LIST or C.DEFAULT_VAULT_PASSWORD_FILE
        if configured or not self.NEEDS_PASSWORD or not has_terminal() or not start.store().seals_with_vault:
            yield _VaultOptions(words)
        elif (password := _type_password(start)) is None:
            yield _VaultOptions(["--ask-vault-pass"])
        else:
            with _pipe_with(password) as descriptor:
                yield _VaultOptions(["--vault-password-file", f"/dev/fd/{descriptor}"], (descriptor,))


class _VaultOptions(t.NamedTuple):
    """Options of ``ansible-playbook``, and the descriptors that they name."""

    words: list[str]
    descriptors: tuple[int, ...] = ()


def _type_password(start: Start) -> bytes | None:
    """Prompt for the vault password until it opens a record. Return ``None`` if no record needs one.

    :raises OctoAwsError: it was mistyped too often
    """
    accounts = read_accounts(start, start.store().names()[:_TRIED])
    wrong = [error for _name, error in accounts if isinstance(error, RecordError) and error.code in OF_PASSWORDS]
    if wrong and len(wrong) == len(accounts):
        raise wrong[0]
    return typed_password()


@contextlib.contextmanager
def _pipe_with(password: bytes) -> t.Iterator[int]:
    """Return the descriptor of a pipe with a password, which is in no file, argument or variable."""
    reader, writer = os.pipe()
    try:
        with open(writer, "wb") as file:
            file.write(password)
        yield reader
    finally:
        os.close(reader)


def _refuse_secrets(extra_vars: t.Sequence[str]) -> None:
    """Reject secrets in the command line, which other users of the machine can read.

    :raises OctoAwsError: names the variable
    """
    for word in extra_vars:
        for field in SECRET_FIELDS:
            if not word.startswith("@") and f"account_{field}" in word:
                raise OctoAwsError(
                    ErrorCode.OPTION_CONFLICT,
                    f"account_{field} is a secret, and the command line is visible to other users of this machine.",
                    hint="Leave it out and type it at the prompt, or write it into a file: -e @FILE.",
                )


@contextlib.contextmanager
def _answers_file(answers: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    """Write the answers into a file that only this user may read, and remove it at the end."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="octo-aws-", suffix=".yml") as file:
        # Each text is a value, never a template.
        for name, value in answers.items():
            file.write(f"{name}: {_as_yaml(value)}\n")
        file.flush()
        yield file.name


def _as_yaml(value: t.Any) -> str:
    if isinstance(value, str):
        return f"!unsafe {json.dumps(value, ensure_ascii=False)}"
    if isinstance(value, list):
        return f"[{', '.join(map(_as_yaml, value))}]"
    return json.dumps(value)


def _run(command: t.Sequence[str], descriptors: t.Collection[int], variables: t.Mapping[str, str]) -> int:
    """Run a program and return its exit code. It gets Ctrl-C from the terminal itself.

    :param descriptors: open files that it gets
    :param variables: of its environment, unless they are set in that of this process
    """
    interrupted = False
    with subprocess.Popen(command, env={**variables, **_environment()}, pass_fds=descriptors) as process:
        previous = signal.signal(signal.SIGTERM, lambda number, frame: process.send_signal(number))
        try:
            while True:
                try:
                    code = process.wait()
                    break
                except KeyboardInterrupt:
                    interrupted = True
        finally:
            signal.signal(signal.SIGTERM, previous)
    if interrupted:
        return INTERRUPTED
    return code if code >= 0 else 128 - code


def _environment() -> dict[str, str]:
    """Return the environment in which ansible-core finds this collection, and does not warn of a missing inventory."""
    from ansible import constants as C

    own = os.path.abspath(__file__).split(f"{os.sep}ansible_collections{os.sep}")[0]
    paths = [own, *(path for path in C.COLLECTIONS_PATHS if path != own)]
    return {**_QUIET, **os.environ, "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(paths)}
