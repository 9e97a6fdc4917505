# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to Lambda for one function."""

from __future__ import annotations

import base64
import typing as t

from .._aws.console import console_url
from .._aws.errors import call
from .._errors import OctoAwsError
from .options import present_settings

_OF_VERSION = (
    "CodeSha256",
    "Architectures",
    "PackageType",
    "ImageConfigResponse",
    "FileSystemConfigs",
    "LoggingConfig",
)
"""The fields of a version, besides the settings of :func:`.options.present_settings`."""


class Function:
    """A function of an account.

    :param client: for requests that botocore may repeat
    :param invoker: for ``Invoke``, which botocore must not repeat
    :param secrets: values to mask in messages
    """

    def __init__(self, client: t.Any, invoker: t.Any, secrets: t.Sequence[str], name: str) -> None:
        self._client = client
        self._invoker = invoker
        self._secrets = secrets
        self.name = name

    def get(self) -> dict[str, t.Any] | None:
        """Return the response of ``GetFunction``, or ``None`` if there is no function."""
        return self._found("get_function")

    def configuration(self, qualifier: str) -> dict[str, t.Any]:
        """Return the configuration of a version."""
        return self.send("get_function_configuration", Qualifier=qualifier)

    def last_version(self) -> str:
        """Return the number of the last published version; empty for none."""
        found = "0"
        marker: dict[str, str] = {}
        while True:
            response = self.send("list_versions_by_function", **marker)
            numbers = [version["Version"] for version in response.get("Versions") or []]
            found = max([found, *(number for number in numbers if number.isdigit())], key=int)
            if not response.get("NextMarker"):
                return "" if found == "0" else found
            marker = {"Marker": response["NextMarker"]}

    def alias(self, name: str) -> dict[str, t.Any] | None:
        """Return an alias, or ``None``."""
        return self._found("get_alias", Name=name)

    def send(self, operation: str, /, **parameters: t.Any) -> dict[str, t.Any]:
        """Send a request about the function."""
        return call(self._client, operation, self._secrets, FunctionName=self.name, **parameters)

    def invoke(self, qualifier: str, payload: bytes) -> dict[str, t.Any]:
        """Invoke a version, and return its answer as text, its error, and the end of its log."""
        response = call(
            self._invoker,
            "invoke",
            self._secrets,
            FunctionName=self.name,
            Qualifier=qualifier,
            Payload=payload,
            LogType="Tail",
        )
        return {
            "qualifier": qualifier,
            "payload": response["Payload"].read().decode("utf-8", "replace"),
            "error": response.get("FunctionError") or "",
            "log": base64.b64decode(response.get("LogResult") or "").decode("utf-8", "replace"),
        }

    def set_tags(self, arn: str, tags: t.Mapping[str, str]) -> None:
        """Add tags to the function."""
        call(self._client, "tag_resource", self._secrets, Resource=arn, Tags=dict(tags))

    def _found(self, operation: str, **parameters: t.Any) -> dict[str, t.Any] | None:
        try:
            return self.send(operation, **parameters)
        except OctoAwsError as error:
            if error.is_refusal("ResourceNotFoundException"):
                return None
            raise


def is_same_version(one: t.Mapping[str, t.Any], other: t.Mapping[str, t.Any]) -> bool:
    """Whether two configurations of a function have the same code and settings."""
    return _version_of(one) == _version_of(other)


def _version_of(configuration: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    snap_start = (configuration.get("SnapStart") or {}).get("ApplyOn", "None")
    rest = {name: configuration.get(name) or None for name in _OF_VERSION}
    return {**present_settings(configuration), **rest, "SnapStart": snap_start}


def function_url(region: str, name: str) -> str:
    """Return the address of a function in the console; empty for regions without a public console."""
    return console_url(region, f"lambda/home?region={region}#/functions/{name}")
