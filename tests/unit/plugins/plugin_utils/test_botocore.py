# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every error of botocore becomes one of ours, with no secret in it."""

from __future__ import annotations

import pickle
import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws import botocore
from ansible_collections.octo.aws.plugins.module_utils._aws.botocore import isolated_session, partition_of_region
from ansible_collections.octo.aws.plugins.module_utils._aws.errors import explain
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from botocore import exceptions as aws

SECRET = "canary/secret+key"


def refused(code: str, message: str = "", status: int = 403, retries: int = 0) -> aws.ClientError:
    metadata = {"RequestId": "1-2-3", "HTTPStatusCode": status, "RetryAttempts": retries}
    return aws.ClientError({"Error": {"Code": code, "Message": message}, "ResponseMetadata": metadata}, "X")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (refused("InvalidClientTokenId"), ErrorCode.ACCESS_KEY_UNKNOWN),
        (refused("InvalidAccessKeyId"), ErrorCode.ACCESS_KEY_UNKNOWN),
        (refused("UnrecognizedClientException"), ErrorCode.ACCESS_KEY_UNKNOWN),
        (refused("SignatureDoesNotMatch", f"The canonical string was {SECRET}"), ErrorCode.SECRET_KEY_WRONG),
        (refused("SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2"), ErrorCode.CLOCK_SKEWED),
        (refused("SignatureDoesNotMatch", "Signature not yet current: 1 is still later"), ErrorCode.CLOCK_SKEWED),
        (refused("RequestTimeTooSkewed"), ErrorCode.CLOCK_SKEWED),
        (refused("RequestExpired"), ErrorCode.CLOCK_SKEWED),
        (
            refused("SignatureDoesNotMatch", "Credential should be scoped to a valid region, not 'cn-north-1'."),
            ErrorCode.PARTITION_MISMATCH,
        ),
        (refused("ExpiredToken"), ErrorCode.SESSION_TOKEN_EXPIRED),
        (refused("ExpiredTokenException"), ErrorCode.SESSION_TOKEN_EXPIRED),
        (refused("Throttling", status=400), ErrorCode.THROTTLED),
        (refused("AccessDenied"), ErrorCode.ACCESS_DENIED),
        (refused("RegionDisabledException"), ErrorCode.REGION_DISABLED),
        (refused("InternalFailure", status=500), ErrorCode.AWS_UNAVAILABLE),
        (refused("503", "Service Unavailable", status=503), ErrorCode.AWS_UNAVAILABLE),
        (refused("NotImplemented", f"Not for {SECRET}", status=501), ErrorCode.AWS_REFUSED),
        (refused("Strange", f"It said {SECRET}", status=400), ErrorCode.AWS_REFUSED),
        (aws.EndpointConnectionError(endpoint_url="https://x", error=SECRET), ErrorCode.ENDPOINT_UNREACHABLE),
        (aws.ConnectTimeoutError(endpoint_url="https://x"), ErrorCode.ENDPOINT_UNREACHABLE),
        (aws.ReadTimeoutError(endpoint_url="https://x"), ErrorCode.ENDPOINT_UNREACHABLE),
        (aws.ConnectionClosedError(endpoint_url="https://x", request=None), ErrorCode.ENDPOINT_UNREACHABLE),
        (aws.ProxyConnectionError(proxy_url=f"http://user:{SECRET}@proxy:3128"), ErrorCode.PROXY_FAILED),
        (aws.SSLError(endpoint_url="https://x", error="self-signed"), ErrorCode.TLS_FAILED),
        (aws.UnknownEndpointError(service_name="sts", region_name="x"), ErrorCode.AWS_ANSWER_INVALID),
    ],
)
def test_errors_are_explained(error: Exception, code: ErrorCode) -> None:
    explained = explain(error, endpoint="https://sts.example.org", secrets=[SECRET])
    assert explained.code is code
    assert SECRET not in str(explained)
    assert explained.hint or code is ErrorCode.AWS_REFUSED
    if isinstance(error, aws.ClientError):
        assert explained.as_result()["aws_code"] == error.response["Error"]["Code"]
        assert explained.as_result()["request_id"] == "1-2-3"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            refused("InternalFailure", "Try tomorrow.", 500, 2),
            "InternalFailure: Try tomorrow; all 3 attempts failed",
        ),
        (refused("InternalFailure", "Try tomorrow.", 500), "InternalFailure: Try tomorrow (endpoint: "),
        (refused("ServiceUnavailable", "Read-only", 503), "ServiceUnavailable: Read-only (endpoint: "),
        (refused("504", "", 504, 1), "AWS had an internal error: 504; all 2 attempts failed (endpoint: "),
        (
            refused("InternalFailure", "API action not yet implemented", 501),
            "API action not yet implemented (endpoint: ",
        ),
        (refused("Throttling", "Rate exceeded", 400), "AWS throttled the request (endpoint: "),
        (refused("Throttling", "Rate exceeded", 400, 4), "throttled the request; all 5 attempts failed"),
        (refused("IDPCommunicationError", "", 400, 1), "identity provider; all 2 attempts failed"),
        (refused("ValidationError", "No", 400, 2), "ValidationError: No (endpoint: "),
    ],
)
def test_what_aws_says_is_quoted_and_counted(error: Exception, said: str) -> None:
    explained = explain(error, endpoint="https://sts.example.org", secrets=[])
    assert said in explained.message
    assert "each time" not in str(explained)


