# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds links that lead nowhere: within the built site, to files of this repository, and to other hosts."""

from __future__ import annotations

import dataclasses
import os
import re
import typing as t
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FILES = re.compile(
    r"https://(?:github\.com/octo-aws/octo\.aws/(?:blob|tree)|raw\.githubusercontent\.com/octo-aws/octo\.aws)/main/(.*)"
)
"""Addresses of files of this repository. Its other pages, such as issues, are there once it is published."""
MARKDOWN_LINK = re.compile(r"\]\(<?([^)\s>]+)")


class _Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            # The address that links of the page for wrong addresses begin with is none itself.
            if name in ("href", "src") and value and tag != "base":
                self.links.add(value)
            elif name in ("id", "name") and value:
                self.anchors.add(value)


def _pages(site: Path) -> dict[Path, _Page]:
    return {path: _Page(path) for path in sorted(site.rglob("*.html"))}


def check_site(site: Path) -> tuple[list[str], int]:
    """Links from page to page that have no target, and how many were looked at."""
    pages, wrong, count = _pages(site), [], 0
    for path, page in pages.items():
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            target = Path(os.path.normpath(path.parent / unquote(parts.path))) if parts.path else path
            # Scripts of the theme use "#" for buttons.
            anchored = not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].anchors
            if not target.exists() or not anchored:
                wrong.append(f"{path.relative_to(site)}: {link} leads nowhere")
    return wrong, count


def check_repository(site: Path, checkout: Path) -> tuple[list[str], int]:
    """Links to files of this repository that are not there, and how many were looked at."""
    found = [(str(path.relative_to(site)), link) for path, page in _pages(site).items() for link in sorted(page.links)]
    found += [(str(path.relative_to(checkout)), link) for path in _markdown(checkout) for link in _links_of(path)]
    wrong, count = [], 0
    for source, link in found:
        file = FILES.fullmatch(link)
        relative = source.endswith(".md") and not urlsplit(link).scheme and not link.startswith("#")
        if not file and not relative:
            continue
        count += 1
        path = checkout / unquote(urlsplit(file[1]).path) if file else (checkout / source).parent / urlsplit(link).path
        if not path.exists():
            wrong.append(f"{source}: {link} is no file of this repository")
    return wrong, count


def page_of_markdown(checkout: Path) -> str:
    """A page with the links of the Markdown files to other hosts, so that Sphinx looks at them as well."""
    links = {link for path in _markdown(checkout) for link in _links_of(path) if urlsplit(link).scheme}
    return ":orphan:\n\nLinks of Markdown files\n=======================\n\n" + "".join(
        f"- `{number} <{link}>`__\n" for number, link in enumerate(sorted(links))
    )


def _markdown(checkout: Path) -> list[Path]:
    files = [path for pattern in ("*.md", "docs/*.md", "roles/*/*.md") for path in checkout.glob(pattern)]
    return sorted(files)


def _links_of(path: Path) -> list[str]:
    return MARKDOWN_LINK.findall(path.read_text(encoding="utf-8"))


@dataclasses.dataclass(frozen=True)
class External:
    """What other hosts said."""

    good: int
    unasked: int
    unreachable: set[str]
    wrong: list[str]

    @classmethod
    def of(cls, answers: list[dict[str, t.Any]]) -> External:
        """Tell what Sphinx's linkcheck found apart: a wrong link, and a host that nobody can reach from here."""
        asked = [answer for answer in answers if answer["status"] not in ("ignored", "local", "unchecked")]
        answered = {_host(answer) for answer in asked if not _silent(answer)}
        unreachable = {_host(answer) for answer in asked} - answered
        wrong = [
            f"{answer['filename']}:{answer['lineno']}: {answer['uri']}: {answer['info']}"
            for answer in asked
            if answer["status"] in ("broken", "timeout") and _host(answer) in answered
        ]
        unasked = sum(_host(answer) in unreachable for answer in asked)
        return cls(len(asked) - unasked - len(wrong), unasked, unreachable, wrong)


def _host(answer: dict[str, t.Any]) -> str:
    return urlsplit(str(answer["uri"])).netloc


def _silent(answer: dict[str, t.Any]) -> bool:
    """Whether nothing came back at all."""
    failed = answer["status"] in ("broken", "timeout")
    return failed and not answer["code"] and not answer["info"].startswith("Anchor ")
