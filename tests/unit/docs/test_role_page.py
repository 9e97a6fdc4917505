# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of the page of a role."""

from __future__ import annotations

import importlib
import typing as t
from pathlib import Path

import pytest
from docutils import nodes
from docutils.core import publish_doctree

SITE = Path(__file__).resolve().parents[3] / "docs" / "docsite" / "site"
PAGE = """
octo.aws.aws_steps role -- Run steps
++++++++++++++++++++++++++++++++++++

.. contents::
   :local:

.. _items:

Entry point ``aws_steps_run`` -- One step
-----------------------------------------

Many.

.. _start:

Entry point ``main`` -- Run steps
---------------------------------

Few.

Collection links
^^^^^^^^^^^^^^^^

Some.
"""


@pytest.fixture(name="role_page")
def _role_page(monkeypatch: pytest.MonkeyPatch) -> t.Any:
    monkeypatch.syspath_prepend(str(SITE))
    return importlib.import_module("role_page")


def test_examples_and_the_main_entry_point_are_first(role_page: t.Any) -> None:
    pytest.importorskip("sphinx")
    document = publish_doctree(PAGE, settings_overrides={"doctitle_xform": False, "report_level": 5})
    role_page.arrange_role(document, "aws_steps")
    titles = [section.next_node(nodes.title).astext() for section in document.findall(nodes.section)]
    order = ["Examples", "Entry point main -- Run steps", "Entry point aws_steps_run -- One step", "Collection links"]
    assert titles[1:] == order
    [topic] = document.findall(nodes.topic)
    entries = [entry.next_node(nodes.paragraph).astext() for entry in topic.findall(nodes.list_item)]
    assert [entry for entry in entries if entry != "Collection links"] == order[:3]
    main = next(section for section in document.findall(nodes.section) if "start" in section["names"])
    assert "Few." in main.astext()


def test_the_first_example_is_a_playbook(role_page: t.Any) -> None:
    assert role_page.first_example("aws_steps").startswith("- name:")
