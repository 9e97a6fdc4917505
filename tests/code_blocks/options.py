# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at plays and tasks that are not run: their syntax, and the options of their modules."""

from __future__ import annotations

import json
import os
import subprocess
import typing as t

from block_types import PLAYS, parse, playbook_of, syntax_of
from pages import Block, BlockError
from workspace import Workspace

_INNER = ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always")
_COLLECTIONS = ("amazon.aws.", "community.aws.", "octo.aws.")


def check_options(block: Block, workspace: Workspace) -> None:
    """Refuse what ansible-core or the documentation of a module does not take; nothing, for other blocks."""
    if syntax_of(block) not in PLAYS:
        return
    name = workspace.write(".not-run.yml", playbook_of(block))
    workspace.type(f"ansible-playbook --syntax-check {name}\n", dict(os.environ))
    asked = [(module, given) for task in _tasks(parse(block)) for module, given in task.items() if _is_module(module)]
    if not asked:
        return
    documented = _options(sorted({module for module, _given in asked}))
    for module, given in asked:
        if unknown := sorted(set(given or {}) - documented[module]):
            raise BlockError(f"{block.place}: {module} has no option {', '.join(unknown)}.")


def _tasks(items: list[dict[str, t.Any]]) -> t.Iterator[dict[str, t.Any]]:
    for item in items:
        yield item
        for name in _INNER:
            yield from _tasks(item.get(name) or [])


def _is_module(name: str) -> bool:
    return name.startswith(_COLLECTIONS)


def _options(modules: list[str]) -> dict[str, set[str]]:
    done = subprocess.run(["ansible-doc", "--json", *modules], check=True, capture_output=True, text=True)
    documents = json.loads(done.stdout)
    if missing := set(modules) - set(documents):
        raise BlockError(f"There is no module {', '.join(sorted(missing))}.")
    return {
        module: {
            name
            for option, about in documents[module]["doc"]["options"].items()
            for name in (option, *about.get("aliases", []))
        }
        for module in modules
    }
