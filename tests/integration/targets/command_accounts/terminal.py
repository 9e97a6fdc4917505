# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The subcommands for accounts at a terminal of 80 and of 120 columns: tables that fit, styles, prompts, Ctrl-C."""

from __future__ import annotations

import os
import re
import time
import typing as t

import pexpect
from runs import AWS, COMMAND, run_all

WIDTHS = (80, 120)
_OF_ANSIBLE = ("PLAY", "TASK", "RECAP", "[ERROR]:", "Origin:")
"""Words that ``ansible-playbook`` shows by default."""
_STYLE = re.compile(r"\x1b\[(\d+)m")


def terminal(*words: str, width: int = 80, **variables: str | None) -> t.Any:
    """Start a subcommand at a terminal."""
    merged = {**os.environ, "TERM": "xterm-256color", **variables}
    environment = {name: value for name, value in merged.items() if value is not None}
    return pexpect.spawn(
        COMMAND, list(words), env=environment, dimensions=(24, width), encoding="utf-8", timeout=60, echo=False
    )


def shown(*words: str, width: int = 80, code: int = 0, **variables: str | None) -> str:
    """Return the output of a subcommand at a terminal."""
    child = terminal(*words, width=width, **variables)
    text: str = child.read()
    child.close()
    assert child.exitstatus == code, text
    assert AWS["secret_key"] not in text
    return text


def test_tables_fit() -> None:
    for width in WIDTHS:
        for words, code in ((("list",), 0), (("show", "prod"), 0), (("test", "--all"), 1), (("doctor", "bad"), 1)):
            text = shown(*words, width=width, code=code)
            assert set(_STYLE.findall(text)) <= {"0", "1", "31", "32"}, text
            lines = _STYLE.sub("", text).splitlines()
            assert max(map(len, lines)) <= width, text
            plain = shown(*words, width=width, code=code, NO_COLOR="1")
            assert "\x1b" not in plain
            assert max(map(len, plain.splitlines())) <= width, plain


def test_a_password_is_asked_for_once() -> None:
    for words in (("list",), ("show", "prod"), ("test", "prod"), ("doctor", "prod"), ("profiles",)):
        child = terminal(*words, ANSIBLE_VAULT_PASSWORD_FILE=None, NO_COLOR="1")
        child.expect_exact("Vault password: ")
        before = child.before
        child.sendline("vault-password")
        text = before + child.read()
        child.close()
        assert child.exitstatus == 0, (words, text)
        assert "Vault password" not in text
        assert "prod" in text, (words, text)


def test_a_mistyped_password_is_asked_for_again() -> None:
    for words in (("list",), ("show", "prod")):
        child = terminal(*words, ANSIBLE_VAULT_PASSWORD_FILE=None, NO_COLOR="1")
        child.expect_exact("Vault password: ")
        child.sendline("mistyped")
        child.expect_exact("Try again.")
        child.expect_exact("Vault password: ")
        child.sendline("vault-password")
        text = child.read()
        child.close()
        assert child.exitstatus == 0, (words, text)
        assert "prod" in text, (words, text)


def test_a_mistyped_password_is_asked_for_again_before_a_playbook() -> None:
    child = terminal("add", "third", ANSIBLE_VAULT_PASSWORD_FILE=None, NO_COLOR="1")
    child.expect_exact("Vault password: ")
    child.sendline("mistyped")
    child.expect_exact("Try again.")
    child.expect_exact("Vault password: ")
    child.sendline("vault-password")
    child.expect_exact("Access key ID")
    time.sleep(2)
    child.sendline(AWS["access_key"])
    child.expect_exact("Secret access key")
    time.sleep(2)
    child.sendline(AWS["secret_key"])
    child.expect_exact("Region")
    time.sleep(2)
    child.sendline("eu-central-1")
    text = child.read()
    child.close()
    assert child.exitstatus == 0, text
    assert "Vault password" not in text
    assert "It was tested and saved." in " ".join(text.split())
    assert "third" in shown("list", "--names")


def _prompted(child: t.Any) -> None:
    child.expect_exact("again to delete")
    time.sleep(2)  # Ansible discards what is typed before it listens


def test_the_questions_of_a_playbook() -> None:
    child = terminal("delete", "bad", NO_COLOR="1")
    _prompted(child)
    child.sendline("bad")
    text = child.read()
    child.close()
    assert child.exitstatus == 0, text
    assert "bad was deleted." in text
    assert not set(_OF_ANSIBLE) & set(text.split()), text
    assert "bad" not in shown("list", "--names")


def test_ctrl_c() -> None:
    child = terminal("delete", "prod")
    _prompted(child)
    child.sendintr()
    text = child.read()
    child.close()
    # Ansible reads the key itself, and fails.
    assert child.exitstatus == 2, text
    assert "Interrupted. Nothing was changed. (answer_missing)" in text
    assert "Traceback" not in text
    assert not set(_OF_ANSIBLE) & set(text.split()), text
    child = terminal("list", ANSIBLE_VAULT_PASSWORD_FILE=None)
    child.expect_exact("Vault password: ")
    child.sendintr()
    text = child.read()
    child.close()
    assert child.exitstatus == 130, text
    assert "Traceback" not in text
    assert "prod" in shown("list", "--names")


if __name__ == "__main__":
    run_all(t.cast("dict[str, t.Any]", globals()))
