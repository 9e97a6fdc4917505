# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Outcomes of a command on its instances, with the whole output where Run Command cuts it."""

from __future__ import annotations

import typing as t
from urllib.parse import unquote, urlsplit

from .._aws.errors import call
from .._errors import OctoAwsError

if t.TYPE_CHECKING:
    from .run_command import RunCommand

CUT_AT = 24_000
"""Characters of a stream in ``GetCommandInvocation``."""
LARGEST = 1_048_576
"""Bytes of a stream that are read from S3, and characters from CloudWatch."""

_STREAMS = {"stdout": "StandardOutput", "stderr": "StandardError"}


class Outputs:
    """Reads the outcomes of a command.

    :param client_of: returns a client of a service for the account
    :param bucket: the S3 bucket with the output; empty for none
    :param log_group: the CloudWatch log group with the output; empty for none
    """

    def __init__(
        self,
        run_command: RunCommand,
        client_of: t.Callable[[str], t.Any],
        secrets: t.Sequence[str],
        bucket: str,
        log_group: str,
    ) -> None:
        self._run_command = run_command
        self._client_of = client_of
        self._secrets = secrets
        self._bucket = bucket
        self._log_group = log_group
        self.warnings: list[str] = []
        """Why an output is cut."""

    def of_command(self, command_id: str) -> list[dict[str, t.Any]]:
        """Return the outcome on each instance, by their IDs."""
        found = sorted(self._run_command.invocations(command_id), key=lambda item: str(item["InstanceId"]))
        return [self._of_instance(command_id, item) for item in found]

    def _of_instance(self, command_id: str, invocation: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        instance = str(invocation["InstanceId"])
        # A plugin without output needs no further request.
        plugins = [item for item in invocation.get("CommandPlugins") or [] if item.get("Output")]
        read = [self._of_plugin(command_id, instance, str(item["Name"])) for item in plugins]
        codes = [item.get("ResponseCode", -1) for item in invocation.get("CommandPlugins") or []]
        return {
            "instance_id": instance,
            "instance_name": invocation.get("InstanceName") or "",
            "status": invocation.get("Status"),
            "status_details": invocation.get("StatusDetails"),
            "response_code": next((code for code in codes if code), codes[-1] if codes else -1),
            "stdout": "".join(item["stdout"] for item in read),
            "stderr": "".join(item["stderr"] for item in read),
            "truncated": any(item["truncated"] for item in read),
        }

    def _of_plugin(self, command_id: str, instance: str, plugin: str) -> dict[str, t.Any]:
        response = self._run_command.output(command_id, instance, plugin)
        result: dict[str, t.Any] = {"truncated": False}
        for stream, prefix in _STREAMS.items():
            text = response.get(f"{prefix}Content") or ""
            result[stream] = text
            if len(text) >= CUT_AT:
                url = response.get(f"{prefix}Url") or ""
                whole, cut = self._whole(command_id, instance, plugin, stream, url)
                result[stream] = text if whole is None else whole
                result["truncated"] = result["truncated"] or cut
        return result

    def _whole(self, command_id: str, instance: str, plugin: str, stream: str, url: str) -> tuple[str | None, bool]:
        """Return a stream from S3 or CloudWatch, if it can be read, and whether it is cut."""
        try:
            if self._bucket and url:
                return self._from_s3(url)
            if self._log_group:
                return self._from_logs(f"{command_id}/{instance}/", plugin, stream)
        except OctoAwsError as error:
            self.warnings.append(f"The {stream} of {instance} is cut at {CUT_AT:,} characters. {error}")
        return None, True

    def _from_s3(self, url: str) -> tuple[str, bool]:
        """Read an object. AWS returns its address with the bucket in the path, or in the name of the host."""
        key = unquote(urlsplit(url).path).lstrip("/")
        key = key.removeprefix(f"{self._bucket}/")
        response = call(
            self._client_of("s3"),
            "get_object",
            self._secrets,
            Bucket=self._bucket,
            Key=key,
            Range=f"bytes=0-{LARGEST - 1}",
        )
        total = int(str(response.get("ContentRange") or "").rpartition("/")[2] or response["ContentLength"])
        return response["Body"].read().decode("utf-8", "replace"), total > LARGEST

    def _from_logs(self, prefix: str, plugin: str, stream: str) -> tuple[str | None, bool]:
        logs = self._client_of("logs")
        streams = call(
            logs, "describe_log_streams", self._secrets, logGroupName=self._log_group, logStreamNamePrefix=prefix
        )
        names = [item["logStreamName"] for item in streams.get("logStreams") or []]
        names = [name for name in names if name.endswith(f"/{stream}")]
        # The name has the plugin, with a hyphen in place of the colon.
        names = [name for name in names if plugin.replace(":", "-") in name.split("/")] or names
        if len(names) != 1:
            return None, True
        lines: list[str] = []
        token: dict[str, str] = {}
        size = 0
        while size < LARGEST:
            response = call(
                logs,
                "get_log_events",
                self._secrets,
                logGroupName=self._log_group,
                logStreamName=names[0],
                startFromHead=True,
                **token,
            )
            lines += [event["message"] for event in response.get("events") or []]
            size = sum(map(len, lines))
            # At the end, AWS returns the token of the request.
            if response["nextForwardToken"] == token.get("nextToken"):
                return "\n".join(lines), False
            token = {"nextToken": response["nextForwardToken"]}
        return "\n".join(lines), True
