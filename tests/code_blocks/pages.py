# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code blocks of the documentation, and what the comments right before them say; see CONTRIBUTING.md."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import directives
from docutils.parsers.rst.directives.body import CodeBlock
from markdown_it import MarkdownIt

CHECKOUT = Path(__file__).resolve().parents[2]
PATTERNS = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "roles/*/README.md", "docs/docsite/rst/*.rst")
"""The pages whose code blocks are run."""

COMMENT = re.compile(r"(given|file|fails|not run): *(.*)", re.DOTALL)
_HTML_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_HEADING = re.compile(r"h[1-6]")
_OPENING = re.compile(r"^\s*\.\. +code-block::|^(?!\.\. ).*::$", re.MULTILINE)
"""The second form has no language, and is not found by the parser: it is for blocks that nobody can run."""


class BlockError(ValueError):
    """What is wrong with a code block, for whoever wrote it."""


@dataclasses.dataclass(frozen=True)
class Block:
    """A code block of a page."""

    page: str
    """The path of the page in the checkout."""
    line: int
    heading: str
    language: str
    text: str
    given: tuple[str, ...] = ()
    file: str = ""
    fails: str = ""
    not_run: str = ""

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    def as_json(self, state: str, said: str) -> dict[str, t.Any]:
        """What became of it, for a list."""
        about = {"page": self.page, "line": self.line, "heading": self.heading, "language": self.language}
        return {**about, "state": state, "said": said}


Said = tuple[str, str]
"""What a comment is about, and what it says."""


def find_pages() -> list[Path]:
    """All pages, those with the most to do first."""
    pages = [path for pattern in PATTERNS for path in CHECKOUT.glob(pattern)]
    return sorted(pages, key=lambda path: -path.stat().st_size)


def find_blocks(path: Path) -> list[Block]:
    """The code blocks of a page, from top to bottom."""
    text = path.read_text(encoding="utf-8")
    found = _in_rst if path.suffix == ".rst" else _in_markdown
    name = str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else path.name
    return [_make_block(name, *parts) for parts in found(name, text)]


Parts = tuple[int, str, str, str, list[Said]]
"""Line, heading, language, text and comments of a block."""


def _make_block(page: str, line: int, heading: str, language: str, text: str, said: list[Said]) -> Block:
    names = [name for name, _value in said]
    place = f"{page}:{line}"
    if not language:
        raise BlockError(f"{place}: the block does not name its language.")
    for name, value in said:
        if not value:
            raise BlockError(f"{place}: the comment '{name}:' before the block says nothing.")
        if names.count(name) > 1:
            raise BlockError(f"{place}: the block has two comments '{name}:'.")
    values = {name.replace(" ", "_"): value for name, value in said}
    if "not_run" in values and len(values) > 1:
        raise BlockError(f"{place}: a block that is not run has no other comments.")
    given = tuple(re.split(r",\s*", values.pop("given", ""))) if "given" in values else ()
    return Block(page, line, heading, language, text.rstrip("\n") + "\n", given=given, **values)


def _read_comments(comments: t.Iterable[str]) -> list[Said]:
    matches = (COMMENT.fullmatch(comment.strip()) for comment in comments)
    return [(match[1], " ".join(match[2].split())) for match in matches if match]


class _CodeBlock(CodeBlock):
    """Keeps what docutils forgets, and takes what Sphinx takes."""

    option_spec = {**CodeBlock.option_spec, "caption": str, "emphasize-lines": str, "linenos": str}

    def run(self) -> list[nodes.Node]:
        [block] = CodeBlock.run(self)
        block["language"] = self.arguments[0] if self.arguments else ""
        block["first_line"] = self.lineno
        return [block]


directives.register_directive("code-block", _CodeBlock)


def _in_rst(page: str, text: str) -> t.Iterator[Parts]:
    # Roles and directives of Sphinx are unknown here. What is inside of such a directive would be missed.
    document = publish_doctree(text, settings_overrides={"report_level": 5, "syntax_highlight": "none"})
    blocks = [block for block in document.findall(nodes.literal_block) if "first_line" in block]
    opened = len(_OPENING.findall(text))
    if opened != len(blocks):
        raise BlockError(f"{page}: {opened} code blocks are opened, and docutils finds {len(blocks)}.")
    used = 0
    for block in blocks:
        siblings = block.parent.children
        comments: list[str] = []
        for sibling in reversed(siblings[: siblings.index(block)]):
            if not isinstance(sibling, nodes.comment):
                break
            comments.insert(0, sibling.astext())
        said = _read_comments(comments)
        used += len(said)
        yield block["first_line"], _heading_of(block), block["language"], block.astext(), said
    if used != len(_read_comments(comment.astext() for comment in document.findall(nodes.comment))):
        raise BlockError(f"{page}: a comment about a code block stands before no code block.")


def _heading_of(block: nodes.Element) -> str:
    parent = block.parent
    while not isinstance(parent, nodes.section):
        if parent.parent is None:
            # A page with one heading has it as the title of the document.
            break
        parent = parent.parent
    return str(parent.next_node(nodes.title).astext())


def _in_markdown(page: str, text: str) -> t.Iterator[Parts]:
    heading, said = "", list[Said]()
    tokens = MarkdownIt("commonmark").parse(text)
    for index, token in enumerate(tokens):
        if said and token.type not in ("fence", "html_block"):
            raise BlockError(f"{page}: a comment about a code block stands before no code block.")
        if token.type == "inline" and _HEADING.fullmatch(tokens[index - 1].tag):
            heading = token.content
        elif token.type == "html_block":
            said += _read_comments(_HTML_COMMENT.findall(token.content))
        elif token.type in ("fence", "code_block"):
            yield (token.map or [0])[0] + 1, heading, token.info.strip(), token.content, said
            said = []
