# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands on instances: output that Run Command cuts, and a command that is sent once."""

from __future__ import annotations

import io
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.slices import SlicedWork
from ansible_collections.octo.aws.plugins.module_utils._ssm.command_run import CommandRun
from ansible_collections.octo.aws.plugins.module_utils._ssm.options import api_parameters, check_options
from ansible_collections.octo.aws.plugins.module_utils._ssm.outputs import CUT_AT, Outputs
from ansible_collections.octo.aws.plugins.module_utils._ssm.run_command import RunCommand, command_url
from botocore.exceptions import ReadTimeoutError

INSTANCE = "i-0123456789abcdef0"
COMMAND = "0831e1a8-a1ac-4257-a1fd-c831b48c4107"
OPTIONS: dict[str, t.Any] = {
    "document_name": "AWS-RunShellScript",
    "instance_ids": [INSTANCE],
    "wait": True,
    "timeout": 60,
    "progress": True,
}


class FakeAws:
    """SSM, S3 and CloudWatch Logs with one command, with an output of 30,000 characters."""

    class meta:
        endpoint_url = "https://ssm.example.org"

    def __init__(self, url: str = "", streams: t.Sequence[str] = (), status: str = "Success") -> None:
        self.requests: list[tuple[str, dict[str, t.Any]]] = []
        self._url = url
        self._status = status
        self._streams = streams

    def __getattr__(self, name: str) -> t.Callable[..., t.Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def answer(**parameters: t.Any) -> t.Any:
            self.requests.append((name, parameters))
            return getattr(self, f"_{name}")(**parameters)

        return answer

    def _send_command(self, **_parameters: t.Any) -> t.Any:
        return {"Command": {"CommandId": COMMAND}}

    def _list_commands(self, **_parameters: t.Any) -> t.Any:
        command = {"CommandId": COMMAND, "Status": self._status, "StatusDetails": self._status, "DocumentName": "D"}
        return {"Commands": [command]}

    def _list_command_invocations(self, **_parameters: t.Any) -> t.Any:
        plugin = {"Name": "aws:runShellScript", "Output": "x", "ResponseCode": 0}
        state = {"Status": self._status, "StatusDetails": self._status}
        return {"CommandInvocations": [{"InstanceId": INSTANCE, **state, "CommandPlugins": [plugin]}]}

    def _get_command_invocation(self, **_parameters: t.Any) -> t.Any:
        return {"StandardOutputContent": "x" * CUT_AT, "StandardOutputUrl": self._url, "StandardErrorContent": ""}

    def _get_object(self, **_parameters: t.Any) -> t.Any:
        return {"Body": io.BytesIO(b"x" * 30_000), "ContentLength": 30_000}

    def _describe_log_streams(self, **_parameters: t.Any) -> t.Any:
        return {"logStreams": [{"logStreamName": name} for name in self._streams]}

    def _get_log_events(self, **parameters: t.Any) -> t.Any:
        events = [] if "nextToken" in parameters else [{"message": "x" * 30_000}]
        return {"events": events, "nextForwardToken": "f/1"}


def run(aws: FakeAws, bucket: str = "", log_group: str = "", **options: t.Any) -> dict[str, t.Any]:
    run_command = RunCommand(aws, aws, [])
    outputs = Outputs(run_command, lambda _service: aws, [], bucket, log_group)
    return CommandRun(run_command, outputs, SlicedWork(), {**OPTIONS, **options}, "eu-central-1").result()


@pytest.mark.parametrize("host", ["https://s3.eu-central-1.amazonaws.com/logs", "https://logs.s3.amazonaws.com"])
def test_output_that_is_cut_is_read_from_the_bucket(host: str) -> None:
    aws = FakeAws(f"{host}/a%20b/{COMMAND}/stdout")
    [outcome] = run(aws, bucket="logs")["instances"]
    assert (len(outcome["stdout"]), outcome["truncated"]) == (30_000, False)
    name, request = aws.requests[-1]
    assert (name, request["Bucket"], request["Key"]) == ("get_object", "logs", f"a b/{COMMAND}/stdout")


def test_output_that_is_cut_is_read_from_the_log_group() -> None:
    prefix = f"{COMMAND}/{INSTANCE}/aws-runShellScript"
    aws = FakeAws(streams=[f"{prefix}/stdout", f"{prefix}/stderr"])
    [outcome] = run(aws, log_group="commands")["instances"]
    assert (len(outcome["stdout"]), outcome["truncated"]) == (30_000, False)


def test_output_that_is_not_elsewhere_is_cut() -> None:
    for aws, log_group in ((FakeAws(), ""), (FakeAws(), "commands")):
        [outcome] = run(aws, log_group=log_group)["instances"]
        assert (len(outcome["stdout"]), outcome["truncated"]) == (CUT_AT, True)


@pytest.mark.parametrize("status", ["Failed", "TimedOut", "Cancelled"])
def test_each_other_end_is_a_failure_with_the_instance(status: str) -> None:
    with pytest.raises(OctoAwsError, match=rf"{INSTANCE} \({status}\)") as caught:
        run(FakeAws(status=status))
    assert caught.value.code is ErrorCode.COMMAND_FAILED


def test_a_lost_connection_says_that_the_command_may_have_been_sent() -> None:
    aws = FakeAws()

    def lose(**_parameters: t.Any) -> t.Any:
        raise ReadTimeoutError(endpoint_url="https://ssm.example.org")

    aws._send_command = lose  # type: ignore[method-assign]
    with pytest.raises(OctoAwsError, match="may have been sent") as caught:
        run(aws)
    assert caught.value.values["changed"]  # type: ignore[attr-defined]
    assert [name for name, _parameters in aws.requests] == ["send_command"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document_name": None}, ErrorCode.OPTION_INVALID),
        ({"instance_ids": None}, ErrorCode.OPTION_INVALID),
        ({"instance_ids": [INSTANCE] * 51}, ErrorCode.OPTION_INVALID),
        ({"targets": [{"key": "tag:a", "values": ["b"]}]}, ErrorCode.OPTION_CONFLICT),
        ({"instance_ids": None, "targets": [{"key": "tag:a", "values": []}]}, ErrorCode.OPTION_INVALID),
        ({"output_prefix": "a"}, ErrorCode.OPTION_CONFLICT),
        ({"command_id": COMMAND}, ErrorCode.OPTION_CONFLICT),
        ({"timeout": 0}, ErrorCode.OPTION_INVALID),
        ({"parameters": {"commands": None}}, ErrorCode.OPTION_INVALID),
        ({"max_concurrency": "0"}, ErrorCode.OPTION_INVALID),
    ],
)
def test_bad_options_are_refused(changes: dict[str, t.Any], code: ErrorCode) -> None:
    with pytest.raises(OctoAwsError) as caught:
        check_options({**OPTIONS, **changes})
    assert caught.value.code is code


def test_parameters_are_lists_of_texts() -> None:
    given = {**OPTIONS, "parameters": {"commands": ["a", "b"], "executionTimeout": 600}, "max_errors": "0"}
    assert api_parameters(given)["Parameters"] == {"commands": ["a", "b"], "executionTimeout": ["600"]}


def test_the_console_is_that_of_the_partition() -> None:
    assert "console.amazonaws.cn" in command_url("cn-north-1", COMMAND)
    assert command_url("us-iso-east-1", COMMAND) == ""
