# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients of the test AWS, which is emptied before each test."""

from __future__ import annotations

import typing as t

import botocore.session
import pytest
from ansible_collections.octo.aws.tests.unit.sessions import TestAws
from botocore.config import Config
from botocore.retries.standard import ExponentialBackoff

Connect = t.Callable[..., t.Any]
REGION = "eu-central-1"
ATTEMPTS = 3


@pytest.fixture
def connect(aws: TestAws, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Makes a client of a service, for C(deployer) or another user."""
    aws.tell("empty")
    # Between attempts, there is nothing to wait for.
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_arguments: 0)

    def client(service: str, user: str | None = None, attempts: int = ATTEMPTS) -> t.Any:
        keys = aws.facts["users"][user] if user else aws.facts
        return botocore.session.Session().create_client(
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
