# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send requests to AWS, and explain errors of AWS and of the connection to it.

botocore is imported inside the functions: without a request, it is not loaded.
"""

from __future__ import annotations

import random
import re
import time
import typing as t

from .._errors import AwsResponse, ErrorCode, OctoAwsError
from .._secrecy import redact, without_password
from . import error_codes as aws_codes
from .error_codes import DENIED, EXPLANATIONS, Explanation
from .parameter_errors import explain_unsent

Result = t.TypeVar("Result")

_RETRY_DELAYS = (2.0, 4.0, 8.0, 8.0)
"""The longest seconds to wait before each retry of a throttled request."""
_RETRY_TIME = 30.0
"""Seconds after which there are no more retries, since each attempt can take long, too."""

_TRANSIENT = (ErrorCode.THROTTLED, ErrorCode.AWS_UNAVAILABLE)
"""Errors that botocore retries, where the service allows it."""
_NOT_IMPLEMENTED = 501
"""The HTTP status of an operation that does not exist, which no retry changes."""

_PERMISSION = re.compile(
    r"not authorized to perform: (?P<action>[\w:*-]{1,100})(?: on resource: (?P<resource>\S{1,300}))?"
)
_ROLE_OPERATIONS = ("AssumeRole", "AssumeRoleWithWebIdentity")


def call(client: t.Any, operation: str, secrets: t.Iterable[str] = (), /, **parameters: t.Any) -> dict[str, t.Any]:
    """Send one request to AWS, and return its response.

    :param operation: the method of the client, such as ``describe_stacks``
    :param secrets: values to mask in messages
    :raises OctoAwsError: the request failed; its ``aws_code`` is the error code of AWS
    """
    try:
        response: dict[str, t.Any] = getattr(client, operation)(**parameters)
    except OctoAwsError:
        raise  # from an event handler
    except Exception as error:
        # Not only errors of botocore: its parser raises a KeyError on the page of a captive portal, for example.
        raise explain(error, endpoint=client.meta.endpoint_url, secrets=secrets, parameters=parameters) from None
    return response


def retry_throttled(send: t.Callable[[], Result]) -> Result:
    """Return the result of ``send``, retrying for half a minute while AWS throttles it.

    botocore retries a throttled request only for two or three seconds.
    """
    start = time.monotonic()
    for delay in _RETRY_DELAYS:
        try:
            return send()
        except Exception as error:
            if not _is_throttled(error) or time.monotonic() - start > _RETRY_TIME:
                raise
        time.sleep(random.uniform(delay / 2, delay))
    return send()


def _is_throttled(error: Exception) -> bool:
    if isinstance(error, OctoAwsError):
        return error.code is ErrorCode.THROTTLED
    code = getattr(error, "response", {}).get("Error", {}).get("Code")
    return EXPLANATIONS.get(code) is aws_codes.THROTTLED


def explain(
    error: Exception, *, endpoint: str, secrets: t.Iterable[str], parameters: t.Mapping[str, t.Any] | None = None
) -> OctoAwsError:
    """Convert an error of botocore into an error of the collection.

    Messages of AWS are quoted only where nothing better is known: they can quote the signed request, including the
    session token.

    :param endpoint: the URL of the request, for the message
    :param secrets: values to mask in the message
    :param parameters: the parameters of the request, for hints
    """
    from botocore import exceptions as aws

    secrets = list(secrets)
    at = f" (endpoint: {without_password(endpoint)})"
    if isinstance(error, aws.ClientError):
        return _explain_error_response(error, at, secrets, parameters or {})
    details = getattr(error, "kwargs", {})
    # Only the address of a proxy can be malformed here: the one of the endpoint was checked before.
    malformed = isinstance(details.get("error"), ValueError)
    if isinstance(error, (aws.ProxyConnectionError, aws.InvalidProxiesConfigError)) or malformed:
        # Everything before the last @ may be a password, which may contain any character.
        proxy = str(details.get("proxy_url", "")).rpartition("@")[2].rstrip("/").rpartition("/")[2]
        return OctoAwsError(
            ErrorCode.PROXY_FAILED,
            f"Cannot connect to the proxy {proxy}{at}." if proxy else f"The address of the proxy is not valid{at}.",
            hint="Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the user that runs Ansible.",
        )
    if isinstance(error, aws.SSLError):
        return OctoAwsError(
            ErrorCode.TLS_FAILED,
            f"The TLS certificate could not be verified{at}.",
            hint="If a proxy or a private endpoint has its own certificate authority, set ca_bundle or AWS_CA_BUNDLE "
            "to a file with its certificates (PEM). If one is set already, it is not the right one.",
        )
    if isinstance(error, (aws.ConnectionError, aws.HTTPClientError)):
        return OctoAwsError(
            ErrorCode.ENDPOINT_UNREACHABLE,
            f"Cannot connect to the AWS endpoint, or it did not respond in time{at}.",
            hint="Check the region, the network of this machine, and endpoint_url or AWS_ENDPOINT_URL if set.",
        )
    return explain_unsent(error, parameters or {}) or OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"The request failed, or the response did not come from AWS ({type(error).__name__}){at}.",
        hint="Check endpoint_url, AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
    ).with_response(AwsResponse(unsent=isinstance(error, aws.BotoCoreError)))


def _explain_error_response(
    error: t.Any, at: str, secrets: t.Iterable[str], parameters: t.Mapping[str, t.Any]
) -> OctoAwsError:
    details, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    # The response may quote secrets anywhere. Decisions read it unmasked, since a secret may be a word of AWS; only
    # text that is shown is masked.
    response = AwsResponse(
        metadata.get("HTTPStatusCode", 0), str(details.get("Code") or ""), str(details.get("Message") or "")
    )
    quote = f"{_masked(response.code, 100, secrets)}: {_masked(response.message, 10_000, secrets)}"
    explanation = _find_explanation(response, quote, error.operation_name, parameters)
    attempts = metadata.get("RetryAttempts", 0) + 1
    retried = f"; all {attempts} attempts failed" if explanation.code in _TRANSIENT and attempts > 1 else ""
    return OctoAwsError(
        explanation.code,
        f"{explanation.message}{retried}{at}.",
        hint=explanation.hint,
        aws_code=_masked(response.code, 100, secrets) or None,
        request_id=_masked(metadata.get("RequestId"), 100, secrets) or None,
    ).with_response(response)


def _find_explanation(
    response: AwsResponse, quote: str, operation: str, parameters: t.Mapping[str, t.Any]
) -> Explanation:
    """Return the explanation of an error response.

    :param quote: its code and message, masked; nothing else may be shown
    """
    code, message = response.code, response.message
    explanation = EXPLANATIONS.get(code)
    if code == "SignatureDoesNotMatch" and ("expired" in message or "not yet current" in message):
        return aws_codes.CLOCK_SKEWED
    if code == "SignatureDoesNotMatch" and "valid region" in message:
        return aws_codes.OTHER_PARTITION
    if code in ("AccessDenied", "AccessDeniedException"):
        return _explain_denial(operation, message, quote, parameters)
    if code == "ValidationError" and "DurationSeconds" in message:
        return aws_codes.DURATION_TOO_LONG
    if code.startswith("KMS."):
        return aws_codes.KMS_KEY_UNUSABLE
    if explanation is aws_codes.TOKEN_EXPIRED and "WebIdentityToken" in parameters:
        return aws_codes.WEB_IDENTITY_TOKEN_EXPIRED
    if explanation is None:
        unavailable = response.status >= 500 and response.status != _NOT_IMPLEMENTED
        general = aws_codes.UNAVAILABLE if unavailable else aws_codes.REFUSED
        return general._replace(message=f"{general.message}: {quote[:400]}".rstrip(":. "))
    return explanation


def _masked(value: object, longest: int, secrets: t.Iterable[str]) -> str:
    """Return text from a response without secrets and control characters."""
    text = redact(str(value or ""), secrets)[:longest]
    return "".join(character if character.isprintable() else " " for character in text)


def _explain_denial(operation: str, message: str, quote: str, parameters: t.Mapping[str, t.Any]) -> Explanation:
    """Explain AccessDenied: the hint names the policy, the condition or the external ID to check."""
    if "MultiFactorAuthentication failed" in message:
        return aws_codes.MFA_CODE_INVALID
    if any(words in message for words in aws_codes.DENIED_BY_KMS):
        return aws_codes.KMS_KEY_UNUSABLE
    reason = next((hint for words, hint in aws_codes.DENIED_REASONS.items() if words in message), "")
    if operation not in _ROLE_OPERATIONS:
        return Explanation(ErrorCode.ACCESS_DENIED, _denied_permission(quote), reason or aws_codes.DENIED_HINT)
    if operation == "AssumeRoleWithWebIdentity":
        hint = reason or aws_codes.DENIED_WEB_IDENTITY_HINT
        return Explanation(ErrorCode.ACCESS_DENIED, "AWS denied the role to this web identity", hint)
    hints = [reason or aws_codes.DENIED_ROLE_HINT]
    hints.append(
        "If the trust policy has a condition on sts:ExternalId, compare it with external_id of this hop."
        if "ExternalId" in parameters
        else "If the trust policy has a condition on sts:ExternalId, set external_id of this hop."
    )
    if "SerialNumber" not in parameters:
        hints.append("If it requires MFA, set mfa_serial of the first hop.")
    if parameters.get("Tags"):
        hints.append("Tags need sts:TagSession on both sides.")
    if "SourceIdentity" in parameters:
        hints.append("source_identity needs sts:SetSourceIdentity on both sides.")
    return Explanation(ErrorCode.ACCESS_DENIED, DENIED, " ".join(hints))


def _denied_permission(quote: str) -> str:
    """Return the message of a denial, with the missing permission where AWS names it.

    A request can need a permission other than its own.
    """
    named = _PERMISSION.search(quote)
    if not named:
        return DENIED
    resource = f" on {named['resource']}" if named["resource"] else ""
    return f"AWS denied {named['action']}{resource} to these credentials"
