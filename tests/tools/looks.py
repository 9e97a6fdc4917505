# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at the built site with a browser, as ``make docs`` does, with the Python of ``.work/docs/venv``.

    .work/docs/venv/bin/python tests/tools/looks.py .work/docs/html .work/docs/screenshots

Chromium shows a page of each kind at two widths, light and dark. Each must fit its width, pass the rules of axe-core
for WCAG 2.1 AA, which include contrasts and alternative texts, and show no error on the console. The other pages must
fit a narrow screen. The search must find some words at the first place.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import re
import shutil
import sys
import threading
import typing as t
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

WIDE, NARROW = (1280, 800), (390, 844)
SCHEMES: tuple[t.Literal["light", "dark"], ...] = ("light", "dark")
KINDS = {
    "front": "index.html",
    "tutorial": "docsite/tutorial_start.html",
    "how_to": "docsite/howto_save_accounts.html",
    "deployment": "docsite/howto_steps.html",
    "coming_from": "docsite/from_octopus_deploy.html",
    "command": "docsite/reference_command.html",
    "settings": "docsite/reference_settings.html",
    "explanation": "docsite/security.html",
    "pictures": "docsite/architecture.html",
    "errors": "docsite/errors.html",
    "formats": "docsite/formats.html",
    "benchmarks": "docsite/benchmarks.html",
    "hardening": "docsite/hardening.html",
    "module": "s3_upload_module.html",
    "lookup": "creds_lookup.html",
    "role": "aws_steps_role.html",
    "group": "groups/deployments.html",
    "changelog": "changelog.html",
    "search": "search.html?q=ecs",
    "missing": "no/such/page.html",
}
"""A page of each kind."""
SEARCHES = {
    "ecs": "docsite/howto_ecs",
    "console login": "docsite/howto_console",
    "rotate": "docsite/howto_rotate_access_keys",
    "assume role": "docsite/howto_assume_role",
    "sso": "docsite/howto_sso",
    "mfa": "docsite/howto_mfa",
    "vault password": "docsite/howto_file_store",
    "octopus": "docsite/from_octopus_deploy",
    "account_mismatch": "docsite/errors#account-mismatch",
}
"""What readers search for, and the page that has to come first."""
LONGEST_PICTURE = 3000
SLIDE = 400
"""Milliseconds until the navigation is open."""
ARGUMENTS = ["--force-prefers-reduced-motion"]
"""Recordings show their last screen."""
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
OVERFLOW = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("article *")].filter((e) => e.getBoundingClientRect().right > width + 1);
    const names = wide.map((e) => `${e.tagName.toLowerCase()}.${e.className}: ${e.textContent.trim().slice(0, 40)}`);
    return [`${document.documentElement.scrollWidth} of ${width} pixels`, ...names.slice(0, 3)];
}"""
IN_VIEW = """() => {
    const box = document.querySelector(".sidebar-scroll").getBoundingClientRect();
    const links = [...document.querySelectorAll(".sidebar-tree .current-page > .reference")];
    const places = links.map((e) => e.getBoundingClientRect());
    return places.every((place) => place.bottom <= box.bottom && place.top >= box.top);
}"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site as hosts of static sites do, with the page for wrong addresses."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        if code != 404:
            super().send_error(code, message, explain)
            return
        text = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def copyfile(self, source: t.Any, outputfile: t.Any) -> None:
        # The browser leaves a page before it has all of it.
        with contextlib.suppress(ConnectionError):
            super().copyfile(source, outputfile)

    def log_message(self, *_arguments: object) -> None:
        """Stay quiet."""


