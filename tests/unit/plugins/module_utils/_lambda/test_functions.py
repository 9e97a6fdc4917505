# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Packages of Lambda functions, the comparison of code, and the rules of options and aliases."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import typing as t
import zipfile
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.slices import SlicedWork
from ansible_collections.octo.aws.plugins.module_utils._lambda import function_code
from ansible_collections.octo.aws.plugins.module_utils._lambda.deployment import Deployment
from ansible_collections.octo.aws.plugins.module_utils._lambda.function import (
    Function,
    function_url,
    is_same_version,
)
from ansible_collections.octo.aws.plugins.module_utils._lambda.function_code import (
    Image,
    Package,
    StoredObject,
    read_package,
)
from ansible_collections.octo.aws.plugins.module_utils._lambda.options import (
    check_options,
    present_settings,
    wanted_settings,
)
from botocore.exceptions import ClientError

DIGEST = "sha256:" + "1" * 64
REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders"
OPTIONS: dict[str, t.Any] = {"function_name": "orders", "publish": False, "timeout": 60, "progress": True}


class FakeAws:
    """Answers of AWS by operation, which are returned, raised, or called with the parameters."""

    class meta:
        endpoint_url = "https://lambda.example.org"

    def __init__(self, **answers: t.Any) -> None:
        self.requests: list[tuple[str, dict[str, t.Any]]] = []
        self._answers = answers

    def __getattr__(self, name: str) -> t.Callable[..., t.Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def answer(**parameters: t.Any) -> t.Any:
            self.requests.append((name, parameters))
            found = self._answers[name]
            if isinstance(found, Exception):
                raise found
            return found

        return answer

    @property
    def operations(self) -> list[str]:
        return [name for name, _parameters in self.requests]


def missing(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "Not found"}}, operation)


def configuration(**changes: t.Any) -> dict[str, t.Any]:
    return {"FunctionArn": "arn", "State": "Active", "CodeSha256": "abc", "Version": "$LATEST", **changes}


def deploy(aws: FakeAws, *, preview: bool = False, **options: t.Any) -> dict[str, t.Any]:
    function = Function(aws, aws, [], "orders")
    given = {**OPTIONS, **options}
    return Deployment(function, None, SlicedWork(), given, "eu-central-1", preview=preview).result()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "code"
    (made / "lib").mkdir(parents=True)
    (made / "app.py").write_text("app")
    (made / "lib" / "a.py").write_text("a")
    return made


def test_a_package_depends_on_the_content_alone(folder: Path, tmp_path: Path) -> None:
    first = read_package(str(folder))
    other = tmp_path / "other"
    (other / "lib").mkdir(parents=True)
    (other / "lib" / "a.py").write_text("a")
    (other / "app.py").write_text("app")
    os.utime(other / "app.py", (1, 1))
    os.chmod(other / "app.py", 0o600)
    assert read_package(str(other)) == first
    assert zipfile.ZipFile(io.BytesIO(first)).namelist() == ["app.py", "lib/a.py"]


def test_a_package_depends_on_the_content_and_the_bit_for_execution(folder: Path) -> None:
    first = read_package(str(folder))
    os.chmod(folder / "app.py", 0o700)
    second = read_package(str(folder))
    (folder / "app.py").write_text("App")
    assert len({first, second, read_package(str(folder))}) == 3


def test_a_zip_file_is_used_as_it_is(folder: Path, tmp_path: Path) -> None:
    content = read_package(str(folder))
    (tmp_path / "code.zip").write_bytes(content)
    package = Package(str(tmp_path / "code.zip"))
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert package.parameters() == {"ZipFile": content}
    assert package.is_in({"Configuration": {"CodeSha256": digest}})
    assert not package.is_in({"Configuration": {"CodeSha256": "other"}})


def test_patterns_leave_files_out(folder: Path) -> None:
    names = zipfile.ZipFile(io.BytesIO(read_package(str(folder), ["lib"]))).namelist()
    assert names == ["app.py"]


