# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the image to push is, and its login."""

from __future__ import annotations

import base64
import datetime
import io
import tarfile
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecr.login import Login
from ansible_collections.octo.aws.plugins.module_utils._ecr.options import PUSH_SPEC
from ansible_collections.octo.aws.plugins.module_utils._ecr.skopeo import Place
from ansible_collections.octo.aws.plugins.module_utils._ecr.source import source_of
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError

LOGIN = Login("r.example.org", "AWS", "canary", datetime.datetime.now(datetime.timezone.utc))


def source(**options: t.Any) -> Place:
    return source_of({**{name: option.get("default") for name, option in PUSH_SPEC.items()}, **options}, LOGIN)


def write(path: Path, *names: str) -> str:
    with tarfile.open(path, "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    return str(path)


@pytest.mark.parametrize(
    ("names", "transport"),
    [
        (("manifest.json",), "docker-archive"),
        (("oci-layout", "index.json"), "oci-archive"),
        (("./oci-layout", "./index.json"), "oci-archive"),
        # As Docker 25 and later write them.
        (("oci-layout", "index.json", "manifest.json"), "docker-archive"),
    ],
)
def test_archives(names: tuple[str, ...], transport: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.tar", *names)
    assert source(archive=path).reference == f"{transport}:{path}"
    assert source(archive=path, archive_image="app:1").reference == f"{transport}:{path}:app:1"


def test_a_layout_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "oci-layout").write_text("{}")
    assert source(archive=str(tmp_path)).reference == f"oci:{tmp_path}"


def test_what_is_no_archive(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("text")
    for path, reason in (
        (write(tmp_path / "other.tar", "hello"), "it has neither manifest.json nor oci-layout."),
        (str(text), "it is not a tar archive."),
        (str(tmp_path / "absent"), "No such file or directory."),
        (str(tmp_path), "Is a directory."),
    ):
        with pytest.raises(OctoAwsError) as caught:
            source(archive=path)
        assert caught.value.code is ErrorCode.IMAGE_SOURCE_INVALID
        assert caught.value.message == f"Cannot read an image from {path} on the host: {reason}"
        assert "docker save" in caught.value.hint


def test_daemons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    assert source(daemon_image="app") == Place("docker-daemon:app:latest")
    monkeypatch.setenv("DOCKER_HOST", "tcp://h:1")
    assert source(daemon_image="app:1") == Place("docker-daemon:app:1", daemon_host="tcp://h:1")
    assert source(daemon_image="app:1", daemon_host="unix:///s").daemon_host == "unix:///s"


def test_registries() -> None:
    assert source(source_image="nginx:1") == Place("docker://nginx:1", "docker.io")
    assert source(source_image="r.example.org/a", source_validate_certs=False) == Place(
        "docker://r.example.org/a", "r.example.org", LOGIN.encoded, validate_certs=False
    )
    other = source(source_image="r.example.org/a", source_username="octo", source_password="pass:word")
    assert base64.b64decode(other.login) == b"octo:pass:word"
