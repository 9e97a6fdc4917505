# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The house: arrows go downwards only, files are small, and what one file alone may do no other does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
FOLDERS = {"plugin_utils": "", "module_utils": "", "lookup": "lookup.", "action": "action.", "modules": "modules."}
"""Where files are, and what stands before their names here."""

# Lowest first. A file may import files of lower rows only, and what runs on a host only what goes there with it.
ON_HOSTS = (
    {"_errors", "_clock", "_bounds", "_endpoint", "_patterns", "_content_types", "_variables"},
    {"_identity", "_secrecy", "_values", "_upload_files"},
    {"_forms", "_yaml_values", "_client_errors"},
    {"_unsent"},
    {"_hop", "_credentials", "_program", "_script", "_stack_options", "_upload_settings"},
    {"_handover", "_arguments"},
    {"_botocore", "_aws_errors"},
    {"_sts", "_instance_role"},
    {"_machine"},
    {"_executor"},
    {"_module", "_clients"},
    {"_stacks", "_objects"},
    {"_stack_events", "_change_sets", "_stack_module", "_upload"},
    {"_deployment"},
    {"_change_set_states"},
    {"modules.aws_identity", "modules.aws_script", "modules.s3_upload"},
    {"modules.cloudformation_stack", "modules.cloudformation_change_set"},
)
LAYERS = (
    *ON_HOSTS,
    {
        "_files",
        "_session_name",
        "_vault",
        "_seal",
        "_aws_files",
        "_circles",
        "_names",
        "_regions",
        "_step_variables",
        "_step_tasks",
        "_step",
    },
    {"_sealed_session", "_turn", "_step_references", "_aws_sections"},
    {"_account", "_settings", "_shared_cache"},
    {"_record"},
    {"_session_cache", "_record_cache", "_stores.protocol", "_stores.file_names", "_aws_profiles"},
    {"_profile_errors"},
    {
        "_stores.file_folder",
        "_stores.item_names",
        "_stores.memory",
        "_stores.secret_version",
        "_stores.service_client",
        "_stores.url",
    },
    {"_stores.file_changes", "_stores.file_password", "_stores.parameter_lock", "_stores.service"},
    {"_sources.protocol", "_stores.file", "_stores.secretsmanager", "_stores.ssm"},
    {"_sources.access_key", "_sources.instance_role", "_sources.web_identity", "_sources.profile"},
    {"_stores.registry", "_sources.registry", "_finder"},
    {"_chain"},
    {"_sessions", "_verify"},
    {"_resolver"},
    {"_accounts", "_open_store"},
    {"_transfer"},
    {"_options", "_terminal"},
    {"_lookup", "_action", "_steps"},
    {"_work_action", "_account_action"},
    {"_formation_action"},
    {"lookup.creds", "credential_process"},
    {"action.aws_account", "action.aws_account_info", "action.aws_steps_check"},
    {"action.aws_account_copy", "action.aws_account_import"},
    {"action.aws_identity", "action.aws_script", "action.s3_upload"},
    {"action.cloudformation_stack", "action.cloudformation_change_set"},
)
DOCUMENTATION = {
    f"modules.aws_{name}" for name in ("account", "account_copy", "account_import", "account_info", "steps_check")
}
"""Nothing of these is executed."""
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
BASE = "ansible_collections.octo.aws.plugins"


def files() -> dict[str, Path]:
    found = {}
    for folder, before in FOLDERS.items():
        for path in (PLUGINS / folder).rglob("*.py"):
            name = before + ".".join(path.relative_to(PLUGINS / folder).with_suffix("").parts)
            if path.name != "__init__.py" and name not in DOCUMENTATION:
                assert name not in found
                found[name] = path
    return found


def imports(name: str, path: Path) -> set[str]:
    """The files of the collection that a file imports, those for type checking included."""
    package = list(path.relative_to(PLUGINS).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        module = node.module or ""
        if node.level:
            parts = package[: len(package) - node.level + 1] + (module.split(".") if module else [])
        elif module.startswith(BASE):
            parts = module.removeprefix(BASE).strip(".").split(".")
        else:
            continue
        assert parts[0] in ("plugin_utils", "module_utils")
        target = ".".join(parts[1:])
        found |= {target} if target in RANK else {f"{target}.{alias.name}".strip(".") for alias in node.names}
    return found


def test_every_file_has_its_place() -> None:
    assert set(files()) == set(RANK)


@pytest.mark.parametrize("name", sorted(RANK))
def test_arrows_go_downwards(name: str) -> None:
    found = imports(name, files()[name])
    assert found <= set(RANK)
    assert not {target for target in found if RANK[target] >= RANK[name]}


@pytest.mark.parametrize("name", sorted(name for row in ON_HOSTS for name in row))
def test_what_runs_on_a_host_is_sent_there(name: str) -> None:
    assert files()[name].relative_to(PLUGINS).parts[0] in ("module_utils", "modules")


def test_the_check_above_sees_imports() -> None:
    assert imports("_resolver", files()["_resolver"]) >= {"_secrecy", "_account", "_verify", "_chain"}
    assert "_stores.registry" in imports("_open_store", files()["_open_store"])


@pytest.mark.parametrize("name", sorted(RANK))
def test_files_are_small(name: str) -> None:
    tree = ast.parse(files()[name].read_text(encoding="utf-8"))
    lines = {node.lineno for node in ast.walk(tree) if hasattr(node, "lineno")}
    assert len(lines) <= 300


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("ansible.parsing.vault", {"_vault"}),
        ("import register_secrets", {"_secrecy"}),
        ("import botocore", {"_botocore"}),
        ("_session.send(", {"_bounds"}),
        ('"file"', {"_stores.registry"}),
        ("datetime.now(", {"_clock"}),
        ("AESGCM(", {"_sealed_session"}),
    ],
)
def test_only_the_owner_touches_it(text: str, owner: set[str]) -> None:
    assert {name for name, path in files().items() if text in path.read_text(encoding="utf-8")} == owner
