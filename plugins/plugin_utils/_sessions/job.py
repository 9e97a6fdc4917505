# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Session tags and the source identity of a job of a CI system or of AWX, from its environment."""

from __future__ import annotations

import dataclasses
import os
import re
import typing as t
from unicodedata import category

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.hop import JOB_TAGS, TAG_SIGNS, Hop, check_option, check_together
from ...module_utils._secrecy import without_password

_LONGEST_TAG = 256
_LONGEST_IDENTITY = 64


class _System(t.NamedTuple):
    """The environment variables of a job, by the first that is set of each.

    :param name: for errors, and for the source identity of a person with a name of one character
    :param marker: the variable that all jobs of the system have
    :param variables: in the order of ``JOB_TAGS``
    """

    name: str
    marker: str
    variables: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


_SYSTEMS = (
    _System("github", "GITHUB_ACTIONS", (("GITHUB_REPOSITORY",), ("GITHUB_JOB",), ("GITHUB_ACTOR",))),
    _System("gitlab", "GITLAB_CI", (("CI_PROJECT_PATH",), ("CI_JOB_NAME",), ("GITLAB_USER_LOGIN",))),
    _System(
        "azure",
        "TF_BUILD",
        (
            ("BUILD_REPOSITORY_NAME",),
            ("SYSTEM_JOBNAME", "AGENT_JOBNAME"),
            ("BUILD_REQUESTEDFOREMAIL", "BUILD_REQUESTEDFOR"),
        ),
    ),
    _System("jenkins", "JENKINS_URL", (("GIT_URL",), ("JOB_NAME",), ("BUILD_USER_ID", "CHANGE_AUTHOR"))),
    # AWX passes the person and the project as variables of the play, not in the environment.
    _System("awx", "AWX_HOST", ((), ("JOB_ID",), ())),
)


def with_job(hop: Hop) -> Hop:
    """Return a hop with the tags and the source identity of the job, if it has ``tags_from_job``. Its own ones win.

    :raises OctoAwsError: this is no job, or AWS does not accept the tags together
    """
    if not hop.tags_from_job:
        return hop
    system = next((system for system in _SYSTEMS if os.environ.get(system.marker)), None)
    if not system:
        raise OctoAwsError(
            ErrorCode.JOB_UNKNOWN,
            "tags_from_job is on, but this is no job of GitHub Actions, GitLab, Azure Pipelines, Jenkins or AWX.",
            hint="Run the play in a job, or set tags_from_job: false and the tags that the trust policy requires.",
        )
    found = dict(zip(JOB_TAGS, (_first(names) for names in system.variables), strict=True))
    own = {key.lower() for key, _value in hop.tags}
    tags = {key: _as_tag(value) for key, value in found.items() if value and key not in own}
    identity = hop.source_identity or _as_identity(found["actor"], system.name)
    hop = dataclasses.replace(
        hop,
        tags=check_option("tags", {**dict(hop.tags), **tags}),
        source_identity=check_option("source_identity", identity) if identity else "",
        tags_from_job=False,
    )
    check_together(hop)
    return hop


def _first(names: t.Iterable[str]) -> str:
    return next((without_password(os.environ[name]) for name in names if os.environ.get(name)), "")


def _as_tag(text: str) -> str:
    """Replace characters that AWS does not accept in values of tags (AWS STS API reference, Tag)."""
    return "".join(sign if sign in TAG_SIGNS or category(sign)[0] in "LNZ" else "_" for sign in text)[:_LONGEST_TAG]


def _as_identity(text: str, system: str) -> str:
    """Replace characters that AWS does not accept in a source identity (AWS STS API reference, AssumeRole)."""
    identity = re.sub(r"[^A-Za-z0-9_+=,.@-]", "_", text)
    return (f"{system}-{identity}" if len(identity) == 1 else identity)[:_LONGEST_IDENTITY]
