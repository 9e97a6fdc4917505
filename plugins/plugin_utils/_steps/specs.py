# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of the role ``aws_steps``, which define its variables and the options of a step.

Also a check for mistyped variables.
"""

from __future__ import annotations

import functools
import typing as t
from pathlib import Path

from ansible.module_utils.common.yaml import yaml_load

from ...module_utils._errors import ErrorCode, OctoAwsError

SPECS = Path(__file__).resolve().parents[3] / "roles" / "aws_steps" / "meta" / "argument_specs.yml"
LIST = "aws_steps_run"
"""The list of steps, and the entry point that documents a step."""
RESULTS = "aws_steps_results"

_PREFIX = "aws_steps_"
_PRIVATE = "aws_steps__"
_SET_BY_TASKS = ("aws_steps_outputs", "aws_steps_changed", "aws_steps_vars")
_ALMOST = 0.9
"""The similarity to a variable of the role, from 0 to 1, from which a name is a mistyped one. That of
``aws_steps_accoun`` is higher. That of ``aws_stage_account``, a variable of a user, is lower."""


@functools.cache
def _specs() -> dict[str, t.Any]:
    specs: dict[str, t.Any] = yaml_load(SPECS.read_text(encoding="utf-8"))["argument_specs"]
    return specs


def step_spec() -> dict[str, t.Any]:
    """Return the argument specification of a step."""
    spec: dict[str, t.Any] = _specs()[LIST]["options"]
    return spec


def for_all_steps() -> dict[str, str]:
    """Return the variables for all steps, by the option of a step that each sets."""
    return {name.removeprefix(_PREFIX): name for name in _specs()["main"]["options"]}


def refuse_mistyped(given: t.Iterable[str]) -> None:
    """Reject mistyped variables of the role: ignored, they would let a step run with another identity.

    :param given: the names of all variables
    :raises OctoAwsError: names the closest variable of the role
    """
    inputs = {_letters(name): name for name in (*for_all_steps().values(), LIST)}
    known = [*inputs.values(), RESULTS, *_SET_BY_TASKS]
    for name in sorted(set(given).difference(known)):
        letters = _letters(name)
        meant = _closest(letters, inputs, _ALMOST) if "step" in letters or "aws" in letters else None
        if not meant:
            if not name.lower().startswith(_PREFIX) or name.startswith(_PRIVATE):
                continue
            meant = _closest(name[len(_PREFIX) :].lower(), {other.removeprefix(_PREFIX): other for other in known}, 0.6)
        raise OctoAwsError(
            ErrorCode.OPTION_UNKNOWN,
            f"The role aws_steps has no variable {name!r:.80}.",
            hint=f"Did you mean {meant!r}?" if meant else f"Its variables are {', '.join(known)}.",
        )


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


def _closest(word: str, names: t.Mapping[str, str], cutoff: float) -> str | None:
    from difflib import get_close_matches

    matches = get_close_matches(word, names, n=1, cutoff=cutoff)
    return names[matches[0]] if matches else None
