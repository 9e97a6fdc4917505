# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option that takes values of any type, and texts of YAML for it. Hosts have all that is imported here."""

from __future__ import annotations

import typing as t
from urllib.parse import parse_qsl

from ansible_collections.octo.aws.plugins.module_utils._cloudformation.options import api_parameters
from ansible_collections.octo.aws.plugins.module_utils._cloudformation.resource_imports import resources_to_import
from ansible_collections.octo.aws.plugins.module_utils._ecs.options import environment_of, tags_of
from ansible_collections.octo.aws.plugins.module_utils._model.hop import parse_hops
from ansible_collections.octo.aws.plugins.module_utils._model.yaml_values import to_texts
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC, check_options, object_settings

ROLE = "arn:aws:iam::123456789012:role/deploy"
UPLOAD = {name: option.get("default") for name, option in UPLOAD_SPEC.items()}
UPLOAD.update(bucket="bucket", src="src")


def hop_tags(value: t.Any) -> str:
    return dict(parse_hops([{"role_arn": ROLE, "tags": {"key": value}}])[0].tags)["key"]


def stack_tags(value: t.Any) -> str:
    return str(api_parameters({"tags": {"key": value}}, update=False)["Tags"][0]["Value"])


def stack_parameters(value: t.Any) -> str:
    return str(api_parameters({"parameters": {"key": value}}, update=False)["Parameters"][0]["ParameterValue"])


def import_identifier(value: t.Any) -> str:
    resource = {"resource_type": "AWS::S3::Bucket", "logical_id": "Site", "identifier": {"key": value}}
    imported = resources_to_import({"resources_to_import": [resource]}, ())
    return str(imported[0]["ResourceIdentifier"]["key"])


def upload(**options: t.Any) -> dict[str, t.Any]:
    given = {**UPLOAD, **options}
    check_options(given)
    return object_settings("a", given)


def object_tags(value: t.Any) -> str:
    return dict(parse_qsl(upload(tags={"key": value})["Tagging"], keep_blank_values=True))["key"]


def object_metadata(value: t.Any) -> str:
    return str(upload(metadata={"key": value})["Metadata"]["key"])


def metadata_of_a_pattern(value: t.Any) -> str:
    return str(upload(headers=[{"pattern": "*", "metadata": {"key": value}}])["Metadata"]["key"])


def script_environment(value: t.Any) -> str:
    return to_texts("environment", {"key": value})["key"]


def container_environment(value: t.Any) -> str:
    return str(environment_of({"name": "app", "environment": {"key": value}})["key"])


def service_tags(value: t.Any) -> str:
    return tags_of({"tags": {"key": value}})["key"]


OPTIONS = (
    hop_tags,
    stack_tags,
    stack_parameters,
    import_identifier,
    object_tags,
    object_metadata,
    metadata_of_a_pattern,
    script_environment,
    service_tags,
)
TAGS = (hop_tags, object_tags)
"""Their values have few signs."""

TEXTS = {
    "a b": "a b",
    "2026-11-24": "2026-11-24",
    "2026-11-24T08:15:30Z": "2026-11-24T08:15:30+00:00",
    "2026-11-24 08:15:30": "2026-11-24T08:15:30",
    "true": "true",
    "no": "false",
    "12": "12",
    "0.5": "0.5",
    "012345678901": "012345678901",
    "''": "",
    "08:15": "08:15",
}
SHAPES = {"{a: 1, b: [true, null]}": '{"a":1,"b":[true,null]}', "{since: 2026-11-24}": '{"since":"2026-11-24"}'}