def test_bad_code_is_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "outside").write_text("x")
    cases = {str(tmp_path / "none"): "Cannot read", str(tmp_path / "empty"): "no files"}
    cases[str(folder / "app.py")] = "not a zip file"
    for path, message in cases.items():
        with pytest.raises(OctoAwsError, match=message) as caught:
            read_package(path)
        assert caught.value.code is ErrorCode.FUNCTION_CODE_INVALID
    (folder / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(OctoAwsError, match="link is not a file in the folder"):
        read_package(str(folder))
    (folder / "link").unlink()
    monkeypatch.setattr(function_code, "_LARGEST", 10)
    with pytest.raises(OctoAwsError, match="more than 50 MiB"):
        read_package(str(folder))
    monkeypatch.setattr(function_code, "_LARGEST_FOLDER", 2)
    with pytest.raises(OctoAwsError, match="more than 250 MiB"):
        read_package(str(folder))


@pytest.mark.parametrize("kept", ["", "abc-2", "whole"])
def test_an_object_is_read_only_if_its_checksum_is_not_kept(kept: str) -> None:
    digest = base64.b64encode(hashlib.sha256(b"code").digest()).decode()
    head = {"ChecksumSHA256": digest if kept == "whole" else kept}
    aws = FakeAws(head_object=head, get_object={"Body": io.BytesIO(b"code")})
    code = StoredObject(lambda _service: aws, [], "bucket", "key", "v1")
    assert code.is_in({"Configuration": {"CodeSha256": digest}})
    assert aws.operations == (["head_object"] if kept == "whole" else ["head_object", "get_object"])
    assert code.parameters() == {"S3Bucket": "bucket", "S3Key": "key", "S3ObjectVersion": "v1"}


def test_an_image_is_compared_by_digest() -> None:
    aws = FakeAws(describe_images={"imageDetails": [{"imageDigest": DIGEST}]})
    function = {"Code": {"ResolvedImageUri": f"{REPOSITORY}@{DIGEST}"}}
    assert Image(lambda _service: aws, [], f"{REPOSITORY}:v1").is_in(function)
    assert aws.requests[0][1] == {
        "registryId": "123456789012",
        "repositoryName": "orders",
        "imageIds": [{"imageTag": "v1"}],
    }
    assert Image(lambda _service: aws, [], f"{REPOSITORY}@{DIGEST}").is_in(function)
    assert not Image(lambda _service: aws, [], f"{REPOSITORY}@sha256:{'2' * 64}").is_in(function)
    assert not Image(lambda _service: aws, [], f"{REPOSITORY}2@{DIGEST}").is_in(function)
    assert len(aws.requests) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"function_name": "a b"}, ErrorCode.OPTION_INVALID),
        ({"src": "a", "image_uri": f"{REPOSITORY}:1"}, ErrorCode.OPTION_CONFLICT),
        ({"s3_bucket": "bucket"}, ErrorCode.OPTION_CONFLICT),
        ({"s3_object_version": "1"}, ErrorCode.OPTION_CONFLICT),
        ({"image_uri": "nginx:1"}, ErrorCode.OPTION_INVALID),
        ({"image_uri": f"{REPOSITORY}:1", "handler": "a.b"}, ErrorCode.OPTION_CONFLICT),
        ({"architecture": "arm64"}, ErrorCode.OPTION_CONFLICT),
        ({"role": "deploy"}, ErrorCode.OPTION_INVALID),
        ({"description": "x" * 257}, ErrorCode.OPTION_INVALID),
        ({"function_timeout": 0}, ErrorCode.OPTION_INVALID),
        ({"subnet_ids": ["subnet-1"]}, ErrorCode.OPTION_CONFLICT),
        ({"environment": {"A-B": "x"}}, ErrorCode.OPTION_INVALID),
        ({"environment": {"AB": None}}, ErrorCode.OPTION_INVALID),
        ({"alias": {"name": "1"}, "publish": True}, ErrorCode.OPTION_INVALID),
        ({"alias": {"name": "live"}}, ErrorCode.OPTION_CONFLICT),
        ({"alias": {"name": "live", "version": "x"}}, ErrorCode.OPTION_INVALID),
        ({"alias": {"name": "live", "version": "1", "weight": 0.1}}, ErrorCode.OPTION_CONFLICT),
        ({"alias": {"name": "live", "weight": 0}, "publish": True}, ErrorCode.OPTION_INVALID),
        ({"alias": {"name": "live", "version": "1", "weights": {"2": "x"}}}, ErrorCode.OPTION_INVALID),
        ({"alias": {"name": "live", "version": "1", "weights": {"2": 0.1, "3": 0.1}}}, ErrorCode.OPTION_INVALID),
        ({"invoke": {"payload": "{"}}, ErrorCode.OPTION_INVALID),
    ],
)
def test_bad_options_are_refused(changes: dict[str, t.Any], code: ErrorCode) -> None:
    with pytest.raises(OctoAwsError) as caught:
        check_options({**OPTIONS, **changes})
    assert caught.value.code is code


