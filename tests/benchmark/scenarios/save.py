# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Save keys, and see that AWS takes them."""

from __future__ import annotations

import shlex

from fixture import AWS_CLI, Fixture
from harness.machine import REGION
from report import Goal, Report, compare, less
from rounds import Ratio, Row

_TEXT = """\
`octo.aws.aws_account` verifies the keys with STS, encrypts them, and writes them so that they survive a power failure.
`amazon.aws.aws_caller_info` sends the same request to STS, and stores nothing. With the AWS CLI, three commands write a
key, its secret and the region unencrypted, and one command sends a request to STS. Each run repeats this {times} times,
with different keys or for another account. The table shows the time for one. For plays, the time of an empty play is
subtracted."""

_ROUNDS = 5


def measure(fixture: Fixture) -> Report:
    """One save, as one of several in a play or in a script."""
    many = fixture.effort.of(5, 2)
    facts = fixture.facts
    keys = {"access_key": facts["access_key"], "secret_key": facts["secret_key"], "region": REGION}
    saves = [{"octo.aws.aws_account": {"name": f"saved{number}", **keys}} for number in range(many)]
    asks = [{"amazon.aws.aws_caller_info": keys} for _number in range(many)]
    rows = {
        "nothing": Row("An empty play", command=fixture.play("nothing", [{"ansible.builtin.meta": "noop"}])),
        "save": Row("`octo.aws.aws_account`", command=fixture.play("save", saves), before=lambda: _forget(fixture)),
        "ask": Row("`amazon.aws.aws_caller_info`", command=fixture.play("ask", asks)),
        "cli": Row(
            "`aws configure set` three times and `aws sts get-caller-identity`",
            command=("sh", "-e", str(fixture.write("save.sh", _script(many, facts)))),
        ),
    }
    times = fixture.time(rows, _ROUNDS)
    for key in ("save", "ask"):
        times[key] = less(times[key], times["nothing"], many)
    times["cli"] = [time / many for time in times["cli"]]
    return Report(
        "Save and test an account",
        _TEXT.format(times=many),
        [compare("Time for one", "", rows, times, "save")],
        [
            Goal.at_most(
                "Save and test take at most 0.7 times as long as a task of `aws_caller_info`.",
                Ratio.of(times["save"], times["ask"]),
                0.7,
            )
        ],
    )


def _forget(fixture: Fixture) -> None:
    # An account that is there already and does not change would not be written.
    for path in fixture.machine.store.glob("saved*"):
        path.unlink()


def _script(many: int, facts: dict[str, str]) -> str:
    values = {"aws_access_key_id": facts["access_key"], "aws_secret_access_key": facts["secret_key"], "region": REGION}
    lines = []
    for number in range(many):
        profile = f"--profile saved{number}"
        lines += [f"{AWS_CLI} configure set {name} {shlex.quote(value)} {profile}" for name, value in values.items()]
        lines.append(f"{AWS_CLI} sts get-caller-identity {profile} --endpoint-url {facts['url']} >/dev/null")
    return "\n".join(lines) + "\n"
