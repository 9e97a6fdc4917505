# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rooms: arrows go downwards only, files are small, and what one file alone may do no other does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"

# Lowest first. A room is a folder, or a row of files that are alone. It imports rooms of lower rows only, and what runs
# on a host only what is sent there with it.
ON_HOSTS = (
    {"module_utils"},
    {"module_utils/_model"},
    {"module_utils/_aws"},
    {"module_utils/_host"},
    {
        "module_utils/_cloudformation",
        "module_utils/_ecr",
        "module_utils/_ecs",
        "module_utils/_lambda",
        "module_utils/_s3",
        "module_utils/_ssm",
    },
    {"modules"},
)
ROOMS = (
    *ON_HOSTS,
    {"plugin_utils"},
    {"plugin_utils/_hashi_vault"},
    {
        "plugin_utils/_accounts",
        "plugin_utils/_approvals",
        "plugin_utils/_cache",
        "plugin_utils/_eks",
        "plugin_utils/_usages",
    },
    {"plugin_utils/_profiles", "plugin_utils/_sso", "plugin_utils/_web_identity"},
    {"plugin_utils/_sources", "plugin_utils/_stores"},
    {"plugin_utils/_sessions"},
    {"plugin_utils/_service"},
    {"plugin_utils/_base"},
    {"plugin_utils/_command", "plugin_utils/_dialogs", "plugin_utils/_steps"},
    {"plugin_utils/credential_process", "plugin_utils/eks_token", "plugin_utils/octo_aws"},
    {"action", "callback", "lookup"},
)
RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}
DOCUMENTATION = {
    f"modules/aws_{name}" for name in ("account", "account_copy", "account_import", "account_info", "steps_check")
} | {"modules/approval", "modules/account_dialog"}
"""Nothing of these is executed."""
BASE = "ansible_collections.octo.aws.plugins"


def _files() -> dict[str, Path]:
    found = {}
    for folder in ("plugin_utils", "module_utils", "callback", "lookup", "action", "modules"):
        for path in (PLUGINS / folder).rglob("*.py"):
            name = path.relative_to(PLUGINS).with_suffix("").as_posix()
            if name not in DOCUMENTATION:
                found[name] = path
    return found


FILES = _files()


def room_of(name: str) -> str:
    return name if name in RANK else name.rpartition("/")[0]


def imports(name: str) -> set[str]:
    """The files of the collection that a file imports, those for type checking included."""
    folder = name.split("/")[:-1]
    found = set()
    for node in ast.walk(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        module = node.module or ""
        if node.level:
            parts = folder[: len(folder) - node.level + 1] + (module.split(".") if module else [])
        elif module.startswith(BASE):
            parts = module.removeprefix(BASE).strip(".").split(".")
        else:
            continue
        target = "/".join(parts)
        found |= {target} if target in FILES else {f"{target}/{alias.name}" for alias in node.names}
    return found


def test_every_file_is_in_a_room() -> None:
    assert {room_of(name) for name in FILES} == set(RANK)


@pytest.mark.parametrize("name", sorted(FILES))
def test_arrows_go_downwards(name: str) -> None:
    found = imports(name)
    assert found <= set(FILES)
    room = room_of(name)
    assert not {target for target in found if room_of(target) != room and RANK[room_of(target)] >= RANK[room]}


@pytest.mark.parametrize("room", sorted(RANK))
def test_no_file_of_a_room_leads_to_itself(room: str) -> None:
    left = {
        name: {target for target in imports(name) if room_of(target) == room} for name in FILES if room_of(name) == room
    }
    while free := {name for name, targets in left.items() if not targets & set(left)}:
        left = {name: targets for name, targets in left.items() if name not in free}
    assert not left


@pytest.mark.parametrize("name", sorted(name for name in FILES if RANK[room_of(name)] < len(ON_HOSTS)))
def test_what_runs_on_a_host_is_sent_there(name: str) -> None:
    assert {target.split("/")[0] for target in imports(name)} <= {"module_utils"}


@pytest.mark.parametrize("room", sorted(room for room in RANK if "/_" in room))
def test_a_room_has_at_least_three_files(room: str) -> None:
    assert len([name for name in FILES if room_of(name) == room]) >= 3


def test_the_checks_above_see_imports() -> None:
    assert imports("plugin_utils/_service/resolver") >= {
        "module_utils/_secrecy",
        "plugin_utils/_accounts/account",
        "plugin_utils/_sessions/cache",
        "plugin_utils/_sessions/chain",
    }
    assert "plugin_utils/_stores/registry" in imports("plugin_utils/_service/store_access")


@pytest.mark.parametrize("name", sorted(FILES))
def test_files_are_small(name: str) -> None:
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    lines = {node.lineno for node in ast.walk(tree) if hasattr(node, "lineno")}
    assert len(lines) <= 300


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("ansible.parsing.vault", "plugin_utils/_vault"),
        ("import register_secrets", "module_utils/_secrecy"),
        ("import botocore", "module_utils/_aws/botocore"),
        ("_session.send(", "module_utils/_aws/response_limits"),
        ('"file": FileStore', "plugin_utils/_stores/registry"),
        ("datetime.now(", "module_utils/_clock"),
        ("AESGCM(", "plugin_utils/_cache/seal"),
    ],
)
def test_only_the_owner_touches_it(text: str, owner: str) -> None:
    assert {name for name, path in FILES.items() if text in path.read_text(encoding="utf-8")} == {owner}
