# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs writers of a service request by request, in every order that there is.

Each writer is a thread that stops before each of its requests. A run lets one writer after the other send one request,
as a list of choices says; the runs of all lists are all interleavings. The clock stands still. It passes the lease of a
lock when all writers wait, and at most once in a run when a choice says so: then what is on its way is late.
"""

from __future__ import annotations

import datetime
import threading
import types
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import AwsResponse, ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._stores import aws_client, secretsmanager, ssm_lock
from ansible_collections.octo.aws.plugins.plugin_utils._stores.aws_client import ServiceClient

if t.TYPE_CHECKING:
    import pytest

_HANGS = 30
_MOST_STEPS = 300
_LATER = ssm_lock.LEASE + 1


class Parameters:
    """Parameter Store, as its API reference says. Nothing is checked but that a parameter keeps its type."""

    def __init__(self, clock: t.Callable[[], float]) -> None:
        self._clock = clock
        self.versions: dict[str, list[tuple[str, float]]] = {}
        self._types: dict[str, str] = {}
        self.changes = 0
        self.changed_by: threading.Thread | None = None

    def values(self, below: str) -> list[str]:
        """The current values below a path."""
        return [versions[-1][0] for name, versions in self.versions.items() if name.startswith(below)]

    def put_parameter(
        self, Name: str, Value: str, Type: str = "SecureString", Overwrite: bool = False, **_more: t.Any
    ) -> dict[str, t.Any]:
        if Name in self.versions and not Overwrite:
            raise refused("ParameterAlreadyExists")
        if Name in self.versions and self._types[Name] != Type:
            raise refused("HierarchyTypeMismatchException")
        self._types[Name] = Type
        versions = self.versions.setdefault(Name, [])
        versions.append((Value, self._clock()))
        self._changed()
        return {"Version": len(versions)}

    def get_parameter(self, Name: str, **_more: t.Any) -> dict[str, t.Any]:
        name, _colon, selector = Name.partition(":")
        versions = self.versions.get(name)
        if not versions:
            raise refused("ParameterNotFound")
        number = int(selector or len(versions))
        if number > len(versions):
            raise refused("ParameterVersionNotFound")
        value, moment = versions[number - 1]
        modified = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
        parameter = {"Name": name, "Value": value, "Version": number, "LastModifiedDate": modified}
        return {"Parameter": parameter, "ResponseMetadata": {"HTTPHeaders": {}}}

    def delete_parameter(self, Name: str) -> dict[str, t.Any]:
        if Name not in self.versions:
            raise refused("ParameterNotFound")
        del self.versions[Name]
        self._changed()
        return {}

    def _changed(self) -> None:
        self.changes += 1
        self.changed_by = threading.current_thread()


def refused(aws_code: str, message: str = "") -> OctoAwsError:
    """The failure of a request that a service refuses."""
    answer = AwsResponse(400, aws_code, message)
    return OctoAwsError(ErrorCode.AWS_REFUSED, aws_code, aws_code=aws_code).with_response(answer)


class _Writer:
    """A thread that runs when it is let.

    :ivar waits_for_more_than: changes of the service, while it sleeps
    """

    def __init__(self, work: t.Callable[[], t.Any], parked: threading.Semaphore) -> None:
        self.go = threading.Semaphore(0)
        self._parked = parked
        self._work = work
        self.outcome: t.Any = None
        self.failure: BaseException | None = None
        self.done = False
        self.waits_for_more_than = -1
        self.slept_at = -1
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.stop()
        try:
            self.outcome = self._work()
        except BaseException as error:
            self.failure = error
        self.done = True
        self._parked.release()

    def stop(self) -> None:
        self._parked.release()
        self.go.acquire()


class Service(t.Protocol):
    """A service of a world."""

    changes: int
    changed_by: threading.Thread | None


S = t.TypeVar("S", bound=Service)
"""The service of a world."""


class World(t.Generic[S]):
    """One run.

    :param make_service: makes the service, by its clock
    :param choices: which of the possible steps comes next, each time; the first one where it has no more
    :param late: whether the clock may pass a lease while requests are on their way
    """

    def __init__(
        self,
        make_service: t.Callable[[t.Callable[[], float]], S],
        choices: t.Sequence[int],
        *,
        late: bool = False,
    ) -> None:
        self.now = 1_000_000.0
        self.service = make_service(lambda: self.now)
        self.made: list[tuple[int, int]] = []
        self._choices = choices
        self._late = late
        self._writers: list[_Writer] = []
        self._parked = threading.Semaphore(0)

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be the clock of the product."""
        clock = types.SimpleNamespace(monotonic=lambda: self.now, time=lambda: self.now, sleep=self._sleep)
        for module in (ssm_lock, secretsmanager, aws_client):
            monkeypatch.setattr(module, "time", clock)
        for module in (ssm_lock, secretsmanager):
            monkeypatch.setattr(module, "_PATIENCE", 1e9)

    def run(self, *works: t.Callable[[], t.Any]) -> list[t.Any]:
        """Let all of them run to their ends; what they return."""
        self._writers = [_Writer(work, self._parked) for work in works]
        for writer in self._writers:
            writer.thread.start()
            self._wait()
        while unfinished := [writer for writer in self._writers if not writer.done]:
            able = [writer for writer in unfinished if writer.waits_for_more_than < self.service.changes]
            if not able:
                self._let_time_pass()
                continue
            chosen = self._choose(len(able) + self._late)
            if chosen == len(able):
                self._late = False
                self._let_time_pass()
                continue
            able[chosen].go.release()
            self._wait()
        for writer in self._writers:
            if writer.failure:
                raise writer.failure
        return [writer.outcome for writer in self._writers]

    def pause(self) -> None:
        """Stop the writer that calls until it is its turn."""
        for writer in self._writers:
            if writer.thread is threading.current_thread():
                writer.stop()

    def _sleep(self, _seconds: float) -> None:
        for writer in self._writers:
            if writer.thread is threading.current_thread():
                # It would find what it has found, but for what it left there itself, until something is changed.
                changes = self.service.changes
                looks_again = self.service.changed_by is writer.thread and writer.slept_at < changes
                writer.slept_at = changes
                writer.waits_for_more_than = changes - looks_again
                writer.stop()
                writer.waits_for_more_than = -1

    def _let_time_pass(self) -> None:
        self.now += _LATER
        for writer in self._writers:
            writer.waits_for_more_than = -1

    def _choose(self, count: int) -> int:
        place = len(self.made)
        assert place < _MOST_STEPS, "the writers come to no end"
        chosen = self._choices[place] if place < len(self._choices) else 0
        self.made.append((chosen, count))
        return chosen

    def _wait(self) -> None:
        assert self._parked.acquire(timeout=_HANGS), "a writer does not come to its next request"


class Client(ServiceClient):
    """Asks the service of a world."""

    def __init__(self, world: World[t.Any]) -> None:
        self._world = world
        self._deadline = None
        self.warnings: list[str] = []

    def call(self, operation: str, resource: str, /, **parameters: t.Any) -> dict[str, t.Any]:
        self.check_deadline()
        self._world.pause()
        answer: dict[str, t.Any] = getattr(self._world.service, operation)(**parameters)
        return answer

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def worlds(
    make_service: t.Callable[[t.Callable[[], float]], S], *, late: bool = False, most_switches: int = 1_000
) -> t.Iterator[World[S]]:
    """A world for each interleaving. What is done in one decides what the next one is.

    :param make_service: makes the service of a world, by its clock
    :param most_switches: choices other than the first, to have fewer of many
    """
    choices: list[int] = []
    while True:
        world = World(make_service, choices, late=late)
        yield world
        made = world.made
        while made:
            last, count = made.pop()
            switches = sum(chosen > 0 for chosen, _count in made)
            if last + 1 < count and switches < most_switches:
                choices = [*(chosen for chosen, _count in made), last + 1]
                break
        else:
            return
