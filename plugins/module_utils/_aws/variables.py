# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Classify the environment variables of AWS clients: some choose an identity."""

from __future__ import annotations

import typing as t

REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")

MACHINE_PREFIX = "OCTO_AWS_MACHINE_"
"""Prefix of variables with the web identity of the machine. Only modules of this collection read them."""

_PREFIXES = ("AWS_", "AMAZON_", MACHINE_PREFIX)
_LEGACY = frozenset({"EC2_ACCESS_KEY", "EC2_SECRET_KEY", "EC2_SECURITY_TOKEN", "BOTO_CONFIG", "BOTO_PATH"})
"""Variables of the Amazon EC2 tools and of boto, for older clients. The SDK for Ruby reads ``AMAZON_...``."""

# https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html and its pages "Standardized features";
# https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html; botocore (AWS_CSM_..., AWS_DATA_PATH,
# AWS_S3_US_EAST_1_REGIONAL_ENDPOINT); the documentation of amazon.aws (AWS_URL). AWS_CONFIG_FILE, AWS_ACCOUNT_ID,
# AWS_LOGIN_CACHE_DIRECTORY, AWS_BEARER_TOKEN_... and the variables of credential providers choose an identity.
_NO_IDENTITY = frozenset(
    {
        *REGION_VARIABLES,
        "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        "AWS_AUTH_SCHEME_PREFERENCE",
        "AWS_CA_BUNDLE",
        "AWS_CSM_CLIENT_ID",
        "AWS_CSM_ENABLED",
        "AWS_CSM_HOST",
        "AWS_CSM_PORT",
        "AWS_DATA_PATH",
        "AWS_DEFAULTS_MODE",
        "AWS_DEFAULT_OUTPUT",
        "AWS_DISABLE_HOST_PREFIX_INJECTION",
        "AWS_DISABLE_REQUEST_COMPRESSION",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "AWS_EC2_METADATA_V1_DISABLED",
        "AWS_ENABLE_ENDPOINT_DISCOVERY",
        "AWS_ENDPOINT_DISCOVERY_ENABLED",
        "AWS_ENDPOINT_URL",
        "AWS_EXECUTION_ENV",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_IMDS_USE_IPV6",
        "AWS_MAX_ATTEMPTS",
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        "AWS_METADATA_SERVICE_TIMEOUT",
        "AWS_NEW_RETRIES_2026",
        "AWS_PAGER",
        "AWS_REQUEST_CHECKSUM_CALCULATION",
        "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
        "AWS_RESPONSE_CHECKSUM_VALIDATION",
        "AWS_RETRY_MODE",
        "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
        "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
        "AWS_S3_USE_ARN_REGION",
        "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
        "AWS_SDK_LOAD_CONFIG",
        "AWS_SDK_UA_APP_ID",
        "AWS_SIGV4A_SIGNING_REGION_SET",
        "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_URL",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_USE_FIPS_ENDPOINT",
    }
)
_NO_IDENTITY_PREFIXES = ("AWS_CLI_", "AWS_ENDPOINT_URL_")

_CONTAINER_PREFIX = "AWS_CONTAINER_"
_INSTANCE_VARIABLES = frozenset({"AWS_EC2_METADATA_DISABLED", "AWS_EC2_METADATA_SERVICE_ENDPOINT"})

CONTAINER_VARIABLES = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
"""Variables with the address of the credentials of a container."""

POINTER_PATH = "/octo.aws/credentials"
"""The path of a URL with the credentials of an account, in a task of the collection."""

NO_METADATA = {"AWS_EC2_METADATA_DISABLED": "true"}
"""Stops AWS clients from using instance metadata (AWS SDKs and Tools reference guide, "IMDS credential provider")."""


def may_choose_identity(name: str) -> bool:
    """Whether a variable may make an AWS client use other credentials. Unknown ones may."""
    name = name.upper()
    if name in _LEGACY:
        return True
    return name.startswith(_PREFIXES) and name not in _NO_IDENTITY and not name.startswith(_NO_IDENTITY_PREFIXES)


def in_container(environment: t.Mapping[str, str]) -> bool:
    """Whether this is a container with its own credentials, which AWS clients prefer to those of the instance."""
    return any(environment.get(variable) for variable in CONTAINER_VARIABLES)


def has_pointer(environment: t.Mapping[str, str]) -> bool:
    """Whether the container credentials are those of an account, in a task of the collection."""
    return environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "").endswith(POINTER_PATH)


def container_variables(environment: t.Mapping[str, str]) -> dict[str, str]:
    """Return the variables for the credentials of a container."""
    return {name: value for name, value in environment.items() if name.startswith(_CONTAINER_PREFIX)}


def instance_variables(environment: t.Mapping[str, str]) -> dict[str, str]:
    """Return the variables that disable or locate instance metadata."""
    return {name: value for name, value in environment.items() if name in _INSTANCE_VARIABLES}


def without_identity(environment: t.Mapping[str, str]) -> dict[str, str]:
    """Return the environment without variables that may choose an identity."""
    return {name: value for name, value in environment.items() if not may_choose_identity(name)}
