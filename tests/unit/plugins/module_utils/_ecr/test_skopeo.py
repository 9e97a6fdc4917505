# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""skopeo: its arguments, and how it gets passwords."""

from __future__ import annotations

import json
import os
import stat
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._ecr.skopeo import Place, Skopeo, SkopeoFailed
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError

MANIFEST = json.dumps({"config": {"digest": "sha256:c"}})
SOURCE = Place("docker://quay.io/a:1", "quay.io", "c291cmNl")
TARGET = Place("docker://r.example.org/a:1", "r.example.org", "dGFyZ2V0")
SCRIPT = """\
#!/bin/sh
printf '%s\\n' "$@" >{folder}/arguments
env >{folder}/environment
while [ $# -gt 0 ]; do
    case "$1" in
        --authfile|--src-authfile|--dest-authfile) cat "$2" >"{folder}/read$1"; cat "$2" >>"{folder}/read$1" ;;
    esac
    shift
done
{end}
"""
Fake = t.Callable[[str], Skopeo]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    def make(end: str) -> Skopeo:
        program = tmp_path / "skopeo"
        program.write_text(SCRIPT.format(folder=tmp_path, end=end))
        program.chmod(stat.S_IRWXU)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-of-the-host")
        return Skopeo(["canary-password"], 5)

    return make


def test_passwords_are_in_memory_and_can_be_read_twice(fake: Fake, tmp_path: Path) -> None:
    fake("true").copy(SOURCE, TARGET, "")
    arguments = (tmp_path / "arguments").read_text().split("\n")[:-1]
    assert [argument for argument in arguments if not argument.startswith("/proc/self/fd/")] == [
        "copy",
        "--all",
        "--src-authfile",
        "--dest-authfile",
        "--retry-times",
        "3",
        SOURCE.reference,
        TARGET.reference,
    ]
    for side, place in (("src", SOURCE), ("dest", TARGET)):
        once = json.dumps({"auths": {place.registry: {"auth": place.login}}})
        assert (tmp_path / f"read--{side}-authfile").read_text() == once * 2
    seen = (tmp_path / "environment").read_text() + "".join(arguments)
    assert not {word for word in (SOURCE.login, TARGET.login, "canary-of-the-host") if word in seen}


def test_without_a_login_no_other_one_is_used(fake: Fake, tmp_path: Path) -> None:
    skopeo = fake(f"printf '%s' '{MANIFEST}'")
    assert skopeo.manifest(Place("docker://quay.io/a", "quay.io", validate_certs=False)).image_id == "sha256:c"
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments == ["inspect", "--raw", "--tls-verify=false", "--no-creds", "docker://quay.io/a"]
    skopeo.manifest(Place("docker-daemon:a:1", daemon_host="tcp://h:1"))
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments == ["inspect", "--raw", "--daemon-host", "tcp://h:1", "docker-daemon:a:1"]


def test_a_platform(fake: Fake, tmp_path: Path) -> None:
    fake("true").copy(Place("oci-archive:/a.tar"), TARGET, "linux/arm/v7")
    arguments = (tmp_path / "arguments").read_text().split()
    assert arguments[:7] == [
        "--override-os",
        "linux",
        "--override-arch",
        "arm",
        "--override-variant",
        "v7",
        "copy",
    ]
    assert "--all" not in arguments


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (r'time="x" level=fatal msg="reading: \"a\" of canary-password."', 'reading: "a" of (hidden)'),
        ("one\ntwo.", "two"),
        ("", "no message"),
        ("x" * 900, "x" * 500),
    ],
)
def test_failures(fake: Fake, output: str, message: str) -> None:
    with pytest.raises(SkopeoFailed) as caught:
        fake(f"cat >&2 <<'END'\n{output}\nEND\nexit 1").manifest(TARGET)
    assert str(caught.value) == message


def test_a_strange_manifest(fake: Fake) -> None:
    with pytest.raises(SkopeoFailed, match="the manifest is of an unknown kind"):
        fake("echo strange").manifest(TARGET)


def test_without_skopeo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OctoAwsError, match="skopeo is not installed on the host") as caught:
        Skopeo([], 5)
    assert caught.value.code is ErrorCode.REQUIREMENT_MISSING


def test_a_system_without_such_files(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    skopeo = fake("true")
    monkeypatch.delattr(os, "memfd_create")
    with pytest.raises(OctoAwsError, match="it is not Linux") as caught:
        skopeo.copy(SOURCE, TARGET, "")
    assert caught.value.code is ErrorCode.REQUIREMENT_MISSING
