# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes to pages while Sphinx reads and writes them."""

from __future__ import annotations

import json
import re
import textwrap
import typing as t
from html import escape, unescape
from pathlib import Path

import role_page
from docutils import nodes

if t.TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment

ANSIBLE = "https://docs.ansible.com/ansible/latest"
ELSEWHERE = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "callback_plugins": "plugins/callback.html#callback-plugins",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
"""Labels of the documentation of Ansible that generated pages name."""
RAW = "https://raw.githubusercontent.com/octo-aws/octo.aws/main/docs/docsite"
"""Pages name pictures by their address, since docs.ansible.com takes nothing but pages from a collection."""
CARD = f"{RAW}/site/static/card.png"
OWN_CONTENTS = "this-will-duplicate-information-and-it-is-still-useful-here"
"""Furo shows a table of contents beside the page where there is room; ``site.css`` hides the page's own one there."""
HERE = Path(__file__).parent
KEYWORDS: dict[str, str] = json.loads((HERE / "keywords.json").read_text(encoding="utf-8"))
"""Words that readers search for and that a page does not have, by page."""
BEFORE_EXAMPLES = ("Synopsis", "Requirements", "Aliases", "DEPRECATED")
UNITS = re.compile(r"(?<=\d) (?=(?:µs|ms|s|kB|MB|GB)\b)")
NOT_A_DESCRIPTION = (nodes.Admonition, nodes.topic, nodes.table, nodes.sidebar)


