# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sign-ins with a browser on this machine."""

from __future__ import annotations

import contextlib
import socket
import threading
import typing as t
import urllib.error
import urllib.parse
import urllib.request
import webbrowser

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode
from ansible_collections.octo.aws.plugins.plugin_utils._sso import browser
from ansible_collections.octo.aws.plugins.plugin_utils._sso.access_token import access_token
from ansible_collections.octo.aws.plugins.plugin_utils._sso.portal import Access, Portal
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import failure

PORTAL = Portal("https://d-1234567890.awsapps.com/start", "eu-central-1")


class Browser:
    """A browser that opens a page, and follows where it leads.

    :ivar first: called with the address of the redirect, before it is followed
    """

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.pages: list[str] = []
        self.first: t.Callable[[str], object] = lambda url: None
        self.thread: threading.Thread | None = None

    def open(self, url: str) -> None:
        self.opened.append(url)
        self.thread = threading.Thread(target=self._follow, args=(url,))
        self.thread.start()

    def _follow(self, url: str) -> None:
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_arguments: t.Any) -> None:
                return None

        try:
            urllib.request.build_opener(Stay).open(url)
        except urllib.error.HTTPError as answer:
            if answer.code != 302:
                return
            target = answer.headers["Location"]
            self.first(target)
            # A sign-in that has failed no longer waits.
            with contextlib.suppress(OSError), urllib.request.urlopen(target) as page:
                self.pages.append(page.read().decode())


@pytest.fixture(name="opened")
def _opened(monkeypatch: pytest.MonkeyPatch, aws: FakeAws) -> t.Iterator[Browser]:
    found = Browser()
    for name in browser._REMOTE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "get", lambda: None)
    monkeypatch.setattr(browser, "open_page", found.open)
    yield found
    if found.thread:
        found.thread.join(10)


def access(shown: list[str] | None = None) -> Access:
    texts: list[str] = [] if shown is None else shown

    def show(text: str) -> bool:
        texts.append(text)
        return True

    return Access("", lambda warning: None, show, "the command")


def actions(aws: FakeAws) -> list[str]:
    return [request["action"].partition(":")[2] for request in aws.requests]


def test_a_code_comes_back_by_loopback(aws: FakeAws, opened: Browser) -> None:
    shown: list[str] = []
    token = access_token(PORTAL, access(shown))
    assert token
    assert access_token(PORTAL, access()) == token
    assert actions(aws) == ["RegisterClient", "Authorize", "CreateToken"]
    assert opened.opened[0] in shown[1]
    assert opened.thread
    opened.thread.join(10)
    assert "Return to the terminal" in opened.pages[0]
    # It can be refreshed, by the same client.
    assert access_token(PORTAL, access(), refused=token) != token
    assert actions(aws)[3:] == ["CreateToken"]


def test_the_person_denies_it(aws: FakeAws, opened: Browser) -> None:
    aws.tell("sso", person="deny")
    assert failure(lambda: access_token(PORTAL, access())).code is ErrorCode.SSO_SIGN_IN_DENIED


def test_nobody_comes(aws: FakeAws, opened: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "open_page", lambda url: None)
    monkeypatch.setattr(browser, "_PATIENCE", 0.2)
    assert failure(lambda: access_token(PORTAL, access())).code is ErrorCode.SSO_SIGN_IN_EXPIRED


def test_requests_of_other_programs_are_not_taken(aws: FakeAws, opened: Browser) -> None:
    answers: list[int] = []

    def disturb(target: str) -> None:
        parts = urllib.parse.urlsplit(target)
        state = urllib.parse.parse_qs(parts.query)["state"][0]
        place = f"http://{parts.netloc}"
        for path in (
            "/",
            "/oauth/callback",
            "/oauth/callback?code=wrong",
            "/oauth/callback?code=wrong&state=wrong",
            "/oauth/callback?error=access_denied&state=%C3%A9",
            f"/other?code=wrong&state={state}",
            f"/oauth/callback?state={state}",
        ):
            try:
                urllib.request.urlopen(place + path).close()
            except urllib.error.HTTPError as error:
                answers.append(error.code)
        with socket.create_connection((str(parts.hostname), int(parts.port or 0))) as connection:
            connection.sendall(b"\x00\xff nothing of HTTP\r\n\r\n")

    opened.first = disturb
    assert access_token(PORTAL, access())
    assert answers == [404] * 7


@pytest.mark.parametrize(
    ("reason", "code"), [("access_denied", "SSO_SIGN_IN_DENIED"), ("server\x1b[2J_error", "SSO_SIGN_IN_FAILED")]
)
def test_a_page_with_an_error(aws: FakeAws, opened: Browser, reason: str, code: str) -> None:
    def refuse(target: str) -> None:
        parts = urllib.parse.urlsplit(target)
        state = urllib.parse.parse_qs(parts.query)["state"][0]
        query = urllib.parse.urlencode({"state": state, "error": reason})
        urllib.request.urlopen(parts._replace(query=query).geturl()).close()

    opened.first = refuse
    error = failure(lambda: access_token(PORTAL, access()))
    assert error.code is ErrorCode[code]
    assert "\x1b" not in str(error)


def test_a_code_that_aws_does_not_know(aws: FakeAws, opened: Browser) -> None:
    def swap(target: str) -> None:
        parts = urllib.parse.urlsplit(target)
        state = urllib.parse.parse_qs(parts.query)["state"][0]
        query = urllib.parse.urlencode({"state": state, "code": "another"})
        urllib.request.urlopen(parts._replace(query=query).geturl()).close()

    opened.first = swap
    assert failure(lambda: access_token(PORTAL, access())).code is ErrorCode.SSO_SIGN_IN_FAILED


def test_a_start_url_that_aws_does_not_know(aws: FakeAws, opened: Browser) -> None:
    portal = PORTAL._replace(start_url="https://other.awsapps.com/start")
    assert failure(lambda: access_token(portal, access())).code is ErrorCode.SSO_START_URL_REFUSED


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({}, False),
        ({"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
        ({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, False),
    ],
)
def test_where_a_browser_is(
    opened: Browser, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert browser.has_browser() is expected


def test_a_screen_without_a_browser(opened: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "get", none)
    assert not browser.has_browser()
