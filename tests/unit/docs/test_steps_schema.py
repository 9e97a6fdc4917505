# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON schema of the list of steps: up to date, right about every example, and no stricter than the role."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import jsonschema
import pytest
import yaml
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._steps.specs import step_spec
from ansible_collections.octo.aws.plugins.plugin_utils._steps.validation import check_steps
from ansible_collections.octo.aws.tests.code_blocks.pages import find_blocks
from ansible_collections.octo.aws.tests.tools import steps_schema
from ansible_collections.octo.aws.tests.unit.plugins.plugin_utils._steps import test_validation as of_role

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads(steps_schema.SCHEMA.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
TARGETS = ROOT / "tests" / "integration" / "targets"


class _Loader(yaml.SafeLoader):
    """Reads values with tags of Ansible as texts."""


_Loader.add_multi_constructor("!", lambda _loader, _tag, node: str(node.value))


def accepts(instance: t.Any) -> bool:
    return bool(VALIDATOR.is_valid(instance))


def documents_of(path: Path) -> t.Iterator[t.Any]:
    """The YAML documents of a file, and of the code blocks of a page."""
    is_page = path.suffix != ".yml"
    blocks = find_blocks(path) if is_page else []
    texts = (
        [block.text for block in blocks if block.language == "yaml"] if is_page else [path.read_text(encoding="utf-8")]
    )
    for text in texts:
        yield from yaml.load_all(text, _Loader)


def lists_in(value: t.Any) -> t.Iterator[t.Any]:
    """The lists of steps at any depth."""
    if isinstance(value, dict):
        yield from (item for name, item in value.items() if name == "aws_steps_run")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from lists_in(item)


def lists_of(*patterns: str) -> list[t.Any]:
    paths = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return [steps for path in paths for document in documents_of(path) for steps in lists_in(document)]


def test_it_is_that_of_the_argument_specs() -> None:
    assert steps_schema.SCHEMA.read_text(encoding="utf-8") == steps_schema.text(), (
        "run: python tests/tools/steps_schema.py"
    )


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_descriptions_have_no_markup() -> None:
    assert not re.findall(r'"description": ".*\b(?:[CMOVBEP]|RV)\(.*', steps_schema.text())
    assert steps_schema.plain("If O(octo.aws.aws_steps#role:main:aws_steps_account) is V(null), as O(a.b)") == (
        "If aws_steps_account is null, as a.b"
    )


@pytest.mark.parametrize(
    ("patterns", "least"),
    [
        (("docs/docsite/rst/*.rst", "README.md"), 15),
        (("roles/aws_steps/README.md",), 5),
        (("tests/demo/*.yml", "tests/hardening/canaries/tasks/*.yml"), 2),
    ],
)
def test_examples(patterns: tuple[str, ...], least: int) -> None:
    found = lists_of(*patterns)
    assert len(found) >= least
    for steps in found:
        VALIDATOR.validate({"aws_steps_run": steps})
        if isinstance(steps, list):
            VALIDATOR.validate(steps)


def test_lists_of_integration_tests() -> None:
    found = lists_of("tests/integration/targets/*/*.yml", "tests/integration/targets/*/*/*.yml")
    wrong = [steps for steps in found if not accepts({"aws_steps_run": steps})]
    assert len(found) - len(wrong) >= 40
    # Some are mistakes that the target expects.
    assert not [steps for steps in wrong if _role_accepts(steps)]


def _parameters(test: t.Any) -> list[t.Any]:
    [mark] = test.pytestmark
    return list(mark.args[1])


@pytest.mark.parametrize("step", [case[0] for case in _parameters(of_role.test_what_is_wrong_with_a_step)])
def test_steps_that_the_role_rejects(step: t.Any) -> None:
    # The role evaluates names before the first step.
    assert accepts([step]) == (isinstance(step, dict) and "{{" in str(step.get("name")))


@pytest.mark.parametrize(("option", "value", "_shape"), _parameters(of_role.test_the_right_shape_is_shown))
def test_shapes_that_the_role_rejects(option: str, value: t.Any, _shape: str) -> None:
    assert not accepts([{"name": "a", **(of_role.WHO if option == "assume_role" else {}), option: value}])


@pytest.mark.parametrize("option", ["enabled", "retries", "delay", "ignore_errors", "run_once", "check_mode"])
def test_values_left_empty(option: str) -> None:
    assert not accepts([{"name": "a", option: None, **of_role.WHO}])


@pytest.mark.parametrize("step", _parameters(of_role.test_values_that_are_known_later_are_left_alone))
def test_templates(step: t.Any) -> None:
    VALIDATOR.validate([step])


def test_lists_that_the_role_rejects() -> None:
    [play] = next(documents_of(TARGETS / "aws_steps" / "mistakes.yml"))
    accepted = [case["says"] for case in play["vars"]["cases"] if accepts({"aws_steps_run": case["steps"]})]
    # A schema cannot compare two items.
    assert accepted == ["Two steps have the name 'a'"]


@pytest.mark.parametrize("name", [name for name, _meant in _parameters(of_role.test_a_mistyped_variable_is_refused)])
def test_mistyped_variables(name: str) -> None:
    assert accepts({name: 1}) is not name.startswith("aws_steps_")


def test_other_variables() -> None:
    VALIDATOR.validate(
        {"release": 1, "aws_steps_account": None, "aws_steps_results": {}, "aws_steps_run": "{{ steps }}"}
    )
    assert not accepts({"aws_steps_run": None})
    assert not accepts({"aws_steps_assume_role": [{"role": "a"}]})


SAMPLES: tuple[t.Any, ...] = (
    *("text", "7", "-1", " 8 ", "yes", "NO", "T", "", "a=b", '{"a": 1}', "1.5", "{{ x }}", "{% if x %}a{% endif %}"),
    *(
        0,
        1,
        2,
        -3,
        1.0,
        1.5,
        True,
        False,
        None,
        [],
        ["a"],
        ["a", 1, True],
        [{}],
        [{"a": "b"}],
        ["{{ x }}"],
        {},
        {"a": "b"},
    ),
)


def _places() -> t.Iterator[t.Any]:
    """Functions that put a value at an option, with the option."""
    for name, option in step_spec().items():
        if option["type"] != "dict":
            yield pytest.param(lambda value, name=name: {"name": "a", **of_role.WHO, name: value}, option, id=name)
        for inner, spec in option.get("options", {}).items() if option["type"] == "dict" else ():
            given = {key: "{{ x }}" for key, other in option["options"].items() if other.get("required")}

            def put(value: t.Any, name: str = name, inner: str = inner, given: dict[str, str] = given) -> t.Any:
                return {"name": "a", name: {**given, inner: value}}

            yield pytest.param(put, spec, id=f"{name}.{inner}")


def _role_accepts(steps: t.Any) -> bool:
    try:
        check_steps(steps, of_role.is_template, lambda value: value, {})
    except (OctoAwsError, AttributeError, TypeError):
        return False
    return True


def _is_slip(value: t.Any, option: t.Mapping[str, t.Any]) -> bool:
    """Whether the list is checked without an error, although the value is never meant.

    ansible-core takes the representation of any value in Python as a text, and reads ``true`` as the number 1. A list
    with a template is left to the module.
    """
    if isinstance(value, (list, dict)):
        return "str" in (option["type"], option.get("elements")) or option["type"] == "path" or value == ["{{ x }}"]
    return isinstance(value, bool) or (value is None and bool(option.get("required")))


@pytest.mark.parametrize(("put", "option"), _places())
def test_it_is_no_stricter_than_the_role(put: t.Callable[[t.Any], t.Any], option: dict[str, t.Any]) -> None:
    for value in SAMPLES:
        if not accepts([put(value)]) and not _is_slip(value, option):
            assert not _role_accepts([put(value)]), value
