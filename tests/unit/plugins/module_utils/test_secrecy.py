# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is masked where it stands, and what is too short for that."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.octo.aws.plugins.module_utils import _secrecy
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.hop import parse_hops

ROLE = "arn:aws:iam::123456789012:role/deploy"
KEY = "canary/of+forty+characters+EXAMPLEKEY0"


@pytest.mark.parametrize("short", ["", "a", "*", "prod", "admin"])
def test_a_short_value_is_part_of_other_words(monkeypatch: pytest.MonkeyPatch, short: str) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_secrecy, "_register_with_core", registered.extend)
    _secrecy.register([short, "canary"])
    assert registered == ["canary"]
    text = f"a * product of prod and admin {short}"
    assert _secrecy.redact(text, [short]) == text
    assert _secrecy.redact(f"{text} canary", [short, "canary"]) == f"{text} (hidden)"


@pytest.mark.parametrize(
    ("typed", "secrets"),
    [
        ("AKIAIOSFODNN7EXAMPLE", []),
        ("canary-of-a-user", ["canary-of-a-user"]),
        (f"AKIAIOSFODNN7EXAMPLE {KEY}", [KEY]),
        (f"Access key ID,Secret access key\nAKIAIOSFODNN7EXAMPLE,{KEY}\n", [KEY]),
        (f"aws_access_key_id ASIAIOSFODNN7EXAMPLE\naws_secret_access_key {KEY}", [KEY]),
    ],
)
def test_labels_and_ids_of_typed_keys_stay_legible(
    monkeypatch: pytest.MonkeyPatch, typed: str, secrets: list[str]
) -> None:
    registered: list[str] = []
    monkeypatch.setattr(_secrecy, "_register_with_core", registered.extend)
    _secrecy.register_typed(typed)
    assert registered == secrets


def test_the_code_of_an_mfa_device_is_long_enough() -> None:
    assert _secrecy.redact("Code 123456.", ["123456"]) == "Code (hidden)."


@pytest.mark.parametrize("external_id", ["prod", "ab", "production-x1", ""])
def test_the_core_masks_an_external_id_only_where_it_is_one(external_id: str) -> None:
    hops = parse_hops([{"role_arn": ROLE, "external_id": external_id}])
    handover = Handover(hops=hops, credentials=None)
    arguments = json.loads(json.dumps(handover.as_arguments()))
    assert Handover.of_arguments(arguments) == handover
    # What the core masks in the result of a module: the texts of arguments with no_log.
    masked = {text for text in arguments["handover_secrets"]["external_ids"] if text}
    result = {"stack_name": "prod-web", "stdout": "prod ab cable"}
    assert remove_values(result, masked) == result
    shown = remove_values({"stdout": f"[{external_id}]"}, masked)["stdout"]
    assert (external_id in shown) == (len(external_id) < _secrecy.SHORTEST)


def test_keys_are_handed_over_as_they_are() -> None:
    handover = Handover(credentials=Credentials("AKIAIOSFODNN7EXAMPLE", "short"))
    assert Handover.of_arguments(handover.as_arguments()).credentials == handover.credentials
