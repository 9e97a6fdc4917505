# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an API reference says of each parameter: which are required, how long they are, how they are made up. The models
of botocore have it, too, and botocore does not look at most of it."""

from __future__ import annotations

import re
import typing as t
from functools import cache

import botocore.session

_SEPARATORS = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


@cache
def _model(service: str) -> t.Any:
    return botocore.session.Session().get_service_model(service)


def broken(service: str, operation: str, parameters: t.Mapping[str, t.Any]) -> str:
    """The message of AWS about the first constraint that a request breaks; empty where there is none."""
    shape = _model(service).operation_model(operation).input_shape
    for name in shape.required_members if shape else ():
        if name not in parameters:
            return (
                f"1 validation error detected: Value null at '{_path(name)}' failed to satisfy constraint: Member must "
                "not be null"
            )
    found = next(_of_members(shape, parameters, ""), None) if shape else None
    return f"1 validation error detected: {found}" if found else ""


def _of_members(shape: t.Any, values: t.Mapping[str, t.Any], path: str) -> t.Iterator[str]:
    for name, value in values.items():
        if name in shape.members:
            yield from _of_value(shape.members[name], value, path + _path(name))


def _of_value(shape: t.Any, value: t.Any, path: str) -> t.Iterator[str]:
    limits = shape.metadata
    if shape.type_name == "structure":
        yield from _of_members(shape, value, f"{path}.")
        return
    if shape.type_name == "list":
        if len(value) < limits.get("min", 0):
            yield _says("list", path, f"Member must have length greater than or equal to {limits['min']}")
        if len(value) > limits.get("max", len(value)):
            yield _says("list", path, f"Member must have length less than or equal to {limits['max']}")
        for number, item in enumerate(value, 1):
            yield from _of_value(shape.member, item, f"{path}.{number}.member")
        return
    if shape.type_name in ("integer", "long"):
        if value < limits.get("min", value):
            yield _says(value, path, f"Member must have value greater than or equal to {limits['min']}")
        if value > limits.get("max", value):
            yield _says(value, path, f"Member must have value less than or equal to {limits['max']}")
        return
    if shape.type_name != "string":
        return
    if limits.get("sensitive"):
        # AWS does not quote it.
        yield from (said.replace(f"Value '{value}'", "Value", 1) for said in _of_text(limits, value, path))
        return
    yield from _of_text(limits, value, path)


def _of_text(limits: t.Mapping[str, t.Any], value: str, path: str) -> t.Iterator[str]:
    if len(value) < limits.get("min", 0):
        yield _says(value, path, f"Member must have length greater than or equal to {limits['min']}")
    if len(value) > limits.get("max", len(value)):
        yield _says(value, path, f"Member must have length less than or equal to {limits['max']}")
    if "pattern" in limits and not re.fullmatch(_python(limits["pattern"]), value):
        yield _says(value, path, f"Member must satisfy regular expression pattern: {limits['pattern']}")
    if limits.get("enum") and value not in limits["enum"]:
        yield _says(value, path, f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]")


def _python(pattern: str) -> str:
    """A pattern of AWS, which is one of Java, with what Python writes otherwise."""
    return pattern.replace(r"\p{L}", r"\w").replace(r"\p{N}", "").replace(r"\p{Z}", _SEPARATORS)


def _says(value: t.Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"


def _path(name: str) -> str:
    return name[:1].lower() + name[1:]
