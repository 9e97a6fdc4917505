# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in place of a mapping, or of a list of them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.argument_specs import SESSION_SPEC
from ansible_collections.octo.aws.plugins.plugin_utils._base.options import refuse_wrong_shapes

ARN = "arn:aws:iam::123456789012:role/deploy"
HOP = {"role_arn": ARN, "external_id": "canary"}
SPEC: dict[str, t.Any] = {
    "assume_role": SESSION_SPEC["assume_role"],
    "tags": {"type": "dict"},
    "name": {"type": "str"},
    "exclude": {"type": "list", "elements": "str"},
}


@pytest.mark.parametrize("value", [ARN, [ARN], [HOP, ARN], HOP, 7, True, [[HOP]], [None]])
def test_no_list_of_mappings(value: object) -> None:
    with pytest.raises(OctoAwsError) as caught:
        refuse_wrong_shapes({"assume_role": value}, SPEC)
    assert caught.value.code is ErrorCode.OPTION_INVALID
    assert caught.value.message == "assume_role is not a list of mappings."
    assert caught.value.hint == "Write assume_role: [{role_arn: ...}]."


@pytest.mark.parametrize("value", ["team", ["team"], [{"team": "a"}], 7, False])
def test_no_mapping(value: object) -> None:
    with pytest.raises(OctoAwsError) as caught:
        refuse_wrong_shapes({"tags": value}, SPEC)
    assert caught.value.message == "tags is not a mapping."
    assert caught.value.hint == "Write tags: {name: ...}."


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"assume_role": None, "tags": None},
        {"assume_role": []},
        {"assume_role": [HOP, HOP], "tags": {"team": "a"}},
        {"assume_role": f"role_arn={ARN}", "tags": "team=a"},
        {"assume_role": [f"role_arn={ARN}"], "tags": '{"team": "a"}'},
        {"name": ["not looked at"], "exclude": {"not": "either"}},
    ],
)
def test_what_ansible_core_can_read(given: dict[str, t.Any]) -> None:
    refuse_wrong_shapes(given, SPEC)
