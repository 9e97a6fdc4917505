# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How code blocks of the documentation are found, and what is refused before any of them is run.

That blocks which do not work fail is a part of the integration target code_blocks.
"""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "code_blocks"

RST = """
Title
=====

.. A comment about nothing: it is ignored.

{comments}

.. code-block:: {language}

{text}
"""
MARKDOWN = "# Title\n\n{comments}\n```{language}\n{text}\n```\n"
PLAYBOOK = "- name: Do it\n  hosts: localhost\n"


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))


def module(name: str) -> t.Any:
    return importlib.import_module(name)


def page(folder: Path, language: str, text: str, comments: str = "") -> Path:
    path = folder / "page.rst"
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    path.write_text(RST.format(language=language, text=indented, comments=comments), encoding="utf-8")
    return path


def type_of(path: Path) -> str:
    [block] = module("pages").find_blocks(path)
    return str(module("block_types").type_of(block).name)


def refusal(path: Path) -> str:
    with pytest.raises(module("pages").BlockError) as caught:
        type_of(path)
    return str(caught.value)


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_a_block_has_what_the_comments_before_it_say(tmp_path: Path, suffix: str) -> None:
    comments = {
        "rst": ".. given: prod,\n   staging\n.. file: deploy.yml",
        "md": "<!-- given: prod, staging -->\n<!-- file: deploy.yml -->",
    }[suffix]
    path = page(tmp_path, "yaml", PLAYBOOK, comments)
    if suffix == "md":
        path = tmp_path / "page.md"
        path.write_text(MARKDOWN.format(comments=comments, language="yaml", text=PLAYBOOK.strip()), encoding="utf-8")
    [block] = module("pages").find_blocks(path)
    assert (block.given, block.file, block.not_run) == (("prod", "staging"), "deploy.yml", "")
    assert (block.language, block.text, block.heading) == ("yaml", PLAYBOOK, "Title")
    assert path.read_text(encoding="utf-8").splitlines()[block.line - 1].strip() in (".. code-block:: yaml", "```yaml")


KINDS = [
    ("yaml", PLAYBOOK, "PLAYBOOK"),
    ("yaml", "- name: Ask\n  octo.aws.aws_identity:\n", "TASKS"),
    ("console", "$ true\n", "SHELL"),
    ("json", '{"Version": "2012-10-17", "Statement": []}', "POLICY"),
    ("json", '{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}', "POLICY"),
    ("json", '{"version": 1, "name": "prod", "type": "access_key"}', "RECORD"),
    ("text", "It is done.\n", "OUTPUT"),
]


@pytest.mark.parametrize(("language", "text", "block_type"), KINDS)
def test_what_a_block_is(tmp_path: Path, language: str, text: str, block_type: str) -> None:
    assert type_of(page(tmp_path, language, text)) == block_type
    assert type_of(page(tmp_path, language, text, ".. file: some.file")) == "FILE"
    assert type_of(page(tmp_path, language, text, ".. not run: it has a reason")) == "NONE"


REFUSED = [
    ("yaml", "store: /srv/accounts", "", "nobody knows how to run it"),
    ("ini", "[octo_aws]\nstore = /srv/accounts", "", "nobody knows how to run it"),
    ("hcl", "provider {}", "", "nobody knows how to run it"),
    ("json", '{"a": 1}', "", "nobody knows how to run it"),
    ("yaml", "- name: a\n  b", ".. not run: it is wrong, and parsed all the same", "it is no yaml"),
    ("json", '{"a": 1,}', ".. not run: it is wrong, and parsed all the same", "it is no json"),
    ("ini", "store = a", ".. not run: it is wrong, and parsed all the same", "it is no ini"),
    ("bash", "if true; then", ".. not run: it is wrong, and parsed all the same", "it is no bash"),
    ("yaml", PLAYBOOK + "- name: A task\n  octo.aws.aws_identity:\n", "", "plays and tasks are in one list"),
    ("yaml", PLAYBOOK, ".. not run:", "the comment 'not run:' before the block says nothing"),
    ("yaml", PLAYBOOK, ".. not run: it takes too long\n.. file: a.yml", "a block that is not run has no other"),
    ("yaml", PLAYBOOK, ".. file: a.yml\n.. file: b.yml", "the block has two comments 'file:'"),
    ("yaml", PLAYBOOK, ".. file: a.yml\n\nA sentence between them.", "stands before no code block"),
    ("", "anything", "", "the block does not name its language"),
]


@pytest.mark.parametrize(("language", "text", "comments", "message"), REFUSED)
def test_what_is_refused(tmp_path: Path, language: str, text: str, comments: str, message: str) -> None:
    assert message in refusal(page(tmp_path, language, text, comments))


def test_a_block_that_the_parser_does_not_see_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.rst"
    path.write_text("Title\n=====\n\n.. tab-set::\n\n   .. code-block:: yaml\n\n      a: 1\n", encoding="utf-8")
    assert "1 code blocks are opened, and docutils finds 0" in refusal(path)


def test_what_is_taken_for_granted_must_be_known(tmp_path: Path) -> None:
    facts = {"access_key": "A", "secret_key": "S", "external_id": "E", "alice": {"access_key": "A", "secret_key": "S"}}
    prerequisites = module("prerequisites").Prerequisites(facts)
    [block] = module("pages").find_blocks(page(tmp_path, "yaml", PLAYBOOK, ".. given: prod, prdo"))
    with pytest.raises(module("pages").BlockError, match=r"prerequisites\.yml has no prdo under 'given'"):
        prerequisites.check(block)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("ansible-playbook deploy.yml\n", "ansible-playbook deploy.yml\n"),
        ("$ aws s3 \\\n    ls\na line of output\n$ true\n", "aws s3 \\\n    ls\ntrue\n"),
    ],
)
def test_what_is_typed(tmp_path: Path, text: str, typed: str) -> None:
    [block] = module("pages").find_blocks(page(tmp_path, "console", text))
    assert module("block_types").commands_of(block) == typed


def test_a_question_that_nobody_can_answer_ends_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("terminal"), "QUIET", 1)
    terminal = module("terminal").Terminal({"Name": "prod"})
    script = 'read -p "Name: " name; read -p "Colour of $name: " colour; echo never'
    assert terminal.run(["bash", "-c", script], tmp_path, {}) != 0
    assert terminal.unanswered.endswith("Colour of prod: ")
    assert "never" not in terminal.output


def test_all_pages_have_blocks_that_can_be_run_or_say_why_not() -> None:
    pages, types = module("pages"), module("block_types")
    found = [types.type_of(block).name for path in pages.find_pages() for block in pages.find_blocks(path)]
    assert set(found) <= {block_type.name for block_type in types.BlockType}
    assert found.count("NONE") * 3 < len(found)
