# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the default role session name, which identifies the caller in CloudTrail."""

from __future__ import annotations

import os
import pwd
import re

_LONGEST = 64
_INVALID = re.compile(r"[^A-Za-z0-9_+=,.@-]+")

_JOBS = {
    "JOB_ID": "awx",
    "GITHUB_RUN_ID": "github",
    "CI_JOB_ID": "gitlab",
    "BUILD_BUILDID": "azure",
    "CIRCLE_WORKFLOW_ID": "circleci",
    "BUILDKITE_JOB_ID": "buildkite",
    "BITBUCKET_BUILD_NUMBER": "bitbucket",
    "BUILD_NUMBER": "build",
}
"""The environment variable with the job number of AWX or of a CI system, and the prefix for the number."""


def session_name() -> str:
    """Return user, host and job, such as ``alice@controller`` or ``runner@host-github-123``.

    A role session name has 2 to 64 letters, digits and characters of ``_+=,.@-`` (AWS STS API reference, AssumeRole). A
    name that is too long is cut at the host, so that the job number stays whole.
    """
    job = next((f"-{system}-{os.environ[name]}" for name, system in _JOBS.items() if os.environ.get(name)), "")
    caller = f"{_user()}@{os.uname().nodename.partition('.')[0]}"
    caller, job = (_INVALID.sub("-", text) for text in (caller, job))
    job = job[: _LONGEST - 16]
    return caller[: _LONGEST - len(job)] + job


def in_job() -> bool:
    """Whether this process runs in a job of AWX or of a CI system, where no person is at a terminal."""
    return any(os.environ.get(name) for name in _JOBS)


def _user() -> str:
    # Not $USER: under sudo and in containers, it can be another user's.
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
