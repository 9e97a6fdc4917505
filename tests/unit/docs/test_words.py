# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The product and its documentation use plain, current English. Each finding comes with the better wording.

To cover more files, extend ``CODE`` and ``DOCUMENTS``. To exclude more words, extend ``WORDS`` and ``PHRASES``.
"""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

CODE = ("plugins/**/*.py",)
"""Python files. ``WORDS`` applies to everything in them, and ``PHRASES`` to strings, but not to private docstrings."""

DOCUMENTS = (
    "README.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ".github/*.md",
    ".github/ISSUE_TEMPLATE/*.yml",
    "changelogs/fragments/*.yml",
    "docs/docsite/rst/*.rst",
    "meta/*.yml",
    "playbooks/**/*.yml",
    "roles/**/*.md",
    "roles/**/*.yml",
    "tests/README.md",
    "tests/demo/**/*.py",
    "tests/demo/*.yml",
    "tests/recordings/**/*.py",
    "tests/recordings/**/*.yml",
)
"""Files in which ``WORDS`` and ``PHRASES`` apply to everything. The documentation of plugins is in ``CODE``."""

WORDS = {
    "nobody": "name the subject ('no region is set'), or use the passive",
    "somebody": "another user, another process",
    "anybody": "any user",
    "told": "in text: configured, passed, returned; in names: error, response, data",
    "anew": "again",
    "whose": "with, of which; in docstrings: a noun phrase without it",
    "meanwhile": "since then, at the same time",
}
"""Words with no place in any text or name. An underscore is no letter: ``_somebody_else`` is a finding."""

PHRASES = {
    r"of no use|no use": "cannot be used, is ignored",
    r"mend(?:s|ed|ing)?": "fix, correct, repair",
    r"cures?": "solution",
    r"asks": "requests, calls, requires; for prompts: prompts for",
    r"(?:is|are|was|were|be|been|being) asked": "is requested, is called, is contacted; for prompts: is prompted for",
    r"says": "states, shows, contains, returns",
    r"(?:AWS|STS|IAM|S3|CloudFormation|nothing) (?:said|knows|tells|answers)": "the response is, contains",
    r"Look (?:why|whether|what|how)": "check; or 'to see why, run COMMAND'",
    r"tak(?:es?|ing|en) (?:the place|no notice) of": "replace, override; ignore",
    r"for want of": "without, since there is no",
    r"c(?:o|a)mes? of (?:it|them)": "result",
    r"is not to be": "must not be",
    r"on (?:its|their) own account": "by itself",
    r"that person|a person should": "the user",
}
"""Phrases, as regular expressions, with no place in what users read."""

HEADING = re.compile(r"^(?:#+ (Wh(?:at|o|ose)\b.*)|(Wh(?:at|o|ose)\b.*)\n[-=~^\"']{3,}$)", re.MULTILINE)
"""A heading that is a clause, in Markdown or reStructuredText."""


class Finding(t.NamedTuple):
    """A word in a file."""

    line: int
    found: str
    better: str


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z])(?:{expression})(?![A-Za-z])".replace(" ", r"\s+"), re.IGNORECASE)


def search(text: str, words: t.Mapping[str, str], first_line: int = 1) -> t.Iterator[Finding]:
    """Find words in a text."""
    for expression, better in words.items():
        for match in _pattern(expression).finditer(text):
            yield Finding(first_line + text.count("\n", 0, match.start()), " ".join(match[0].split()), better)


def strings(source: str) -> t.Iterator[tuple[int, str]]:
    """The strings of a Python file with their lines, without docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def in_code(source: str) -> list[Finding]:
    """The findings in a Python file."""
    found = [finding for line, text in strings(source) for finding in search(text, PHRASES, line)]
    return sorted([*search(source, WORDS), *found])


def in_document(text: str) -> list[Finding]:
    """The findings in a document."""
    headings = [
        Finding(1 + text.count("\n", 0, match.start()), match[1] or match[2], "a noun phrase, or an imperative")
        for match in HEADING.finditer(text)
    ]
    return sorted([*search(text, WORDS | PHRASES), *headings])


def _files(patterns: t.Iterable[str]) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


def _check(path: Path, found: t.Sequence[Finding]) -> None:
    name = path.relative_to(ROOT)
    if found:
        lines = [f"{name}:{line}: '{word}'. Better: {better}." for line, word, better in found]
        pytest.fail("\n".join(lines), pytrace=False)


@pytest.mark.parametrize("path", _files(CODE), ids=lambda path: str(path.relative_to(ROOT)))
def test_words_of_the_code(path: Path) -> None:
    _check(path, in_code(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", _files(DOCUMENTS), ids=lambda path: str(path.relative_to(ROOT)))
def test_words_of_documents(path: Path) -> None:
    _check(path, in_document(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("the store nobody named", "nobody"),
        ("def _somebody_was_faster():", "somebody"),
        ("it is uploaded\nanew", "anew"),
        ("AWS\n  says so", "says"),
        ("a vault password is\nasked for", "is asked"),
        ("## What it does\n", "What it does"),
        ("What it does\n------------\n", "What it does"),
    ],
)
def test_bad_words_are_found(text: str, word: str) -> None:
    assert word in [finding.found for finding in in_document(text)]


@pytest.mark.parametrize(
    "text", ["a secure amendment", "The task asked for a prompt.", "## When a step fails", "What it does. It\nruns."]
)
def test_good_words_are_not(text: str) -> None:
    assert in_document(text) == []


def test_strings_are_searched_and_private_docstrings_only_for_words() -> None:
    source = 'def f():\n    """It says so, whose."""\n    # it says\n    fail(f"{x} asks", "says")\n'
    assert [finding.found for finding in in_code(source)] == ["whose", "asks", "says"]
