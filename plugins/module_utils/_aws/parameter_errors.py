# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: requests that botocore refuses before it sends them, because of a value of an option, or since
it has no credentials for them.

Ground, above ``_client_errors``. No message quotes what botocore says of a value: it may be a secret.
"""

from __future__ import annotations

import re
import typing as t

from .._model.validation import refused
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
"""Parameters of AWS, and the options that they are, where the name is not the same in another spelling."""
_OF_PARAMETER = re.compile(r"Invalid (?P<what>length|type|value) for parameter (?P<path>[A-Za-z][A-Za-z0-9.\[\]]*)")
_BOUND = re.compile(r"valid (min|max) (?:length|value): (\d+)")


def unsent(error: Exception, parameters: t.Mapping[str, t.Any]) -> OctoAwsError | None:
    """The error of a request that was not sent, if that is the meaning of an error of botocore.

    :param parameters: of the request
    """
    from botocore import exceptions as aws

    if isinstance(error, aws.ParamValidationError):
        report = str(error.kwargs.get("report", ""))
        found = _OF_PARAMETER.search(report)
        if found:
            bound = _BOUND.search(report, found.end())
            return refused(_entry(found["path"], parameters), _reason(found["what"], bound))
        return refused(_named(report, parameters) or "A value", "has a form that AWS does not take")
    if isinstance(error, _of_resources(aws)):
        if "Bucket" not in parameters:
            return no_such_endpoint(error) or refused("region", "has no endpoint of this service")
        return no_such_endpoint(error) or refused("bucket", "is an ARN that cannot be used here")
    return no_credentials(error)


def _of_resources(aws: t.Any) -> tuple[type[Exception], ...]:
    """Errors about ARNs. Not every version of botocore has each of them."""
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


def _reason(what: str, bound: t.Any) -> str:
    if what == "type" or not bound:
        return f"has a {what} that AWS does not take"
    limit = "at least" if bound[1] == "min" else "at most"
    return f"must have {limit} {bound[2]} characters" if what == "length" else f"must be {limit} {bound[2]}"


def _named(report: str, parameters: t.Mapping[str, t.Any]) -> str | None:
    """The option that a report without the name of a parameter is about."""
    if report.startswith("Invalid bucket name"):
        return "bucket"
    if report.startswith("Non ascii characters found in S3 metadata"):
        return "metadata"
    named = re.search(r"(?:parameter|input)[^:\n]*: \"?([A-Z][A-Za-z0-9]*)", report)
    return _option(named[1]) if named else None


def _option(parameter: str) -> str:
    return _OPTIONS.get(parameter) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", parameter).lower()


def _entry(path: str, parameters: t.Mapping[str, t.Any]) -> str:
    """The option, and the key of its entry, that a path such as ``Tags[0].Value`` leads to."""
    parameter, _bracket, rest = path.partition("[")
    option = _option(parameter.partition(".")[0])
    number = rest.partition("]")[0]
    entries = parameters.get(parameter)
    if not number.isdigit() or not isinstance(entries, (list, tuple)) or int(number) >= len(entries):
        return option
    entry = entries[int(number)]
    key = (entry.get("Key") or entry.get("ParameterKey")) if isinstance(entry, t.Mapping) else None
    return f"{option}.{key:.140}" if isinstance(key, str) else f"{option}, item {int(number) + 1},"
