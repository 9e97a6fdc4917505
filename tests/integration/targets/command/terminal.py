# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws`` at a terminal: shells, prompts, Ctrl-C and Ctrl-Z."""

from __future__ import annotations

import os
import shutil
import signal
import time
import typing as t

import pexpect
from runs import AWS, COMMAND, run_all

WIDTHS = (80, 120)
PASSWORD = "vault-password"


def terminal(*words: str, width: int = 80, program: str = COMMAND, **variables: str | None) -> t.Any:
    """Start a program at a terminal."""
    merged = {**os.environ, "TERM": "xterm", "PS1": "$ ", **variables}
    environment = {name: value for name, value in merged.items() if value is not None}
    return pexpect.spawn(program, list(words), env=environment, dimensions=(24, width), encoding="utf-8", timeout=30)


def ended(child: t.Any) -> tuple[int | None, int | None]:
    """Wait for the end. Return the exit code and the signal."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, child.signalstatus


def test_shells_name_the_account() -> None:
    shells = [found for name in ("bash", "dash", "zsh", "fish") if (found := shutil.which(name))]
    for shell in (*shells, "/no/such/shell"):
        for width in WIDTHS:
            child = terminal("shell", "deploy", width=width, SHELL=shell)
            child.expect_exact("Shell with the account 'deploy'. To leave it, type exit.")
            child.expect_exact("(deploy) ")
            child.sendline("aws sts get-caller-identity --query Arn --output text")
            child.expect_exact(":assumed-role/deploy/")
            child.expect_exact("(deploy) ")
            child.sendline("sleep 60; echo not reached")
            time.sleep(1)
            child.sendintr()
            child.expect_exact("(deploy) ")
            child.sendline("exit 3")
            assert ended(child) == (3, None), shell


def test_a_name_is_never_run() -> None:
    name = "a $(name) `of` %odd signs"
    for shell in ("bash", "dash", "zsh", "fish"):
        if found := shutil.which(shell):
            child = terminal("shell", name, width=120, SHELL=found)
            child.expect_exact(f"({name}) ")
            child.sendline("exit")
            assert ended(child) == (0, None), shell


def test_the_files_of_bash_are_read() -> None:
    with open(os.path.expanduser("~/.bashrc"), "w", encoding="utf-8") as file:
        # As starship does.
        file.write("PROMPT_COMMAND='PS1=\"own$ \"'\nexport FROM_FILE=yes\n")
    child = terminal("shell", "prod", SHELL=str(shutil.which("bash")))
    for _line in range(2):
        child.expect_exact("(prod) own$ ")
        child.sendline("echo read: $FROM_FILE")
        child.expect_exact("read: yes")
    child.sendline("exit")
    assert ended(child) == (0, None)
    os.unlink(os.path.expanduser("~/.bashrc"))


def test_a_nested_shell_warns() -> None:
    child = terminal("shell", "deploy", SHELL="/bin/dash", OCTO_AWS_ACCOUNT="prod")
    child.expect_exact("This terminal already has the account 'prod', and exit returns to it.")
    child.expect_exact("(deploy) ")
    child.sendline("exit")
    assert ended(child) == (0, None)


def test_the_vault_password_is_asked_once() -> None:
    for options in ([], ["--ask-vault-pass"], ["--vault-id", "default@prompt"]):
        child = terminal("exec", "deploy", *options, "--", "echo", "done", ANSIBLE_VAULT_PASSWORD_FILE=None)
        child.expect("Vault password( .default.)?: ")
        child.sendline(PASSWORD)
        child.expect_exact("done")
        assert PASSWORD not in child.before
        assert "Vault password" not in child.before
        assert ended(child) == (0, None)
    child = terminal("exec", "deploy", "--", "echo", "done", ANSIBLE_VAULT_PASSWORD_FILE=None)
    for _attempt in range(3):
        child.expect_exact("Vault password: ")
        child.sendline("wrong")
    # At the end of a line, since lines are broken at spaces.
    child.expect_exact("(vault_password_wrong)\r\n")
    assert ended(child) == (1, None)


def test_a_mistyped_vault_password_is_asked_again() -> None:
    child = terminal("exec", "deploy", "--", "echo", "done", ANSIBLE_VAULT_PASSWORD_FILE=None)
    child.expect_exact("Vault password: ")
    child.sendline("wrong")
    child.expect_exact("This vault password does not open the record. Try again.")
    child.expect_exact("Vault password: ")
    child.sendline(PASSWORD)
    child.expect_exact("done")
    assert ended(child) == (0, None)


def test_an_mfa_code_is_asked() -> None:
    child = terminal(
        "exec", "mfa", "--", "aws", "sts", "get-caller-identity", "--query", "Arn", "--output", "text", width=120
    )
    child.expect_exact(f"Code of the MFA device {AWS['mfa_serial']}: ")
    child.sendline("345678")
    child.expect_exact(":assumed-role/mfa/")
    assert ended(child) == (0, None)


def test_ctrl_c_at_a_prompt_ends_quietly() -> None:
    child = terminal("exec", "deploy", "--", "echo", "done", ANSIBLE_VAULT_PASSWORD_FILE=None)
    child.expect_exact("Vault password: ")
    child.sendintr()
    assert ended(child) == (130, None)
    assert "Traceback" not in child.before, child.before


def test_ctrl_c_reaches_the_command_once() -> None:
    code = (
        "import time\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print('first', flush=True)\n"
        "time.sleep(1); print('end')"
    )
    child = terminal("exec", "prod", "--", "python", "-c", f"print('rea' + 'dy', flush=True)\n{code}")
    child.expect_exact("ready")
    child.sendintr()
    child.expect_exact("first")
    child.expect_exact("end")
    assert ended(child) == (0, None)
    child = terminal("exec", "prod", "--", "sh", "-c", "echo rea''dy; exec sleep 60")
    child.expect_exact("ready")
    child.sendintr()
    assert ended(child) == (None, signal.SIGINT)


def test_ctrl_z_stops_both_and_fg_goes_on() -> None:
    shell = terminal("--norc", "--noprofile", program="bash", width=120, PS1="out$ ")
    shell.expect_exact("out$ ")
    shell.sendline(f"{COMMAND} exec prod -- cat")
    time.sleep(2)
    shell.sendline("line")
    shell.expect_exact("line\r\nline")
    shell.send("\x1a")
    shell.expect_exact("Stopped")
    shell.sendline("fg")
    time.sleep(0.5)
    shell.sendline("again")
    shell.expect_exact("again\r\nagain")
    shell.sendeof()
    shell.expect_exact("out$ ")
    shell.sendline(f"SHELL={shutil.which('bash')} {COMMAND} shell prod")
    shell.expect_exact("(prod) ")
    shell.sendline("suspend")
    shell.expect_exact("Stopped")
    shell.expect_exact("out$ ")
    shell.sendline("fg")
    shell.sendline("echo $((40 + 2))")
    shell.expect_exact("42")
    shell.sendline("exit")
    shell.expect_exact("out$ ")
    shell.sendline("exit")
    assert ended(shell) == (0, None)


def test_a_closed_terminal_ends_the_command() -> None:
    child = terminal("exec", "prod", "--", "sh", "-c", "echo $$ $PPID; exec sleep 60")
    child.expect(r"(\d+) (\d+)\r\n")
    pids = [int(child.match.group(index)) for index in (1, 2)]
    child.close(force=False)
    for _try in range(100):
        if not any(os.path.exists(f"/proc/{pid}") for pid in pids):
            return
        time.sleep(0.05)
    raise AssertionError("it goes on")


run_all(globals())
