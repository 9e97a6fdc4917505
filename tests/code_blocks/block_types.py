# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a code block is, by its language and its content. What cannot be parsed is an error, run or not."""

from __future__ import annotations

import configparser
import enum
import json
import re
import subprocess
import textwrap
import typing as t

import yaml
from pages import Block, BlockError


class BlockType(enum.Enum):
    """What is done with a block."""

    PLAYBOOK = "playbook"
    TASKS = "tasks"
    SHELL = "commands"
    FILE = "file"
    POLICY = "policy"
    RECORD = "record"
    OUTPUT = "output"
    NONE = "not run"


PLAYS = (BlockType.PLAYBOOK, BlockType.TASKS)
SHELLS = ("console", "bash", "shell", "sh")
PROMPT = "$ "
_NAMES_OF_FILES = re.compile(r"[\w./~-]+")


class _Loader(yaml.SafeLoader):
    """Takes tags of Ansible and of CloudFormation for nothing special."""


_Loader.add_multi_constructor("", lambda _loader, _suffix, _node: "tagged")


def type_of(block: Block) -> BlockType:
    """What is to be done with this block."""
    block_type = syntax_of(block)
    if block.not_run:
        return BlockType.NONE
    if block.file:
        return BlockType.FILE
    if block_type is BlockType.NONE:
        raise BlockError(
            f"{block.place}: nobody knows how to run it. Say which file it is ('file: NAME'), or why it is not run "
            "('not run: REASON'), in a comment right before it."
        )
    return block_type


def syntax_of(block: Block) -> BlockType:
    """What the block is by itself, whatever comments say."""
    try:
        return _LOOKS[block.language](block) if block.language in _LOOKS else BlockType.NONE
    except (ValueError, configparser.Error, yaml.YAMLError) as error:
        raise BlockError(f"{block.place}: it is no {block.language}: {error}") from error


def parse(block: Block) -> t.Any:
    """The data that a block in YAML or JSON is."""
    # JSON is YAML.
    return yaml.load(block.text, _Loader)


def playbook_of(block: Block) -> str:
    """The playbook that the block is, or the one that its tasks are put into."""
    if syntax_of(block) is BlockType.PLAYBOOK:
        return block.text
    play = "- name: The tasks\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"
    return play + textwrap.indent(block.text, 4 * " ")


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


def _look_at_yaml(block: Block) -> BlockType:
    content = parse(block)
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        return BlockType.NONE
    plays = ["hosts" in item or "ansible.builtin.import_playbook" in item for item in content]
    if all(plays):
        return BlockType.PLAYBOOK
    if any(plays):
        raise ValueError("plays and tasks are in one list")
    return BlockType.TASKS


def _look_at_shell(block: Block) -> BlockType:
    checked = subprocess.run(["bash", "-n"], input=commands_of(block), text=True, capture_output=True, check=False)
    if checked.returncode:
        raise ValueError(checked.stderr.strip())
    return BlockType.SHELL


def _look_at_ini(block: Block) -> BlockType:
    configparser.RawConfigParser().read_string(block.text)
    return BlockType.NONE


def _look_at_json(block: Block) -> BlockType:
    content = json.loads(block.text)
    if not isinstance(content, dict):
        return BlockType.NONE
    if "Statement" in content or {"Effect", "Action"} <= set(content):
        return BlockType.POLICY
    return BlockType.RECORD if {"version", "name", "type"} <= set(content) else BlockType.NONE


_LOOKS: dict[str, t.Callable[[Block], BlockType]] = {
    **dict.fromkeys(SHELLS, _look_at_shell),
    "yaml": _look_at_yaml,
    "ini": _look_at_ini,
    "json": _look_at_json,
    "text": lambda _block: BlockType.OUTPUT,
}


def uses(block: Block, file: str) -> bool:
    """Whether the text of a block names a file."""
    names = {name.rpartition("/")[2] for name in _NAMES_OF_FILES.findall(block.text)}
    return file.rpartition("/")[2] in names
