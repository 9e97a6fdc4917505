# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A program that gets credentials from the server of its task, beside one with keys in its environment; and how soon
the progress of a stack is shown."""

from __future__ import annotations

import json
import statistics
import sys
import typing as t

from fixture import AWS_CLI, Fixture
from report import Goal, Report, compare, less, seconds
from rounds import Ratio, Row

_TEXT = """\
`octo.aws.aws_script` gives a program the address of a server on loopback, where AWS clients renew their session. Beside
it, `ansible.builtin.command` has the credentials of `octo.aws.creds` in the environment of the program, where they end
with their session. The account has a role, and its session is cached."""

_ROUNDS = 5
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
    creds = "{{ lookup('octo.aws.creds', 'role', format='env') }}"
    rows = {"nothing": Row("An empty play", command=fixture.play("nothing", [{"ansible.builtin.meta": "noop"}]))}
    for key, (title, argv) in clients.items():
        script: dict[str, t.Any] = {"octo.aws.aws_script": {"account": "role", "argv": argv}}
        keys = {"ansible.builtin.command": {"argv": argv}, "environment": creds}
        rows[key] = Row(f"The server, with {title}", command=fixture.play(f"server-{key}", [script]))
        rows[f"keys-{key}"] = Row(f"Keys in the environment, with {title}", command=fixture.play(f"keys-{key}", [keys]))
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
