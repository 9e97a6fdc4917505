# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Uploads beside the AWS CLI."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import typing as t
import urllib.request
from functools import partial
from pathlib import Path

from fixture import AWS_CLI, Fixture
from report import Goal, Report, Table, compare, less
from rounds import Ratio, Row

_TEXT = """\
The task `octo.aws.s3_upload` and `aws s3 sync` of the AWS CLI {version} upload {many:,} files of 1 kB, and one file
of {large:,} MB. The test service on this machine responds faster than both clients send, so the time is that of the
client. "Again" is a second upload without changes. The time of a play with one `octo.aws.aws_script` that runs
`true` is subtracted from that of the task. The CLI compares sizes and times. The task compares checksums of
contents, and reads a large file again only if its inode, size or times differ. Requests are those of the last
round.

Memory is that of the largest process of the play."""

_ROUNDS = 3
_SERVICE = Path(__file__).resolve().parents[1] / "fast_s3.py"
_PATIENCE = 30.0
_LIMITS = {"first": 0.9, "again": 1.2}
_MEMORY_LIMIT = 1.25
"""Times the memory of a few files."""


def measure(fixture: Fixture) -> Report:
    """Uploads of many small files and of a large one, first and again."""
    many, large = fixture.effort.of(2_000, 20), fixture.effort.of(1_000, 20)
    fixture.machine.have("tested", fields={"test": True})
    folders = {"many": fixture.folder / "many", "large": fixture.folder / "large"}
    for folder in folders.values():
        folder.mkdir()
    for number in range(many):
        (folders["many"] / f"{number:05}.txt").write_bytes(f"{number:05}\n".encode() * 160)
    with open(folders["large"] / "large.bin", "wb") as file:
        file.truncate(large * 1_000_000)
    version = subprocess.run([AWS_CLI, "--version"], capture_output=True, text=True, check=True).stdout.split()[0]
    requests: dict[str, str] = {}
    with _service(fixture.folder / "port") as url:
        fixture.variables["AWS_ENDPOINT_URL_S3"] = url
        rows = dict(_rows(fixture, folders, url, requests))
        times = fixture.time(rows, _ROUNDS)
        memory, memory_goal = _memory(fixture, many, url)
    for key in times:
        if key.startswith("task"):
            times[key] = less(times[key], times["empty"])
    goals = []
    tables = []
    titles = {"many": f"{many:,} files of 1 kB", "large": f"One file of {large:,} MB"}
    for kind, title in titles.items():
        for when, limit in _LIMITS.items():
            ratio = Ratio.of(times[f"task-{kind}-{when}"], times[f"cli-{kind}-{when}"])
            text = f"{title}, {when}: the task takes at most {limit} times as long as `aws s3 sync`."
            goals.append(Goal.at_most(text, ratio, limit))
            chosen = {key: rows[key] for key in rows if key.endswith(f"{kind}-{when}")}
            tables.append(compare(f"{title}, {when}", "", chosen, times, f"cli-{kind}-{when}", {"Requests": requests}))
    tables.append(memory)
    goals.append(memory_goal)
    return Report("Uploads", _TEXT.format(version=version, many=many, large=large), tables, goals)


def _rows(
    fixture: Fixture, folders: t.Mapping[str, Path], url: str, requests: dict[str, str]
) -> t.Iterator[tuple[str, Row]]:
    empty = fixture.play("empty", [{"octo.aws.aws_script": {"account": "tested", "cmd": "true"}}])
    yield "empty", Row("A task that does nothing", command=empty)
    # pyperf would take an option --profile of the command.
    cli = ("/usr/bin/env", "AWS_PROFILE=keys", AWS_CLI, "--endpoint-url", url)
    for kind, folder in folders.items():
        upload = {"account": "tested", "bucket": "bench", "src": str(folder), "prefix": "site", "progress": False}
        commands = {
            "task": ("The task `octo.aws.s3_upload`", fixture.play(kind, [{"octo.aws.s3_upload": upload}])),
            "cli": (
                "`aws s3 sync`",
                (*cli, "s3", "sync", "--only-show-errors", str(folder), "s3://bench/site"),
            ),
        }
        for client, (title, command) in commands.items():
            for when in _LIMITS:
                key = f"{client}-{kind}-{when}"
                yield (
                    key,
                    Row(
                        title,
                        command=command,
                        before=partial(_ask, url, "DELETE" if when == "first" else "GET"),
                        after=partial(_note, requests, key, url),
                    ),
                )


def _memory(fixture: Fixture, few: int, url: str) -> tuple[Table, Goal]:
    """Upload a few files and many, and compare the memory."""
    counts = (few, fixture.effort.of(100_000, 200))
    peaks = []
    for count in counts:
        folder = fixture.folder / f"memory-{count}"
        folder.mkdir()
        for number in range(count):
            (folder / f"{number:06}").write_bytes(b"%d" % number)
        _ask(url, "DELETE")
        upload = {"account": "tested", "bucket": "bench", "src": str(folder), "prefix": "site", "progress": False}
        peaks.append(_peak(fixture.play(f"memory-{count}", [{"octo.aws.s3_upload": upload}]), fixture.variables))
        shutil.rmtree(folder)
    lines = tuple((f"{count:,} files", f"{peak} MB") for count, peak in zip(counts, peaks, strict=True))
    ratio = peaks[1] / peaks[0]
    text = f"{counts[1]:,} files need at most {_MEMORY_LIMIT} times the memory of {counts[0]:,}."
    goal = Goal(text, f"{ratio:.2f} times as much", ratio <= _MEMORY_LIMIT)
    return Table("Memory of the first upload", "", ("", "Memory"), lines), goal


def _peak(command: t.Sequence[str], variables: t.Mapping[str, str]) -> int:
    """Return the memory of the largest process of a command, in MB."""
    with subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL) as process:
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the upload failed")
    return usage.ru_maxrss * 1024 // 1_000_000


@contextlib.contextmanager
def _service(written: Path) -> t.Iterator[str]:
    with subprocess.Popen([sys.executable, str(_SERVICE), str(written)]) as process:
        try:
            deadline = time.monotonic() + _PATIENCE
            while not (written.exists() and written.read_text(encoding="utf-8")):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the service did not start")
                time.sleep(0.05)
            yield f"http://127.0.0.1:{written.read_text(encoding='utf-8')}"
        finally:
            process.kill()


def _ask(url: str, method: str) -> dict[str, int]:
    request = urllib.request.Request(f"{url}/_test", method=method)
    with urllib.request.urlopen(request) as response:
        return t.cast("dict[str, int]", json.load(response))


def _note(requests: dict[str, str], key: str, url: str) -> None:
    requests[key] = _counts(_ask(url, "GET"))


def _counts(requests: t.Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {method}" for method, number in sorted(requests.items()))
