# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the rooms of the code: ``python tests/tools/house.py`` writes ``docs/docsite/images/house.svg``."""

from __future__ import annotations

import typing as t
from pathlib import Path

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "images" / "house.svg"
CONTROLLER: tuple[dict[str, str], ...] = (
    {"action": "action plugins, thin", "callback": "for terminals", "lookup": "lookups, thin"},
    {"octo_aws": "for people", "credential_process": "for AWS clients", "eks_token": "for Kubernetes clients"},
    {"_command": "work of the commands", "_dialogs": "talks of playbooks", "_steps": "steps of the role"},
    {"_base": "base classes; the edge to Ansible"},
    {"_service": "use cases: save, test, delete, copy, resolve"},
    {"_sessions": "chains and their cached sessions"},
    {"_stores": "where accounts are stored", "_sources": "first credentials of an account"},
    {
        "_profiles": "AWS config and credentials files",
        "_sso": "sign-in to IAM Identity Center",
        "_web_identity": "tokens of CI systems",
    },
    {
        "_accounts": "account, settings",
        "_eks": "clusters",
        "_cache": "sealed files",
        "_approvals": "approvals",
        "_usages": "files that name accounts",
    },
    {"_hashi_vault": "connections to HashiCorp Vault and OpenBao"},
)
"""The rows of rooms on the controller, from top to bottom, with a note for each room."""
HOSTS: tuple[dict[str, str], ...] = (
    {"modules": "modules, thin"},
    {
        "_cloudformation": "stacks",
        "_ecr": "images",
        "_ecs": "services, tasks",
        "_lambda": "functions",
        "_s3": "files",
        "_ssm": "Run Command",
    },
    {"_host": "an account on the host of a task"},
    {"_aws": "botocore, STS, AWS errors"},
    {"_model": "credentials, identity, hop"},
)
LEFT, RIGHT, GAP, HEIGHT, STEP, PER_ROW = 24, 696, 16, 30, 48, 3
NAME, NOTE, AROUND = 8.5, 7.3, 30
"""The widths of a letter in the widest fonts that may draw the picture, and the space around a name and its note."""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!--
Copyright (c) 2026, octo.aws contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" width="720" height="{height}" role="img" aria-labelledby="title description">
  <title id="title">The house</title>
  <desc id="description">{words}</desc>
  <style>
    :root {{ --paper: #ffffff; --ink: #1f2328; --faint: #57606a; --room: #f2f6fb; --wall: #9aa7b8; --floor: #e6ecf3; --arrow: #1f5fbf; }}
    @media (prefers-color-scheme: dark) {{
      :root {{ --paper: #1b1f24; --ink: #e6e9ee; --faint: #a8b1bd; --room: #2b323b; --wall: #66717f; --floor: #232930; --arrow: #86b4ff; }}
    }}
    .paper {{ fill: var(--paper); stroke: var(--wall); }}
    .floor {{ fill: var(--floor); }}
    .room {{ fill: var(--room); stroke: var(--wall); }}
    .arrow {{ stroke: var(--arrow); stroke-width: 2; fill: none; marker-end: url(#tip); }}
    .tip {{ fill: var(--arrow); }}
    text {{ font: 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }}
    .name {{ font: 600 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }}
    .head {{ font-weight: 600; font-size: 15px; }}
    .note {{ fill: var(--faint); font-size: 13px; }}
  </style>
  <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
    <path class="tip" d="M0 0L10 5L0 10z"/>
  </marker>
  <rect class="paper" x="0.5" y="0.5" width="719" height="{paper}" rx="10"/>
"""  # noqa: E501 # lines of a picture
WORDS = (
    "Rooms from top to bottom. On the controller: {controller}. Below them, on hosts: {hosts}. Arrows lead only down."
)


class Drawing:
    """The elements from top to bottom."""

    def __init__(self) -> None:
        self.elements: list[str] = []
        self.y = 36

    def part(self, name: str, title: str, rows: tuple[dict[str, str], ...], files: str) -> None:
        self.elements += [f'  <g id="{name}">', f'    <text class="head" x="{LEFT}" y="{self.y}">{title}</text>']
        self.y += 14
        for row in rows:
            self._row(row)
            self._arrow()
        self.elements += [
            f'    <rect class="floor" x="{LEFT}" y="{self.y}" width="{RIGHT - LEFT}" height="{HEIGHT}" rx="4"/>',
            f'    <text class="note" x="{LEFT + 14}" y="{self.y + 20}">single files: {files}</text>',
            "  </g>",
        ]
        self.y += HEIGHT

    def between(self) -> None:
        self.elements.append(f'  <path class="arrow" d="M360 {self.y}V{self.y + 24}"/>')
        self.y += 42

    def _row(self, rooms: dict[str, str]) -> None:
        lines = _lines(list(rooms.items()))
        for number, line in enumerate(lines):
            width = _width(len(line))
            for column, (name, note) in enumerate(line):
                self._room(LEFT + column * (width + GAP), width, name, note)
            self.y += HEIGHT + (6 if number < len(lines) - 1 else 0)

    def _room(self, x: int, width: int, name: str, note: str) -> None:
        self.elements += [
            f'    <rect class="room" x="{x}" y="{self.y}" width="{width}" height="{HEIGHT}" rx="4"/>',
            f'    <text class="name" x="{x + 12}" y="{self.y + 20}">{name}</text>'
            f'<text class="note" x="{x + width - 12}" y="{self.y + 20}" text-anchor="end">{note}</text>',
        ]

    def _arrow(self) -> None:
        self.elements.append(f'    <path class="arrow" d="M360 {self.y}V{self.y + STEP - HEIGHT - 2}"/>')
        self.y += STEP - HEIGHT


def _lines(rooms: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """As many rooms a line as can be read, since no name may run into its note."""
    widest = max(len(name) * NAME + len(note) * NOTE + AROUND for name, note in rooms)
    count = max(count for count in range(1, PER_ROW + 1) if count == 1 or _width(count) >= widest)
    return [rooms[first : first + count] for first in range(0, len(rooms), count)]


def _width(count: int) -> int:
    return (RIGHT - LEFT - GAP * (count - 1)) // count


def _in_words(rows: t.Iterable[dict[str, str]]) -> str:
    return "; ".join(", ".join(name.strip("_") for name in row) for row in rows) + "; single files"


def draw() -> str:
    """The picture as SVG."""
    drawing = Drawing()
    drawing.part(
        "controller",
        "On the controller: plugins/plugin_utils, and the plugins themselves",
        CONTROLLER,
        "the vault API, private files, checks of regions and circular credentials",
    )
    drawing.between()
    drawing.part(
        "hosts",
        "On hosts, and below the controller: plugins/module_utils",
        HOSTS,
        "errors, secrecy, clock, path patterns",
    )
    note = "A room imports rooms further down, never one beside or above it."
    drawing.elements.append(f'  <text class="note" x="{LEFT}" y="{drawing.y + 28}">{note}</text>')
    height = drawing.y + 46
    words = WORDS.format(controller=_in_words(CONTROLLER), hosts=_in_words(HOSTS))
    return HEAD.format(height=height, paper=height - 1, words=words) + "\n".join(drawing.elements) + "\n</svg>\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
