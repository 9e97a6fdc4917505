# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups of the site's pages: in its sidebar, and as cards of its front page.

They come from ``docs/docsite/extra-docs.yml``, which docs.ansible.com reads as well. A section ``How-to: Stores`` there
is the group ``Stores`` below ``How-to guides``, and folds in the sidebar.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
from pathlib import Path

import yaml

MARK = ".. groups of pages\n"
"""The place of the groups on the front page."""
FOLDED = "How-to: "
GUIDES = "How-to guides"
GENERATED = ("Environment variables <environment_variables>", "changelog")
KINDS = {"lookup": "Lookups", "module": "Modules"}


@dataclasses.dataclass(frozen=True)
class Group:
    """Pages below one title. Those of a folded group are below a page of its own."""

    caption: str
    title: str
    pages: tuple[str, ...]
    folded: bool

    @property
    def name(self) -> str:
        return "groups/" + re.sub(r"\W+", "_", self.title.lower())


def read_groups(sections: t.Iterable[dict[str, t.Any]], plugins: t.Iterable[str]) -> list[Group]:
    """Read the groups of pages, with those of plugins and what else is generated in the reference."""
    groups = []
    plugins = sorted(plugins, key=lambda page: page.rpartition("_")[0])
    for section in sections:
        title, pages = section["title"], tuple(f"docsite/{page}" for page in section["toctree"])
        if title.startswith(FOLDED):
            groups.append(Group(GUIDES, title.removeprefix(FOLDED), pages, folded=True))
        elif title == "Reference":
            roles = [page for page in plugins if page.endswith("_role")]
            groups.append(Group(title, title, (*pages, *map(_short, roles)), folded=False))
            for kind, name in KINDS.items():
                found = tuple(_short(page) for page in plugins if page.endswith(f"_{kind}"))
                groups.append(Group(title, name, found, folded=True))
            groups.append(Group(title, title, GENERATED, folded=False))
        else:
            groups.append(Group(title, title, pages, folded=False))
    return groups


def _short(page: str) -> str:
    """An entry with the short name of a plugin, since its title is long."""
    name, _separator, kind = page.rpartition("_")
    return f"{name} ({kind}) <{page}>" if kind == "role" else f"{name} <{page}>"


def front_page(text: str, groups: list[Group]) -> str:
    """Put the groups into the front page, as cards and as the tree of the sidebar."""
    return text.replace(MARK, f"{_cards(groups)}\n{_trees(groups)}")


def _cards(groups: list[Group]) -> str:
    """The cards of all groups. Those of how-to guides have a heading of their own, since their titles do not say it."""
    guides = [group for group in groups if group.caption == GUIDES]
    others = [group for group in groups if group.caption != GUIDES]
    return f"{_row(others)}\n{GUIDES}\n{'-' * len(GUIDES)}\n\n{_row(guides)}"


def _row(groups: list[Group]) -> str:
    lines = [".. container:: cards", ""]
    for title, pages in _merge(groups).items():
        lines += ["  .. container:: card", "", "    .. rst-class:: card-title", "", f"    {title}", ""]
        lines += [f"    - {_link(page)}" for page in pages] + [""]
    return "\n".join(lines)


def _merge(groups: list[Group]) -> dict[str, list[str]]:
    """The pages of each card. Plugins are one line of the reference each kind."""
    cards: dict[str, list[str]] = {}
    for group in groups:
        if group.folded and group.caption == "Reference":
            cards[group.caption].append(f"{group.title} <{group.name}>")
        else:
            cards.setdefault(group.title, []).extend(group.pages)
    return cards


def _link(page: str) -> str:
    title = re.fullmatch(r"(.*) <(.*)>", page)
    return f":doc:`{title[1]} </{title[2]}>`" if title else f":doc:`/{page}`"


def _trees(groups: list[Group]) -> str:
    captions: dict[str, list[str]] = {}
    for group in groups:
        captions.setdefault(group.caption, []).extend([group.name] if group.folded else group.pages)
    return "\n".join(
        f".. toctree::\n    :hidden:\n    :caption: {caption}\n\n" + "".join(f"    {page}\n" for page in pages)
        for caption, pages in captions.items()
    )


def _group_page(group: Group) -> str:
    """The page of a folded group, with the whole titles of its pages. The search does not show it."""
    pages = [re.sub(r".*<(.*)>", r"\1", page) for page in group.pages]
    links = "".join(f"- :doc:`/{page}`\n" for page in pages)
    entries = "".join(f"    {re.sub('<', '</', page) if '<' in page else '/' + page}\n" for page in group.pages)
    rule = "=" * len(group.title)
    return f":no-search:\n\n{group.title}\n{rule}\n\n{links}\n.. toctree::\n    :hidden:\n\n{entries}"


def write(site: Path, extra_docs: Path, front: Path) -> None:
    """Write the front page and the pages of groups beside the pages of the site."""
    sections = yaml.safe_load(extra_docs.read_text(encoding="utf-8"))["sections"]
    kinds = (*KINDS, "role")
    plugins = [path.stem for path in site.glob("*.rst") if path.stem.rpartition("_")[2] in kinds]
    groups = read_groups(sections, plugins)
    (site / "groups").mkdir(exist_ok=True)
    for group in groups:
        if group.folded:
            (site / f"{group.name}.rst").write_text(_group_page(group), encoding="utf-8")
    (site / "index.rst").write_text(front_page(front.read_text(encoding="utf-8"), groups), encoding="utf-8")
