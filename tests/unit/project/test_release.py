# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release says about itself is said in one place, and agrees with what there is."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
SPOKEN = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "meta", "plugins", "roles", "playbooks", "docs")
"""What could say a version of the collection, besides galaxy.yml and what the changelog is made of."""
NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def read(path: str) -> t.Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def number(version: str) -> tuple[int, ...]:
    match = NUMBER.match(version)
    assert match, version
    return tuple(int(part) for part in match.groups())


def files() -> t.Iterator[Path]:
    for name in SPOKEN:
        path = ROOT / name
        found = [path] if path.is_file() else path.rglob("*")
        yield from (file for file in found if file.suffix in {".md", ".rst", ".py", ".yml"})


def test_only_galaxy_yml_says_which_version_this_is() -> None:
    version = number(read("galaxy.yml")["version"])
    said = re.compile(rf"(?<![\d.]){re.escape('.'.join(map(str, version)))}(?![\d.]\d)")
    places = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files()
        for line in path.read_text(encoding="utf-8").splitlines()
        # This one says since when there is something, and stays.
        if said.search(line) and not line.strip().startswith("version_added:")
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


def test_a_release_is_the_newest_one_of_the_changelog() -> None:
    version = read("galaxy.yml")["version"]
    released = sorted(read("changelogs/changelog.yaml")["releases"], key=number)
    if version == ".".join(map(str, number(version))):
        assert released[-1] == version
        for name in ("CHANGELOG.md", "CHANGELOG.rst"):
            assert f"v{version}" in (ROOT / name).read_text(encoding="utf-8").replace("\\", "")
    else:
        # What is to come.
        assert number(released[-1]) < number(version)


def test_every_playbook_is_in_the_changelog() -> None:
    """antsibull-changelog finds modules, plugins and roles by itself, and no playbooks."""
    told = {
        playbook["name"]
        for release in read("changelogs/changelog.yaml")["releases"].values()
        for playbook in release.get("objects", {}).get("playbook", ())
    }
    for path in (ROOT / "changelogs" / "fragments").glob("*.y*ml"):
        told |= {playbook["name"] for playbook in read(str(path)).get("add object.playbook", ())}
    assert told == {path.stem for path in (ROOT / "playbooks").glob("*.yml")}


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
