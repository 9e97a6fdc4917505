# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The configuration of Sphinx for the site that ``make docs`` builds.

SITE_URL is the address that the site gets, such as https://docs.example.org/octo.aws/.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import yaml

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[2]
REPOSITORY = "https://github.com/octo-aws/octo.aws"
sys.path.insert(0, str(HERE))

project = "octo.aws"
copyright = "octo.aws contributors"  # noqa: A001
release = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["version"]

extensions = ["sphinx_antsibull_ext", "sphinx_copybutton", "pages"]
default_role = "any"
nitpicky = True
highlight_language = "YAML+Jinja"
pygments_style = "code_styles.Light"
pygments_dark_style = "code_styles.Dark"
templates_path = ["templates"]

html_theme = "furo"
html_title = f"octo.aws {release}"
html_baseurl = os.environ.get("SITE_URL", "")
site_path = urlsplit(html_baseurl).path or "/"
html_favicon = "static/favicon.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_additional_pages = {"404": "404.html"}
html_show_sphinx = False
html_copy_source = False
html_use_index = False
html_theme_options = {
    "light_logo": "logo-light.svg",
    "dark_logo": "logo-dark.svg",
    "source_repository": f"{REPOSITORY}/",
    "source_branch": "main",
    # Pages of plugins are made of their files, which are not where the pages are.
    "top_of_page_buttons": [],
    "footer_icons": [
        {"name": "Repository on GitHub", "url": REPOSITORY, "html": "Repository", "class": "repository"},
        {"name": "Issues on GitHub", "url": f"{REPOSITORY}/issues", "html": "Issues", "class": "repository"},
    ],
    "light_css_variables": {
        "color-brand-primary": "#0b6b6b",
        "color-brand-content": "#0a6068",
        "color-brand-visited": "#6b2fa0",
        "color-foreground-muted": "#5b676b",
        "color-background-secondary": "#f5f9f9",
        "color-background-border": "#dfe7e8",
        "color-sidebar-item-background--current": "#e3efef",
        "color-highlight-on-target": "#dff2f0",
        "color-admonition-title--note": "#0b6b6b",
        "color-admonition-title-background--note": "#e3efef",
        "color-problematic": "#a61b3c",
        "color-partial": "#7a5a00",
        "color-full": "#1b6427",
    },
    "dark_css_variables": {
        "color-brand-primary": "#5fd0c3",
        "color-brand-content": "#5fd0c3",
        "color-brand-visited": "#c9a5ff",
        "color-foreground-primary": "#dfe6e7",
        "color-foreground-secondary": "#a9b5b8",
        "color-foreground-muted": "#9aa7ab",
        "color-background-primary": "#10171a",
        "color-background-secondary": "#151e22",
        "color-background-border": "#2a373c",
        "color-sidebar-item-background--current": "#1c3036",
        "color-highlight-on-target": "#173a3f",
        "color-admonition-title--note": "#5fd0c3",
        "color-admonition-title-background--note": "#1c3036",
        "color-problematic": "#ff9eb0",
        "color-partial": "#e0bc5a",
        "color-full": "#7fd18b",
    },
}
copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_copy_empty_lines = False

# links.py separates hosts that cannot be reached from wrong links.
linkcheck_timeout = 10
linkcheck_retries = 2
linkcheck_workers = 30  # most of the time, it waits
linkcheck_ignore = [r"https://(raw\.githubusercontent|github)\.com/octo-aws/"]  # see links.py
linkcheck_anchors_ignore_for_url = [r"https://github\.com/"]
