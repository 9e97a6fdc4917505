# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The name of the approver: the user at the terminal, or the user that AWX or a CI system names."""

from __future__ import annotations

import os
import pwd
import typing as t

_VARIABLES = ("awx_user_name", "tower_user_name")
"""Variables of jobs of AWX."""
_ENVIRONMENT = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOR", "BUILDKITE_BUILD_CREATOR", "CIRCLE_USERNAME")
"""Of GitHub Actions, GitLab, Azure Pipelines, Buildkite and CircleCI: the user that started the job."""


def user() -> str:
    """Return the user that runs Ansible."""
    # Not $USER: under sudo and in containers, it can be another user's.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def approver_of_job(variables: t.Mapping[str, t.Any]) -> str:
    """Return the user that started the job, or the user that runs Ansible.

    :param variables: those of the host
    """
    named = [variables.get(name) for name in _VARIABLES] + [os.environ.get(name) for name in _ENVIRONMENT]
    return next((str(name) for name in named if name), "") or user()
