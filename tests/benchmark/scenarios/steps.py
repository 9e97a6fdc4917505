# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A step of the role, beside the task that it runs."""

from __future__ import annotations

import typing as t

from fixture import Fixture
from report import Goal, Report, compare, less
from rounds import Ratio, Row

_TEXT = """\
One list has {times} steps of `octo.aws.aws_steps`. For comparison, the same tasks run without the role:
`octo.aws.aws_script`, which runs `true`, for the kind `script`, and `amazon.aws.s3_bucket_info` with
`octo.aws.creds` in `module_defaults` for the kind `tasks`. The account was tested when it was saved, so its
identity is already stored. The table shows the time for one, without the time of an empty play."""

_ROUNDS = 3


def measure(fixture: Fixture) -> Report:
    """One step, as one of several in a list."""
    many = fixture.effort.of(5, 2)
    # Who it is was asked when it was saved, as for accounts that people save.
    fixture.machine.have("tested", fields={"test": True})
    clients = {"group/amazon.aws.aws": "{{ lookup('octo.aws.creds', 'tested') }}"}
    ask: dict[str, t.Any] = {"amazon.aws.s3_bucket_info": {}}
    file = fixture.write("tasks-of-step.yml", "- amazon.aws.s3_bucket_info:\n")
    empty = {"ansible.builtin.assert": {"that": "true", "quiet": True}}
    script = {"octo.aws.aws_script": {"account": "tested", "cmd": "true"}}
    rows = {
        "nothing": Row("An empty play", command=fixture.play("nothing", [{"ansible.builtin.meta": "noop"}])),
        "empty": Row("A task that does nothing", command=fixture.play("empty", [empty] * many)),
        "script": Row("The task `octo.aws.aws_script`", command=fixture.play("script", [script] * many)),
        "step-script": Row("A step of the kind `script`", command=_steps(fixture, many, "script", {"cmd": "true"})),
        "ask": Row("The task `amazon.aws.s3_bucket_info`", command=fixture.play("ask", [ask] * many, defaults=clients)),
        "step-tasks": Row("A step of the kind `tasks`", command=_steps(fixture, many, "tasks", {"file": str(file)})),
    }
    times = fixture.time(rows, _ROUNDS)
    for key in rows:
        if key != "nothing":
            times[key] = less(times[key], times["nothing"], many)
    goals = [
        Goal.at_most(f"A step of the kind `{kind}` takes at most 1.3 times as long as its task.", ratio, 1.3)
        for kind, ratio in (
            ("script", Ratio.of(times["step-script"], times["script"])),
            ("tasks", Ratio.of(times["step-tasks"], times["ask"])),
        )
    ]
    return Report(
        "A step of a deployment", _TEXT.format(times=many), [compare("Time for one", "", rows, times, "script")], goals
    )


def _steps(fixture: Fixture, many: int, kind: str, options: dict[str, str]) -> tuple[str, ...]:
    variables = {
        "aws_steps_account": "tested",
        "aws_steps_run": [{"name": f"Step {number}", kind: options} for number in range(many)],
    }
    return fixture.play(
        f"step-{kind}", [{"ansible.builtin.include_role": {"name": "octo.aws.aws_steps"}, "vars": variables}]
    )
