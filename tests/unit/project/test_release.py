# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version is in one place, and the changelog, the supported cores and the package agree with it."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
FILES_WITH_TEXT = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "meta", "plugins", "roles", "playbooks", "docs")
"""Files that could name a version of the collection, besides galaxy.yml and the changelog."""
NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def read(path: str) -> t.Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def number(version: str) -> tuple[int, ...]:
    match = NUMBER.match(version)
    assert match, version
    return tuple(int(part) for part in match.groups())


def files() -> t.Iterator[Path]:
    for name in FILES_WITH_TEXT:
        path = ROOT / name
        found = [path] if path.is_file() else path.rglob("*")
        yield from (file for file in found if file.suffix in {".md", ".rst", ".py", ".yml"})


def test_only_galaxy_yml_has_the_version() -> None:
    version = number(read("galaxy.yml")["version"])
    pattern = re.compile(rf"(?<![\d.]){re.escape('.'.join(map(str, version)))}(?![\d.]\d)")
    places = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files()
        for line in path.read_text(encoding="utf-8").splitlines()
        # This one stays after a release.
        if pattern.search(line) and not line.strip().startswith("version_added:")
    ]
    assert not places


def test_nothing_was_added_in_a_version_that_is_not_there_yet() -> None:
    version = number(read("galaxy.yml")["version"])
    added = [
        (path.name, match)
        for path in files()
        for match in re.findall(r"^\s*version_added: ['\"]?([\d.]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(added) >= 10
    assert not [(name, since) for name, since in added if number(since) > version]


def test_the_changelog_ends_with_the_newest_release() -> None:
    version = read("galaxy.yml")["version"]
    released = sorted(read("changelogs/changelog.yaml")["releases"], key=number)
    for name in ("CHANGELOG.md", "CHANGELOG.rst"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\", "")
        assert set(re.findall(r"^(?:## )?v(\d\S*)$", text, re.MULTILINE)) == set(released)
    if version == ".".join(map(str, number(version))):
        assert released[-1] == version
    else:
        # The next release, which fragments describe until it is cut.
        assert re.fullmatch(r"\d+\.\d+\.\d+-dev0", version)
        assert all(number(release) < number(version) for release in released)
        assert list((ROOT / "changelogs" / "fragments").glob("*.yml"))


def test_every_playbook_is_in_the_changelog() -> None:
    """antsibull-changelog finds modules, plugins and roles by itself, and no playbooks."""
    listed = {
        playbook["name"]
        for release in read("changelogs/changelog.yaml")["releases"].values()
        for playbook in release.get("objects", {}).get("playbook", ())
    }
    for path in (ROOT / "changelogs" / "fragments").glob("*.y*ml"):
        listed |= {playbook["name"] for playbook in read(str(path)).get("add object.playbook", ())}
    assert listed == {path.stem for path in (ROOT / "playbooks").glob("*.yml")}


def test_the_supported_cores_are_the_same_everywhere(cores: dict[str, t.Any]) -> None:
    versions = [*cores]
    in_words = f"{', '.join(versions[:-1])} and {versions[-1]}"
    assert read("meta/runtime.yml")["requires_ansible"] == f">={versions[0]}.0"
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"ansible-core {versions[0]} or newer; {in_words} are tested" in readme
    assert f"The collection is tested with ansible-core {in_words}" in readme


def test_what_is_for_developers_only_is_not_in_the_package() -> None:
    """Every file at the top is either wanted by users or left out; tests/tools/package.sh looks into the package."""
    wanted = {
        *("CHANGELOG.md", "CHANGELOG.rst", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "COPYING", "LICENSES", "README.md"),
        *(
            "REUSE.toml",
            "SECURITY.md",
            "changelogs",
            "docs",
            "meta",
            "playbooks",
            "plugins",
            "requirements.txt",
            "roles",
        ),
    }
    ignored = set(read("galaxy.yml")["build_ignore"])
    made = {"galaxy.yml", ".git", ".work"}
    assert {path.name for path in ROOT.iterdir()} - made <= wanted | ignored