def find_elsewhere(
    _app: Sphinx, _environment: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Find what a page names in the documentation of Ansible."""
    target = node["reftarget"]
    plugin = re.fullmatch(r"ansible_collections\.(\w+)\.(\w+)\.(\w+_[a-z]+)", target)
    if plugin and plugin.groups()[:2] != ("octo", "aws"):
        path = "collections/{}/{}/{}.html".format(*plugin.groups())
    elif node["reftype"] == "envvar" and target.startswith("ANSIBLE_"):
        path = f"reference_appendices/config.html#envvar-{target}"
    else:
        path = ELSEWHERE.get(target, "")
    return nodes.reference("", "", content, internal=False, refuri=f"{ANSIBLE}/{path}") if path else None


def use_own_pictures(_app: Sphinx, _page: str, source: list[str]) -> None:
    """Take the pictures of this checkout, and not those that are published."""
    source[0] = source[0].replace(f"{RAW}/images/", "/images/")


def keep_contents(_app: Sphinx, document: nodes.document) -> None:
    """Tell Furo that a page has a table of contents on purpose."""
    for topic in document.findall(nodes.topic):
        if "contents" in topic["classes"]:
            topic["classes"].append(OWN_CONTENTS)


def move_examples(_app: Sphinx, document: nodes.document) -> None:
    """Put the examples of a plugin before its tables of parameters."""
    examples = [section for section in document.findall(nodes.section) if _title(section) == "Examples"]
    for section in examples:
        others = [node for node in section.parent.children if isinstance(node, nodes.section)]
        _move(section, others, _title)
    for topic in document.findall(nodes.topic):
        for entries in list(topic.findall(nodes.bullet_list))[: len(examples)]:
            for entry in entries.children:
                if entry.astext() == "Examples":
                    _move(entry, entries.children, lambda node: node.astext())
                    break


def _move(node: nodes.Element, others: t.Iterable[nodes.Node], title_of: t.Callable[[t.Any], str]) -> None:
    first = next(other for other in others if title_of(other) not in BEFORE_EXAMPLES)
    if first is not node:
        parent = node.parent
        parent.remove(node)
        parent.insert(parent.index(first), node)


def _title(section: nodes.Element) -> str:
    title = section.next_node(nodes.title)
    return title.astext() if title is not None else ""


def add_keywords(app: Sphinx, document: nodes.document) -> None:
    """Let the search find a page by words that it does not have."""
    words = KEYWORDS.get(app.env.docname)
    if words:
        document.insert(0, nodes.meta("", name="keywords", content=words))


def keep_units(_app: Sphinx, document: nodes.document) -> None:
    """Keep numbers and their units in one line of a narrow column."""
    for entry in document.findall(nodes.entry):
        for text in list(entry.findall(nodes.Text)):
            text.parent.replace(text, nodes.Text(UNITS.sub("\N{NO-BREAK SPACE}", text.astext())))


def describe_entries(app: Sphinx, document: nodes.document, page: str) -> None:
    """Say on the page of a group what each of its pages is for."""
    if page.startswith("groups/"):
        for entry in document.findall(nodes.list_item):
            link = entry.next_node(nodes.reference)
            target = re.fullmatch(r"\.\./(.*)\.html", link.get("refuri", "")) if link is not None else None
            description = describe(app.env.get_doctree(target[1])) if target else ""
            if description and description not in entry.astext():
                description = re.split(r"(?<=[.:]) ", description)[0].rstrip(".:") + "."
                entry += nodes.paragraph("", description, classes=["group-entry"])


def write_scorer(app: Sphinx, config: Config) -> None:
    """Write what ranks the results of a search, with the keywords."""
    path = Path(app.doctreedir) / "scorer.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (HERE / "scorer.js").read_text(encoding="utf-8")
    path.write_text(text.replace("KEYWORDS", json.dumps(KEYWORDS, indent=2), 1), encoding="utf-8")
    config.html_search_scorer = str(path)


def add_tags(
    app: Sphinx, page: str, _template: str, context: dict[str, t.Any], document: nodes.document | None
) -> None:
    """Add the tags that search engines and chats read: title, description, picture and address of a page."""
    title = unescape(re.sub("<.*?>", "", context.get("title") or app.config.project))
    tags = {"og:site_name": app.config.project, "og:type": "website", "og:title": title, "og:image": CARD}
    tags |= {"og:image:width": "1200", "og:image:height": "630", "og:image:alt": "The logo of octo.aws"}
    if app.config.html_baseurl:
        tags["og:url"] = f"{app.config.html_baseurl}{app.builder.get_target_uri(page)}"
    lines = ['<meta name="twitter:card" content="summary_large_image">']
    description = describe(document) if document else ""
    if description:
        tags["og:description"] = description
        lines.append(f'<meta name="description" content="{escape(description)}">')
    lines += [f'<meta property="{name}" content="{escape(text, quote=True)}">' for name, text in tags.items()]
    context["metatags"] = "\n".join([context.get("metatags", ""), *lines])
    # What sphinx_antsibull_ext writes is no attribute of HTML.
    context["body"] = context.get("body", "").replace(' aria-role="button"', "")
    if page == "404":
        # A server sends this page for any address, so that no link may depend on it.
        context["metatags"] = f'\n<base href="{app.config.site_path}">{context["metatags"]}'


def describe(document: nodes.document) -> str:
    """Describe a page with its first sentences, and that of a plugin with what its title says."""
    title = _title(document)
    if " -- " in title:
        return title.partition(" -- ")[2]
    for paragraph in document.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 30 and not _inside(paragraph, NOT_A_DESCRIPTION):
            return textwrap.shorten(text, 200, placeholder=" ...")
    return ""


def _inside(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def setup(app: Sphinx) -> dict[str, t.Any]:
    """Called by Sphinx."""
    app.add_config_value("site_path", "/", "html")
    app.connect("config-inited", write_scorer)
    app.connect("missing-reference", find_elsewhere)
    app.connect("source-read", use_own_pictures)
    app.connect("doctree-read", keep_contents)
    # Before Sphinx collects the table of contents and the words of a page.
    app.connect("doctree-read", move_examples, priority=100)
    app.connect("doctree-read", add_keywords, priority=100)
    app.connect("doctree-read", role_page.arrange, priority=100)
    app.connect("doctree-read", keep_units)
    app.connect("doctree-resolved", describe_entries)
    app.connect("html-page-context", add_tags)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
