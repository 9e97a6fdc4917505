# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the session name that tells CloudTrail who it was.

Ground: imports nothing of the collection.
"""

from __future__ import annotations

import os
import pwd
import re

_LONGEST = 64
_NOT_TAKEN = re.compile(r"[^A-Za-z0-9_+=,.@-]+")

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
"""Environment variables in which AWX and CI systems say which job this is, and what stands before the number."""


def session_name() -> str:
    """Who runs this, where, and for which job, as C(alice@controller) or C(runner@host-github-123).

    A role session name has 2 to 64 letters, digits and signs of C(_+=,.@-) (AWS STS API reference, AssumeRole). A job's
    number is kept whole; where there is too much, the host is cut.
    """
    job = next((f"-{system}-{os.environ[name]}" for name, system in _JOBS.items() if os.environ.get(name)), "")
    who = f"{_user()}@{os.uname().nodename.partition('.')[0]}"
    who, job = (_NOT_TAKEN.sub("-", text) for text in (who, job))
    job = job[: _LONGEST - 16]
    return who[: _LONGEST - len(job)] + job


def _user() -> str:
    # Not $USER: sudo and containers leave that of somebody else there.
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
