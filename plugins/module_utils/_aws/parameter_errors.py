# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Explain requests that botocore rejects before sending them: a parameter is not valid, or there are no credentials.

No message quotes a value: it may be a secret.
"""

from __future__ import annotations

import re
import typing as t

from .._model.field_checks import refused
from .client_errors import no_credentials, no_such_endpoint

if t.TYPE_CHECKING:
    from .._errors import OctoAwsError

_OPTIONS = {
    "NotificationARNs": "notification_arns",
    "OnFailure": "on_create_failure",
    "OnStackFailure": "on_create_failure",
    "RoleARN": "role_arn",
    "SSEKMSKeyId": "kms_key_id",
    "SerialNumber": "mfa_serial",
    "ServerSideEncryption": "encryption",
    "StackPolicyBody": "stack_policy",
    "Tagging": "tags",
    "TemplateURL": "template_url",
    "TokenCode": "mfa_token",
}
"""Parameters of AWS, and their options, where the name is not just the same in snake case."""
_INVALID_PARAMETER = re.compile(
    r"Invalid (?P<kind>length|type|value) for parameter (?P<path>[A-Za-z][A-Za-z0-9.\[\]]*)"
)
_BOUND = re.compile(r"valid (min|max) (?:length|value): (\d+)")


def explain_unsent(error: Exception, parameters: t.Mapping[str, t.Any]) -> OctoAwsError | None:
    """Return the error of a request that was not sent, or ``None`` if the request may have been sent.

    :param parameters: the parameters of the request
    """
    from botocore import exceptions as aws

    if isinstance(error, aws.ParamValidationError):
        report = str(error.kwargs.get("report", ""))
        match = _INVALID_PARAMETER.search(report)
        if match:
            bound = _BOUND.search(report, match.end())
            return refused(_entry(match["path"], parameters), _reason(match["kind"], bound))
        return refused(_find_option(report, parameters) or "A value", "has a format that AWS does not accept")
    if isinstance(error, _arn_errors(aws)):
        if "Bucket" not in parameters:
            return no_such_endpoint(error) or refused("region", "has no endpoint for this service")
        return no_such_endpoint(error) or refused("bucket", "is an ARN that is not supported here")
    return no_credentials(error)


def _arn_errors(aws: t.Any) -> tuple[type[Exception], ...]:
    """Return the errors about ARNs that this version of botocore has."""
    names = (
        "EndpointProviderError",
        "InvalidHostLabelError",
        "UnsupportedOutpostResourceError",
        "UnsupportedS3AccesspointConfigurationError",
        "UnsupportedS3ArnError",
        "UnsupportedS3ConfigurationError",
        "UnsupportedS3ControlArnError",
    )
    return tuple(getattr(aws, name) for name in names if hasattr(aws, name))


def _reason(kind: str, bound: t.Any) -> str:
    if kind == "type" or not bound:
        return f"has a {kind} that AWS does not accept"
    limit = "at least" if bound[1] == "min" else "at most"
    return f"must have {limit} {bound[2]} characters" if kind == "length" else f"must be {limit} {bound[2]}"


def _find_option(report: str, parameters: t.Mapping[str, t.Any]) -> str | None:
    """Return the option that a report is about, if it does not start with the name of a parameter."""
    if report.startswith("Invalid bucket name"):
        return "bucket"
    if report.startswith("Non ascii characters found in S3 metadata"):
        return "metadata"
    named = re.search(r"(?:parameter|input)[^:\n]*: \"?([A-Z][A-Za-z0-9]*)", report)
    return _option(named[1]) if named else None


def _option(parameter: str) -> str:
    return _OPTIONS.get(parameter) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).lower()


def _entry(path: str, parameters: t.Mapping[str, t.Any]) -> str:
    """Return the option, and the key of its entry, for a path such as ``Tags[0].Value``."""
    parameter, _bracket, rest = path.partition("[")
    option = _option(parameter.partition(".")[0])
    number = rest.partition("]")[0]
    entries = parameters.get(parameter)
    if not number.isdigit() or not isinstance(entries, (list, tuple)) or int(number) >= len(entries):
        return option
    entry = entries[int(number)]
    key = (entry.get("Key") or entry.get("ParameterKey")) if isinstance(entry, t.Mapping) else None
    return f"{option}.{key:.140}" if isinstance(key, str) else f"{option}, item {int(number) + 1},"
