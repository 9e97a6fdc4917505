# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a program in the place of this one: it has the terminal, and signals and exit code are passed on."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError

NOT_FOUND = 127
"""The exit code of shells for a program that does not exist."""

_FORWARDED = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGALRM,
    signal.SIGTSTP,
    signal.SIGCONT,
)
_OF_TERMINAL = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP)
"""Signals that a terminal sends to all processes of a group."""
_OF_JOB_CONTROL = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
_CHANGED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
"""Signals that Python ignores, and that programs expect not to be ignored."""


def is_installed(program: str) -> bool:
    """Whether a program can be started."""
    return shutil.which(program) is not None


def not_installed(program: str) -> OctoAwsError:
    """Build the error for a program that does not exist."""
    return OctoAwsError(
        ErrorCode.SCRIPT_FAILED,
        f"Cannot start {program!r:.200}: there is no such program.",
        hint="Check its name, and that its folder is in PATH.",
    )


def replace_by(command: t.Sequence[str], environment: t.Mapping[str, str]) -> t.NoReturn:
    """Replace this process by a program.

    :raises OctoAwsError: it cannot be started
    """
    for number in _CHANGED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(command[0], list(command), environment)  # noqa: S606 # the command of the person
    except OSError as error:
        raise _not_started(command[0], error) from None


class Signals:
    """Blocks the signals that are for the program, so that no thread of this process takes them.

    Started before threads, which inherit it.
    """

    def __init__(self) -> None:
        # What is ignored here, by nohup for example, is ignored by the program, too.
        numbers = {number for number in _FORWARDED if signal.getsignal(number) != signal.SIG_IGN}
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._awaited = {*numbers, signal.SIGCHLD}
        self._before = signal.pthread_sigmask(signal.SIG_BLOCK, self._awaited)

    def run(self, command: t.Sequence[str], environment: t.Mapping[str, str]) -> int:
        """Run a program, and pass signals on to it. Return its exit code, or minus the signal that ended it.

        :raises OctoAwsError: it cannot be started
        """
        try:
            child = os.posix_spawnp(
                command[0], list(command), environment, setsigmask=self._before, setsigdef=_CHANGED_BY_PYTHON
            )
        except OSError as error:
            raise _not_started(command[0], error) from None
        while True:
            number, is_of_terminal = self._next()
            if number == signal.SIGCHLD:
                if (code := _end_of(child)) is not None:
                    return code
            elif not (is_of_terminal and os.getpgid(child) == os.getpgrp()):
                os.kill(child, number)

    def _next(self) -> tuple[int, bool]:
        """Wait for a signal. Return it, and whether the terminal sent it."""
        if sys.platform == "darwin":
            number = int(signal.sigwait(self._awaited))
            return number, number in _OF_TERMINAL and _is_in_foreground()
        info = signal.sigwaitinfo(self._awaited)
        # A signal of the kernel has a positive code, one of a process does not (sigaction(2)).
        return info.si_signo, info.si_signo in _OF_TERMINAL and info.si_code > 0


def end_like(code: int) -> int:
    """End this process by the signal that ended the program, or return its exit code."""
    if code >= 0:
        return code
    sys.stdout.flush()
    # The program has written its core file, if any.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    number = -code
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    os.kill(os.getpid(), number)
    return 128 + number


def _end_of(child: int) -> int | None:
    """Return how a program ended, or ``None`` if it goes on. If it has stopped, stop as well, until ``SIGCONT``."""
    while True:
        pid, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
        if not pid:
            return None
        if not os.WIFSTOPPED(status):
            return os.waitstatus_to_exitcode(status)
        # A shell with a group of its own stops itself with SIGSTOP. Otherwise, that is for the program alone.
        if os.WSTOPSIG(status) in _OF_JOB_CONTROL or os.getpgid(child) != os.getpgrp():
            os.kill(os.getpid(), signal.SIGSTOP)
            os.kill(child, signal.SIGCONT)


def _is_in_foreground() -> bool:
    try:
        with open("/dev/tty", encoding="utf-8") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def _not_started(program: str, error: OSError) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.SCRIPT_FAILED,
        f"Cannot start {program!r:.200}: {error.strerror}.",
        hint="Check that it is installed and executable.",
    )
