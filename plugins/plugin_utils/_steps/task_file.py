# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the file of tasks that the role ``aws_steps`` includes for a checked list of steps.

The role's own files are the templates: ``list.yml`` is around all steps, ``step.yml`` around each, and ``kind_*.yml``
inside. With a file included once per step, all steps would register the same variable, and one more task per step would
have to save its result. Here, ``_n`` at the end of a name becomes the number of the step, so that only the task of the
step itself is shown.
"""

from __future__ import annotations

import os
import re
import tempfile
import typing as t
from pathlib import Path

import yaml

_PIECES = Path(__file__).resolve().parents[3] / "roles" / "aws_steps" / "tasks"
_NUMBER = re.compile(r"\b(aws_steps__\w+)_n\b|\[n\]")

Task = dict[str, t.Any]


class _Dumper(yaml.SafeDumper):
    """Writes repeated values without YAML aliases."""

    def ignore_aliases(self, data: t.Any) -> bool:
        return True


def write_tasks(planned: t.Sequence[t.Mapping[str, t.Any]], unique: str, folder: str) -> str:
    """Write the file and return its path.

    :param planned: name and kind of each step, whether its failure is examined first (``guarded``), or ignored
        (``ignored``)
    :param unique: an ID of this use of the list, the same on all hosts that share it
    :param folder: for temporary files of this run of Ansible
    """
    path = Path(folder) / f"aws_steps_{unique}.yml"
    # All hosts of the play write the same file.
    handle, temporary = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        yaml.dump([_list_of(planned, unique)], file, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    os.replace(temporary, path)
    return str(path)


def _list_of(planned: t.Sequence[t.Mapping[str, t.Any]], unique: str) -> Task:
    [around] = _piece("list")
    variables = around["vars"]
    [kept] = variables["aws_steps__own"]
    variables["aws_steps__own"] = [_numbered(kept, unique, index) for index in range(len(planned))]
    if not any(step["kind"] == "tasks" for step in planned):
        around["block"] = []
    around["block"] += [
        _numbered(_step_of(step), unique, index, aws_steps__index=index) for index, step in enumerate(planned)
    ]
    if not planned:
        around["block"] = around.pop("always")
    return around


def _step_of(step: t.Mapping[str, t.Any]) -> Task:
    [around] = _piece("step")
    # The name is taken from the list: here, a template in it would be evaluated again.
    around["vars"]["aws_steps__planned"] = {name: value for name, value in step.items() if name != "name"}
    # Templates would be evaluated again in the files that a file of tasks includes.
    around.update(run_once=step["run_once"], check_mode=step["check_mode"])
    around["block"] = _piece(f"kind_{step['kind']}")
    if not step["guarded"]:
        del around["rescue"]
    if step["ignored"]:
        around["ignore_errors"] = True
    return around


def _numbered(piece: t.Any, unique: str, index: int, **variables: t.Any) -> t.Any:
    if isinstance(piece, str):
        return _NUMBER.sub(lambda match: f"{match[1]}_{unique}_{index}" if match[1] else f"[{index}]", piece)
    if isinstance(piece, list):
        return [_numbered(item, unique, index) for item in piece]
    if isinstance(piece, dict):
        numbered = {_numbered(name, unique, index): _numbered(value, unique, index) for name, value in piece.items()}
        if variables:
            numbered["vars"].update(variables)
        return numbered
    return piece


def _piece(name: str) -> list[Task]:
    tasks: list[Task] = yaml.safe_load((_PIECES / f"{name}.yml").read_text(encoding="utf-8"))
    return tasks
