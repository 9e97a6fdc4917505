# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send a command, wait for it in slices, and judge its outcome."""

from __future__ import annotations

import typing as t

from .._aws.console import with_console
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .options import api_parameters
from .run_command import command_url, has_ended

if t.TYPE_CHECKING:
    from .._host.slices import SlicedWork
    from .outputs import Outputs
    from .run_command import RunCommand

Options = t.Mapping[str, t.Any]
Result = dict[str, t.Any]

_GRACE = 30
"""Seconds until AWS returns a new command."""
_NAMED = 10
"""Instances in a message."""


class CommandRun:
    """One command, which was sent before or is sent here.

    :param region: for the address in the console
    """

    def __init__(
        self, run_command: RunCommand, outputs: Outputs, work: SlicedWork, options: Options, region: str
    ) -> None:
        self._run_command = run_command
        self._outputs = outputs
        self._work = work
        self._options = options
        self._region = region
        self._known: Result = {"changed": False, "command_id": None, "status": None, "instances": []}

    def result(self) -> Result:
        """Run the command, and return the outcome.

        :raises OctoAwsError: it was refused, it failed on an instance, or the wait timed out
        """
        command_id = self._options.get("command_id") or self._send()
        self._known.update(command_id=command_id, changed=not self._options.get("command_id"))
        if not self._options["wait"]:
            return self._with_outputs({**self._known, "status": "Pending"})
        try:
            command = self._work.step(lambda: self._wait(command_id), may_wait=True)
            self._known.update(status=command["Status"])
            instances = self._outputs.of_command(command_id)
        except OctoAwsError as error:
            hint = "" if error.code is ErrorCode.COMMAND_UNKNOWN else self._take_up
            raise PartialFailure.after(error.about(self._subject), hint, **self._known) from None
        self._known.update(instances=instances)
        self._judge(command, instances)
        return self._with_outputs(self._known)

    @property
    def _subject(self) -> str:
        return f"The command {self._known['command_id']}, state {self._known['status'] or 'unknown'}"

    @property
    def _take_up(self) -> str:
        """A hint with which the next run waits, and does not send the command again."""
        command_id = self._known["command_id"]
        url = command_url(self._region, command_id)
        return with_console(url, f"The command continues in AWS. To wait for it, set command_id: {command_id}.")

    def _send(self) -> str:
        try:
            return self._work.step(lambda: self._run_command.send(**api_parameters(self._options)))
        except OctoAwsError as error:
            if error.may_have_worked:
                hint = "The command may have been sent. Look at the history of Run Command before another run."
                raise PartialFailure.after(error, hint, **{**self._known, "changed": True}) from None
            raise

    def _wait(self, command_id: str) -> dict[str, t.Any]:
        began = self._work.kept.setdefault("began", self._work.elapsed)
        while True:
            waited = self._work.elapsed - began
            command = self._run_command.find(command_id)
            if command is None and (self._options.get("command_id") or waited > _GRACE):
                raise OctoAwsError(
                    ErrorCode.COMMAND_UNKNOWN,
                    f"There is no command {command_id} in {self._region}.",
                    hint="Check command_id and region. AWS keeps commands for 30 days.",
                )
            if command:
                self._known["status"] = command.get("Status")
                self._show(command)
                if has_ended(command):
                    return {name: command.get(name) for name in ("Status", "StatusDetails", "DocumentName")}
            self._pause(waited)

    def _show(self, command: t.Mapping[str, t.Any]) -> None:
        done, targets = command.get("CompletedCount") or 0, command.get("TargetCount") or 0
        line = f"command {command['CommandId']} is {command.get('Status')}, {done} of {targets} instances are done"
        if self._options["progress"]:
            self._work.show_state(line, command_url(self._region, command["CommandId"]))

    def _pause(self, waited: float) -> None:
        remaining = self._options["timeout"] - self._work.elapsed
        if remaining <= 0:
            raise OctoAwsError(
                ErrorCode.COMMAND_TIMED_OUT, f"It has not ended after {self._options['timeout']} seconds."
            )
        self._work.report_unfinished(self._subject, self._take_up, self._known)
        self._work.pause(min(max(1.0, waited / 10), 30.0, remaining))

    def _judge(self, command: t.Mapping[str, t.Any], instances: t.Sequence[t.Mapping[str, t.Any]]) -> None:
        failed = [item for item in instances if item["status"] != "Success"]
        details = command["StatusDetails"] or command["Status"]
        if instances and not failed and command["Status"] == "Success":
            return
        document = f"{command['DocumentName']}, {self._known['command_id']}"
        if not instances:
            raise PartialFailure.of(
                ErrorCode.COMMAND_WITHOUT_TARGETS,
                f"The command ({document}) ran on no instance: {details}.",
                "Check targets, and that the instances are managed nodes that are online.",
                **self._known,
            )
        named = "; ".join(_line(item) for item in failed[:_NAMED])
        others = f"; and {len(failed) - _NAMED} others" if len(failed) > _NAMED else ""
        where = f" on {len(failed)} of {len(instances)} instances: {named}{others}" if failed else ""
        raise PartialFailure.of(
            ErrorCode.COMMAND_FAILED,
            f"The command ({document}) ended as {details}{where}.",
            "The outputs of all instances are in instances of the result.",
            failed_instances=[item["instance_id"] for item in failed],
            **self._known,
        )

    def _with_outputs(self, known: Result) -> Result:
        stdout = {item["instance_id"]: item["stdout"] for item in known["instances"]}
        outputs = {"command_id": known["command_id"], "status": known["status"], "stdout": stdout}
        return {**known, "failed_instances": [], "outputs": outputs}


def _line(outcome: t.Mapping[str, t.Any]) -> str:
    """Return an instance with its state and the last line of its errors, for a message."""
    code = outcome["response_code"]
    shown = f"{outcome['instance_id']} ({outcome['status_details'] or outcome['status']}"
    shown += f", response code {code})" if code > 0 else ")"
    lines = str(outcome["stderr"]).strip().splitlines()
    return f"{shown}: {lines[-1][:200]}" if lines else shown
