# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Usages in YAML and JSON files: playbooks, task files, roles, variables and inventories.

The file is read as a stream of events: no object is constructed, no tag is applied and no alias is followed. So vaults
in it need no password, and aliases cannot lead into a loop. Only names of accounts are returned, no other values.
"""

from __future__ import annotations

import typing as t

import yaml

from .commands import in_commands
from .lookups import in_template
from .usage import UnreadError, Usage, is_static

_Loader: t.Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 200
"""Levels of a file. libyaml and PyYAML take stack memory for each."""

VARIABLES = ("aws_steps_account",)
"""Variables with the name of an account as their value."""
_COLLECTION = "octo.aws."
_STEPS = "aws_steps_run"
_ACCOUNT_TASKS = ("aws_account", "aws_account_info", "aws_account_copy")


class _Level(t.NamedTuple):
    """A mapping or list that is open, with the key that it is the value of."""

    is_mapping: bool
    key: str


def usages_in_yaml(text: str) -> list[Usage]:
    """Return the usages in a file.

    :raises UnreadError: it is not YAML
    """
    try:
        return list(_usages(text))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise UnreadError("is not valid YAML" + (f" (line {mark.line + 1})" if mark else "")) from None


def _usages(text: str) -> t.Iterator[Usage]:
    levels: list[_Level] = []
    key: str | None = None
    """The key of the value that comes next in the innermost mapping."""
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            if len(levels) >= _DEEPEST:
                raise UnreadError(f"has more than {_DEEPEST} levels")
            levels.append(_Level(isinstance(event, yaml.MappingStartEvent), key or ""))
            key = None
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            levels.pop()
            key = None
        elif isinstance(event, yaml.ScalarEvent):
            in_mapping = bool(levels) and levels[-1].is_mapping
            if in_mapping and key is None:
                key = event.value
                continue
            yield from _of_value(event, levels, key)
            key = None
        elif isinstance(event, yaml.AliasEvent):
            # A key that is an alias, such as the merge of two mappings, has no name.
            key = "" if levels and levels[-1].is_mapping and key is None else None


def _of_value(event: yaml.ScalarEvent, levels: t.Sequence[_Level], key: str | None) -> t.Iterator[Usage]:
    line = event.start_mark.line + 1 if event.start_mark else 1
    tag = event.tag or ""
    if "vault" in tag:
        return
    value = event.value
    usage = _named_by(key or "", value, levels, plain=not event.style)
    if usage:
        yield Usage(value.strip(), line, usage)
    if "octo.aws" in value:
        # The first line of a block scalar is the one after its mark.
        first = line + 1 if event.style in ("|", ">") else line
        for offset, name, lookup in in_template(value):
            yield Usage(name, first + value.count("\n", 0, offset), lookup)
    for offset, name, command in in_commands(value):
        yield Usage(name, line + value.count("\n", 0, offset) + (event.style in ("|", ">")), command)


def _named_by(key: str, value: str, levels: t.Sequence[_Level], *, plain: bool) -> str:
    """Return which option or variable names an account with this value; an empty string if none does."""
    if not is_static(value) or (plain and value.strip() in ("null", "~", "Null", "NULL")):
        return ""
    if key in VARIABLES:
        return key
    parent = levels[-1].key if levels else ""
    module = parent.removeprefix("group/")
    if key == "account" and module.startswith(_COLLECTION):
        return parent
    if key == "account" and any(level.key == _STEPS for level in levels[:-1]) and _is_step(levels):
        return _STEPS
    if key == "name" and parent.startswith(_COLLECTION) and parent.removeprefix(_COLLECTION) in _ACCOUNT_TASKS:
        return parent
    return ""


def _is_step(levels: t.Sequence[_Level]) -> bool:
    """Whether the innermost mapping is an item of the list of steps."""
    return len(levels) > 1 and not levels[-2].is_mapping and levels[-2].key == _STEPS