@contextlib.contextmanager
def serving(site: Path) -> t.Iterator[str]:
    """Serve the site on this machine; its address."""
    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Looks:
    """Opens pages, and collects what is wrong with them."""

    def __init__(self, browser: Browser, address: str, pictures: Path) -> None:
        self._browser = browser
        self._address = address
        self._pictures = pictures
        self._axe = Axe()
        self.wrong: dict[str, list[str]] = {}
        self.taken = 0

    @contextlib.contextmanager
    def pages(self, size: tuple[int, int], scheme: t.Literal["light", "dark"]) -> t.Iterator[Page]:
        """A window of a size, in which nothing moves."""
        viewport = {"width": size[0], "height": size[1]}
        context = self._browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
        page = context.new_page()
        page.on("pageerror", lambda error: self.note(page.url, str(error)))
        page.on("console", lambda said: self._hear(page, said.type, said.text))
        yield page
        context.close()

    def note(self, place: str, text: str) -> None:
        """Note what is wrong, and where. The same mistake in many places is one."""
        self.wrong.setdefault(text, []).append(place)

    def _hear(self, page: Page, kind: str, text: str) -> None:
        # The one failure that is meant: the answer to a wrong address.
        if kind == "error" and not page.url.endswith(KINDS["missing"]):
            self.note(page.url, text)

    def open(self, page: Page, path: str) -> None:
        """Open a page. The search is ready once it shows results."""
        page.goto(self._address + path, wait_until="load")
        if path.startswith("search.html"):
            page.wait_for_selector("#search-results li a")

    def fit(self, page: Page, path: str, size: tuple[int, int]) -> None:
        """Whether a page fits its width."""
        found = page.evaluate(OVERFLOW)
        if found:
            self.note(f"{path} at {size[0]}", f"too wide: {'; '.join(found)}")

    def look(self, page: Page, kind: str, size: tuple[int, int], scheme: str) -> None:
        """Take a picture of a page, and check it."""
        path = KINDS[kind]
        self.open(page, path)
        self.fit(page, path, size)
        if size == WIDE and not page.evaluate(IN_VIEW):
            self.note(path, "the current page is not in view in the sidebar")
        height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST_PICTURE)
        clip = {"x": 0, "y": 0, "width": size[0], "height": max(height, size[1])}
        picture = self._pictures / f"{kind}-{size[0]}-{scheme}.png"
        page.screenshot(path=picture, full_page=True, clip=clip)
        self.taken += 1
        self._check(page, f"{path} at {size[0]}, {scheme}")

    def _check(self, page: Page, place: str) -> None:
        for violation in self._axe.run(page, options=RULES).response["violations"]:
            for node in violation["nodes"]:
                reason = node["failureSummary"].splitlines()[-1].strip()
                self.note(place, f"{violation['id']}: {node['html'][:160]}: {reason[:200]}")

    def navigation(self, page: Page, scheme: str) -> None:
        """Take a picture of the open navigation on a phone, and check it."""
        self.open(page, KINDS["errors"])
        page.locator(".mobile-header label[for=__navigation]").click()
        page.wait_for_timeout(SLIDE)
        if not page.evaluate(IN_VIEW):
            self.note(f"navigation, {scheme}", "the current page is not in view")
        page.screenshot(path=self._pictures / f"navigation-{NARROW[0]}-{scheme}.png")
        self.taken += 1
        self._check(page, f"navigation, {scheme}")

    def front(self) -> None:
        """Whether the front page shows what it has to show in one screen."""
        with self.pages(WIDE, "light") as page:
            self.open(page, "index.html")
            for place in (".purpose", ".front pre", ".front img", ".promises"):
                box = page.locator(place).first.bounding_box()
                if not box or box["y"] + box["height"] > WIDE[1]:
                    self.note("index.html", f"{place} is not in the first screen: {box}")

    def search(self) -> None:
        """Whether the search finds the right page first."""
        with self.pages(WIDE, "light") as page:
            for words, wanted in SEARCHES.items():
                self.open(page, f"search.html?q={words}")
                found = page.locator("#search-results li a").first.get_attribute("href") or ""
                if re.sub(r"\.html(\?[^#]*)?", "", found) != wanted:
                    self.note("search.html", f"{words!r} finds {found} first, and not {wanted}")


def look_at(site: Path, pictures: Path, browser: Browser) -> Looks:
    """Look at the whole site."""
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    with serving(site) as address:
        looks = Looks(browser, address, pictures)
        for size in (WIDE, NARROW):
            for scheme in SCHEMES:
                with looks.pages(size, scheme) as page:
                    for kind in KINDS:
                        looks.look(page, kind, size, scheme)
                    if size == NARROW:
                        looks.navigation(page, scheme)
        with looks.pages(NARROW, "light") as page:
            for path in sorted(site.rglob("*.html")):
                name = str(path.relative_to(site))
                if name not in KINDS.values():
                    looks.open(page, name.replace("search.html", "search.html?q=account"))
                    looks.fit(page, name, NARROW)
        looks.front()
        looks.search()
    return looks


def main() -> int:
    """Look at a site; 1 when something is wrong."""
    site, pictures = map(Path, sys.argv[1:3])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        looks = look_at(site, pictures, browser)
        browser.close()
    print(f"site: {looks.taken} screenshots of {len(KINDS)} pages, at {WIDE[0]} and {NARROW[0]} pixels, light and dark")
    for text, places in looks.wrong.items():
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""
        print(f"{', '.join(places[:3])}{more}: {text}")
    return int(bool(looks.wrong))


if __name__ == "__main__":
    sys.exit(main())
