# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a code block is, by its language and its content; what cannot be parsed is an error, whether it is run or not."""

from __future__ import annotations

import configparser
import enum
import json
import re
import subprocess
import typing as t

import yaml
from pages import Block, BlockError


class Kind(enum.Enum):
    """What is done with a block."""

    PLAYBOOK = "playbook"
    TASKS = "tasks"
    SHELL = "commands"
    FILE = "file"
    POLICY = "policy"
    RECORD = "record"
    OUTPUT = "output"
    NONE = "not run"


SHELLS = ("console", "bash", "shell", "sh")
PROMPT = "$ "


class _Loader(yaml.SafeLoader):
    """Takes tags of Ansible and of CloudFormation for nothing special."""


_Loader.add_multi_constructor("", lambda _loader, _suffix, _node: "tagged")


def kind_of(block: Block) -> Kind:
    """What is to be done with this block."""
    parse = _PARSERS.get(block.language, lambda _block: Kind.NONE)
    try:
        kind = parse(block)
    except (ValueError, configparser.Error, yaml.YAMLError) as error:
        raise BlockError(f"{block.place}: it is no {block.language}: {error}") from error
    if block.not_run:
        return Kind.NONE
    if block.file:
        return Kind.FILE
    if kind is Kind.NONE:
        raise BlockError(
            f"{block.place}: nobody knows how to run it. Say which file it is ('file: NAME'), or why it is not run "
            "('not run: REASON'), in a comment right before it."
        )
    return kind


def commands_of(block: Block) -> str:
    """What is typed: the lines after the prompts with their continuations, or all, where there are no prompts."""
    lines = block.text.splitlines()
    if not any(line.startswith(PROMPT) for line in lines):
        return block.text
    typed: list[str] = []
    continued = False
    for line in lines:
        if continued or line.startswith(PROMPT):
            typed.append(line.removeprefix(PROMPT))
            continued = line.endswith("\\")
    return "\n".join(typed) + "\n"


def plays_of(block: Block) -> list[dict[str, t.Any]]:
    """The plays of a playbook, or the one that a list of tasks is put into."""
    content = yaml.load(block.text, _Loader)
    if kind_of(block) is Kind.TASKS:
        return [{"name": "The tasks", "hosts": "localhost", "gather_facts": False, "tasks": content}]
    plays: list[dict[str, t.Any]] = content
    return plays


def _parse_yaml(block: Block) -> Kind:
    content = yaml.load(block.text, _Loader)
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        return Kind.NONE
    plays = ["hosts" in item or "ansible.builtin.import_playbook" in item for item in content]
    if all(plays):
        return Kind.PLAYBOOK
    if any(plays):
        raise ValueError("plays and tasks are in one list")
    return Kind.TASKS


def _parse_shell(block: Block) -> Kind:
    checked = subprocess.run(["bash", "-n"], input=commands_of(block), text=True, capture_output=True, check=False)
    if checked.returncode:
        raise ValueError(checked.stderr.strip())
    return Kind.SHELL


def _parse_ini(block: Block) -> Kind:
    configparser.RawConfigParser().read_string(block.text)
    return Kind.NONE


def _parse_json(block: Block) -> Kind:
    content = json.loads(block.text)
    if not isinstance(content, dict):
        return Kind.NONE
    if "Statement" in content or {"Effect", "Action"} <= set(content):
        return Kind.POLICY
    return Kind.RECORD if {"version", "name", "type"} <= set(content) else Kind.NONE


_PARSERS: dict[str, t.Callable[[Block], Kind]] = {
    **dict.fromkeys(SHELLS, _parse_shell),
    "yaml": _parse_yaml,
    "ini": _parse_ini,
    "json": _parse_json,
    "text": lambda _block: Kind.OUTPUT,
}

NAMES_OF_FILES = re.compile(r"[\w./~-]+")


def uses(block: Block, file: str) -> bool:
    """Whether the text of a block names a file."""
    names = {name.rpartition("/")[2] for name in NAMES_OF_FILES.findall(block.text)}
    return file.rpartition("/")[2] in names
