# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws console``: links of each partition, and credentials that AWS does not take for one."""

from __future__ import annotations

import json
import os
import time
import typing as t
import urllib.request
from pathlib import Path

from runs import AWS, WORK, octo_aws, requests, run_all, steer

SIGN_IN = {"AWS_ENDPOINT_URL_SIGNIN": AWS["url"]}
BROWSER = WORK / "browser"
OPENED = WORK / "opened"
BROWSER.write_text(f'#!/bin/sh\necho "$1" >"{OPENED}.new" && mv "{OPENED}.new" "{OPENED}"\n', encoding="utf-8")
BROWSER.chmod(0o755)


def link(*words: str, **variables: str) -> str:
    """The link that is printed."""
    run = octo_aws("console", *words, "--print", **SIGN_IN, **variables)
    assert run.returncode == 0, run
    assert run.stderr == "", run
    assert run.stdout.count("\n") == 1, run
    return run.stdout.strip()


def opened(url: str) -> dict[str, t.Any]:
    """The page that a browser gets."""
    assert url.startswith(f"{AWS['url']}/federation?Action=login&Destination=https%3A%2F%2Fconsole."), url
    with urllib.request.urlopen(url) as response:
        page: dict[str, t.Any] = json.load(response)
    return page


def test_a_role_signs_in_to_the_page_of_a_service() -> None:
    page = opened(link("deploy", "--service", "s3"))
    assert ":assumed-role/deploy/" in page["arn"]
    assert page["destination"] == "https://console.aws.amazon.com/s3/home?region=eu-central-1"
    page = opened(link("deploy", "--region", "us-east-1"))
    assert page["destination"] == "https://console.aws.amazon.com/console/home?region=us-east-1"


def test_keys_of_a_user_become_a_session() -> None:
    steer("reset", reset=True)
    page = opened(link("prod"))
    assert page["arn"] == f"arn:aws:sts::{AWS['account_id']}:federated-user/deployer"
    assert "sts:GetFederationToken" in requests()


def test_each_partition_has_addresses_of_its_own() -> None:
    page = opened(link("china"))
    assert page["arn"].startswith("arn:aws-cn:sts::")
    assert page["destination"] == "https://console.amazonaws.cn/console/home?region=cn-north-1"
    page = opened(link("gov"))
    assert page["arn"].startswith("arn:aws-us-gov:sts::")
    assert page["destination"] == "https://console.amazonaws-us-gov.com/console/home?region=us-gov-west-1"


def test_what_the_console_does_not_take_is_explained() -> None:
    for words, text in (
        (["user-session"], "a session of the user deployer, from GetSessionToken"),
        (["user-session"], "(console_session_unsuitable)"),
        (["reader"], "Allow the user reader the action sts:GetFederationToken"),
        (["reader"], "(access_denied)"),
        (["prod", "--service", "S3 x"], "(option_invalid)"),
        (["nobody"], "(account_unknown)"),
    ):
        run = octo_aws("console", *words, "--print", **SIGN_IN)
        assert (run.returncode, run.stdout) == (1, ""), run
        assert text in run.stderr, run


def test_failures_of_the_sign_in_service_are_explained() -> None:
    for plan, text in (
        ({"status": 400, "times": 9}, "responded with the status 400"),
        ({"status": 302, "times": 9}, "responded with the status 302"),
        ({"body": "<html>captive portal</html>"}, "sent no sign-in token"),
        ({"body": '{"SigninToken": "a\\nb"}'}, "sent no sign-in token"),
    ):
        steer("console", **plan)
        run = octo_aws("console", "deploy", "--print", **SIGN_IN)
        assert (run.returncode, run.stdout) == (1, ""), run
        assert text in run.stderr, run
        assert "(console_sign_in_failed)" in run.stderr, run
    steer("console", status=503, times=1)
    opened(link("deploy"))
    run = octo_aws("console", "deploy", "--print", AWS_ENDPOINT_URL_SIGNIN="http://127.0.0.1:9")
    assert "sent no complete response" in run.stderr, run


def test_the_browser_opens_the_link() -> None:
    run = octo_aws("console", "deploy", **SIGN_IN, BROWSER=f"{BROWSER} %s")
    assert run.returncode == 0, run
    assert run.stdout == "", run
    assert "The AWS console opens in the browser with the account 'deploy'." in run.stderr, run
    for _try in range(100):
        if OPENED.exists():
            break
        time.sleep(0.1)
    assert ":assumed-role/deploy/" in opened(Path(OPENED).read_text(encoding="utf-8").strip())["arn"]


def test_without_a_browser_the_link_is_printed_with_a_remark() -> None:
    run = octo_aws("console", "deploy", **SIGN_IN, DISPLAY="", WAYLAND_DISPLAY="", BROWSER="")
    assert run.returncode == 0, run
    assert "There is no browser here." in run.stderr, run
    opened(run.stdout.strip())


os.environ.pop("BROWSER", None)
run_all(globals())
