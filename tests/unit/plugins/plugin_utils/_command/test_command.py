# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The command line of ``octo-aws``: subcommands, errors, exit codes."""

from __future__ import annotations

import argparse
import io
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._base.options import _refuse_unknown_settings
from ansible_collections.octo.aws.plugins.plugin_utils._command import command, subcommand
from ansible_collections.octo.aws.plugins.plugin_utils._command.shell_prompts import shell_for
from ansible_collections.octo.aws.plugins.plugin_utils._command.subcommand import SUBCOMMANDS, Subcommand

Capture = pytest.CaptureFixture[str]


class Probe(Subcommand):
    """Does what a test wants.

    :ivar parsed: the command line
    """

    takes_command = True

    def __init__(self, work: t.Callable[[], int]) -> None:
        self._work = work
        self.parsed = argparse.Namespace()

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--region")

    def run(self, parsed: argparse.Namespace, start: t.Any) -> int:
        self.parsed = parsed
        return self._work()


def _fail(error: BaseException) -> t.Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize("name", sorted(SUBCOMMANDS))
def test_each_subcommand_has_help(name: str, capsys: Capture) -> None:
    assert command.main([name, "--help"]) == 0
    output = capsys.readouterr().out
    assert output.startswith(f"usage: octo-aws {name} ")
    assert SUBCOMMANDS[name].help in output
    command.main(["--help"])
    assert f"  {name} " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "region", "rest"),
    [
        (["prod"], None, []),
        (["prod", "a", "--region", "-h"], None, ["a", "--region", "-h"]),
        (["prod", "--region", "x", "--", "a", "--", "b"], "x", ["a", "--", "b"]),
        (["--region", "x", "prod", "a"], "x", ["a"]),
        (["prod", "--"], None, []),
    ],
)
def test_the_words_of_a_command_are_its_own(
    monkeypatch: pytest.MonkeyPatch, words: list[str], region: str | None, rest: list[str]
) -> None:
    probe = Probe(lambda: 0)
    monkeypatch.setattr(command, "subcommand_of", lambda name: probe)
    assert command.main(["exec", *words]) == 0
    assert (probe.parsed.name, probe.parsed.region, probe.parsed.command) == ("prod", region, rest)


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (OctoAwsError(ErrorCode.ACCOUNT_UNKNOWN, "No.", hint="Yes."), 1, "octo-aws: No. Yes. (account_unknown)\n"),
        (KeyboardInterrupt(), 130, ""),
        (ValueError("odd"), 1, "octo-aws: ValueError: odd (This is a bug of octo.aws.)\n"),
    ],
)
def test_errors_become_texts_and_codes(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, error: BaseException, code: int, text: str
) -> None:
    monkeypatch.setattr(command, "subcommand_of", lambda name: Probe(_fail(error)))
    assert command.main(["exec", "prod"]) == code
    assert tuple(capsys.readouterr()) == ("", text)


def test_a_mistyped_subcommand_is_named(capsys: Capture) -> None:
    assert command.main(["consol"]) == 2
    assert "Did you mean 'console'?" in capsys.readouterr().err
    assert command.main(["xyz"]) == 2
    assert "Subcommands: exec, shell, console" in capsys.readouterr().err


def test_a_subcommand_is_found_by_its_file() -> None:
    assert isinstance(subcommand.subcommand_of("exec"), Subcommand)


def test_the_name_of_the_account_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTO_AWS_ACCOUNT", "prod")
    _refuse_unknown_settings({})
    monkeypatch.setenv("OCTO_AWS_ACCOUNTS", "prod")
    with pytest.raises(OctoAwsError):
        _refuse_unknown_settings({})


def test_other_shells_are_replaced(tmp_path: Path) -> None:
    for shell in ("", "/bin/tcsh", "/no/such/bash", "nu"):
        (tmp_path / "shrc").unlink(missing_ok=True)
        assert shell_for(shell, str(tmp_path), {})[0][0] == "/bin/sh"


def test_the_folder_of_zsh_comes_back(tmp_path: Path) -> None:
    zsh = tmp_path / "zsh"
    zsh.touch()
    zsh.chmod(0o755)
    for number, (own, text) in enumerate(((None, "unset ZDOTDIR"), ("/a b", "ZDOTDIR='/a b'"))):
        folder = tmp_path / str(number)
        folder.mkdir()
        variables = {} if own is None else {"ZDOTDIR": own}
        assert shell_for(str(zsh), str(folder), variables) == ([str(zsh), "-i"], {"ZDOTDIR": str(folder)})
        assert (folder / ".zshenv").read_text(encoding="utf-8").splitlines()[1] == text


@pytest.mark.parametrize("columns", [40, 80])
def test_an_error_is_broken_at_spaces_at_a_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/home/alice/.ansible/octo/aws/accounts-of-the-team"
    error = OctoAwsError(ErrorCode.ACCOUNT_UNKNOWN, f"There is no account 'prod' in the store {path}.", hint="Add it.")
    monkeypatch.setattr(command, "subcommand_of", lambda name: Probe(_fail(error)))
    lines = {}
    for width, is_terminal in ((columns, True), (columns, False)):
        output = io.StringIO()
        monkeypatch.setattr(output, "isatty", lambda answer=is_terminal: answer)
        monkeypatch.setattr("sys.stderr", output)
        monkeypatch.setenv("COLUMNS", str(width))
        assert command.main(["exec", "prod"]) == 1
        lines[is_terminal] = output.getvalue().splitlines()
    assert lines[False] == [f"octo-aws: {error}"]
    assert " ".join(lines[True]) == f"octo-aws: {error}"
    assert len(lines[True]) > 1
    assert all(len(line) <= columns for line in lines[True] if path not in line)
    assert any(path in line for line in lines[True])
