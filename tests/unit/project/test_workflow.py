# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflows of GitHub run what ``.ci/run`` runs, on every ansible-core, and can do nothing else."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SANITY = "ansible-test-sanity"
"""Antsibull-nox has a session of this name for each core."""


def read(path: Path) -> dict[str, t.Any]:
    found: dict[str, t.Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def jobs() -> dict[str, t.Any]:
    found: dict[str, t.Any] = read(ROOT / ".github" / "workflows" / "checks.yml")["jobs"]
    return found


def test_every_core_is_checked_with_its_python(jobs: dict[str, t.Any], cores: dict[str, t.Any]) -> None:
    matrix = jobs["core"]["strategy"]["matrix"]
    assert matrix["core"] == [*cores]
    pythons = {entry["core"]: entry["python"] for entry in matrix["include"] if "core" in entry}
    assert pythons == {version: core.python for version, core in cores.items()}


def test_every_core_has_its_sanity_tests(jobs: dict[str, t.Any], cores: dict[str, t.Any]) -> None:
    sessions = {name for line in jobs["nox"]["strategy"]["matrix"]["sessions"] for name in line.split()}
    assert {name for name in sessions if name.startswith(SANITY)} == {f"{SANITY}-{core}" for core in cores}


def test_what_ci_runs_is_run(jobs: dict[str, t.Any]) -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    targets = set(re.findall(r"\bmake --no-print-directory (\w+)", script))
    commands = "\n".join(step.get("run", "") for job in jobs.values() for step in job["steps"])
    assert targets == {"test", "demo"}
    assert {target for target in targets if re.search(rf"\bmake {target}\b", commands)} == targets
    parts = {
        entry["part"]: entry["checks"] for entry in jobs["core"]["strategy"]["matrix"]["include"] if "part" in entry
    }
    # All that "make test" has without being asked, and what it has only then.
    assert parts == {"checks": "", "thorough": "thorough bench importer", "hardening": "hardening"}
    assert set(parts) == set(jobs["core"]["strategy"]["matrix"]["part"])
    [seconds] = re.findall(r"^export HARDENING_SECONDS=(\d+)$", script, re.MULTILINE)
    assert jobs["core"]["env"] == {"HARDENING_SECONDS": seconds}


def test_everything_must_pass(jobs: dict[str, t.Any]) -> None:
    assert set(jobs["passed"]["needs"]) == set(jobs) - {"passed"}
    [step] = jobs["passed"]["steps"]
    assert step["run"].count("success") == len(jobs["passed"]["needs"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.name))
def test_a_workflow_can_do_what_it_needs_and_no_more(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]
    for name, job in workflow["jobs"].items():
        assert set(job["permissions"].items()) <= {("contents", "read")}, name
        assert job["timeout-minutes"], name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.name))
def test_actions_are_named_by_their_commits(path: Path) -> None:
    used = re.findall(r"^ *(?:- )?uses: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    pinned = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert used
    assert not [action for action in used if not pinned.fullmatch(action)]


def test_checks_run_for_every_change_and_each_night() -> None:
    events = read(ROOT / ".github" / "workflows" / "checks.yml")["on"]
    assert {"push", "pull_request", "schedule"} <= set(events)
    assert "main" in events["push"]["branches"]
    assert events["push"]["tags"] == ["*"]
