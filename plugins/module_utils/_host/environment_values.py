# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the variables of a program from Parameter Store and Secrets Manager, with the account of the task."""

from __future__ import annotations

import json
import re
import typing as t

from .._aws.errors import call, retry_throttled
from .._errors import ErrorCode, OctoAwsError
from .._model.yaml_values import to_text
from .aws_environment import conflicting_variables

if t.TYPE_CHECKING:
    from .environment_sources import EnvironmentSource

    Client = t.Callable[[str], t.Any]
    """Creates a client of a service."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_PAGE = 10
"""The most parameters of a page (SSM API reference, GetParametersByPath)."""
_LARGEST = 131_072
"""Bytes of a name, a value, ``=`` and the final NUL: MAX_ARG_STRLEN of Linux (execve(2))."""
_LARGEST_SUM = 1_048_576
"""Bytes of all of them. Linux has a limit for arguments and environment together, 2 MiB by default."""
_OWN_PREFIX = "AWS_"


class EnvironmentValues:
    """Collects the variables of all sources. Its messages never have a value.

    :param client: creates a client of a service on its first use
    :param secrets: values to mask in messages of AWS
    """

    def __init__(self, client: Client, secrets: t.Sequence[str]) -> None:
        self._create = client
        self._clients: dict[str, t.Any] = {}
        self._masked = list(secrets)
        self._sources: dict[str, str] = {}
        """By the name of a variable, for messages."""
        self.variables: dict[str, str] = {}
        self.secrets: list[str] = []
        """All values, in the spellings in which a program is likely to print them."""

    def read(self, sources: t.Iterable[EnvironmentSource], taken: t.Container[str]) -> EnvironmentValues:
        """Read all sources.

        :param taken: names of variables that the task sets itself
        :raises OctoAwsError: a source cannot be read, or one of its values cannot be a variable
        """
        for source in sources:
            try:
                values = list(self._parameters(source) if source.service == "ssm" else self._secret(source))
            except OctoAwsError as error:
                raise error.about(f"environment_from: {source.text}") from None
            for name, value in values:
                self._add(source, name, value, taken)
        # They are not registered with ansible-core: it would send them to the controller in the result, and with async
        # write them into a file.
        size = sum(_size(name, value) for name, value in self.variables.items())
        if size > _LARGEST_SUM:
            raise _unusable(f"environment_from has {size:,} bytes, and the limit is {_LARGEST_SUM:,}.")
        return self

    def _add(self, source: EnvironmentSource, name: str, value: str, taken: t.Container[str]) -> None:
        self.secrets += _spellings(value)
        where = f"environment_from: {source.text} gives the variable {name!r:.140}, "
        if not _NAME.fullmatch(name):
            raise _unusable(
                f"{where}which is not a name of a variable.",
                "Name it: NAME=ssm:/PATH/NAME for a parameter, NAME=secretsmanager:NAME#KEY for a key of a secret.",
            )
        if name.upper().startswith(_OWN_PREFIX) or conflicting_variables([name]):
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"{where}which is for AWS clients: it can change the account, the region or the endpoint.",
                hint="Remove it there, or set it with environment, account or region of the task.",
            )
        if name in taken or name in self._sources:
            other = self._sources.get(name, "environment of the task")
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"{where}which {other} sets as well.",
                hint="Remove one of them, or name one: NAME=ssm:/PATH/NAME, NAME=secretsmanager:NAME#KEY.",
            )
        if "\0" in value:
            raise _unusable(f"{where}with a NUL character, which a variable cannot have.")
        if _size(name, value) > _LARGEST:
            raise _unusable(f"{where}with {_size(name, value):,} bytes, and the limit of Linux is {_LARGEST:,}.")
        self._sources[name] = source.text
        self.variables[name] = value

    def _parameters(self, source: EnvironmentSource) -> t.Iterator[tuple[str, str]]:
        """Yield all parameters below a path, or the only one with this name."""
        found = False
        if source.is_path:
            path = source.resource.rstrip("/")
            for parameter in self._below(path):
                found = True
                yield _variable(parameter["Name"].removeprefix(path).lstrip("/")), parameter["Value"]
        if not found:
            if source.resource.endswith("/"):
                raise self._no_parameter(source, "There are no parameters below this path")
            try:
                response = self._call("ssm", "get_parameter", Name=source.resource, WithDecryption=True)
            except OctoAwsError as error:
                if not error.is_refusal("ParameterNotFound", "ParameterVersionNotFound"):
                    raise
                raise self._no_parameter(source, "There is no such parameter") from None
            parameter = response["Parameter"]
            yield source.variable or _variable(parameter["Name"].rpartition("/")[2]), parameter["Value"]

    def _below(self, path: str) -> t.Iterator[dict[str, t.Any]]:
        token: dict[str, str] = {}
        while True:
            page = self._call(
                "ssm",
                "get_parameters_by_path",
                Path=path,
                Recursive=True,
                WithDecryption=True,
                MaxResults=_PAGE,
                **token,
            )
            yield from page["Parameters"]
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def _no_parameter(self, source: EnvironmentSource, problem: str) -> OctoAwsError:
        region = self._clients["ssm"].meta.region_name
        also = ", nor one below it" if source.is_path and not source.resource.endswith("/") else ""
        return OctoAwsError(
            ErrorCode.PARAMETER_UNKNOWN,
            f"{problem}{also} in the region {region}.",
            hint="Compare the name, the account and the region with Systems Manager > Parameter Store.",
        )

    def _secret(self, source: EnvironmentSource) -> t.Iterator[tuple[str, str]]:
        try:
            response = self._call("secretsmanager", "get_secret_value", SecretId=source.resource)
        except OctoAwsError as error:
            deleted = error.is_refusal("InvalidRequestException", message="marked for deletion")
            if not deleted and not error.is_refusal("ResourceNotFoundException"):
                raise
            region = self._clients["secretsmanager"].meta.region_name
            raise OctoAwsError(
                ErrorCode.SECRET_UNKNOWN,
                "The secret is marked for deletion."
                if deleted
                else f"There is no such secret in the region {region}, or it has no value.",
                hint="Restore it, or use another one."
                if deleted
                else "Compare the name, the account and the region with Secrets Manager > Secrets.",
            ) from None
        text = response.get("SecretString")
        if text is None:
            raise _unusable("The secret is binary, and a variable is text.", "Store it as text, or use s3_download.")
        content = _json_object(text)
        for value in (content or {}).values():
            # They can be printed one by one, even if the variable is the whole secret.
            self.secrets += _spellings(str(value)) if not isinstance(value, (dict, list, bool)) else ()
        if content is None and source.key:
            raise _unusable("The secret is not a JSON object, and has no keys.", "Remove the part from # on.")
        if content is None or (source.variable and not source.key):
            yield source.variable or _variable(response["Name"].rpartition("/")[2]), text
            return
        if source.key and source.key not in content:
            raise OctoAwsError(
                ErrorCode.SECRET_UNKNOWN,
                f"The secret has no key {source.key!r:.140}.",
                hint=f"Its keys are {', '.join(sorted(content))}."[:400] if content else "It has no keys at all.",
            )
        for key in [source.key] if source.key else content:
            yield source.variable or _variable(key), to_text(f"The key {key!r:.140}", content[key])

    def _call(self, service: str, operation: str, **parameters: t.Any) -> dict[str, t.Any]:
        if service not in self._clients:
            self._clients[service] = self._create(service)
        client = self._clients[service]
        return retry_throttled(lambda: call(client, operation, [*self._masked, *self.secrets], **parameters))


def _variable(name: str) -> str:
    """Return the name of a variable: ``db/password`` is ``DB_PASSWORD``."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name).upper()


def _json_object(text: str) -> dict[str, t.Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _spellings(value: str) -> list[str]:
    """Return a value, its lines, and its forms in JSON."""
    texts = dict.fromkeys([value, value.strip(), *(line.strip() for line in value.splitlines())])
    escaped = [json.dumps(text, ensure_ascii=ascii_only)[1:-1] for text in texts for ascii_only in (True, False)]
    return list(dict.fromkeys([*texts, *escaped]))


def _size(name: str, value: str) -> int:
    return len(name) + len(value.encode("utf-8", "surrogateescape")) + 2


def _unusable(message: str, hint: str = "") -> OctoAwsError:
    return OctoAwsError(ErrorCode.ENVIRONMENT_INVALID, message, hint=hint)
