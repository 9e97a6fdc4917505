# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the site changes at pages while it is built."""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree

SITE = Path(__file__).resolve().parents[3] / "docs" / "docsite" / "site"
PLUGIN = """
octo.aws.s3_upload module -- Upload files to S3
===============================================

.. note::
    This module is part of a collection, and it is not part of ansible-core.

.. contents::
   :local:

Synopsis
--------

- Uploads files.

Parameters
----------

Many.

Examples
--------

One.

Return Values
-------------

Some.
"""


@pytest.fixture(name="pages")
def _pages(monkeypatch: pytest.MonkeyPatch) -> t.Any:
    monkeypatch.syspath_prepend(str(SITE))
    return importlib.import_module("pages")


def read(text: str) -> nodes.document:
    settings = {"doctitle_xform": False, "report_level": 5}
    document: nodes.document = publish_doctree(text, settings_overrides=settings)
    return document


def test_examples_are_before_parameters(pages: t.Any) -> None:
    document = read(PLUGIN)
    pages.move_examples(None, document)
    titles = [section.next_node(nodes.title).astext() for section in document.findall(nodes.section)]
    assert titles[1:] == ["Synopsis", "Examples", "Parameters", "Return Values"]
    [topic] = document.findall(nodes.topic)
    assert [entry.astext() for entry in topic.findall(nodes.list_item)] == titles[1:]


def test_descriptions(pages: t.Any) -> None:
    assert pages.describe(read(PLUGIN)) == "Upload files to S3"
    note = ".. note:: Not the description of this page, in any case."
    page = f"Title\n=====\n\n{note}\n\nShort.\n\nDeploy a new image\nto a service of *Amazon ECS*.\n"
    assert pages.describe(read(page)) == "Deploy a new image to a service of Amazon ECS."
    assert len(pages.describe(read("Title\n=====\n\n" + "many words " * 50))) <= 200


@pytest.mark.parametrize(("page", "base"), [("index", False), ("404", True)])
def test_tags(pages: t.Any, page: str, base: bool) -> None:
    config = SimpleNamespace(project="octo.aws", html_baseurl="https://docs.example.org/octo/", site_path="/octo/")
    builder = SimpleNamespace(get_target_uri=lambda name: f"{name}.html")
    context = {"title": "Errors &amp; <b>codes</b>", "body": '<a aria-role="button" href="x">'}
    pages.add_tags(SimpleNamespace(config=config, builder=builder), page, "", context, read(PLUGIN))
    tags = context["metatags"]
    assert f'<meta property="og:url" content="https://docs.example.org/octo/{page}.html">' in tags
    assert '<meta property="og:title" content="Errors &amp; codes">' in tags
    assert '<meta property="og:description" content="Upload files to S3">' in tags
    assert "og:image" in tags
    assert ('<base href="/octo/">' in tags) == base
    assert context["body"] == '<a href="x">'


def test_the_card_is_a_file_of_the_repository(pages: t.Any) -> None:
    assert (SITE.parent / pages.CARD.removeprefix(pages.RAW).lstrip("/")).is_file()


def test_units_stay_with_their_numbers(pages: t.Any) -> None:
    document = read("===== ======\nTime  Text\n===== ======\n1 ms  2 some\n===== ======\n\n3 ms\n")
    pages.keep_units(None, document)
    texts = [paragraph.astext() for paragraph in document.findall(nodes.paragraph)]
    assert texts == ["Time", "Text", "1\N{NO-BREAK SPACE}ms", "2 some", "3 ms"]
