# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a role: its first example, then the entry point that is used, then what it refers to.

``ansible-doc`` has neither examples of roles nor an order of entry points.
"""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

from docutils import nodes

if t.TYPE_CHECKING:
    from sphinx.application import Sphinx

ROLES = Path(__file__).resolve().parents[3] / "roles"
GUIDES = {"aws_steps": "docsite/howto_steps"}
"""The how-to guide of a role."""
TITLE = "Examples"


def arrange(app: Sphinx, document: nodes.document) -> None:
    """Arrange the page of a role. Called by Sphinx for each page."""
    page = re.fullmatch(r"(\w+)_role", app.env.docname)
    if page:
        arrange_role(document, page[1])


def arrange_role(document: nodes.document, role: str) -> None:
    """Move the entry point ``main`` to the top, and put the examples before it."""
    sections = [section for section in document.findall(nodes.section) if _is_entry_point(section)]
    first, main = sections[0], next(section for section in sections if _starts(section, "Entry point main"))
    topic = next(topic for topic in document.findall(nodes.topic) if "contents" in topic["classes"])
    entries = t.cast("nodes.bullet_list", topic.next_node(nodes.bullet_list))
    _move_up(main, first)
    for entry in entries.children:
        if _starts(entry, "Entry point main"):
            _move_up(entry, entries.children[0])
            break
    for links in list(document.findall(nodes.section)):
        if _starts(links, "Collection links"):
            links.parent.remove(links)
            main.parent += links
    main.parent.insert(main.parent.index(main), _examples(document, role))
    link = nodes.reference("", TITLE, refid=TITLE.lower(), internal=True)
    entries.insert(0, nodes.list_item("", nodes.paragraph("", "", link)))


def first_example(role: str) -> str:
    """The first block of YAML in the README of a role."""
    text = (ROLES / role / "README.md").read_text(encoding="utf-8")
    return text.partition("```yaml\n")[2].partition("\n```")[0]


def _examples(document: nodes.document, role: str) -> nodes.section:
    from sphinx import addnodes  # the tests of the order of the page need docutils only

    text = first_example(role)
    block = nodes.literal_block(text, text, language="yaml+jinja")
    more = nodes.paragraph("", "More examples: ")
    if role in GUIDES:
        target = f"/{GUIDES[role]}"
        # The title of the guide replaces the text.
        link = addnodes.pending_xref(
            "", nodes.inline("", ""), refdomain="std", reftype="doc", reftarget=target, refexplicit=False, refwarn=True
        )
        link["refdoc"] = f"{role}_role"
        more += link
    section = nodes.section("", nodes.title("", TITLE), block, more, ids=[TITLE.lower()], names=[TITLE.lower()])
    document.note_explicit_target(section)
    return section


def _is_entry_point(section: nodes.section) -> bool:
    return _starts(section, "Entry point")


def _starts(node: nodes.Node, words: str) -> bool:
    return node.astext().lstrip().startswith(words)


def _move_up(node: nodes.Node, other: nodes.Node) -> None:
    """Move a node, with the target of links before it, before another one."""
    parent = node.parent
    moved = [node]
    before = parent.children[parent.index(node) - 1]
    if isinstance(before, nodes.target) and node is not other:
        moved.insert(0, before)
    for each in moved:
        parent.remove(each)
        parent.insert(parent.index(other), each)
