# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each cause for which botocore makes no client, or sends no request, has a code and a message of its own. A variable
is named only where it is the cause."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws.botocore import (
    config_file_session,
    isolated_session,
    make_client,
    shell_session,
)
from ansible_collections.octo.aws.plugins.module_utils._aws.client_errors import client_failed
from ansible_collections.octo.aws.plugins.module_utils._aws.errors import call, explain
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from botocore import exceptions as aws

SECRET = "d0-not-sh0w"
KEYS = Credentials(access_key="AKIAIOSFODNN7EXAMPLE", secret_key=SECRET)
ROLE = "role_arn = arn:aws:iam::123456789012:role/deploy\n"
PAIR = "aws_access_key_id = a\naws_secret_access_key = b\n"
ENDPOINT = "https://127.0.0.1:1"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.upper().startswith("AWS_") or name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1")


def client(session: t.Any = None, **options: t.Any) -> t.Any:
    given: dict[str, t.Any] = {"service": "sts", "region": "eu-central-1", "credentials": KEYS, **options}
    return make_client(session or isolated_session(), **given, connect_timeout=1, read_timeout=1, attempts=1)


def failure(work: t.Callable[[], t.Any]) -> OctoAwsError:
    with pytest.raises(OctoAwsError) as raised:
        work()
    assert SECRET not in str(raised.value)
    return raised.value


VARIABLES = {
    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "nonsense",
    "AWS_REQUEST_CHECKSUM_CALCULATION": "nonsense",
    "AWS_RESPONSE_CHECKSUM_VALIDATION": "nonsense",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "nonsense",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES": "-5",
    "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": "nonsense",
}
ADDRESSES = (
    "nonsense",
    "ftp://x",
    "no where",
    f"http://u:{SECRET}@x:port",
    "http://[::1",
    "http://x:99999",
    "http://x:0",
)


