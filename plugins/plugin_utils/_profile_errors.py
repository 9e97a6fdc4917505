# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: why a profile of the AWS config gives no credentials, in words that help.

Ground, above C(_circles).
"""

from __future__ import annotations

from ..module_utils._errors import ErrorCode, OctoAwsError
from ._circles import circle_in

_WHY = {
    "ProfileNotFound": (
        "there is no such profile",
        "Check its name, and AWS_CONFIG_FILE of the user that runs Ansible.",
    ),
    "ConfigParseError": ("the config file cannot be read", "Correct it: aws configure list-profiles."),
    "CredentialRetrievalError": ("its credential_process failed", "Run the command by hand, as this user."),
    "PartialCredentialsError": ("it has half a pair of keys", "Give both aws_access_key_id and aws_secret_access_key."),
    "InvalidConfigError": ("it is not complete", "Check role_arn, source_profile and credential_source."),
    "InfiniteLoopConfigurationError": ("its source_profile leads back to it", "Correct source_profile."),
    **dict.fromkeys(
        ("SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError", "SSOError"),
        ("its SSO session is missing or has expired", "Sign in: aws sso login, with this profile, as this user."),
    ),
}


def profile_failed(profile: str, error: Exception | None) -> OctoAwsError:
    """The failure of a profile; what botocore says of it may quote a secret.

    :param error: of botocore; V(None) where it just found nothing
    """
    why, hint = "it names no credentials", "Look what it gives: aws configure export-credentials, with this profile."
    if error:
        if circle := circle_in(str(error)):
            return circle
        why, hint = _WHY.get(type(error).__name__, (f"botocore failed with {type(error).__name__}", hint))
    return OctoAwsError(ErrorCode.PROFILE_FAILED, f"The profile {profile!r} cannot be used: {why}.", hint=hint)
