# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Vault passwords are loaded as ``ansible-playbook`` loads them."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible import constants as C
from ansible.cli import CLI
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecretsContext
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault, load_passwords

Secrets = list[tuple[str, bytes]]


@pytest.fixture(name="files")
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(VaultSecretsContext, "_current", None)
    (tmp_path / "plain").write_text("from-file\n", encoding="utf-8")
    (tmp_path / "script").write_text("#!/bin/sh\necho from-script\n", encoding="utf-8")
    (tmp_path / "any-client").write_text('#!/bin/sh\necho "from-client $2"\n', encoding="utf-8")
    for name in ("script", "any-client"):
        (tmp_path / name).chmod(0o755)
    (tmp_path / "empty").touch()
    return {name: str(tmp_path / name) for name in ("plain", "script", "any-client", "empty", "missing")}


@pytest.mark.parametrize(
    ("identities", "default", "ids", "given"),
    [
        ((), None, (), ()),
        ((), "plain", (), ()),
        (("prod@{script}",), "plain", ("ops@{any-client}",), ("script",)),
        ((), None, ("{plain}", "@{script}"), ()),
        ((), "missing", ("ops@{plain}", "x@{empty}"), ("missing",)),
        ((), "missing", (), ()),
        ((), None, ("x@{empty}",), ()),
    ],
)
def test_the_result_is_that_of_the_command_line(
    files: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    identities: tuple[str, ...],
    default: str | None,
    ids: tuple[str, ...],
    given: tuple[str, ...],
) -> None:
    monkeypatch.setattr(C, "DEFAULT_VAULT_PASSWORD_FILE", files[default] if default else None, raising=False)
    monkeypatch.setattr(C, "DEFAULT_VAULT_IDENTITY_LIST", [slug.format(**files) for slug in identities], raising=False)
    slugs = [slug.format(**files) for slug in ids]
    paths = [files[name] for name in given]

    def by_command_line() -> Secrets:
        all_slugs = [*C.DEFAULT_VAULT_IDENTITY_LIST, *slugs]
        secrets = CLI.setup_vault_secrets(
            DataLoader(), all_slugs, list(paths), auto_prompt=False, initialize_context=False
        )
        return [(vault_id, secret.bytes) for vault_id, secret in secrets]

    def by_us() -> Secrets:
        load_passwords(DataLoader(), slugs, paths, ask=False)
        return [(vault_id, secret.bytes) for vault_id, secret in Vault.of_this_run()._secrets]

    assert _outcome(by_us) == _outcome(by_command_line)


def _outcome(load: t.Callable[[], Secrets]) -> Secrets | str:
    try:
        return load()
    except AnsibleError as error:
        return str(error)


def test_passwords_can_be_loaded_again(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(C, "DEFAULT_VAULT_PASSWORD_FILE", None, raising=False)
    monkeypatch.setattr(C, "DEFAULT_VAULT_IDENTITY_LIST", [], raising=False)
    load_passwords(DataLoader(), [], [], ask=False)
    assert not Vault.of_this_run()._secrets
    load_passwords(DataLoader(), [], [files["plain"]], ask=False)
    assert [vault_id for vault_id, _secret in Vault.of_this_run()._secrets] == ["default"]
