# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles to assume, to test with. Hosts have all that is imported here."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError

ROLE = "arn:aws:iam::123456789012:role/deploy"
POLICY_ARN = "arn:aws:iam::aws:policy/"
DEVICE = "arn:aws:iam::123456789012:mfa/alice"
FULL: dict[str, t.Any] = {
    "role_arn": ROLE,
    "role_session_name": "alice@laptop",
    "external_id": "canary:external/id",
    "duration_seconds": 1800,
    "policy": '{"Version":"2012-10-17"}',
    "policy_arns": [POLICY_ARN + "ReadOnlyAccess", "arn:aws:iam::123456789012:policy/own"],
    "tags": {"Project": "x", "Cost Centre": ""},
    "tags_from_job": True,
    "transitive_tag_keys": ["project"],
    "source_identity": "alice",
    "mfa_serial": DEVICE,
    "mfa_process": ["ykman", "code"],
}


def error_of(work: t.Callable[[], object]) -> OctoAwsError:
    with pytest.raises(OctoAwsError) as caught:
        work()
    return caught.value


def policy_of(length: int) -> str:
    return '{"a":"%s"}' % ("x" * (length - 8))
