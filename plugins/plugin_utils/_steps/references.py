# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the steps that the templates of a step refer to, before any step runs.

A reference that appears only when a template is evaluated is checked by the step itself.
"""

from __future__ import annotations

import typing as t

from jinja2 import Environment, TemplateSyntaxError, nodes

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from .specs import RESULTS

_JINJA = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
"""For parsing only. Nothing is rendered."""

IsTemplate = t.Callable[[t.Any], bool]


def check_references(
    steps: t.Sequence[t.Mapping[str, t.Any]],
    planned: t.Sequence[t.Mapping[str, t.Any]],
    variables: t.Mapping[str, t.Any],
    is_template: IsTemplate,
) -> None:
    """Reject a reference to a result that is not there when the template is evaluated.

    :param steps: as the user wrote them
    :param planned: their names and kinds
    :param variables: all variables, not templated yet
    :raises OctoAwsError: names the step, and the steps that can be used
    """
    earlier = variables.get(RESULTS)
    done = list(earlier) if isinstance(earlier, t.Mapping) else []
    names = [str(plan["name"]) for plan in planned]
    more = False
    for number, (step, plan) in enumerate(zip(steps, planned, strict=True), 1):
        # A file of tasks can run a list of its own, which adds results.
        more = more or plan["kind"] == "tasks"
        ready = {*done, *names[: number - 1]}
        for name in sorted(_Reader(variables, is_template).steps_in(dict(step))):
            if name not in ready and (name in names or not more):
                raise _unusable(name, str(plan["name"]), names, done).about(f"Step {number}, {plan['name']!r:.80}")


def _unusable(name: str, own: str, names: t.Sequence[str], done: t.Sequence[str]) -> OctoAwsError:
    if name == own:
        problem, hint = "its own result, which is only available after it", ""
    elif name in names:
        problem, hint = f"the result of {name!r:.80}, which is a later step", "Put it after that step."
    else:
        problem, hint = f"the result of {name!r:.80}, but there is no such step", closest(name, [*names, *done])
    available = ", ".join(repr(step) for step in dict.fromkeys([*done, *names]))
    return OctoAwsError(
        ErrorCode.OPTION_INVALID, f"It uses {problem}.", hint=f"{hint} The steps are {available}.".strip()
    )


class _Reader:
    """Finds the names of steps in templates, and in the variables that these use."""

    def __init__(self, variables: t.Mapping[str, t.Any], is_template: IsTemplate) -> None:
        self._variables = variables
        self._is_template = is_template
        self._seen: set[str] = set()

    def steps_in(self, value: t.Any) -> set[str]:
        """Return the steps that a value refers to, in all templates inside it."""
        if isinstance(value, t.Mapping):
            return self.steps_in(list(value.values()))
        if isinstance(value, (list, tuple)):
            return set().union(*map(self.steps_in, value))
        if not isinstance(value, str) or value in self._seen or not self._is_template(value):
            return set()
        self._seen.add(value)
        try:
            tree = _JINJA.parse(value)
        except TemplateSyntaxError:
            return set()
        names = _steps_of(tree)
        whole = _whole(tree)
        for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
            value_of_node = self._value_at(_path(node))
            # A template can use one value of a mapping while another one cannot be evaluated yet.
            if node is whole or isinstance(value_of_node, str):
                names |= self.steps_in(value_of_node)
        return names

    def _value_at(self, path: t.Sequence[str] | None) -> t.Any:
        """Return the value of a variable, or inside one, as it was written."""
        if not path or path[0] == RESULTS:
            return None
        value: t.Any = self._variables
        for key in path:
            value = value.get(key) if isinstance(value, t.Mapping) else None
        return value


def _steps_of(tree: nodes.Template) -> set[str]:
    """Return the steps that a template names, except those that it tests for existence."""
    tested = {
        name for test in tree.find_all(nodes.Test) if test.name in ("defined", "undefined") for name in _names(test)
    }
    tested |= {
        comparison.expr.value
        for comparison in tree.find_all(nodes.Compare)
        if isinstance(comparison.expr, nodes.Const) and comparison.ops[0].op in ("in", "notin")
    }
    return _names(tree) - tested


def _names(tree: nodes.Node) -> set[str]:
    paths = [_path(node) for node in tree.find_all((nodes.Getattr, nodes.Getitem))]
    return {path[1] for path in paths if path and len(path) == 2 and path[0] == RESULTS and not hasattr(dict, path[1])}


def _path(node: nodes.Node) -> list[str] | None:
    """Return ``a.b['c']`` as its three parts, other forms as ``None``."""
    if isinstance(node, nodes.Name):
        return [node.name]
    if isinstance(node, nodes.Getattr):
        before, part = _path(node.node), node.attr
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        before, part = _path(node.node), node.arg.value
    else:
        return None
    return [*before, part] if before and isinstance(part, str) else None


def _whole(tree: nodes.Template) -> nodes.Node | None:
    """Return the expression if the template is a single one."""
    output = tree.body[0] if len(tree.body) == 1 else None
    return output.nodes[0] if isinstance(output, nodes.Output) and len(output.nodes) == 1 else None
