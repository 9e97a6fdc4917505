# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the JSON schema of the list of steps: ``python tests/tools/steps_schema.py``.

It is made of the argument specs of the role, and takes the values that ansible-core converts to the type of an option.
Draft 7 is the newest that the editors of YAML read in full. Keywords such as ``pattern`` and ``properties`` only apply
to values of their type, so that one schema describes a mapping and the template that returns it.
"""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import yaml

ROLE = Path(__file__).resolve().parents[2] / "roles" / "aws_steps"
SPECS = ROLE / "meta" / "argument_specs.yml"
SCHEMA = ROLE / "schemas" / "aws_steps_run.json"
ADDRESS = "https://raw.githubusercontent.com/octo-aws/octo.aws/main/roles/aws_steps/schemas/aws_steps_run.json"

TEMPLATE = r"\{\{|\{%"
_BOOLEAN = r"^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy]([Ee][Ss])?|[Nn][Oo]?|[Oo][Nn]|[Oo][Ff][Ff]|[TtFf01])$"
_MAPPING_IN_TEXT = r"=|^\s*\{"
_NUMBER = r"^\s*[+-]?\d+\s*$"
_TYPES: dict[str, dict[str, t.Any]] = {
    "bool": {"type": ["boolean", "string", "integer"], "pattern": _BOOLEAN, "minimum": 0, "maximum": 1},
    "dict": {"type": ["object", "string"], "pattern": _MAPPING_IN_TEXT},
    "float": {"type": ["number", "string"], "pattern": r"^\s*[+-]?\d*\.?\d+\s*$"},
    "int": {"type": ["integer", "string"], "pattern": _NUMBER},
    "json": {},
    "list": {"type": ["array", "string", "number"]},
    "path": {"type": ["string", "number"]},
    "raw": {},
    "str": {"type": ["string", "number", "boolean"]},
}
"""The values that ansible-core converts. In a text with a pattern, a template is right as well."""
_LIST_OF_TEXTS = re.compile(r'\[\s+("[\w:-]+"(?:,\s+"[\w:-]+")*)\s+\]')
_NEVER_NULL = ("run_once", "check_mode")
"""Options without a default that cannot be null."""
_LATER = ("aws_steps_results", "aws_steps_outputs", "aws_steps_changed", "aws_steps_vars")
"""Variables that the role or its task files set."""

Schema = dict[str, t.Any]
Options = dict[str, dict[str, t.Any]]


def make() -> Schema:
    """Return the schema of a file of variables, and of a list of steps alone."""
    specs = yaml.safe_load(SPECS.read_text(encoding="utf-8"))["argument_specs"]
    step = specs["aws_steps_run"]["options"]
    variables = {name: _option(option) for name, option in specs["main"]["options"].items()}
    # Its specification is raw, since the steps check it.
    variables["aws_steps_assume_role"].update(_option({**step["assume_role"], "description": ""}))
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ADDRESS,
        "$comment": "Written by tests/tools/steps_schema.py from meta/argument_specs.yml.",
        "title": "AWS steps of octo.aws",
        "description": "A list of steps, or a file of variables with aws_steps_run.",
        "type": ["array", "object"],
        "items": {"$ref": "#/definitions/step"},
        "properties": {
            "aws_steps_run": {
                "description": "The steps of the deployment, one after the other.",
                "type": ["array", "string"],
                "pattern": TEMPLATE,
                "items": {"$ref": "#/definitions/step"},
            },
            **variables,
        },
        # Other variables can have any other name.
        "propertyNames": {
            "anyOf": [{"not": {"pattern": "^aws_steps_"}}, {"enum": ["aws_steps_run", *variables, *_LATER]}]
        },
        "definitions": {"step": _step(step)},
    }


def _step(options: Options) -> Schema:
    kinds = [name for name, option in options.items() if option["type"] == "dict"]
    properties = {name: _option(option, name) for name, option in options.items()}
    properties["name"].update(type=["string", "integer"], pattern=r"\S")
    for kind in kinds:
        properties[kind].update(pattern=TEMPLATE, type=["object", "string"])
    return {
        "type": ["object", "string"],
        "pattern": TEMPLATE,
        "required": ["name"],
        "additionalProperties": False,
        "properties": properties,
        "if": {"type": "object"},
        "then": {"oneOf": [{"required": [kind]} for kind in kinds]},
    }


def _option(option: t.Mapping[str, t.Any], name: str = "") -> Schema:
    schema: Schema = {
        key: list(value) if isinstance(value, list) else value for key, value in _TYPES[option["type"]].items()
    }
    if "pattern" in schema:
        schema["pattern"] += f"|{TEMPLATE}"
    if option["type"] == "list":
        schema.update(_items(option))
    elif "options" in option:
        schema.update(_mapping(option["options"]))
    if "choices" in option:
        schema = {"anyOf": [{"enum": [*option["choices"]]}, {"type": "string", "pattern": TEMPLATE}]}
    can_be_null = not option.get("required") and option.get("default") is None and name not in _NEVER_NULL
    if can_be_null and "type" in schema:
        schema["type"].append("null")
    elif can_be_null and "anyOf" in schema:
        schema["anyOf"].append({"type": "null"})
    if "default" in option:
        schema["default"] = option["default"]
    text = plain(option["description"])
    return {"description": text, **schema} if text else schema


def _items(option: t.Mapping[str, t.Any]) -> Schema:
    item = _option({"type": option["elements"], "required": True, "description": "", **_inside(option)})
    # ansible-core reads a text as a list, but not as one of mappings.
    return (
        {"type": ["array", "string"], "pattern": item["pattern"], "items": item}
        if "pattern" in item
        else {"items": item}
    )


def _inside(option: t.Mapping[str, t.Any]) -> Schema:
    return {name: option[name] for name in ("options", "choices") if name in option}


def _mapping(options: Options) -> Schema:
    required = [name for name, option in options.items() if option.get("required")]
    properties = {name: _option(option) for name, option in options.items()}
    return {**({"required": required} if required else {}), "additionalProperties": False, "properties": properties}


def plain(description: str | t.Sequence[str]) -> str:
    """Return a description without the markup of Ansible."""
    paragraphs = [description] if isinstance(description, str) else description
    text = "\n\n".join(" ".join(str(paragraph).split()) for paragraph in paragraphs)
    text = re.sub(r"\b[MCVB]\(([^()]*)\)", r"\1", text)
    return re.sub(r"\b(?:O|RV|E|P)\((?:[^():]*:)*([^():]*)\)", r"\1", text)


def text() -> str:
    """The file."""
    indented = json.dumps(make(), indent=2, ensure_ascii=False)
    return _LIST_OF_TEXTS.sub(lambda match: "[" + ", ".join(match[1].split()).replace(",,", ",") + "]", indented) + "\n"


if __name__ == "__main__":
    SCHEMA.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(text(), encoding="utf-8")