@pytest.mark.parametrize(
    ("code", "message", "secret", "expected"),
    [
        ("ExpiredToken", "It has expired", "ExpiredToken", ErrorCode.SESSION_TOKEN_EXPIRED),
        ("SignatureDoesNotMatch", "Signature expired: 1", "expired", ErrorCode.CLOCK_SKEWED),
        ("SignatureDoesNotMatch", "to a valid region", "valid region", ErrorCode.PARTITION_MISMATCH),
        ("AccessDenied", "MultiFactorAuthentication failed", "MultiFactorAuthentication", ErrorCode.MFA_TOKEN_REFUSED),
        ("AccessDenied", "Access to KMS is not allowed", "Access to KMS", ErrorCode.KMS_KEY_REFUSED),
        ("ValidationError", "DurationSeconds exceeds", "DurationSeconds", ErrorCode.SESSION_DURATION_REFUSED),
        ("KMS.DisabledException", "", "KMS.Disabled", ErrorCode.KMS_KEY_REFUSED),
        ("Throttling", "Rate exceeded", "Throttling", ErrorCode.THROTTLED),
    ],
)
def test_a_secret_may_be_a_word_of_aws(code: str, message: str, secret: str, expected: ErrorCode) -> None:
    explained = explain(refused(code, message), endpoint="https://sts.example.org", secrets=[secret])
    assert explained.code is expected
    assert explained.is_refusal(code, message=message)
    assert not explained.is_refusal("Other")
    assert not explained.is_refusal(code, message="something else")
    assert secret not in f"{explained} {explained.as_result()} {explained!r} {pickle.dumps(explained)!r}"


@pytest.mark.parametrize("where", ["code", "action", "resource", "message"])
def test_an_answer_that_quotes_a_secret(where: str) -> None:
    secret = "A" * 150 + "/+=" + "b" * 400
    text = {"code": "", "message": secret}.get(where, f"not authorized to perform: {secret}")
    if where == "resource":
        text = f"not authorized to perform: s3:GetObject on resource: {'x' * 280}{secret}"
    error = refused(secret if where == "code" else "AccessDenied" if where != "message" else "Strange", text)
    shown = str(explain(error, endpoint="https://sts.example.org", secrets=[secret]))
    assert "A" * 6 not in shown
    assert "b" * 6 not in shown


def test_a_password_in_an_address_is_not_shown() -> None:
    error = aws.EndpointConnectionError(endpoint_url="x", error="x")
    explained = explain(error, endpoint=f"http://user:{SECRET}@127.0.0.1:1/x", secrets=[])
    assert "(endpoint: http://127.0.0.1:1/x)" in str(explained)
    assert SECRET not in str(explained)


def test_no_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "botocore.session", None)
    with pytest.raises(OctoAwsError) as caught:
        isolated_session()
    assert caught.value.code is ErrorCode.REQUIREMENT_MISSING


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-central-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eu-somewhere-99", "aws"),
        ("xx-nowhere-1", None),
    ],
)
def test_partitions(region: str, partition: str | None) -> None:
    assert partition_of_region(region) == partition


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("eu-central-1", "https://sts.eu-central-1.amazonaws.com"),
        ("us-east-1", "https://sts.us-east-1.amazonaws.com"),
        ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
    ],
)
def test_the_endpoint_is_the_regions_own(
    region: str, endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: t.Any
) -> None:
    # Whatever the shell and the home folder hold.
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("broken [ file\nendpoint_url = http://127.0.0.1:1\n")
    for name, value in {
        "HOME": str(tmp_path),
        "AWS_PROFILE": "not-there",
        "AWS_DEFAULT_PROFILE": "not-there",
        "AWS_CONFIG_FILE": str(tmp_path / ".aws" / "config"),
        "AWS_STS_REGIONAL_ENDPOINTS": "legacy",
        "AWS_DEFAULTS_MODE": "nonsense",
        "AWS_RETRY_MODE": "nonsense",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"):
        monkeypatch.delenv(name, raising=False)
    from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import Endpoint
    from ansible_collections.octo.aws.plugins.module_utils._aws.sts import _client
    from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials

    client = _client(Endpoint(region=region), Credentials(access_key="A", secret_key="B"))
    assert client.meta.endpoint_url == endpoint
    assert client.meta.config.retries["total_max_attempts"] == 3
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:2")
    client = _client(Endpoint(region=region), Credentials(access_key="A", secret_key="B"))
    assert client.meta.endpoint_url == "http://127.0.0.1:2"
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:3")
    client = _client(Endpoint(region=region), Credentials(access_key="A", secret_key="B"))
    assert client.meta.endpoint_url == "http://127.0.0.1:3"
    client = _client(Endpoint(region=region, url="http://127.0.0.1:4"), Credentials(access_key="A", secret_key="B"))
    assert client.meta.endpoint_url == "http://127.0.0.1:4"
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "nonsense")
    with pytest.raises(OctoAwsError) as caught:
        _client(Endpoint(region=region), Credentials(access_key="A", secret_key="B"))
    assert caught.value.code is ErrorCode.OPTION_INVALID


def test_the_default_region() -> None:
    assert botocore.DEFAULT_REGION == "us-east-1"
