# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Session tags and the source identity from the job of a CI system."""

from __future__ import annotations

import os

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop, parse_hops
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import job
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.chain import chain_of
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.job import with_job
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account
from ansible_collections.octo.aws.tests.unit.support.hops import ROLE, error_of

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "octo-org/octo-repo",
    "GITHUB_JOB": "deploy",
    "GITHUB_ACTOR": "octocat",
}
JOBS = {
    "github": (GITHUB, ("octo-org/octo-repo", "deploy", "octocat"), "octocat"),
    "a bot": (
        {**GITHUB, "GITHUB_ACTOR": "renovate[bot]"},
        ("octo-org/octo-repo", "deploy", "renovate_bot_"),
        "renovate_bot_",
    ),
    "a short name": ({**GITHUB, "GITHUB_ACTOR": "a"}, ("octo-org/octo-repo", "deploy", "a"), "github-a"),
    "a long name": ({**GITHUB, "GITHUB_ACTOR": "a" * 300}, ("octo-org/octo-repo", "deploy", "a" * 256), "a" * 64),
    "gitlab": (
        {
            "GITLAB_CI": "true",
            "CI_PROJECT_PATH": "octo-group/octo-project",
            "CI_JOB_NAME": "deploy (1/2)",
            "GITLAB_USER_LOGIN": "alice",
        },
        ("octo-group/octo-project", "deploy _1/2_", "alice"),
        "alice",
    ),
    "azure": (
        {
            "TF_BUILD": "True",
            "BUILD_REPOSITORY_NAME": "octo-repo",
            "AGENT_JOBNAME": "Deploy Größe",
            "BUILD_REQUESTEDFOR": "Alice A.",
        },
        ("octo-repo", "Deploy Größe", "Alice A."),
        "Alice_A.",
    ),
    "jenkins": (
        {"JENKINS_URL": "https://ci", "GIT_URL": "https://u:canary@git.example.org/a.git", "JOB_NAME": "a/b"},
        ("https://git.example.org/a.git", "a/b", ""),
        "",
    ),
    "awx": ({"AWX_HOST": "https://awx", "JOB_ID": "123"}, ("", "123", ""), ""),
}


@pytest.fixture(autouse=True)
def no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    for system in job._SYSTEMS:
        for name in (system.marker, *(name for names in system.variables for name in names)):
            monkeypatch.delenv(name, raising=False)


def set_job(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("name", JOBS)
def test_each_system(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    variables, (repository, this_job, actor), identity = JOBS[name]
    set_job(monkeypatch, variables)
    hop = with_job(Hop(ROLE, tags_from_job=True))
    expected = {"repository": repository, "job": this_job, "actor": actor}
    assert dict(hop.tags) == {key: value for key, value in expected.items() if value}
    assert hop.source_identity == identity
    assert not hop.tags_from_job
    # AWS accepts all of it.
    assert parse_hops([hop.as_record()]) == (hop,)


def test_the_values_of_the_hop_win(monkeypatch: pytest.MonkeyPatch) -> None:
    set_job(monkeypatch, GITHUB)
    hop = with_job(Hop(ROLE, tags=(("Repository", "mine"), ("team", "a")), source_identity="me", tags_from_job=True))
    assert dict(hop.tags) == {"Repository": "mine", "team": "a", "job": "deploy", "actor": "octocat"}
    assert hop.source_identity == "me"


def test_nothing_changes_without_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    set_job(monkeypatch, GITHUB)
    assert with_job(Hop(ROLE)) == Hop(ROLE)


def test_outside_of_a_job_it_is_an_error() -> None:
    error = error_of(lambda: with_job(Hop(ROLE, tags_from_job=True)))
    assert error.code is ErrorCode.JOB_UNKNOWN
    assert "GitHub Actions" in error.message


def test_tags_of_the_job_can_be_transitive(monkeypatch: pytest.MonkeyPatch) -> None:
    hops = parse_hops([{"role_arn": ROLE, "tags_from_job": "yes", "transitive_tag_keys": ["repository"]}])
    set_job(monkeypatch, GITHUB)
    assert with_job(hops[0]).transitive_tag_keys == ("repository",)
    monkeypatch.delenv("GITHUB_REPOSITORY")
    assert "not a key of tags" in error_of(lambda: with_job(hops[0])).message


@pytest.mark.parametrize("account", [make_account(session_key="1" * 64), Account(name="", type="instance_role")])
def test_the_chain_has_the_tags_and_depends_on_them(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    options = SessionOptions(assume_role=(Hop(ROLE, tags_from_job=True),))
    set_job(monkeypatch, GITHUB)
    first = chain_of(account, "eu-central-1", options)
    assert dict(first.hops[0].tags)["actor"] == "octocat"
    monkeypatch.setenv("GITHUB_ACTOR", "hubot")
    assert chain_of(account, "eu-central-1", options).seals[-1].name != first.seals[-1].name


def test_a_later_hop_cannot_change_a_transitive_tag_of_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    set_job(monkeypatch, GITHUB)
    hop = Hop(ROLE, tags_from_job=True, transitive_tag_keys=("actor",))
    options = SessionOptions(assume_role=(hop, hop))
    assert "inherited" in error_of(lambda: chain_of(make_account(), "eu-central-1", options)).message


@pytest.mark.parametrize("value", ["maybe", 7, [True]])
def test_the_option_is_true_or_false(value: object) -> None:
    error = error_of(lambda: parse_hops([{"role_arn": ROLE, "tags_from_job": value}]))
    assert "tags_from_job" in error.message


def test_the_environment_is_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_job(monkeypatch, GITHUB)
    before = dict(os.environ)
    with_job(Hop(ROLE, tags_from_job=True))
    assert dict(os.environ) == before
