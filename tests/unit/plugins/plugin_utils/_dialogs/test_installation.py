# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialog that installs the command: what it writes, and what it leaves alone."""

from __future__ import annotations

import stat
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._dialogs.conversation import Conversation
from ansible_collections.octo.aws.plugins.plugin_utils._dialogs.registry import hold


def install(path: object, *, check_mode: bool = False) -> tuple[bool, list[str]]:
    shown: list[str] = []
    unused: t.Any = None
    talk = Conversation(
        {"path": str(path)}, lambda value: value, unused, unused, shown.append, width=40, check_mode=check_mode
    )
    return hold("install", talk)["changed"], shown


def test_the_launcher_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a folder with a long name that does not fit" / "octo-aws"
    changed, shown = install(path, check_mode=True)
    assert changed
    assert "would be installed" in " ".join(shown)
    assert not path.parent.exists()
    changed, shown = install(path)
    assert changed
    assert shown[-1] == f"export PATH='{path.parent}':$PATH"
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    monkeypatch.setenv("PATH", str(path.parent))
    changed, shown = install(path)
    assert not changed
    assert shown[-1] == "Run octo-aws --help."
    path.chmod(0o600)
    assert install(path)[0]
    assert [entry.name for entry in path.parent.iterdir()] == ["octo-aws"]


def test_other_files_stay(tmp_path: Path) -> None:
    foreign, link = tmp_path / "foreign", tmp_path / "link"
    foreign.write_text("mine", encoding="utf-8")
    install(tmp_path / "octo-aws")
    link.symlink_to(tmp_path / "octo-aws")
    for path in (foreign, link, tmp_path):
        with pytest.raises(OctoAwsError, match=r"is not a launcher of octo\.aws\. Nothing was written") as caught:
            install(path)
        assert caught.value.code is ErrorCode.OPTION_CONFLICT
    assert foreign.read_text(encoding="utf-8") == "mine"
    assert link.is_symlink()


def test_a_path_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, message in (
        ("octo-aws", "The path octo-aws is not valid"),
        (f"{tmp_path}/", "is not valid"),
        (tmp_path / "file" / "octo-aws", "cannot be written: Not a directory"),
    ):
        with pytest.raises(OctoAwsError, match=message) as caught:
            install(path)
        assert caught.value.code is ErrorCode.OPTION_INVALID
