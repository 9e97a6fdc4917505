# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds the site of the documentation below ``.work/docs``, checks its links, and looks at it with a browser.

    python tests/tools/docsite.py [--core CORE] [--links required]

The environment of the core has to be there already. A warning of antsibull-docs or Sphinx is an error, and so is a link
that leads nowhere. Hosts that cannot be reached are always printed; with ``--links required``, they are an error, too.
See ``looks.py`` for what the browser shows. It leaves its screenshots in ``.work/docs/screenshots``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import links
import sitemap
from environment import CHECKOUT, CORES, WORK, Environment, default_core
from steps_schema import SCHEMA

FOLDER = WORK / "docs"
PAGES = FOLDER / "rst"
SITE = FOLDER / "html"
SCREENSHOTS = FOLDER / "screenshots"
REQUIREMENTS = CHECKOUT / "requirements-docs.txt"
SOURCES = CHECKOUT / "docs" / "docsite"
CHANGELOG_HEAD = """\
.. _ansible_collections.octo.aws.changelog:

*********
Changelog
*********

The notes of each release, the newest first.

.. contents::
   :local:
   :depth: 1
"""


def provide_tools() -> Path:
    """A virtual environment with the tools; where its programs are."""
    venv, stamp = FOLDER / "venv", FOLDER / "venv.stamp"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        print("Making the environment of the site ...", flush=True)
        shutil.rmtree(venv, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [str(venv / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        variables = {**os.environ, "PIP_CACHE_DIR": str(WORK / "pip")}
        command = [*pip, "--requirement", str(REQUIREMENTS)]
        done = subprocess.run(command, env=variables, text=True, capture_output=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        stamp.write_text(wanted)
    return venv / "bin"


class Tools:
    """Runs the tools, with ansible-core and the copy of the checkout of one environment."""

    def __init__(self, environment: Environment) -> None:
        self._folder = provide_tools()
        path = os.pathsep.join([str(self._folder), environment.variables["PATH"]])
        self._variables = {**environment.variables, "PATH": path}

    def call(self, program: str, *arguments: str, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
        """Run one, and return what it printed."""
        command = [str(self._folder / program), *arguments]
        return subprocess.run(command, cwd=cwd, env=self._variables, text=True, capture_output=True, check=False)

    def run(self, program: str, *arguments: str, may_fail: bool = False, cwd: Path = CHECKOUT) -> None:
        """Run one; its failure is the end, unless the caller reads its findings."""
        done = self.call(program, *arguments, cwd=cwd)
        if done.returncode and not may_fail:
            sys.exit(f"{program} failed:\n{done.stdout[-5000:]}{done.stderr}")

    def sphinx(self, builder: str, *arguments: str, may_fail: bool = False) -> None:
        """Run Sphinx on the pages. What it has read it keeps, for the next builder and the next time."""
        options = ["--quiet", "--builder", builder, "--conf-dir", str(SOURCES / "site"), "--jobs", "2"]
        folders = ["--doctree-dir", str(FOLDER / "doctrees"), str(PAGES), str(FOLDER / builder)]
        self.run("sphinx-build", *options, *arguments, *folders, may_fail=may_fail)


def write_pages(tools: Tools) -> None:
    """Pages of plugins and guides, made by antsibull-docs, with the front page and the pictures of the site."""
    PAGES.mkdir(parents=True, exist_ok=True)
    FOLDER.chmod(0o755)
    configuration = ("--config-file", str(SOURCES / "site" / "antsibull-docs.cfg"))
    options = ("--cleanup", "everything", "--use-current", "--squash-hierarchy", "--fail-on-error")
    tools.run("antsibull-docs", *configuration, "collection", *options, "--dest-dir", str(PAGES), "octo.aws")
    write_changelog(tools)
    sitemap.write(PAGES, SOURCES / "extra-docs.yml", SOURCES / "site" / "index.rst")
    shutil.copytree(SOURCES / "images", PAGES / "images", dirs_exist_ok=True)


def write_changelog(tools: Tools) -> None:
    """Write the changelog as a page, with the changes that no release has yet."""
    text = (CHECKOUT / "CHANGELOG.rst").read_text(encoding="utf-8")
    if any((CHECKOUT / "changelogs" / "fragments").glob("*.yml")):
        # A release moves the fragments, so that it is made of a copy, in a folder that Ansible takes for a collection.
        folder = FOLDER / "changelog" / "ansible_collections" / "octo" / "aws"
        shutil.rmtree(folder, ignore_errors=True)
        for name in ("changelogs", "plugins", "playbooks", "roles", "meta"):
            shutil.copytree(CHECKOUT / name, folder / name)
        for name in ("galaxy.yml", "CHANGELOG.rst"):
            shutil.copy(CHECKOUT / name, folder)
        tools.run("antsibull-changelog", "release", "--reload-plugins", "--date", "2000-01-01", cwd=folder)
        text = (folder / "CHANGELOG.rst").read_text(encoding="utf-8")
    _head, _contents, releases = text.partition(".. contents:: Topics\n")
    (PAGES / "changelog.rst").write_text(f"{CHANGELOG_HEAD}\n{releases.lstrip()}", encoding="utf-8")


def check_links(tools: Tools, *, required: bool) -> list[str]:
    """What is wrong with the links of the site and of the Markdown files."""
    wrong, count = links.check_site(SITE)
    print(f"site: {len(list(SITE.rglob('*.html')))} pages, {count} links within the site")
    more, count = links.check_repository(SITE, CHECKOUT)
    wrong += more
    print(f"site: {count} links to files of this repository, those of its Markdown files included")
    (PAGES / "markdown.rst").write_text(links.page_of_markdown(CHECKOUT), encoding="utf-8")
    tools.sphinx("linkcheck", may_fail=True)
    answers = [json.loads(line) for line in (FOLDER / "linkcheck" / "output.json").read_text().splitlines()]
    result = links.External.of(answers)
    print(f"site: {result.good} links to other hosts that answered as they should")
    if result.unreachable:
        hosts = ", ".join(sorted(result.unreachable))
        print(f"site: {result.unasked} links NOT CHECKED, since these hosts cannot be reached from here: {hosts}")
        wrong += [f"No way to {host}" for host in sorted(result.unreachable) if required]
    return wrong + result.wrong


def look(tools: Tools) -> list[str]:
    """Look at the site with a browser, where there is one: what is wrong with it."""
    if not shutil.which("chromium"):
        print("site: NOT LOOKED AT, since Chromium is missing. On Debian, as root: apt-get install chromium")
        return []
    script = str(Path(__file__).with_name("looks.py"))
    done = tools.call("python", script, str(SITE), str(SCREENSHOTS))
    first, *wrong = done.stdout.splitlines() or [f"looks.py failed:\n{done.stderr}"]
    print(first if done.stdout else "site: NOT LOOKED AT")
    return wrong if done.stdout else [first]


def main() -> int:
    """Build and check; 1 when a link is wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", choices=list(CORES), default=default_core().version)
    parser.add_argument("--links", choices=["told", "required"], default="told")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    tools = Tools(Environment(CORES[options.core]))
    write_pages(tools)
    tools.sphinx("html", "--fail-on-warning", "--keep-going", "--fresh-env")
    shutil.copy(SCHEMA, SITE)
    wrong = check_links(tools, required=options.links == "required") + look(tools)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"site: {SITE / 'index.html'}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
