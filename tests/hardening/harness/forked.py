# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process with threads that forks while these hold the locks of a store or a session cache."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import typing as t
import warnings
from pathlib import Path
from unittest import mock

from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.plugin_utils._stores import file_writing
from harness.store_state import ROLE, StoreState, roles_answered, session

_FORK = multiprocessing.get_context("fork")
_SECONDS = 60
"""Long for all that is done here, and short for those who wait for a lock."""


def fork_while_locked(folder: Path) -> dict[str, str]:
    """Fork while a thread has a lock; whoever was forked needs it once the thread has given it back. By what was tried,
    what is wrong."""
    folder.mkdir(parents=True)
    tries = {"a thread has the turn for a session": _with_turn, "a thread has the lock of a store": _with_store}
    return {name: _in_time(work, folder / str(number)) for number, (name, work) in enumerate(tries.items())}


def fork_while_working(folder: Path) -> dict[str, str]:
    """Fork again and again while threads save and look up; by what was tried, what is wrong."""
    folder.mkdir(parents=True)
    return {"threads save and look up": _in_time(_with_work, folder / "0")}


def _in_time(work: t.Callable[[StoreState], None], folder: Path) -> str:
    folder.mkdir()
    state = StoreState(folder)
    state.save(**ROLE)
    process = _FORK.Process(target=_bounded, args=(work, state))
    process.start()
    process.join()
    return "" if process.exitcode == 0 else f"it waited, or failed (exit code {process.exitcode})"


def _bounded(work: t.Callable[[StoreState], None], state: StoreState) -> None:
    # Python warns of what is done here.
    warnings.simplefilter("ignore", DeprecationWarning)
    signal.alarm(_SECONDS)
    with roles_answered():
        work(state)


def _with_turn(state: StoreState) -> None:
    def hold(wait: t.Callable[[], object]) -> None:
        def answer() -> Credentials:
            wait()
            return session("ASIATHREAD")

        state.take_session(answer)

    def need() -> None:
        for path in Path(state.settings.session_cache).rglob("*.session"):
            path.unlink()
        state.take_session(lambda: session("ASIAFORKED"))

    _fork_while(hold, need)


def _with_store(state: StoreState) -> None:
    replace, process = file_writing.replace, os.getpid()

    def hold(wait: t.Callable[[], object]) -> None:
        def slow(*given: t.Any) -> None:
            if os.getpid() == process:  # the forked one has this in its memory, too
                wait()
            replace(*given)

        with mock.patch.object(file_writing, "replace", slow):
            state.save(description="of the thread")

    _fork_while(hold, lambda: StoreState(state.folder).save(description="of the forked process"))


def _fork_while(hold: t.Callable[[t.Callable[[], object]], object], need: t.Callable[[], object]) -> None:
    """Fork while a thread holds a lock.

    :param hold: calls what it is given when it has the lock, and gives this back then
    :param need: needs the lock
    """
    held, forked = threading.Event(), threading.Event()

    def wait() -> None:
        held.set()
        forked.wait()

    thread = threading.Thread(target=hold, args=(wait,))
    thread.start()
    held.wait()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.read(reader, 1)
        _end_after(need)
    forked.set()
    thread.join()
    os.write(writer, b"!")
    _expect(child)


def _with_work(state: StoreState) -> None:
    stop = threading.Event()

    def save_and_take(name: str) -> None:
        own = StoreState(state.folder)
        own.save(name, description=os.urandom(4).hex())
        own.take_session(lambda: session("ASIASESSION", 60))

    def work(number: int) -> None:
        # Threads that only save would leave too little of the processor to others.
        while not stop.wait(0.02):
            save_and_take(f"thread-{number}")

    # All is loaded here: Python itself may wait for ever in a process that was forked while a thread imported things.
    save_and_take("before")
    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _time in range(8):
            child = os.fork()
            if not child:
                _end_after(lambda: save_and_take("forked"))
            _expect(child)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _end_after(work: t.Callable[[], object]) -> t.NoReturn:
    signal.alarm(_SECONDS // 2)
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)


def _expect(child: int) -> None:
    _child, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"the forked process ended with status {status}")
