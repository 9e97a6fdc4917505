# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a push: each rule, with its code and its words."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecr.options import PUSH_SPEC, check_options
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError

DEFAULTS = {name: option.get("default") for name, option in PUSH_SPEC.items()}
NO_ARCHIVE = {"archive": None, "daemon_image": "app"}
GOOD = {"repository": "team/app", "archive": "/srv/app.tar"}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"repository": "a1", "tags": ["1.0", "_x", "a" * 128]},
        {"repository": "a-b_c.d/e", "public": True},
        {"archive": None, "daemon_image": "app:1.0", "daemon_host": "unix:///run/docker.sock"},
        {"archive": None, "source_image": "docker.io/library/nginx@sha256:0a", "platform": "linux/arm/v7"},
        {"archive": None, "source_image": "localhost:5000/app", "source_username": "a", "source_password": "b"},
        {"registry_id": "210987654321"},
    ],
)
def test_good_options(options: dict[str, t.Any]) -> None:
    check_options({**DEFAULTS, **GOOD, **options})


@pytest.mark.parametrize(
    ("code", "words", "options"),
    [
        ("option_conflict", "The task has no image to push.", {"archive": None}),
        ("option_conflict", "archive and source_image are set.", {"source_image": "nginx"}),
        (
            "option_conflict",
            "archive_image needs archive.",
            {"archive": None, "daemon_image": "a", "archive_image": ""},
        ),
        ("option_conflict", "daemon_host needs daemon_image.", {"daemon_host": "unix:///x"}),
        ("option_conflict", "source_username needs source_image.", {"source_username": "a"}),
        (
            "option_conflict",
            "source_username and source_password belong together.",
            {"archive": None, "source_image": "nginx", "source_username": "a"},
        ),
        ("option_conflict", "registry_id and public are both set.", {"public": True, "registry_id": "210987654321"}),
        ("option_invalid", "repository cannot be 'Team/app'.", {"repository": "Team/app"}),
        ("option_invalid", "repository cannot be 'app:1.0'.", {"repository": "app:1.0"}),
        ("option_invalid", "repository cannot be 'a'.", {"repository": "a"}),
        ("option_invalid", "repository cannot be", {"repository": "a" * 257}),
        ("option_invalid", "repository 'app' has no alias.", {"repository": "app", "public": True}),
        ("option_invalid", "registry_id cannot be '12'.", {"registry_id": "12"}),
        ("option_invalid", "tags is empty.", {"tags": []}),
        ("option_invalid", "tags cannot contain '.x'.", {"tags": ["1", ".x"]}),
        ("option_invalid", "tags cannot contain", {"tags": ["a" * 129]}),
        ("option_invalid", "platform cannot be 'arm64'.", {"platform": "arm64"}),
        ("option_invalid", "timeout cannot be 0.", {"timeout": 0}),
        ("option_invalid", "source_image cannot be '--all'.", {"archive": None, "source_image": "--all"}),
        ("option_invalid", "archive cannot be 'a:b'.", {"archive": "a:b"}),
        ("option_invalid", "daemon_host is not", {"archive": None, "daemon_image": "a", "daemon_host": "/x"}),
    ],
)
def test_bad_options(code: str, words: str, options: dict[str, t.Any]) -> None:
    with pytest.raises(OctoAwsError) as caught:
        check_options({**DEFAULTS, **GOOD, **options})
    assert caught.value.code is ErrorCode(code)
    assert caught.value.message.startswith(words)
    assert caught.value.hint
