# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The links that ``octo-aws doctor`` checks, each broken once."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import http.server
import threading
import typing as t

import pytest
from ansible.parsing.vault import VaultSecretsContext
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._command import doctor, doctor_links
from ansible_collections.octo.aws.plugins.plugin_utils._command.doctor_links import Examination, Link
from ansible_collections.octo.aws.plugins.plugin_utils._command.start import Start
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import SECRET_KEY, make_vault
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, cache_of, save

ALL = ["settings", "store", "record", "password", "chain", "network", "clock", "credentials", "region", "account_id"]


def parse(store: FileStore, *words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    doctor.Command().add_arguments(parser)
    return parser.parse_args([*words, "--store", store.url, "--session-cache", str(cache_of(store))])


@pytest.fixture
def examine(store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., list[Link]]:
    # The passwords of the fixture, in place of those of ansible.cfg.
    monkeypatch.setattr(Start, "load_passwords", lambda self: None)

    def links(name: str = "prod", *words: str) -> list[Link]:
        found = list(Examination(Start(parse(store, name, *words), "octo-aws doctor"), name).links())
        assert not any(aws.facts["secret_key"] in str(link) or SECRET_KEY in str(link) for link in found)
        return found

    return links


def failed(links: list[Link], link: str) -> Link:
    """The link that failed; those before it are fine, and those after it were not reached."""
    names = [found.link for found in links]
    at = names.index(link)
    assert "fail" not in [found.status for found in links[:at]]
    assert [(found.status, found.text) for found in links[at + 1 :]] == [("skipped", "not reached")] * (
        len(links) - at - 1
    )
    assert links[at].status == "fail"
    return links[at]


def test_all_is_well(store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    save(store, aws, account_id="123456789012")
    links = examine()
    assert [(link.link, link.status) for link in links] == [(link, "ok") for link in ALL]
    assert links[7].text == aws.facts["user_arn"]
    assert links[8].text == "eu-central-1"
    assert links[9].text == "it leads to 123456789012, as expected"


def test_each_role_is_a_link(store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    save(store, aws, assume_role=aws.hops("first", "second"), region="")
    links = examine()
    assert [link.link for link in links][7:] == ["credentials", "role 1 of 2", "role 2 of 2", "region", "account_id"]
    assert [link.status for link in links][7:] == ["ok", "ok", "ok", "skipped", "skipped"]
    assert ":assumed-role/second/" in links[9].text
    assert links[11].text == "none is expected; it leads to 123456789012"


def test_a_wrong_setting(
    store: FileStore, examine: t.Callable[..., list[Link]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCTO_AWS_STOR", "x")
    found = failed(examine(), "settings")
    assert found.code == "option_unknown"
    assert "OCTO_AWS_STORE" in found.solution


def test_no_store(examine: t.Callable[..., list[Link]]) -> None:
    found = failed(examine(), "store")
    assert found.code == "store_unavailable"
    assert "octo-aws add" in found.solution


def test_another_name(store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    save(store, aws)
    found = failed(examine("prud"), "record")
    assert found.code == "account_unknown"
    assert found.solution.startswith("Did you mean 'prod'?")


def test_another_password(store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    save(store, aws)
    for ids, code in (((), "vault_password_missing"), (("other",), "vault_password_wrong")):
        VaultSecretsContext._current = VaultSecretsContext(make_vault(*ids)._secrets)
        assert failed(examine(), "password").code == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"secret_key": SECRET_KEY}, "secret_key_wrong"),
        ({"access_key": "AKIAIOSFODNN7EXAMPLE"}, "access_key_unknown"),
    ],
)
def test_refused_credentials(
    fields: dict[str, str],
    code: str,
    store: FileStore,
    aws: FakeAws,
    examine: t.Callable[..., list[Link]],
) -> None:
    save(store, aws, **fields)
    found = failed(examine(), "credentials")
    assert found.code == code
    assert found.solution


def test_a_region_of_another_partition(
    store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, aws, assume_role=aws.hops("first"), region="cn-north-1")
    assert failed(examine(), "chain").code == "partition_mismatch"

    def refuse(*arguments: object) -> t.Any:
        raise OctoAwsError(ErrorCode.REGION_DISABLED, "disabled", hint="Enable it.")

    save(store, aws, assume_role=[], region="eu-central-1")
    monkeypatch.setattr(doctor_links, "verify", refuse)
    links = examine()
    assert [(link.link, link.status, link.code) for link in links[7:]] == [
        ("credentials", "skipped", ""),
        ("region", "fail", "region_disabled"),
        ("account_id", "skipped", ""),
    ]


def test_a_denied_role(store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    role = "arn:aws:iam::123456789012:role/not-there"
    save(store, aws, assume_role=[*aws.hops("first"), {"role_arn": role}])
    found = failed(examine(), "role 2 of 2")
    assert found.code == "access_denied"
    assert role in found.text
    assert "trust policy" in found.solution


def test_another_aws_account(store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    save(store, aws, account_id="999999999999")
    links = examine()
    assert links[7] == Link("credentials", "ok", "they lead to another AWS account than expected")
    assert links[8].status == "ok"
    assert (links[9].status, links[9].code) == ("fail", "account_mismatch")


def test_a_role_of_another_aws_account(store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    save(store, aws, account_id="999999999999", assume_role=aws.hops("second"))
    assert failed(examine(), "chain").code == "account_mismatch"


def test_no_network(store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    save(store, aws, endpoint_url="http://127.0.0.1:9")
    found = failed(examine(), "network")
    assert found.code == "endpoint_unreachable"
    assert "http://127.0.0.1:9" in found.text


def test_a_mistyped_region_is_named_where_there_is_no_response(
    store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, aws, endpoint_url="http://127.0.0.1:9")
    monkeypatch.setenv("OCTO_AWS_REGION", "eu-centrl-1")
    save(store, aws, region="")
    assert "Unknown region 'eu-centrl-1'. Did you mean 'eu-central-1'" in failed(examine(), "network").solution


def test_a_proxy_that_is_down(
    store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, aws)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("HTTP_PROXY", "http://user:canary-password@127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://user:canary-password@127.0.0.1:9")
    links = examine()
    assert failed(links, "network").code == "proxy_failed"
    assert "127.0.0.1:9" in str(links)
    assert "canary-password" not in str(links)


@contextlib.contextmanager
def endpoint_with(date: str) -> t.Iterator[str]:
    """An endpoint whose clock shows a date."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(302)
            if date:
                self.send_header("Date", date)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.mark.parametrize(("seconds", "state"), [(-290, ""), (290, ""), (-330, "ahead of"), (330, "behind")])
def test_a_wrong_clock(
    seconds: int, state: str, store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]
) -> None:
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    with endpoint_with(moment.strftime("%a, %d %b %Y %H:%M:%S GMT")) as url:
        save(store, aws, endpoint_url=url)
        links = examine()
    if not state:
        assert (links[6].link, links[6].status) == ("clock", "ok")
        return
    found = failed(links, "clock")
    assert found.code == "clock_skewed"
    assert f"seconds {state} that of AWS" in found.text
    assert "timedatectl" in found.solution


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_no_date(date: str, store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]]) -> None:
    with endpoint_with(date) as url:
        save(store, aws, endpoint_url=url)
        assert examine()[6] == Link("clock", "skipped", "the response has no date")


def test_a_store_that_may_not_be_listed(
    store: FileStore, aws: FakeAws, examine: t.Callable[..., list[Link]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(self: FileStore) -> list[str]:
        raise OctoAwsError(ErrorCode.ACCESS_DENIED, "denied")

    save(store, aws)
    monkeypatch.setattr(FileStore, "names", deny)
    links = examine()
    assert [link.status for link in links[:4]] == ["ok", "ok", "skipped", "ok"]
    assert doctor_links.FAIL not in [link.status for link in links]
