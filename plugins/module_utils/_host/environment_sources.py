# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sources of variables for a program: parameters of Parameter Store, and secrets of Secrets Manager.

The controller parses them, so that a mistyped one is an error before any request. The host reads them.
"""

from __future__ import annotations

import re
import typing as t

from .._errors import ErrorCode, OctoAwsError

_SOURCE = re.compile(
    r"(?:(?P<variable>[A-Za-z_][A-Za-z0-9_]*)=)?(?P<service>ssm|secretsmanager):(?P<resource>[^\s#]+)(?:#(?P<key>.+))?",
    re.ASCII,
)
_PARAMETER = re.compile(
    r"(?:arn:aws[\w-]*:ssm:[\w-]+:\d{12}:parameter)?/?[\w.-]+(?:/[\w.-]+)*(?:/|:[\w.-]+)?", re.ASCII
)
"""SSM API reference, PutParameter and GetParameter. A version or a label is after a colon."""
_SECRET = re.compile(r"(?:arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:)?[\w/+=.@-]{1,512}", re.ASCII)
"""Secrets Manager API reference, CreateSecret."""
_LONGEST_PARAMETER = 2048
_EXAMPLES = (
    "ssm:/app/prod, secretsmanager:app/prod, DB_PASSWORD=ssm:/app/prod/db or DB_PASSWORD=secretsmanager:app/prod#db"
)


class EnvironmentSource(t.NamedTuple):
    """One source, which gives one variable or several.

    :param text: as the user wrote it, for messages
    :param service: ``ssm`` or ``secretsmanager``
    :param resource: a path or the name of a parameter, or the name of a secret; or an ARN
    :param variable: the name of the only variable; empty to derive names
    :param key: of a secret in JSON; empty for all of it
    """

    text: str
    service: str
    resource: str
    variable: str = ""
    key: str = ""

    @property
    def is_path(self) -> bool:
        """Whether it can give all parameters below a path."""
        return (
            self.service == "ssm" and not self.variable and self.resource.startswith("/") and ":" not in self.resource
        )


def parse_sources(texts: t.Iterable[str]) -> list[EnvironmentSource]:
    """Parse ``environment_from``.

    :raises OctoAwsError: names the source that is not valid
    """
    return [_parse(text) for text in texts]


def _parse(text: str) -> EnvironmentSource:
    match = _SOURCE.fullmatch(text)
    problem = "is not a source"
    if match:
        is_parameter = match["service"] == "ssm"
        resource = match["resource"]
        if is_parameter and match["key"]:
            problem = "has a key, which only secrets have"
        elif is_parameter and (not _PARAMETER.fullmatch(resource) or len(resource) > _LONGEST_PARAMETER):
            problem = "is neither a path nor the name or the ARN of a parameter"
        elif not is_parameter and not _SECRET.fullmatch(resource):
            problem = "is neither the name nor the ARN of a secret"
        elif is_parameter and match["variable"] and resource.endswith("/"):
            problem = "has one variable for a path"
        else:
            return EnvironmentSource(text, match["service"], resource, match["variable"] or "", match["key"] or "")
    raise OctoAwsError(
        ErrorCode.OPTION_INVALID,
        f"environment_from: {text!r:.200} {problem}.",
        hint=f"Write it like {_EXAMPLES}.",
    )
