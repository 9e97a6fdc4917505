# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: why botocore cannot make a client, or has no credentials for its requests.

Ground, above ``_values``. No message quotes what botocore says: it repeats values of variables and of files.
"""

from __future__ import annotations

import os
import re
import ssl
import sys
import typing as t
from urllib.parse import urlsplit

from .._errors import ErrorCode, OctoAwsError
from .._model.validation import refused

_ENDPOINT = "AWS_ENDPOINT_URL"
_SERVICE_IDS = {"secretsmanager": "SECRETS_MANAGER"}
"""How the variable with the endpoint of a service ends, where it does not end with botocore's name of the service."""
_CA_BUNDLE = "AWS_CA_BUNDLE"
_OF_MACHINE = {
    "Ec2InstanceMetadata": ErrorCode.INSTANCE_ROLE_MISSING,
    "iam-role": ErrorCode.INSTANCE_ROLE_MISSING,
    "EcsContainer": ErrorCode.CONTAINER_CREDENTIALS_FAILED,
    "container-role": ErrorCode.CONTAINER_CREDENTIALS_FAILED,
}
"""What botocore calls the providers of a machine."""


def client_failed(error: Exception, service: str, region: str, endpoint_url: str) -> OctoAwsError:
    """The error of a client that cannot be made. Nothing was sent yet.

    :param endpoint_url: that the client was to use; empty for that of the environment, of the AWS config, or of AWS
    """
    from botocore import __version__
    from botocore import exceptions as aws

    if isinstance(error, aws.NoRegionError) or not region:
        return OctoAwsError(
            ErrorCode.REGION_MISSING,
            f"There is no region to use {service} in.",
            hint="Give region, or give the account one.",
        )
    if isinstance(error, aws.InvalidRegionError):
        return refused("region", f"cannot be {region!r:.80}", "It is a region code such as eu-central-1.")
    if isinstance(error, OSError) and error.filename:
        return OctoAwsError(
            ErrorCode.PROFILE_FAILED,
            f"The file or program {error.filename}, which gives credentials, cannot be used: {error.strerror}.",
            hint="Correct its path in the AWS config, or its mode.",
        )
    found = no_credentials(error) or _endpoint_failed(service, endpoint_url) or _setting_failed(error)
    return found or OctoAwsError(
        ErrorCode.REQUIREMENT_MISSING,
        f"botocore {__version__} of {sys.executable} cannot make a client of {service} in {region} "
        f"({type(error).__name__}).",
        hint="Update boto3 and botocore there: the collection's requirements.txt names the versions.",
    )


def check_client(client: t.Any, service: str, endpoint_url: str, verify: str | bool | None, ca_bundle: str) -> None:
    """Refuse a client with which no request can be sent.

    :param endpoint_url: as for :func:`client_failed`
    :param verify: a file of CA certificates, or whether certificates are verified; ``None`` for ``ca_bundle``
    :param ca_bundle: the file that the environment or the AWS config names
    :raises OctoAwsError: names what is wrong, and where
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
        raise _bad_ca_bundle(path, source, "has no certificates in PEM form") from None
    except OSError as failure:
        why = "does not exist" if isinstance(failure, FileNotFoundError) else f"cannot be read: {failure.strerror}"
        raise _bad_ca_bundle(path, source, why) from None


def no_credentials(error: Exception) -> OctoAwsError | None:
    """The error of a client without credentials, if that is the meaning of an error of botocore."""
    from botocore import exceptions as aws

    if isinstance(error, aws.NoCredentialsError):
        return OctoAwsError(
            ErrorCode.INSTANCE_ROLE_MISSING,
            "Neither the environment, nor the AWS config, nor an IAM role of this machine gives credentials.",
            hint="Give the machine an IAM role, or name an account.",
        )
    if isinstance(error, aws.PartialCredentialsError):
        return OctoAwsError(
            ErrorCode.PROFILE_FAILED,
            f"The environment has half a pair of keys: {error.kwargs.get('cred_var')} is missing."
            if error.kwargs.get("provider") == "env"
            else "There is half a pair of keys.",
            hint="Give both the access key and the secret key.",
        )
    if isinstance(error, aws.MetadataRetrievalError):
        return _not_renewed("container-role")
    if isinstance(error, aws.CredentialRetrievalError):
        return _not_renewed(str(error.kwargs.get("provider", "")))
    return None


def no_such_endpoint(error: Exception) -> OctoAwsError | None:
    """The error of a kind of endpoint that AWS does not have, if that is the meaning of an error of botocore."""
    if not re.search(r"FIPS|dual-?stack", str(error), re.IGNORECASE):
        return None
    return OctoAwsError(
        ErrorCode.OPTION_INVALID,
        "AWS has no FIPS or dual-stack endpoint like this for the service in this region.",
        hint="Look at AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and the AWS config of the user that asks, and "
        "at the region.",
    )


def _not_renewed(provider: str) -> OctoAwsError:
    if code := _OF_MACHINE.get(provider):
        return OctoAwsError(
            code,
            "The role of this machine gives no credentials.",
            hint="Look whether the machine still has it, and try again.",
        )
    return OctoAwsError(
        ErrorCode.PROFILE_FAILED,
        f"The credentials of the profile cannot be taken, or not be renewed ({provider:.40}).",
        hint="Look what it gives, as the user that asks: aws configure export-credentials, with this profile.",
    )


def _endpoint_failed(service: str, endpoint_url: str) -> OctoAwsError | None:
    """The error of the first endpoint that is configured, if it is none."""
    if endpoint_url:
        return None if _is_endpoint(endpoint_url) else _bad_endpoint("endpoint_url")
    for name in (f"{_ENDPOINT}_{_SERVICE_IDS.get(service, service.upper())}", _ENDPOINT):
        if url := os.environ.get(name):
            return None if _is_endpoint(url) else _bad_endpoint(f"The variable {name}")
    return None


def _bad_endpoint(what: str) -> OctoAwsError:
    # Its value is not quoted: it may hold a password.
    return refused(what, "is not an endpoint", "It is https://HOST or http://HOST:PORT, nothing more.")


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.query
    except ValueError:
        return False


def _setting_failed(error: Exception) -> OctoAwsError | None:
    """The error of a variable, or else of a setting of the AWS config, that an error of botocore names."""
    named = re.sub(r"[ -]", "_", f"{error} {list(getattr(error, 'kwargs', {}))}".lower())
    # Not AWS_REGION and the like: a message has such words for other reasons.
    variables = (name for name in os.environ if re.fullmatch(r"AWS_[A-Z0-9]+_\w+", name))
    meant = (name for name in variables if re.search(rf"(?<![a-z0-9]){name[4:].lower()}(?![a-z0-9])", named))
    if variable := max(meant, key=len, default=""):
        return refused(
            f"The variable {variable}",
            "has a value that cannot be used",
            "Correct it in the environment of the user that asks, or unset it.",
        )
    if type(error).__name__ == "ValueError":  # of the parser of URLs
        return _bad_endpoint("endpoint_url in the AWS config")
    if "Invalid" not in type(error).__name__:
        return no_such_endpoint(error)
    return OctoAwsError(
        ErrorCode.OPTION_INVALID,
        f"The AWS config has a setting that cannot be used ({type(error).__name__}).",
        hint="Correct it in the config file of the user that asks: aws configure list.",
    )


def _bad_ca_bundle(path: str, source: str, why: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.TLS_FAILED,
        f"The CA bundle {path} {why}.",
        hint=f"Correct it in {source}, or leave it out for the system's certificates.",
    )
