# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prompt for secrets and approvals at the terminal in which Ansible runs."""

from __future__ import annotations

import enum
import os
import sys
import time
import typing as t

from ansible.errors import AnsibleError, AnsiblePromptInterrupt, AnsiblePromptNoninteractive
from ansible.utils.display import Display

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register, register_typed

display = Display()

_PATIENCE = 90
"""Seconds until a prompt ends without an answer."""
_PASTE_GAP = 0.05
"""Seconds in which the next line of a paste follows."""


def ask_for_token(serial: str) -> str:
    """Prompt for the code of an MFA device; an empty string if there is no answer."""
    return _prompt(f"Code of the MFA device {serial}: ")


def ask_for_password(vault_id: str) -> str:
    """Prompt for a vault password again; an empty string if there is no answer.

    The last line is Ansible's own prompt, so that AWX and other programs that answer it answer this one, too.
    """
    suffix = "" if vault_id == "default" else f" ({vault_id})"
    return _prompt(f"First record with the vault ID {vault_id!r}: enter its password again.\nVault password{suffix}: ")


def show_sign_in(text: str) -> bool:
    """Show text about a sign-in at the terminal. Return ``False`` if there is none, or no person at it.

    AWX gives Ansible a terminal that no person reads.
    """
    from .._sessions.session_name import in_job

    if in_job():
        return False
    printable = "".join(character for character in text if character.isprintable() or character == "\n")
    try:
        # A prompt that ends at once: only the main process of Ansible has the terminal.
        display.prompt_until(f"[octo.aws] {printable}", private=False, seconds=0)
    except AnsibleError:
        return False
    return True


class Answer(enum.Enum):
    """The answer to a question for an approval."""

    YES = "yes"
    NO = "no"
    TIMED_OUT = "timed out"
    NO_TERMINAL = "no terminal"


def ask_for_approval(prompt: str, seconds: int | None) -> Answer:
    """Ask a question to which only the whole word yes is an approval.

    :param seconds: how long to wait; ``None`` for no limit
    """
    started = time.monotonic()
    try:
        typed: bytes = display.prompt_until(prompt, private=False, seconds=seconds)
    except AnsiblePromptNoninteractive:
        return Answer.NO_TERMINAL
    except AnsiblePromptInterrupt:
        return Answer.NO
    if seconds is not None and time.monotonic() - started >= seconds:
        # ansible-core returns the text up to then, which was not confirmed with Enter.
        return Answer.TIMED_OUT
    return Answer.YES if typed.decode("utf-8", "replace").strip().lower() == "yes" else Answer.NO


class EndOfPaste:
    """The keys that end an answer, for ansible-core: Enter, unless more text follows at once.

    What is pasted arrives together. Without this, the first line of it would be the answer, and the others would be
    shown at the terminal. ansible-core sends this to its main process, which alone has the terminal.
    """

    def __contains__(self, key: bytes) -> bool:
        if key == b"":
            return True  # the terminal is gone
        return key in (b"\r", b"\n") and not _more_follows()


def _more_follows() -> bool:
    time.sleep(_PASTE_GAP)
    stdin: t.Any = sys.stdin.buffer
    try:
        os.set_blocking(stdin.fileno(), False)
        # Not select(): the buffer of Python may have read it already.
        return bool(stdin.peek(1))
    except OSError:
        return False
    finally:
        os.set_blocking(stdin.fileno(), True)


def ask_for_text(prompt: str, *, private: bool) -> str:
    """Ask for an answer of one or, if they are pasted together, several lines. It waits without a limit.

    :raises OctoAwsError: there is no terminal, or the prompt was interrupted
    """
    from .._sessions.session_name import in_job

    if in_job():
        raise OctoAwsError(ErrorCode.ANSWER_MISSING, "There is no terminal to ask at.")
    try:
        typed: bytes = display.prompt_until(f"{prompt}: ", private=private, complete_input=EndOfPaste())
    except AnsiblePromptInterrupt:
        raise Interrupted(ErrorCode.ANSWER_MISSING, "Interrupted. Nothing was changed.") from None
    except AnsibleError:
        raise OctoAwsError(ErrorCode.ANSWER_MISSING, "There is no terminal to ask at.") from None
    # Ctrl-U discards what was typed before.
    answer = typed.rpartition(b"\x15")[2].decode("utf-8", "replace").replace("\r", "\n").strip()
    if private:
        register_typed(answer)
    return answer


class Interrupted(OctoAwsError):
    """Ctrl-C at a prompt."""


def _prompt(prompt: str) -> str:
    """Prompt for a secret, from a task through Ansible's main process."""
    try:
        typed: bytes = display.prompt_until(prompt, private=True, seconds=_PATIENCE)
    except AnsibleError:
        return ""  # there is no terminal, or the prompt was interrupted
    answer = typed.decode("utf-8", "replace").strip()
    register([answer])
    return answer
