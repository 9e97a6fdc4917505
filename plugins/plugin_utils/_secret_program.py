# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program of the user on the controller, and return its output, which is a secret."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
import typing as t

from ..module_utils._errors import ErrorCode, OctoAwsError
from ..module_utils._secrecy import register
from ._circular_credentials import circle_in, mark_resolving, refuse_circle

_POLL = 0.05
_LONGEST_ERRORS = 64 * 1024
"""Bytes of standard error. It is searched for an error of this collection, and never shown."""


def output_of(
    command: t.Sequence[str], option: str, subject: str, *, code: ErrorCode, longest: int, seconds: float
) -> str:
    """Run a program without a shell, and return its standard output without surrounding spaces.

    :param command: the program and its arguments, which are not quoted in errors
    :param option: the option with the command
    :param subject: the owner of the command, such as ``account 'prod'``
    :param code: of the error if the program fails
    :param longest: the maximum number of characters of the output
    :param seconds: for the program; its process group is killed afterwards
    :raises OctoAwsError: it cannot be started, fails, takes too long, or prints too much
    """

    def failed(reason: str) -> OctoAwsError:
        return OctoAwsError(
            code,
            f"The program {command[0]!r:.120} of {option} {reason}.",
            hint="Run the command as the user that runs Ansible, without a terminal, to see why. Its output is "
            "a secret, and not shown.",
        )

    # A program that uses the same account would wait for the process that waits for it.
    with mark_resolving(subject, _source(option, subject)):
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise failed(f"cannot be started: {getattr(error, 'strerror', None) or type(error).__name__}") from None
    with process:
        try:
            # More than a valid output, so that a longer one is noticed; four bytes for a character, and line breaks.
            output, errors = _read(process, 4 * longest + 16, time.monotonic() + seconds)
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
            for pipe in (process.stdout, process.stderr):
                if pipe:
                    pipe.close()
    text = output.decode("utf-8", "replace").strip()
    register([text, *text.split()])
    if circle := circle_in(errors.decode("utf-8", "replace")):
        raise circle
    if process.returncode == -signal.SIGKILL:
        raise failed(f"was ended: it took longer than {seconds:g} seconds, or printed too much")
    if process.returncode:
        raise failed(f"failed with exit code {process.returncode}")
    if len(text) > longest:
        raise failed(f"printed more than {longest:,} characters")
    return text


def refuse_nested(option: str, subject: str) -> None:
    """Check that no program of the same option started this process.

    :raises OctoAwsError: the credentials are circular
    """
    refuse_circle(subject, _source(option, subject))


def _source(option: str, subject: str) -> str:
    return f"{option} of {subject}"


def _read(process: subprocess.Popen[bytes], most: int, until: float) -> tuple[bytes, bytes]:
    """Read both outputs until the program exits. Its background processes may keep them open."""
    outputs = (bytearray(), bytearray())
    with selectors.DefaultSelector() as selector:
        for pipe, output, limit in (
            (process.stdout, outputs[0], most),
            (process.stderr, outputs[1], _LONGEST_ERRORS),
        ):
            if pipe:
                selector.register(pipe, selectors.EVENT_READ, (output, limit))
        while time.monotonic() < until:
            exited = process.poll() is not None
            events = selector.select(0 if exited else _POLL) if selector.get_map() else []
            if not events and exited:
                break
            if not events and not selector.get_map():
                time.sleep(_POLL)
            for key, _mask in events:
                data = os.read(key.fd, 64 * 1024)
                output, limit = key.data
                if not data:
                    selector.unregister(key.fileobj)
                elif output is outputs[0] and len(output) + len(data) > limit:
                    return b"", bytes(outputs[1])
                else:
                    output += data[: max(0, limit - len(output))]
    return bytes(outputs[0]), bytes(outputs[1])
