# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Explain why botocore cannot create a client, or has no credentials for its requests.

No message quotes botocore: its messages contain values of variables and files.
"""

from __future__ import annotations

import os
import re
import ssl
import sys
import typing as t
from urllib.parse import urlsplit

from .._errors import ErrorCode, OctoAwsError
from .._model.field_checks import refused

_ENDPOINT = "AWS_ENDPOINT_URL"
_SERVICE_IDS = {"secretsmanager": "SECRETS_MANAGER", "sso-oidc": "SSO_OIDC"}
"""The suffix of ``AWS_ENDPOINT_URL_...``, where it is not botocore's name of the service."""
_CA_BUNDLE = "AWS_CA_BUNDLE"
_MACHINE_PROVIDERS = {
    "Ec2InstanceMetadata": ErrorCode.INSTANCE_ROLE_MISSING,
    "iam-role": ErrorCode.INSTANCE_ROLE_MISSING,
    "EcsContainer": ErrorCode.CONTAINER_CREDENTIALS_FAILED,
    "container-role": ErrorCode.CONTAINER_CREDENTIALS_FAILED,
}
"""Names of botocore for the credential providers of a machine."""


def client_failed(error: Exception, service: str, region: str, endpoint_url: str) -> OctoAwsError:
    """Return the error of a client that cannot be created. No request was sent.

    :param endpoint_url: the endpoint of the client; empty for that of the environment, the AWS config, or AWS
    """
    from botocore import __version__
    from botocore import exceptions as aws

    if isinstance(error, aws.NoRegionError) or not region:
        return OctoAwsError(
            ErrorCode.REGION_MISSING,
            f"No region is set for {service}.",
            hint="Set region in the task, or save the account with a region.",
        )
    if isinstance(error, aws.InvalidRegionError):
        return refused("region", f"cannot be {region!r:.80}", "Use a region code such as eu-central-1.")
    if isinstance(error, OSError) and error.filename:
        return OctoAwsError(
            ErrorCode.PROFILE_FAILED,
            f"Cannot use {error.filename} to get credentials: {error.strerror}.",
            hint="Correct the path in the AWS config, or the mode of the file.",
        )
    failure = no_credentials(error) or _endpoint_failed(service, endpoint_url) or _setting_failed(error)
    return failure or OctoAwsError(
        ErrorCode.REQUIREMENT_MISSING,
        f"botocore {__version__} of {sys.executable} cannot create a client for {service} in {region} "
        f"({type(error).__name__}).",
        hint="Update boto3 and botocore of this Python to the versions in the requirements.txt of the collection.",
    )


def check_client(client: t.Any, service: str, endpoint_url: str, verify: str | bool | None, ca_bundle: str) -> None:
    """Reject a client that cannot send a request.

    :param endpoint_url: as for :func:`client_failed`
    :param verify: a file of CA certificates, or whether to verify certificates; ``None`` for ``ca_bundle``
    :param ca_bundle: the file from the environment or the AWS config
    :raises OctoAwsError: its endpoint or its CA bundle is not valid
    """
    url = client.meta.endpoint_url
    if not _is_endpoint(url):
        raise _endpoint_failed(service, endpoint_url) or _bad_endpoint("endpoint_url in the AWS config")
    path = ca_bundle if verify is None else verify
    if not isinstance(path, str) or not path or not url.startswith("https:"):
        return
    source = "ca_bundle" if verify is not None else _CA_BUNDLE if os.environ.get(_CA_BUNDLE) else "the AWS config"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        raise _bad_ca_bundle(path, source, "contains no certificates in PEM format") from None
    except OSError as failure:
        problem = "does not exist" if isinstance(failure, FileNotFoundError) else f"cannot be read: {failure.strerror}"
        raise _bad_ca_bundle(path, source, problem) from None


