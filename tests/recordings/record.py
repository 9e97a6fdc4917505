# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records scenes, and writes or compares the pictures and the transcripts.

    python record.py --aws FILE (--write | --compare) FOLDER [SCENE ...]

FILE is what ``fake_aws/server.py`` wrote. A scene NAME becomes ``recording_NAME.svg`` and ``recording_NAME.txt``.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import json
import secrets
import shutil
import sys
import typing as t
from pathlib import Path

import picture
import scenes
from fixed_values import HOME
from player import Player, SceneError
from timeline import END

REMEDY = "Run make recordings, look at the pictures in docs/docsite/images, and commit them."


def record(name: str, facts: dict[str, t.Any]) -> dict[str, str]:
    """Play a scene: the contents of its files, by the endings of their names."""
    scene = scenes.load(name, facts)
    with _home() as folder:
        timeline = Player(scene, facts, folder).play()
    timeline.wait(END)
    return {"txt": timeline.transcript(), "svg": picture.draw(scene, timeline)}


@contextlib.contextmanager
def _home() -> t.Iterator[Path]:
    """An empty folder, with a path as long as the one that is shown: programs break lines by their lengths."""
    start = "/tmp/"
    left = len(HOME) - len(start)
    folder = Path(start + secrets.token_hex(left)[:left])
    folder.mkdir(0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(path: Path, text: str) -> str:
    """What is different in a file, and the empty text if nothing is."""
    if not path.exists():
        return f"{path.name} is missing. {REMEDY}"
    committed = path.read_text(encoding="utf-8")
    if committed == text:
        return ""
    if path.suffix == ".svg":
        return f"{path.name} is not the picture of this run. {REMEDY}"
    lines = difflib.unified_diff(committed.splitlines(), text.splitlines(), "committed", "recorded", lineterm="")
    return "\n".join([*lines, f"{path.name} is not the transcript of this run. {REMEDY}"])


def main() -> int:
    """Record; 1 when a scene fails, or a file differs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--aws", type=Path, required=True)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--write", type=Path, metavar="FOLDER")
    how.add_argument("--compare", type=Path, metavar="FOLDER")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=", ".join(scenes.names()))
    options = parser.parse_args()
    facts = json.loads(options.aws.read_text(encoding="utf-8"))
    if unknown := set(options.scenes) - set(scenes.names()):
        parser.error(f"no such scene: {', '.join(sorted(unknown))}")
    passed = failed = 0
    for name in options.scenes or scenes.names():
        try:
            files = record(name, facts)
        except SceneError as error:
            print(error)
            failed += 1
            continue
        differences: list[str] = []
        for ending, text in files.items():
            path = (options.write or options.compare) / f"recording_{name}.{ending}"
            if options.write:
                path.write_text(text, encoding="utf-8")
                print(f"{path.name}: {len(text.encode()) / 1000:.0f} kB")
            else:
                differences += filter(None, [compare(path, text)])
        print(*differences, sep="\n", end="\n" if differences else "")
        passed, failed = passed + (not differences), failed + bool(differences)
    print(f"{passed} passed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
