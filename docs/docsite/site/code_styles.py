# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Colors of code blocks that fit the palette of the site, with a contrast of at least 4.5 to 1."""

from __future__ import annotations

from pygments.style import Style
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, Operator, Punctuation, String, Token


class Light(Style):
    """For the light mode."""

    background_color = "#f1f6f6"
    styles = {
        Token: "#14323a",
        Comment: "#52646a",
        Generic.Output: "#3d5157",
        Generic.Prompt: "#52646a",
        Generic.Inserted: "#1b6427",
        Generic.Deleted: "#a61b3c",
        Generic.Error: "#a61b3c",
        Keyword: "#a3195b",
        Literal: "#1d6327",
        Name.Attribute: "#0a5f68",
        Name.Builtin: "#0b4f94",
        Name.Function: "#0b4f94",
        Name.Tag: "#0a5f68",
        Name.Variable: "#0b4f94",
        Number: "#8a4300",
        Operator: "#6b2fa0",
        Punctuation: "#3d5157",
        String: "#1d6327",
    }


class Dark(Style):
    """For the dark mode."""

    background_color = "#1a2428"
    styles = {
        Token: "#e2e9ea",
        Comment: "#9fb0b5",
        Generic.Output: "#c3cfd2",
        Generic.Prompt: "#9fb0b5",
        Generic.Inserted: "#9bd8a0",
        Generic.Deleted: "#ff9eb0",
        Generic.Error: "#ff9eb0",
        Keyword: "#ff9ec4",
        Literal: "#b7dca0",
        Name.Attribute: "#6fd6c9",
        Name.Builtin: "#93c5ff",
        Name.Function: "#93c5ff",
        Name.Tag: "#6fd6c9",
        Name.Variable: "#93c5ff",
        Number: "#f0b583",
        Operator: "#d5b4ff",
        Punctuation: "#b4c2c6",
        String: "#b7dca0",
    }