def no_credentials(error: Exception) -> OctoAwsError | None:
    """Return the error of a client without credentials, or ``None`` for another error of botocore."""
    from botocore import exceptions as aws

    if isinstance(error, aws.NoCredentialsError):
        return OctoAwsError(
            ErrorCode.INSTANCE_ROLE_MISSING,
            "No credentials found in the environment, in the AWS config or in an IAM role of this machine.",
            hint="Attach an IAM role to the machine, or set account.",
        )
    if isinstance(error, aws.PartialCredentialsError):
        return OctoAwsError(
            ErrorCode.PROFILE_FAILED,
            f"The environment has incomplete credentials: {error.kwargs.get('cred_var')} is missing."
            if error.kwargs.get("provider") == "env"
            else "The credentials are incomplete.",
            hint="Set both the access key and the secret key.",
        )
    if isinstance(error, aws.MetadataRetrievalError):
        return _retrieval_failed("container-role")
    if isinstance(error, aws.CredentialRetrievalError):
        return _retrieval_failed(str(error.kwargs.get("provider", "")))
    return None


def no_such_endpoint(error: Exception) -> OctoAwsError | None:
    """Return the error of a FIPS or dual-stack endpoint that does not exist, or ``None`` for another error."""
    if not re.search(r"FIPS|dual-?stack", str(error), re.IGNORECASE):
        return None
    return OctoAwsError(
        ErrorCode.OPTION_INVALID,
        "AWS has no such FIPS or dual-stack endpoint for the service in this region.",
        hint="Check the region, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and the AWS config of this user.",
    )


def _retrieval_failed(provider: str) -> OctoAwsError:
    if code := _MACHINE_PROVIDERS.get(provider):
        return OctoAwsError(
            code,
            "The IAM role of this machine returned no credentials.",
            hint="Check that the role is still attached to the machine, then try again.",
        )
    return OctoAwsError(
        ErrorCode.PROFILE_FAILED,
        f"The profile returned no credentials, or could not renew them ({provider:.40}).",
        hint="To see why, run `aws sts get-caller-identity --profile NAME` as this user.",
    )


def _endpoint_failed(service: str, endpoint_url: str) -> OctoAwsError | None:
    """Return the error of the first configured endpoint, or ``None`` if it is valid."""
    if endpoint_url:
        return None if _is_endpoint(endpoint_url) else _bad_endpoint("endpoint_url")
    for name in (f"{_ENDPOINT}_{_SERVICE_IDS.get(service, service.upper())}", _ENDPOINT):
        if url := os.environ.get(name):
            return None if _is_endpoint(url) else _bad_endpoint(f"The variable {name}")
    return None


def _bad_endpoint(setting: str) -> OctoAwsError:
    # Its value is not quoted: it may contain a password.
    return refused(setting, "is not an endpoint", "Use https://HOST or http://HOST:PORT.")


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
    except ValueError:
        return False


def _setting_failed(error: Exception) -> OctoAwsError | None:
    """Return the error of the variable, or else of the setting of the AWS config, that an error of botocore names."""
    text = re.sub(r"[ -]", "_", f"{error} {list(getattr(error, 'kwargs', {}))}".lower())
    # Not AWS_REGION and the like: such words are in messages for other reasons.
    variables = (name for name in os.environ if re.fullmatch(r"AWS_[A-Z0-9]+_\w+", name))
    matches = (name for name in variables if re.search(rf"(?<![a-z0-9]){name[4:].lower()}(?![a-z0-9])", text))
    if variable := max(matches, key=len, default=""):
        return refused(
            f"The variable {variable}",
            "has a value that is not valid",
            "Correct it in the environment of this user, or unset it.",
        )
    if type(error).__name__ == "ValueError":  # from the URL parser
        return _bad_endpoint("endpoint_url in the AWS config")
    if "Invalid" not in type(error).__name__:
        return no_such_endpoint(error)
    return OctoAwsError(
        ErrorCode.OPTION_INVALID,
        f"The AWS config has a setting that is not valid ({type(error).__name__}).",
        hint="Correct it in the config file of this user. To see the settings, run `aws configure list`.",
    )


def _bad_ca_bundle(path: str, source: str, problem: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.TLS_FAILED,
        f"The CA bundle {path} {problem}.",
        hint=f"Correct it in {source}, or remove it to use the certificates of the system.",
    )