def is_read(variable: str) -> bool:
    """Whether this version of botocore knows the variable."""
    from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as KNOWN

    return any(variable == value[1] or variable in (value[1] or ()) for value in KNOWN.values())


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_variable_is_named_where_it_is_the_cause(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not is_read(variable) and not variable.startswith("AWS_S3_"):
        pytest.skip("this botocore does not read it")
    monkeypatch.setenv(variable, VARIABLES[variable])
    error = failure(client)
    assert error.code is ErrorCode.OPTION_INVALID
    assert error.message.startswith(f"The variable {variable} has")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("service", ["sts", "secretsmanager"])
def test_an_endpoint_is_checked_before_anything_is_sent(
    service: str, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = failure(lambda: client(service=service, endpoint_url=address))
    assert given.message.startswith("endpoint_url is not an endpoint")
    (tmp_path / "config").write_text(f"[default]\nendpoint_url = {address}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    in_file = failure(lambda: client(shell_session(""), service=service))
    assert in_file.message.startswith("endpoint_url in the AWS config is not an endpoint")
    of_service = f"AWS_ENDPOINT_URL_{'SECRETS_MANAGER' if service == 'secretsmanager' else service.upper()}"
    for variable in ("AWS_ENDPOINT_URL", of_service):
        monkeypatch.setenv(variable, address)
        named = failure(lambda: client(service=service))
        assert named.message.startswith(f"The variable {variable} is not an endpoint")
    assert {given.code, in_file.code, named.code} == {ErrorCode.OPTION_INVALID}
    client(service=service, endpoint_url=ENDPOINT)


def test_what_is_configured_and_right_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://aws.example.org")
    assert failure(lambda: client(region="a b")).message == "region cannot be 'a b'."
    assert "AWS_" not in str(failure(lambda: client(service="nothing")))


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ({"region": ""}, ErrorCode.REGION_MISSING, "No region is set for sts"),
        ({"region": "a b"}, ErrorCode.OPTION_INVALID, "region cannot be 'a b'"),
        ({"region": "x" * 70}, ErrorCode.OPTION_INVALID, "region cannot be"),
        ({"service": "nothing"}, ErrorCode.REQUIREMENT_MISSING, "Update boto3 and botocore"),
        (
            {"credentials": Credentials(access_key="a", secret_key=t.cast(str, None))},
            ErrorCode.PROFILE_FAILED,
            "incomplete",
        ),
    ],
)
def test_options(options: dict[str, t.Any], code: ErrorCode, says: str) -> None:
    error = failure(lambda: client(**options))
    assert error.code is code
    assert says in str(error)
    assert "variable" not in str(error)


PROFILES = {
    f"{ROLE}credential_source = Ec2InstanceMetadata\n": ErrorCode.INSTANCE_ROLE_MISSING,
    f"{ROLE}credential_source = EcsContainer\n": ErrorCode.CONTAINER_CREDENTIALS_FAILED,
    f"{ROLE}credential_source = Environment\n": ErrorCode.PROFILE_FAILED,
    f"credential_process = /not/there {SECRET}\n": ErrorCode.PROFILE_FAILED,
    f"aws_access_key_id = {SECRET}\n": ErrorCode.PROFILE_FAILED,
    "region = eu-central-1\n": ErrorCode.INSTANCE_ROLE_MISSING,
    f"request_checksum_calculation = {SECRET}\n{PAIR}": ErrorCode.OPTION_INVALID,
    f"services = {SECRET}\n{PAIR}": ErrorCode.OPTION_INVALID,
}
"""What a profile says, and the error of a client with it on a machine without a role."""


@pytest.mark.parametrize("text", PROFILES)
def test_credentials_and_settings_of_a_profile(text: str, tmp_path: Path) -> None:
    if "checksum" in text and not is_read("AWS_REQUEST_CHECKSUM_CALCULATION"):
        pytest.skip("this botocore does not read it")
    config = tmp_path / "config"
    config.write_text(f"[profile octo-aws]\n{text}")
    session = config_file_session("octo-aws", str(config))
    error = failure(lambda: call(client(session, credentials=None), "get_caller_identity"))
    assert error.code is PROFILES[text]
    assert "variable" not in str(error)
    assert "did not come from AWS" not in str(error)


@pytest.mark.parametrize(
    ("name", "why"), [("none", "does not exist"), ("", "cannot be read"), ("text", "contains no cert")]
)
def test_a_ca_bundle_is_read_before(name: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no certificate\n")
    path = str(tmp_path / name)
    given = failure(lambda: client(verify=path, endpoint_url=ENDPOINT))
    assert "Correct it in ca_bundle" in given.hint
    client(verify=path, endpoint_url="http://127.0.0.1:1")
    (tmp_path / "config").write_text(f"[default]\nca_bundle = {path}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    in_file = failure(lambda: client(shell_session("")))
    assert "Correct it in the AWS config" in in_file.hint
    monkeypatch.setenv("AWS_CA_BUNDLE", path)
    named = failure(client)
    assert "Correct it in AWS_CA_BUNDLE" in named.hint
    for error in (given, in_file, named):
        assert error.code is ErrorCode.TLS_FAILED
        assert f"{path} {why}" in error.message
    client(verify=False)


@pytest.mark.parametrize("proxy", ["http://[::1", f"http://u:{SECRET}@x:port", "ftp://x:1", "nonsense"])
def test_a_proxy_that_is_none(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error = failure(lambda: call(client(), "get_caller_identity"))
    assert error.code is ErrorCode.PROXY_FAILED
    assert "HTTPS_PROXY" in error.hint


def test_an_endpoint_that_aws_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    error = failure(lambda: call(client(service="s3", region="cn-north-1"), "list_objects_v2", Bucket="releases"))
    assert error.code is ErrorCode.OPTION_INVALID
    assert "AWS_USE_FIPS_ENDPOINT" in error.hint
    assert "bucket" not in str(error)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (aws.NoRegionError(), ErrorCode.REGION_MISSING),
        (aws.NoCredentialsError(), ErrorCode.INSTANCE_ROLE_MISSING),
        (aws.CredentialRetrievalError(provider="iam-role", error_msg=SECRET), ErrorCode.INSTANCE_ROLE_MISSING),
        (aws.CredentialRetrievalError(provider="custom-process", error_msg=SECRET), ErrorCode.PROFILE_FAILED),
        (aws.MetadataRetrievalError(error_msg=SECRET), ErrorCode.CONTAINER_CREDENTIALS_FAILED),
        (aws.InvalidRetryModeError(provided_retry_mode=SECRET, valid_modes="x"), ErrorCode.OPTION_INVALID),
        (aws.InvalidDefaultsMode(mode=SECRET, valid_modes="in-region"), ErrorCode.OPTION_INVALID),
        (aws.DataNotFoundError(data_path=SECRET), ErrorCode.REQUIREMENT_MISSING),
        (KeyError(SECRET), ErrorCode.REQUIREMENT_MISSING),
        (PermissionError(13, "Permission denied", "/usr/bin/keys"), ErrorCode.PROFILE_FAILED),
    ],
)
def test_errors_of_botocore(error: Exception, code: ErrorCode) -> None:
    found = client_failed(error, "sts", "eu-central-1", "")
    assert found.code is code
    assert found.hint
    assert SECRET not in str(found)
    assert "variable" not in str(found)


def test_credentials_that_end_while_a_client_works() -> None:
    ended = aws.CredentialRetrievalError(provider="iam-role", error_msg="x")
    assert explain(ended, endpoint=ENDPOINT, secrets=()).code is ErrorCode.INSTANCE_ROLE_MISSING
