# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What trust policies say: moto knows neither roles as principals, nor conditions other than some of strings."""

from __future__ import annotations

import json
import typing as t


def trusts(document: str, action: str, principals: dict[str, set[str]], context: dict[str, str]) -> bool:
    """Whether a role's trust policy allows an action.

    ``principals`` are the names of who asks, by kind (``AWS``, ``Federated``), and ``context`` are the condition keys
    of the request. A condition on a key that the request lacks is not met, as in AWS.
    """
    allowed = False
    for statement in _list(json.loads(document)["Statement"]):
        if _concerns(statement, action, principals, context):
            if statement["Effect"] == "Deny":
                return False
            allowed = True
    return allowed


def _concerns(
    statement: dict[str, t.Any], action: str, principals: dict[str, set[str]], context: dict[str, str]
) -> bool:
    trusted = statement["Principal"]
    if trusted != "*" and not any(
        names.intersection(_list(trusted.get(kind, []))) or "*" in _list(trusted.get(kind, []))
        for kind, names in principals.items()
    ):
        return False
    if action not in _list(statement["Action"]):
        return False
    return all(
        key in context and _OPERATORS[operator](context[key], _list(expected))
        for operator, keys in statement.get("Condition", {}).items()
        for key, expected in keys.items()
    )


def _list(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]


def _equals(actual: str, expected: list[t.Any]) -> bool:
    return actual in expected


def _is_truth(actual: str, expected: list[t.Any]) -> bool:
    return actual.lower() in [str(value).lower() for value in expected]


_OPERATORS: dict[str, t.Callable[[str, list[t.Any]], bool]] = {
    "ArnEquals": _equals,
    "StringEquals": _equals,
    "Bool": _is_truth,
}
