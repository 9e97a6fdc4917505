# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._profiles import config_file
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.config_file import (
    change_config,
    config_path,
    read_config,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / ".aws" / "config"
    assert read_config(str(path)) == ""
    assert change_config(str(path), lambda text: f"{text}new\n")
    assert path.read_bytes() == b"new\n"
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert os.listdir(path.parent) == ["config"]


def test_bytes_and_mode_stay(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"\xef\xbb\xbf[default]\r\n\xff\xfe = \xe4\r\nno newline")
    path.chmod(0o640)
    before = path.read_bytes()
    assert change_config(str(path), lambda text: f"{text}\r\nmore")
    assert path.read_bytes() == before + b"\r\nmore"
    assert mode(path) == 0o640


def test_without_a_change_the_file_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("x")
    before = path.stat().st_ino
    assert not change_config(str(path), lambda text: text)
    assert path.stat().st_ino == before


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_a_link(exists: bool, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "aws-config"
    target.parent.mkdir()
    if exists:
        target.write_text("a")
    path = tmp_path / "config"
    path.symlink_to("dotfiles/aws-config")
    assert change_config(str(path), lambda text: f"{text}b")
    assert path.is_symlink()
    assert target.read_text() == ("ab" if exists else "b")
    assert sorted(os.listdir(tmp_path)) == ["config", "dotfiles"]


@pytest.mark.parametrize("failing", ["write_all", "fsync", "rename"])
def test_a_failure_leaves_the_file(failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config"
    path.write_text("before")

    def fail(*arguments: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(config_file if failing == "write_all" else os, failing, fail)
    with pytest.raises(OctoAwsError, match="cannot be written: No space left on device") as caught:
        change_config(str(path), lambda text: "after")
    assert caught.value.code is ErrorCode.PROFILES_UNREADABLE
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["config"]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "config"
    (tmp_path / ".config.octo-aws-new").write_text("partial")
    assert change_config(str(path), lambda text: "after")
    assert os.listdir(tmp_path) == ["config"]


def test_a_pipe_or_a_folder_is_no_config_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/null")):
        with pytest.raises(OctoAwsError) as caught:
            read_config(str(path))
        assert caught.value.code is ErrorCode.PROFILES_UNREADABLE
    with pytest.raises(OctoAwsError, match="cannot be written"):
        change_config(str(tmp_path / "pipe"), lambda text: "x")


def test_processes_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "config"
    threads = [
        threading.Thread(target=change_config, args=(str(path), lambda text, n=number: f"{text}{n}\n"))
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, path.read_text().split())) == list(range(20))


def test_the_path_is_that_of_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.delenv("AWS_CONFIG_FILE", raising=False)
    assert config_path(None) == "/home/me/.aws/config"
    monkeypatch.setenv("AWS_CONFIG_FILE", "~/other")
    assert config_path(None) == "/home/me/other"
    assert config_path("~/given") == "/home/me/given"
