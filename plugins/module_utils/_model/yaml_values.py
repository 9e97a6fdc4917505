# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Convert values of YAML and templates into text or JSON, for every option that accepts values of any type.

Booleans become ``true`` and ``false``, dates become ISO 8601, mappings and lists become JSON. Null is rejected: it is
not text, nor empty text. Values that are tagged by ansible-core have subclasses of the types of Python.
"""

from __future__ import annotations

import datetime
import json
import typing as t

from .._errors import OctoAwsError
from .field_checks import refused


def to_text(label: str, value: object) -> str:
    """Convert a value into text.

    :param label: names the value in errors, which never quote it
    :raises OctoAwsError: the value is null, or of a type that YAML does not have
    """
    if value is None:
        raise refused(label, "is null", "Remove it, or set it to an empty string ('').")
    if isinstance(value, (t.Mapping, list, tuple, set, frozenset)):
        return to_json(label, value)
    return _scalar(label, value)


def to_texts(label: str, values: object) -> dict[str, str]:
    """Convert the keys and values of a mapping into text.

    :param label: names the mapping in errors
    :raises OctoAwsError: it is not a mapping, an entry cannot be converted, or two keys are the same text
    """
    if not isinstance(values, t.Mapping):
        raise refused(label, "is not a mapping")
    texts: dict[str, str] = {}
    for key, value in values.items():
        name = to_text(f"a key of {label}", key)
        if name in texts:
            raise refused(label, f"has the key {name!r:.140} twice")
        texts[name] = to_text(f"{label}.{name:.140}", value)
    return texts


def convert_arguments(given: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Convert arguments of a task into text where the argument spec has text.

    ansible-core would convert them into Python literals: ``True``, ``None`` in a list, ``{'a': 1}``.

    :raises OctoAwsError: a value cannot be converted
    """
    return {name: _argument(str(name), value, spec.get(name, {})) for name, value in given.items()}


def _argument(name: str, value: t.Any, option: t.Mapping[str, t.Any]) -> t.Any:
    if value is None or isinstance(value, str):
        return value
    kind = option.get("type")
    if kind in ("str", "path"):
        if isinstance(value, (t.Mapping, list, tuple, set, frozenset)):
            raise refused(name, "is a mapping or a list, not a string")
        return _scalar(name, value)
    if kind == "json":
        if not isinstance(value, (t.Mapping, list, tuple)):
            raise refused(name, "is neither a mapping nor a string with JSON")
        return to_json(name, value)
    if kind == "dict" and not isinstance(value, t.Mapping):
        raise refused(name, "is not a mapping")
    if kind == "list" and isinstance(value, (t.Mapping, datetime.date)):
        raise refused(name, "is not a list")
    if kind == "dict" and "options" in option:
        return _item(name, value, option["options"])
    if not isinstance(value, (list, tuple)):
        return value
    if "options" in option:
        return [_item(f"{name}, item {number}", item, option["options"]) for number, item in enumerate(value, 1)]
    if option.get("elements") == "str":
        items = [(f"{name}, item {number},", item) for number, item in enumerate(value, 1)]
        return [
            to_text(label, item) if item is None else _argument(label, item, {"type": "str"}) for label, item in items
        ]
    return value


def _item(label: str, item: t.Any, spec: t.Mapping[str, t.Any]) -> t.Any:
    try:
        return convert_arguments(item, spec) if isinstance(item, t.Mapping) else item
    except OctoAwsError as error:
        raise error.about(label) from None


def to_json(label: str, value: object) -> str:
    """Convert a value into compact JSON.

    :param label: names the value in errors
    :raises OctoAwsError: the value cannot be converted
    """
    try:
        return json.dumps(_plain(label, value), separators=(",", ":"), allow_nan=False)
    except (ValueError, RecursionError):
        raise refused(label, "has a value that cannot be JSON, or is nested too deeply") from None


def _plain(label: str, value: object) -> object:
    """Convert a value into the types of JSON."""
    if isinstance(value, t.Mapping):
        return {to_text(f"a key of {label}", key): _plain(label, inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(label, inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return _scalar(label, value)


def _scalar(label: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    # An object with _decrypt is a string encrypted with Ansible Vault, which decrypts itself.
    if isinstance(value, (str, int, float)) or hasattr(value, "_decrypt"):
        return str(value)
    raise refused(label, f"has a type that cannot be text ({type(value).__name__})")
