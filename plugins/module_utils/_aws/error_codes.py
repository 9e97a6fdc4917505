# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes of AWS, each with the error code of the collection, a message and a hint."""

from __future__ import annotations

import typing as t

from .._errors import ErrorCode


class Explanation(t.NamedTuple):
    """An error code, a message without its full stop, and a hint."""

    code: ErrorCode
    message: str
    hint: str


CLOCK_SKEWED = Explanation(
    ErrorCode.CLOCK_SKEWED,
    "AWS rejected the time of the request: the clock of this machine is off by more than 5 minutes",
    "Correct the clock, then try again. To see its state, run `timedatectl` or `chronyc tracking`.",
)
KEY_UNKNOWN = Explanation(
    ErrorCode.ACCESS_KEY_UNKNOWN,
    "The access key does not exist or is inactive, or does not match the session token",
    "Compare it with IAM > Users > Security credentials. A new key takes some seconds to work. Keys of China and "
    "GovCloud need a region of their partition.",
)
KMS_KEY_UNUSABLE = Explanation(
    ErrorCode.KMS_KEY_REFUSED,
    "The KMS key cannot be used",
    "Check that the key exists in this region and is enabled, and that the key policy and the policies of the identity "
    "allow kms:GenerateDataKey and kms:Decrypt.",
)
TOKEN_EXPIRED = Explanation(
    ErrorCode.SESSION_TOKEN_EXPIRED,
    "The session token has expired",
    "Get new temporary credentials, and save the access key, the secret key and the session token together.",
)
THROTTLED = Explanation(
    ErrorCode.THROTTLED,
    "AWS throttled the request",
    "There are too many requests for this AWS account at the moment. Try again later, with fewer forks.",
)
WEB_IDENTITY_TOKEN_EXPIRED = Explanation(
    ErrorCode.WEB_IDENTITY_REFUSED,
    "The web identity token has expired",
    "Renew the token file: in CI, request a new token shortly before the play.",
)
DURATION_TOO_LONG = Explanation(
    ErrorCode.SESSION_DURATION_REFUSED,
    "The requested session duration exceeds the maximum that AWS allows",
    "Reduce duration_seconds, or raise the maximum session duration of the role. A role that is assumed with the "
    "session of another role lasts at most an hour.",
)
MFA_CODE_INVALID = Explanation(
    ErrorCode.MFA_TOKEN_REFUSED,
    "The MFA code is invalid",
    "Wait for the next code: each code works once. Check that mfa_serial is the MFA device of this IAM user.",
)
OTHER_PARTITION = Explanation(
    ErrorCode.PARTITION_MISMATCH,
    "The endpoint belongs to another partition than the region",
    "Set a region of the partition of the keys, and remove the endpoint of the other partition.",
)
UNAVAILABLE = Explanation(ErrorCode.AWS_UNAVAILABLE, "AWS had an internal error", "Try again later.")
REFUSED = Explanation(ErrorCode.AWS_REFUSED, "AWS refused the request", "")

EXPLANATIONS: dict[str, Explanation] = {
    **dict.fromkeys(
        ("InvalidClientTokenId", "InvalidAccessKeyId", "UnrecognizedClientException", "InvalidToken"), KEY_UNKNOWN
    ),
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"), TOKEN_EXPIRED),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"), CLOCK_SKEWED),
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
            "SlowDownException",
        ),
        THROTTLED,
    ),
    **dict.fromkeys(("DecryptionFailure", "EncryptionFailure", "InvalidKeyId"), KMS_KEY_UNUSABLE),
    "SignatureDoesNotMatch": Explanation(
        ErrorCode.SECRET_KEY_WRONG,
        "The secret key does not match the access key",
        "Copy the whole secret key again, without spaces. If it is lost, create a new access key.",
    ),
    "NoSuchBucket": Explanation(
        ErrorCode.BUCKET_UNKNOWN, "The bucket does not exist", "Correct the name, or create the bucket first."
    ),
    "RegionDisabledException": Explanation(
        ErrorCode.REGION_DISABLED,
        "The region is not enabled for the AWS account",
        "Enable the region in the settings of the AWS account, or use another region.",
    ),
    "MalformedPolicyDocument": Explanation(
        ErrorCode.SESSION_POLICY_REFUSED,
        "The session policy is not valid",
        "Correct policy of this hop: it follows the grammar of IAM policies, without a principal.",
    ),
    "PackedPolicyTooLarge": Explanation(
        ErrorCode.SESSION_POLICY_REFUSED,
        "The session policy, policy ARNs and tags exceed the packed size limit of AWS",
        "Use fewer or shorter policies and tags.",
    ),
    "InvalidIdentityToken": Explanation(
        ErrorCode.WEB_IDENTITY_REFUSED,
        "The web identity token is not valid",
        "Compare its issuer and audience (aud) with the identity provider in IAM, and the identity provider with the "
        "trust policy of the role.",
    ),
    "IDPRejectedClaim": Explanation(
        ErrorCode.WEB_IDENTITY_REFUSED,
        "The identity provider rejected the web identity token",
        "Get a new token: this one may have expired or been revoked.",
    ),
    "IDPCommunicationError": Explanation(
        ErrorCode.AWS_UNAVAILABLE,
        "AWS could not reach the identity provider",
        "Try again later, and check that the keys of the identity provider (JWKS) are public.",
    ),
}
"""By the error code of AWS."""

DENIED = "AWS denied the request to these credentials"

DENIED_REASONS = {
    "no identity-based policy allows": "Check the policies of the calling identity: none allows this action on this "
    "resource.",
    "no resource-based policy allows": "Check the trust policy of the role: it names another principal, or one of its "
    "conditions is not met.",
    "service control policy": "Check the service control policies of the organization.",
    "resource control policy": "Check the resource control policies of the organization.",
    "permissions boundary": "Check the permissions boundary of the calling identity.",
    "session policy": "Check the session policy of the previous hop.",
    "explicit deny in an identity-based policy": "Check the policies of the calling identity: one denies this action.",
    "explicit deny in a resource-based policy": "Check the trust policy of the role: one of its statements denies it.",
}
"""Words of AWS about the reason of a denial (IAM user guide, access denied error messages), and hints."""

DENIED_BY_KMS = ("kms:", "Access to KMS is not allowed", "The ciphertext refers to a customer master key")
"""Words about KMS in a denial of another service, such as Secrets Manager or Parameter Store."""

DENIED_ROLE_HINT = (
    "Two sides have to allow it: the policies of the calling identity (sts:AssumeRole on this role), and the trust "
    "policy of the role (its principal and its conditions)."
)
DENIED_WEB_IDENTITY_HINT = (
    "Check the trust policy of the role: its identity provider, and its conditions on the token (aud, sub)."
)
DENIED_HINT = "Check the policies of the identity, its permissions boundary, and the policies of the organization."
