# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Sphinx has to know of the site that C(make docs) builds."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import yaml
from docutils import nodes

if t.TYPE_CHECKING:
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

CHECKOUT = Path(__file__).resolve().parents[3]

project = "octo.aws"
copyright = "octo.aws contributors"  # noqa: A001
release = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["version"]

extensions = ["sphinx_antsibull_ext", "sphinx_copybutton"]
default_role = "any"
nitpicky = True
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
pygments_dark_style = "monokai"

html_theme = "furo"
html_title = f"octo.aws {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_use_index = False
html_theme_options = {
    "source_repository": "https://github.com/octo-aws/octo.aws/",
    "source_branch": "main",
    # Pages of plugins are made of their files, which are not where the pages are.
    "top_of_page_buttons": [],
}
copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_copy_empty_lines = False

# Hosts that cannot be reached are told apart in links.py; one that answers has to answer well.
linkcheck_timeout = 10
linkcheck_retries = 2
linkcheck_workers = 30  # most of the time, it waits
linkcheck_ignore = [r"https://(raw\.githubusercontent|github)\.com/octo-aws/"]  # see links.py
linkcheck_anchors_ignore_for_url = [r"https://github\.com/"]

ANSIBLE = "https://docs.ansible.com/ansible/latest"
ELSEWHERE = {
    "action_plugins": "plugins/action.html#action-plugins",
    "ansible_configuration_settings": "reference_appendices/config.html#ansible-configuration-settings",
    "callback_plugins": "plugins/callback.html#callback-plugins",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
"""Labels of the documentation of Ansible that generated pages name."""
IMAGES = "https://raw.githubusercontent.com/octo-aws/octo.aws/main/docs/docsite/images/"
"""Pages name pictures by their address, since docs.ansible.com takes nothing but pages from a collection."""
OWN_CONTENTS = "this-will-duplicate-information-and-it-is-still-useful-here"
"""Furo shows a table of contents beside the page where there is room; C(site.css) hides the page's own one there."""


def find_elsewhere(
    _app: Sphinx, _environment: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Where the documentation of Ansible has what a page names."""
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
    """The pictures of this checkout, and not those that are published."""
    source[0] = source[0].replace(IMAGES, "/images/")


def keep_contents(_app: Sphinx, document: nodes.document) -> None:
    """Say that a page has a table of contents on purpose."""
    for topic in document.findall(nodes.topic):
        if "contents" in topic["classes"]:
            topic["classes"].append(OWN_CONTENTS)


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("missing-reference", find_elsewhere)
    app.connect("source-read", use_own_pictures)
    app.connect("doctree-read", keep_contents)
