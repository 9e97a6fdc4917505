# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: asks AWS, and puts what AWS and the way to it answer in words that help.

A part, above the ground. botocore is imported inside the functions: who asks nobody never pays for it.
"""

from __future__ import annotations

import random
import re
import time
import typing as t

from .._errors import AwsResponse, ErrorCode, OctoAwsError
from .._secrecy import redact, without_password
from .parameter_errors import unsent

Result = t.TypeVar("Result")

_PAUSES = (2.0, 4.0, 8.0, 8.0)
"""Seconds, at most, between two times that throttled work is done."""

_PATIENCE = 30.0
"""Seconds after which it is not repeated: each time can take long, too."""


class _Refusal(t.NamedTuple):
    code: ErrorCode
    what: str
    hint: str


_CLOCK = _Refusal(
    ErrorCode.CLOCK_SKEWED,
    "AWS refused the request because of its time: the clock of this machine is off by more than AWS allows (5 minutes)",
    "Set the clock (chronyc tracking, timedatectl), then try again.",
)
_KEY = _Refusal(
    ErrorCode.ACCESS_KEY_UNKNOWN,
    "AWS does not know this access key, or does not accept it with this session token",
    "It may be mistyped, deleted, inactive, made a moment ago, or of another partition (China and GovCloud need a "
    "region of theirs). Compare it with IAM > Users > Security credentials.",
)
_KMS = _Refusal(
    ErrorCode.KMS_KEY_REFUSED,
    "The KMS key cannot be used for this",
    "Check that it exists in the region where it is used and is enabled, and that its policy and the policies of the "
    "identity allow kms:GenerateDataKey and kms:Decrypt.",
)
_TOKEN = _Refusal(
    ErrorCode.SESSION_TOKEN_EXPIRED,
    "The session token has expired",
    "Get new temporary credentials, and save the access key, the secret key and the session token together.",
)
_THROTTLED = _Refusal(
    ErrorCode.THROTTLED,
    "AWS throttled the request",
    "Too many requests are made for this AWS account at the moment. Try again later, with fewer forks.",
)
_REFUSALS: dict[str, _Refusal] = {
    **dict.fromkeys(
        ("InvalidClientTokenId", "InvalidAccessKeyId", "UnrecognizedClientException", "InvalidToken"), _KEY
    ),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"), _TOKEN),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"), _CLOCK),
    **dict.fromkeys(
        (
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "SlowDown",
        ),
        _THROTTLED,
    ),
    **dict.fromkeys(("DecryptionFailure", "EncryptionFailure", "InvalidKeyId"), _KMS),
    "SignatureDoesNotMatch": _Refusal(
        ErrorCode.SECRET_KEY_WRONG,
        "The secret key does not belong to this access key",
        "Copy the secret key again, whole and without spaces; if it is lost, make a new access key.",
    ),
    "NoSuchBucket": _Refusal(
        ErrorCode.BUCKET_UNKNOWN, "There is no bucket of this name", "Correct the name, or make the bucket first."
    ),
    "RegionDisabledException": _Refusal(
        ErrorCode.REGION_DISABLED,
        "This region is not enabled for the AWS account",
        "Enable the region in the account's settings, or name another one.",
    ),
    "MalformedPolicyDocument": _Refusal(
        ErrorCode.SESSION_POLICY_REFUSED,
        "AWS does not take the session policy",
        "Correct policy of this hop: the grammar of IAM policies, without a principal.",
    ),
    "PackedPolicyTooLarge": _Refusal(
        ErrorCode.SESSION_POLICY_REFUSED,
        "The session policy, the policy ARNs and the tags are too large together once AWS has packed them",
        "Make them fewer or shorter.",
    ),
    "InvalidIdentityToken": _Refusal(
        ErrorCode.WEB_IDENTITY_REFUSED,
        "AWS does not accept the web identity token",
        "Compare its issuer and audience (aud) with the identity provider in IAM, and the provider's with the role's "
        "trust policy.",
    ),
    "IDPRejectedClaim": _Refusal(
        ErrorCode.WEB_IDENTITY_REFUSED,
        "The identity provider rejected the web identity token",
        "It may have expired or been revoked: get a new one.",
    ),
    "IDPCommunicationError": _Refusal(
        ErrorCode.AWS_UNAVAILABLE,
        "AWS could not reach the identity provider",
        "Try again later, and check that the provider's keys (JWKS) can be read from outside.",
    ),
}
_WEB_TOKEN_EXPIRED = _Refusal(
    ErrorCode.WEB_IDENTITY_REFUSED,
    "The web identity token has expired",
    "Whatever writes the token file has to renew it: in CI, ask for a new token shortly before the play.",
)
_DURATION = _Refusal(
    ErrorCode.SESSION_DURATION_REFUSED,
    "AWS does not give a session that lasts as long",
    "Ask for fewer duration_seconds, or raise the role's maximum session duration. A role that is assumed with the "
    "session of another one lasts at most an hour.",
)
_PASSING = (ErrorCode.THROTTLED, ErrorCode.AWS_UNAVAILABLE)
"""What may pass by itself, so that botocore repeats the request where the service allows it."""
_NOT_IMPLEMENTED = 501
"""The status of HTTP that a later attempt does not change."""
_MFA = _Refusal(
    ErrorCode.MFA_TOKEN_REFUSED,
    "AWS does not accept the code of the MFA device",
    "A code works once: wait for the next one. Check that mfa_serial is the device of the user whose keys these are.",
)
_OTHER_PARTITION = _Refusal(
    ErrorCode.PARTITION_MISMATCH,
    "The endpoint belongs to another partition than the region",
    "Name a region of the partition that the key was made in, and no endpoint of another one.",
)
_UNAVAILABLE = _Refusal(ErrorCode.AWS_UNAVAILABLE, "AWS had an internal error", "Try again later.")
_REFUSED = _Refusal(ErrorCode.AWS_REFUSED, "AWS refused the request", "")
DENIED = "AWS denied the request to these credentials"
"""Where AWS says no more."""
_PERMISSION = re.compile(
    r"not authorized to perform: (?P<action>[\w:*-]{1,100})(?: on resource: (?P<resource>\S{1,300}))?"
)
_OTHER_SIDE = (
    "Two sides have to allow it: the policies of the identity that asks (sts:AssumeRole on this role), and the trust "
    "policy of the role (its principal, and its conditions)."
)
_ROLES = ("AssumeRole", "AssumeRoleWithWebIdentity")
_DENIED_BY = {
    "no identity-based policy allows": "Look at the policies of the identity that asks: none allows this action on "
    "this resource.",
    "no resource-based policy allows": "Look at the trust policy of the role: it names another principal, or one of "
    "its conditions is not met.",
    "service control policy": "Look at the organization's service control policies.",
    "resource control policy": "Look at the organization's resource control policies.",
    "permissions boundary": "Look at the permissions boundary of the identity that asks.",
    "session policy": "Look at the session policy of the hop before.",
    "explicit deny in an identity-based policy": "Look at the policies of the identity that asks: one denies this.",
    "explicit deny in a resource-based policy": "Look at the trust policy of the role: a statement of it denies this.",
}
"""What AWS says about why, where it says anything (IAM user guide, access denied error messages)."""


_DENIED_BY_KMS = ("kms:", "Access to KMS is not allowed", "The ciphertext refers to a customer master key")
"""What services say of it, Secrets Manager and Parameter Store among them."""


def call(client: t.Any, operation: str, secrets: t.Iterable[str] = (), /, **parameters: t.Any) -> dict[str, t.Any]:
    """The answer of AWS to one request.

    :param operation: as botocore names it, C(describe_stacks)
    :param secrets: values that no message may quote
    :raises OctoAwsError: AWS refused it, or could not be asked; its C(aws_code) is that of AWS
    """
    try:
        answer: dict[str, t.Any] = getattr(client, operation)(**parameters)
    except OctoAwsError:
        raise  # of an event handler
    except Exception as error:
        # Not botocore's errors alone: its parser fails with a KeyError where a captive portal answers, for one.
        raise explain(error, endpoint=client.meta.endpoint_url, secrets=secrets, parameters=parameters) from None
    return answer


def retry_throttled(work: t.Callable[[], Result]) -> Result:
    """The result of ``work``, which asks AWS, and which is repeated for half a minute while AWS throttles it.

    botocore repeats a throttled request only for two or three seconds.
    """
    began = time.monotonic()
    for pause in _PAUSES:
        try:
            return work()
        except Exception as error:
            if not _is_throttled(error) or time.monotonic() - began > _PATIENCE:
                raise
        time.sleep(random.uniform(pause / 2, pause))
    return work()


def _is_throttled(error: Exception) -> bool:
    if isinstance(error, OctoAwsError):
        return error.code is ErrorCode.THROTTLED
    code = getattr(error, "response", {}).get("Error", {}).get("Code")
    return _REFUSALS.get(code) is _THROTTLED


def explain(
    error: Exception, *, endpoint: str, secrets: t.Iterable[str], parameters: t.Mapping[str, t.Any] | None = None
) -> OctoAwsError:
    """The error of the collection that an error of botocore is.

    What AWS words is passed on only where nothing better is known: its messages can quote the request that was
    signed, session token included.

    :param endpoint: the URL that was asked, for the message
    :param secrets: values that must not be in the message
    :param parameters: what was sent, for hints about it
    """
    from botocore import exceptions as aws

    secrets = list(secrets)
    at = f" (asked: {without_password(endpoint)})"
    if isinstance(error, aws.ClientError):
        return _explain_refusal(error, at, secrets, parameters or {})
    details = getattr(error, "kwargs", {})
    # Only the address of a proxy can be one that is not understood: that of the endpoint was looked at before.
    not_understood = isinstance(details.get("error"), ValueError)
    if isinstance(error, (aws.ProxyConnectionError, aws.InvalidProxiesConfigError)) or not_understood:
        # What is before the last @ may be a password, and may hold anything.
        proxy = str(details.get("proxy_url", "")).rpartition("@")[2].rstrip("/").rpartition("/")[2]
        return OctoAwsError(
            ErrorCode.PROXY_FAILED,
            f"The proxy {proxy or 'with an address that cannot be read'} could not be used{at}.",
            hint="Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the user that runs Ansible.",
        )
    if isinstance(error, aws.SSLError):
        return OctoAwsError(
            ErrorCode.TLS_FAILED,
            f"The TLS connection could not be trusted{at}.",
            hint="If a proxy or a private endpoint has a certificate of its own, name a file with its CA (PEM) with "
            "ca_bundle or AWS_CA_BUNDLE. If one is named, it is not the right one.",
        )
    if isinstance(error, (aws.ConnectionError, aws.HTTPClientError)):
        return OctoAwsError(
            ErrorCode.ENDPOINT_UNREACHABLE,
            f"The AWS endpoint could not be reached, or did not answer in time{at}.",
            hint="Check the region, the network of this machine, and endpoint_url or AWS_ENDPOINT_URL if set.",
        )
    return unsent(error, parameters or {}) or OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"What answered is not an AWS endpoint, or cannot be asked ({type(error).__name__}){at}.",
        hint="Check endpoint_url, AWS_ENDPOINT_URL, and what stands between this machine and AWS.",
    ).with_response(AwsResponse(unsent=isinstance(error, aws.BotoCoreError)))


def _explain_refusal(
    error: t.Any, at: str, secrets: t.Iterable[str], parameters: t.Mapping[str, t.Any]
) -> OctoAwsError:
    told, metadata = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    # The sender was sent secrets, and can quote them anywhere. Decisions read the answer as it is: a secret may be a
    # word of AWS. Only what is shown is masked.
    answer = AwsResponse(metadata.get("HTTPStatusCode", 0), str(told.get("Code") or ""), str(told.get("Message") or ""))
    said = f"{_shown(answer.code, 100, secrets)}: {_shown(answer.message, 10_000, secrets)}"
    refusal = _refusal_of(answer, said, error.operation_name, parameters)
    attempts = metadata.get("RetryAttempts", 0) + 1
    repeated = f", each of the {attempts} times it was sent" if refusal.code in _PASSING and attempts > 1 else ""
    return OctoAwsError(
        refusal.code,
        f"{refusal.what}{repeated}{at}.",
        hint=refusal.hint,
        aws_code=_shown(answer.code, 100, secrets) or None,
        request_id=_shown(metadata.get("RequestId"), 100, secrets) or None,
    ).with_response(answer)


def _refusal_of(answer: AwsResponse, said: str, operation: str, parameters: t.Mapping[str, t.Any]) -> _Refusal:
    """The meaning of an answer.

    :param said: the answer once it is masked, which is all that may be quoted
    """
    code, message = answer.code, answer.message
    refusal = _REFUSALS.get(code)
    if code == "SignatureDoesNotMatch" and ("expired" in message or "not yet current" in message):
        return _CLOCK
    if code == "SignatureDoesNotMatch" and "valid region" in message:
        return _OTHER_PARTITION
    if code in ("AccessDenied", "AccessDeniedException"):
        return _denied(operation, message, said, parameters)
    if code == "ValidationError" and "DurationSeconds" in message:
        return _DURATION
    if code.startswith("KMS."):
        return _KMS
    if refusal is _TOKEN and "WebIdentityToken" in parameters:
        return _WEB_TOKEN_EXPIRED
    if refusal is None:
        passing = answer.status >= 500 and answer.status != _NOT_IMPLEMENTED
        kind = _UNAVAILABLE if passing else _REFUSED
        return kind._replace(what=f"{kind.what}: {said[:400]}".rstrip(":. "))
    return refusal


def _shown(value: object, longest: int, secrets: t.Iterable[str]) -> str:
    """A text that others word, without secrets and control characters."""
    text = redact(str(value or ""), secrets)[:longest]
    return "".join(character if character.isprintable() else " " for character in text)


def _denied(operation: str, message: str, said: str, parameters: t.Mapping[str, t.Any]) -> _Refusal:
    """AccessDenied, and which side to look at: the caller's policies, the trust policy, the external ID."""
    if "MultiFactorAuthentication failed" in message:
        return _MFA
    if any(said in message for said in _DENIED_BY_KMS):
        return _KMS
    reason = next((hint for said, hint in _DENIED_BY.items() if said in message), "")
    if operation not in _ROLES:
        usual = "Look at the policies of the identity, its permissions boundary, and the organization's policies."
        return _Refusal(ErrorCode.ACCESS_DENIED, _what_is_denied(said), reason or usual)
    if operation == "AssumeRoleWithWebIdentity":
        hint = "Look at the trust policy of the role: its provider, and its conditions on the token (aud, sub)."
        return _Refusal(ErrorCode.ACCESS_DENIED, "AWS denied the role to this web identity", reason or hint)
    hints = [reason or _OTHER_SIDE]
    hints.append(
        "If the trust policy has a condition on sts:ExternalId, compare it with external_id of this hop."
        if "ExternalId" in parameters
        else "If the trust policy has a condition on sts:ExternalId, this hop needs external_id."
    )
    if "SerialNumber" not in parameters:
        hints.append("If it asks for MFA, the first hop needs mfa_serial.")
    if parameters.get("Tags"):
        hints.append("Tags need sts:TagSession on both sides.")
    if "SourceIdentity" in parameters:
        hints.append("source_identity needs sts:SetSourceIdentity on both sides.")
    return _Refusal(ErrorCode.ACCESS_DENIED, DENIED, " ".join(hints))


def _what_is_denied(said: str) -> str:
    """The permission that is missing, where AWS names it. A request can need another one than its own."""
    named = _PERMISSION.search(said)
    if not named:
        return DENIED
    resource = f" on {named['resource']}" if named["resource"] else ""
    return f"AWS denied {named['action']}{resource} to these credentials"
