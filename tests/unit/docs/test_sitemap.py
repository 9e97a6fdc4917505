# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups of pages in the sidebar and on the front page of the site."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from ansible_collections.octo.aws.tests.tools import sitemap

DOCSITE = Path(__file__).resolve().parents[3] / "docs" / "docsite"
SECTIONS = [
    {"title": "Tutorials", "toctree": ["tutorial_start"]},
    {"title": "How-to: Stores", "toctree": ["howto_file_store", "howto_team_store"]},
    {"title": "Reference", "toctree": ["errors"]},
]
PLUGINS = ["aws_account_info_module", "aws_account_module", "creds_lookup", "aws_steps_role"]


def test_groups_and_plugins() -> None:
    groups = sitemap.read_groups(SECTIONS, PLUGINS)
    assert [(group.caption, group.title, group.folded) for group in groups] == [
        ("Tutorials", "Tutorials", False),
        ("How-to guides", "Stores", True),
        ("Reference", "Reference", False),
        ("Reference", "Lookups", True),
        ("Reference", "Modules", True),
        ("Reference", "Reference", False),
    ]
    assert groups[1].pages == ("docsite/howto_file_store", "docsite/howto_team_store")
    assert groups[4].pages == ("aws_account <aws_account_module>", "aws_account_info <aws_account_info_module>")


def test_pages_are_written(tmp_path: Path) -> None:
    (tmp_path / "extra-docs.yml").write_text(yaml.safe_dump({"sections": SECTIONS}), encoding="utf-8")
    (tmp_path / "front.rst").write_text(f"octo.aws\n========\n\n{sitemap.MARK}", encoding="utf-8")
    for plugin in PLUGINS:
        (tmp_path / f"{plugin}.rst").touch()
    sitemap.write(tmp_path, tmp_path / "extra-docs.yml", tmp_path / "front.rst")
    front = (tmp_path / "index.rst").read_text(encoding="utf-8")
    assert "    - :doc:`/docsite/howto_team_store`" in front
    assert "    - :doc:`Modules </groups/modules>`" in front
    assert "    :caption: How-to guides\n\n    groups/stores\n" in front
    modules = (tmp_path / "groups" / "modules.rst").read_text(encoding="utf-8")
    assert "- :doc:`/aws_account_info_module`\n" in modules
    assert "    aws_account_info </aws_account_info_module>\n" in modules


def test_the_front_page_has_a_place_for_groups() -> None:
    assert sitemap.MARK in (DOCSITE / "site" / "index.rst").read_text(encoding="utf-8")


def test_keywords_are_those_of_pages() -> None:
    sections = yaml.safe_load((DOCSITE / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    pages = {f"docsite/{page}" for section in sections for page in section["toctree"]}
    assert set(json.loads((DOCSITE / "site" / "keywords.json").read_text(encoding="utf-8"))) <= pages