def test_each_setting_is_compared_in_the_form_of_aws() -> None:
    given = {
        "role": "arn:aws:iam::123456789012:role/a",
        "environment": {"A": 1},
        "layers": ["arn:aws:lambda:eu-central-1:123456789012:layer:a:1"],
        "subnet_ids": ["subnet-2", "subnet-1"],
        "security_group_ids": ["sg-1"],
        "ephemeral_storage": 512,
        "tracing_mode": "PassThrough",
        "dead_letter_arn": "arn:aws:sqs:eu-central-1:123456789012:a",
    }
    wanted = wanted_settings(given)
    answer = {**wanted, "Layers": [{"Arn": given["layers"][0]}]}  # type: ignore[index]
    for name in ("EphemeralStorage", "TracingConfig"):
        del answer[name]
    present = present_settings(answer)
    assert wanted["Environment"] == {"Variables": {"A": "1"}}
    assert {name: present[name] for name in wanted} == wanted


def test_versions_differ_by_code_and_settings() -> None:
    assert is_same_version(configuration(), configuration(Version="3", State="Pending", RevisionId="x"))
    assert not is_same_version(configuration(), configuration(CodeSha256="other"))
    assert not is_same_version(configuration(), configuration(MemorySize=256))


def test_a_new_function_needs_role_and_code() -> None:
    aws = FakeAws(get_function=missing("GetFunction"))
    with pytest.raises(OctoAwsError, match="needs role and src") as caught:
        deploy(aws)
    assert (caught.value.code, aws.operations) == (ErrorCode.OPTION_INVALID, ["get_function"])


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"State": "Failed", "StateReason": "No network.", "StateReasonCode": "InvalidSubnet"}, "No network"),
        ({"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "No image."}, "No image"),
    ],
)
def test_a_state_of_failure_fails_also_if_nothing_differs(state: dict[str, str], message: str) -> None:
    with pytest.raises(OctoAwsError, match=message) as caught:
        deploy(FakeAws(get_function={"Configuration": configuration(**state)}))
    assert caught.value.code is ErrorCode.FUNCTION_UPDATE_FAILED


def test_a_function_that_vanishes_is_a_failure() -> None:
    aws = FakeAws(get_function={"Configuration": configuration()})
    work = SlicedWork()
    deployment = Deployment(Function(aws, aws, [], "orders"), None, work, OPTIONS, "eu-central-1", preview=False)
    aws._answers["get_function"] = missing("GetFunction")
    work._recorded.append(True)
    with pytest.raises(OctoAwsError, match="deleted during the deployment"):
        deployment.result()


ALIAS = {"Name": "live", "AliasArn": "a", "FunctionVersion": "1"}
SPLIT = {**ALIAS, "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}}


@pytest.mark.parametrize(
    ("present", "given", "sent"),
    [
        (ALIAS, {"version": "1"}, None),
        (ALIAS, {"version": "2"}, ("update_alias", "2", {})),
        (missing("GetAlias"), {"version": "2"}, ("create_alias", "2", {})),
        (ALIAS, {"version": "1", "weights": {2: 0.5}}, ("update_alias", "1", {"2": 0.5})),
        (
            {**ALIAS, "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}},
            {"version": "1", "weights": {"2": 0.5}},
            None,
        ),
        (
            {**ALIAS, "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}},
            {"version": "2"},
            ("update_alias", "2", {}),
        ),
    ],
)
def test_an_alias_is_sent_only_if_it_differs(present: t.Any, given: t.Any, sent: t.Any) -> None:
    aws = FakeAws(get_function={"Configuration": configuration()}, get_alias=present, update_alias={}, create_alias={})
    result = deploy(aws, alias={"name": "live", **given})
    assert result["changed"] is (sent is not None)
    writes = [
        (name, parameters["FunctionVersion"], parameters["RoutingConfig"]["AdditionalVersionWeights"])
        for name, parameters in aws.requests
        if name in ("update_alias", "create_alias")
    ]
    assert writes == ([sent] if sent else [])


def test_only_new_tags_are_set() -> None:
    aws = FakeAws(get_function={"Configuration": configuration(), "Tags": {"a": "1", "b": "2"}}, tag_resource={})
    assert deploy(aws, tags={"a": "1", "c": 3})["changes"] == ["tags"]
    assert deploy(aws, tags={"a": "1"})["changes"] == []
    assert deploy(aws, preview=True, tags={"c": "3"})["changes"] == ["tags"]
    writes = [request for request in aws.requests if request[0] == "tag_resource"]
    assert writes == [("tag_resource", {"Resource": "arn", "Tags": {"c": "3"}})]


def test_the_console_is_that_of_the_partition() -> None:
    assert "console.amazonaws.cn" in function_url("cn-north-1", "orders")
    assert function_url("us-iso-east-1", "orders") == ""
