# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A program that gets credentials from the server of its task, beside one with keys in its environment; and how soon
the progress of a stack is shown."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from pathlib import Path

from fixture import AWS_CLI, Fixture
from report import Goal, Report, compare, less, seconds
from rounds import Ratio, Row

_TEXT = """\
`octo.aws.aws_script` gives a program the address of a server on loopback, where AWS clients renew their session.
For comparison, a copy of the collection passes the keys in the environment of the program, as on a worker, where
they expire with their session. The account has a role, and its session is cached."""

_ROUNDS = 15
_FIRST_LINE = 3.0
"""Seconds."""
# Ends with the first line; the play is killed then. Each stack is a new one.
_UNTIL_SHOWN = (
    'exec 3< <(exec "$@" -e "stack=site$$" 2>&1); grep -m 1 -q "^.octo.aws. localhost: stack" <&3; found=$?; kill $!; '
    "exit $found"
)


def measure(fixture: Fixture) -> Report:
    """A task with each client, and a task that waits for a stack."""
    clients = {
        "boto3": ("boto3", [sys.executable, "-c", "import boto3; boto3.client('sts').get_caller_identity()"]),
        # Version 2.9 has no variable for the address.
        "cli": ("the AWS CLI", [AWS_CLI, "--endpoint-url", fixture.facts["url"], "sts", "get-caller-identity"]),
    }
    keys = _with_keys(fixture)
    rows = {"nothing": Row("An empty play", command=fixture.play("nothing", [{"ansible.builtin.meta": "noop"}]))}
    for key, (title, argv) in clients.items():
        # A session that covers the timeout is not renewed on a worker.
        task = {"octo.aws.aws_script": {"account": "role", "argv": argv, "timeout": 60}}
        command = fixture.play(key, [task])
        rows[key] = Row(f"The server, with {title}", command=command)
        rows[f"keys-{key}"] = Row(f"Keys in the environment, with {title}", command=("env", *keys, *command))
    stack = {
        "account": "role",
        "stack_name": "{{ stack }}",
        "template_body": json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
    }
    command = ("bash", "-c", _UNTIL_SHOWN, "bash", *fixture.play("stack", [{"octo.aws.cloudformation_stack": stack}]))
    rows["shown"] = Row("The first line about a stack", command=command)
    times = fixture.time(rows, _ROUNDS)
    for key in rows:
        if key != "nothing":
            times[key] = less(times[key], times["nothing"])
    goals = [
        Goal.at_most(
            f"With {title}, the server takes at most 1.05 times as long as keys in the environment.",
            Ratio.of(times[key], times[f"keys-{key}"]),
            1.05,
        )
        for key, (title, _argv) in clients.items()
    ]
    shown = statistics.median(times["shown"])
    goals.append(Goal("The first line about a stack is shown within 3 seconds.", seconds(shown), shown <= _FIRST_LINE))
    return Report(
        "A program that renews its session", _TEXT, [compare("Time for one", "", rows, times, "boto3")], goals
    )


def _with_keys(fixture: Fixture) -> list[str]:
    """Copy the collections, without a server on the controller. Return the variables for it."""
    collections = Path(fixture.machine.variables["ANSIBLE_COLLECTIONS_PATH"]) / "ansible_collections"
    folder = fixture.folder / "with-keys"
    copy = folder / "ansible_collections"
    copy.mkdir(parents=True)
    for path in collections.iterdir():
        if path.name != "octo":
            (copy / path.name).symlink_to(path)
    shutil.copytree(collections / "octo" / "aws", copy / "octo" / "aws", ignore=shutil.ignore_patterns("tests", ".*"))
    changed = copy / "octo" / "aws" / "plugins" / "plugin_utils" / "_base" / "host_action.py"
    text = changed.read_text(encoding="utf-8")
    before = "return self.runs_here and not self._task.async_val"
    if text.count(before) != 1:
        raise RuntimeError(f"{changed.name} no longer has the line to change")
    changed.write_text(text.replace(before, "return False"), encoding="utf-8")
    return [f"{name}={folder}" for name in ("PYTHONPATH", "ANSIBLE_COLLECTIONS_PATH")]
