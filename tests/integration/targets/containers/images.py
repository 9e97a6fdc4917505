# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the images of the test: an archive of Docker, one of OCI, another image, and files that are none.

python images.py FOLDER
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
import typing as t
from pathlib import Path

CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def main(folder: Path) -> None:
    """Write them."""
    _docker(folder / "docker.tar", "first")
    _docker(folder / "second.tar", "second")
    _oci(folder / "oci.tar", ["amd64", "arm64"])
    _archive(folder / "other.tar", {"hello.txt": b"hello"})
    (folder / "text.tar").write_text("no archive", encoding="utf-8")


def _docker(path: Path, text: str) -> None:
    layer = _layer(text)
    config = _config(layer, "amd64")
    name = hashlib.sha256(config).hexdigest()
    manifest = [{"Config": f"{name}.json", "RepoTags": [f"app:{text}"], "Layers": ["layer.tar"]}]
    files = {f"{name}.json": config, "layer.tar": layer, "manifest.json": json.dumps(manifest).encode()}
    _archive(path, files)


def _oci(path: Path, architectures: list[str]) -> None:
    files: dict[str, bytes] = {}
    images = []
    for architecture in architectures:
        layer = _layer(architecture)
        packed = gzip.compress(layer, mtime=0)
        config = _config(layer, architecture)
        content = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _blob(files, config, CONFIG),
            "layers": [_blob(files, packed, LAYER)],
        }
        described = _blob(files, json.dumps(content).encode(), MANIFEST)
        images.append({**described, "platform": {"os": "linux", "architecture": architecture}})
    many = {"schemaVersion": 2, "mediaType": INDEX, "manifests": images}
    index = {"schemaVersion": 2, "manifests": [_blob(files, json.dumps(many).encode(), INDEX)]}
    files |= {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}', "index.json": json.dumps(index).encode()}
    _archive(path, files)


def _layer(text: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        _add(archive, "hello.txt", text.encode() * 1000)
    return buffer.getvalue()


def _config(layer: bytes, architecture: str) -> bytes:
    rootfs = {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]}
    return json.dumps({"architecture": architecture, "os": "linux", "config": {}, "rootfs": rootfs}).encode()


def _blob(files: dict[str, bytes], content: bytes, kind: str) -> dict[str, t.Any]:
    digest = hashlib.sha256(content).hexdigest()
    files[f"blobs/sha256/{digest}"] = content
    return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}


def _archive(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            _add(archive, name, content)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
