# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the class of a source of web identity tokens."""

from __future__ import annotations

import typing as t
from importlib import import_module

if t.TYPE_CHECKING:
    from .protocol import TokenSource

TOKEN_SOURCES = {
    "azure_pipelines": "AzurePipelinesTokens",
    "command": "CommandTokens",
    "environment": "EnvironmentTokens",
    "file": "FileTokens",
    "github_actions": "GitHubActionsTokens",
    "gitlab": "GitLabTokens",
}
"""The class of each ``web_identity_token_source``, in the file with its name, imported on first use."""


def token_source_of(name: str) -> TokenSource:
    """Return the source of tokens with this name."""
    source: TokenSource = getattr(import_module(f".{name}", __package__), TOKEN_SOURCES[name])()
    return source
