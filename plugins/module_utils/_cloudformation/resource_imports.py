# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import existing resources into a stack, by a change set."""

from __future__ import annotations

import typing as t

from .._model.field_checks import refused
from .._model.option_forms import Form
from .._model.yaml_values import to_text

_TYPE = Form("[A-Za-z0-9]+(::[A-Za-z0-9]+){2,3}", 256, "Use a type such as AWS::S3::Bucket.")
_LOGICAL_ID = Form("[A-Za-z0-9]+", 255, "Use a logical ID of the template (letters and digits).")
_MOST_IMPORTS = 200
"""Resources of one request (ResourcesToImport in the AWS CloudFormation API reference)."""

IMPORT_SPEC: dict[str, t.Any] = {
    "resources_to_import": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "resource_type": {"type": "str", "required": True},
            "logical_id": {"type": "str", "required": True},
            "identifier": {"type": "dict", "required": True},
        },
    },
}


def check_imports(options: t.Mapping[str, t.Any]) -> None:
    """Reject resources to import that are not valid.

    :raises OctoAwsError: an option is not valid
    """
    resources = options.get("resources_to_import") or []
    if len(resources) > _MOST_IMPORTS:
        raise refused("resources_to_import", f"has more than {_MOST_IMPORTS} items")
    for resource in resources:
        _TYPE.check("resources_to_import.resource_type", resource["resource_type"])
        _LOGICAL_ID.check("resources_to_import.logical_id", resource["logical_id"])
        if not all(_identifier(resource).values()) or not resource["identifier"]:
            raise refused(
                "resources_to_import.identifier",
                "has no value",
                "Use the properties that identify the resource, such as {BucketName: www.example.org}.",
            )


def resources_to_import(options: t.Mapping[str, t.Any], known: t.Container[str]) -> list[dict[str, t.Any]]:
    """Return ``ResourcesToImport``.

    :param known: the logical IDs of the resources that the stack has already, which are left out
    """
    return [
        {
            "ResourceType": resource["resource_type"],
            "LogicalResourceId": resource["logical_id"],
            "ResourceIdentifier": _identifier(resource),
        }
        for resource in options.get("resources_to_import") or []
        if resource["logical_id"] not in known
    ]


def _identifier(resource: t.Mapping[str, t.Any]) -> dict[str, str]:
    properties = resource["identifier"].items()
    return {str(name): to_text(f"resources_to_import.identifier.{name}", value) for name, value in properties}
