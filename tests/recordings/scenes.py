# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenes: the files in ``scenes``, which describe the recordings."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path
from string import Template

import yaml

FOLDER = Path(__file__).resolve().parent / "scenes"


@dataclasses.dataclass(frozen=True)
class Answer:
    """An input at a prompt."""

    prompt: str
    """The beginning of the prompt, which ends with a colon."""
    type: str
    hidden: bool = False
    """Whether the terminal must not show it."""


@dataclasses.dataclass(frozen=True)
class Command:
    """A command that is typed, with its expected results."""

    command: str
    answers: tuple[Answer, ...] = ()
    expect: tuple[str, ...] = ()
    """Texts that the output must have."""
    exit_code: int = 0
    hold: float = 0.7
    """Seconds after it, to read its output."""


@dataclasses.dataclass(frozen=True)
class Scene:
    """A recording, as it is described."""

    name: str
    title: str
    description: str
    """The recording in words, for readers who do not see it."""
    commands: tuple[Command, ...]
    rows: int = 24
    files: dict[str, str] = dataclasses.field(default_factory=dict)
    """Files in the home folder, by their names."""
    before: tuple[str, ...] = ()
    """Commands that run first, and are not shown."""


def flat(facts: dict[str, t.Any]) -> dict[str, str]:
    """The texts of the facts by their names; ``alice_access_key`` is that of ``alice``."""
    found = {name: value for name, value in facts.items() if isinstance(value, str)}
    for name, group in facts.items():
        if isinstance(group, dict):
            found |= {f"{name}_{key}": value for key, value in flat(group).items()}
    return found


def names() -> list[str]:
    """The names of the scenes."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def load(name: str, facts: dict[str, t.Any]) -> Scene:
    """A scene. Facts of the local AWS, such as ``$access_key``, are replaced in files, answers, and commands not shown.

    :raises TypeError: a key is mistyped or missing
    """
    known = flat(facts)
    document = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))

    def fill(text: str) -> str:
        return Template(text).substitute(known)

    commands = []
    for command in document.pop("commands"):
        answers = [Answer(**{**answer, "type": fill(answer["type"])}) for answer in command.pop("answers", ())]
        expect = tuple(command.pop("expect", ()))
        commands.append(Command(**command, answers=tuple(answers), expect=expect))
    files = {file: fill(content) for file, content in document.pop("files", {}).items()}
    before = tuple(map(fill, document.pop("before", ())))
    return Scene(name=name, commands=tuple(commands), files=files, before=before, **document)
