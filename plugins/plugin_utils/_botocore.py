# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: botocore, cut off from the shell's and the home folder's credentials, and its errors explained.

A part, above the ground. botocore is imported inside the functions: a lookup that need not ask AWS never pays for it.
"""

from __future__ import annotations

import os
import typing as t

from ._errors import ErrorCode, OctoAwsError
from ._secrecy import redact, without_password

DEFAULT_REGION = "us-east-1"
"""Where AWS is asked when nobody named a region: STS answers there for every account of the partition C(aws)."""


def isolated_session() -> t.Any:
    """A botocore session that knows no profile, no config file and no credentials file.

    Proxies, C(AWS_ENDPOINT_URL), C(AWS_ENDPOINT_URL_STS), C(AWS_CA_BUNDLE), FIPS and dual-stack endpoints and the
    variables of the metadata services work as in every AWS client.

    :raises OctoAwsError: botocore is not installed
    """
    try:
        import botocore.session
    except ImportError:
        raise OctoAwsError(
            ErrorCode.REQUIREMENT_MISSING,
            "The Python library botocore is not installed for the Python that runs Ansible on the controller.",
            hint="Install boto3 there: the collection's requirements.txt names the versions.",
        ) from None
    unread: tuple[None, None, str, None] = (None, None, os.devnull, None)
    return botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": unread,
            "credentials_file": unread,
            "sts_regional_endpoints": (None, None, "regional", None),
            "defaults_mode": (None, None, "legacy", None),
            "retry_mode": (None, None, "standard", None),
            "csm_enabled": (None, None, False, None),
        }
    )


def partition_of_region(region: str) -> str | None:
    """The partition that RV(region) belongs to, from botocore's data, or V(None) for a region that it does not know."""
    from botocore.exceptions import UnknownRegionError

    try:
        partition: str = isolated_session().get_partition_for_region(region)
    except UnknownRegionError:
        return None
    return partition


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
_TOKEN = _Refusal(
    ErrorCode.SESSION_TOKEN_EXPIRED,
    "The session token has expired",
    "Get new temporary credentials, and save the access key, the secret key and the session token together.",
)
_THROTTLED = _Refusal(
    ErrorCode.THROTTLED,
    "AWS throttled the request, each time it was repeated",
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
    "SignatureDoesNotMatch": _Refusal(
        ErrorCode.SECRET_KEY_WRONG,
        "The secret key does not belong to this access key",
        "Copy the secret key again, whole and without spaces; if it is lost, make a new access key.",
    ),
    "RegionDisabledException": _Refusal(
        ErrorCode.REGION_DISABLED,
        "This region is not enabled for the AWS account",
        "Enable the region in the account's settings, or name another one.",
    ),
    **dict.fromkeys(
        ("AccessDenied", "AccessDeniedException"),
        _Refusal(
            ErrorCode.ACCESS_DENIED,
            "AWS denied the request to these credentials",
            "Look at the policies of the identity, its permissions boundary, and the organization's policies.",
        ),
    ),
}


def explain(error: Exception, *, endpoint: str, secrets: t.Iterable[str]) -> OctoAwsError:
    """The error of the collection that an error of botocore is.

    What AWS words is passed on only where nothing better is known: its messages can quote the request that was
    signed, session token included.

    :param endpoint: the URL that was asked, for the message
    :param secrets: values that must not be in the message
    """
    from botocore import exceptions as aws

    at = f" (asked: {without_password(endpoint)})"
    if isinstance(error, aws.ClientError):
        return _explain_refusal(error, at, secrets)
    if isinstance(error, (aws.ProxyConnectionError, aws.InvalidProxiesConfigError)):
        # What is before the last @ may be a password, and may hold anything.
        proxy = str(error.kwargs.get("proxy_url", "")).rpartition("@")[2].rstrip("/").rpartition("/")[2]
        return OctoAwsError(
            ErrorCode.PROXY_FAILED,
            f"The proxy {proxy} could not be used{at}.",
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
    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"What answered is not an AWS endpoint, or cannot be asked ({type(error).__name__}){at}.",
        hint="Check endpoint_url, AWS_ENDPOINT_URL, and what stands between this machine and AWS.",
    )


def _explain_refusal(error: t.Any, at: str, secrets: t.Iterable[str]) -> OctoAwsError:
    aws_code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    metadata = error.response.get("ResponseMetadata", {})
    refusal = _REFUSALS.get(aws_code)
    if aws_code == "SignatureDoesNotMatch" and ("expired" in message or "not yet current" in message):
        refusal = _CLOCK
    elif aws_code == "SignatureDoesNotMatch" and "valid region" in message:
        refusal = _Refusal(
            ErrorCode.PARTITION_MISMATCH,
            "The endpoint belongs to another partition than the region",
            "Name a region of the partition that the key was made in, and no endpoint of another one.",
        )
    elif refusal is None and metadata.get("HTTPStatusCode", 0) >= 500:
        refusal = _Refusal(
            ErrorCode.AWS_UNAVAILABLE, "AWS had an internal error, each time it was asked", "Try again later."
        )
    elif refusal is None:
        said = redact(message, secrets)[:300]
        refusal = _Refusal(ErrorCode.AWS_REFUSED, f"AWS refused the request: {aws_code}: {said}".rstrip(". "), "")
    return OctoAwsError(
        refusal.code,
        f"{refusal.what}{at}.",
        hint=refusal.hint,
        aws_code=aws_code or None,
        request_id=metadata.get("RequestId"),
    )
