# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients of the fake AWS, which is emptied before each test."""

from __future__ import annotations

import json
import os
import typing as t

import botocore.session
import pytest
from aws import ATTEMPTS, Aws, Connect
from botocore.config import Config
from botocore.retries.standard import ExponentialBackoff

REGION = "eu-central-1"
# What a session read of a service once, it knows for all clients.
SESSION = botocore.session.Session()


@pytest.fixture
def aws() -> Aws:
    with open(os.environ["TEST_AWS_FACTS"], encoding="utf-8") as file:
        fake_aws = Aws(json.load(file))
    for what in ("reset", "empty"):
        fake_aws.tell(what)
    return fake_aws


@pytest.fixture
def connect(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Makes a client of a service, for ``deployer`` or another user."""
    # Between attempts, there is nothing to wait for.
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_arguments: 0)

    def client(service: str, user: str | None = None, attempts: int = ATTEMPTS) -> t.Any:
        keys = aws.facts["users"][user] if user else aws.facts
        return SESSION.create_client(
            service,
            region_name=REGION,
            aws_access_key_id=keys["access_key"],
            aws_secret_access_key=keys["secret_key"],
            aws_session_token=keys.get("session_token"),
            config=Config(retries={"total_max_attempts": attempts, "mode": "standard"}),
        )

    return client


@pytest.fixture
def secrets(connect: Connect) -> t.Any:
    return connect("secretsmanager")


@pytest.fixture
def parameters(connect: Connect) -> t.Any:
    return connect("ssm")
