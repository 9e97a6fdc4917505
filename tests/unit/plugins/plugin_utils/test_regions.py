# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A region that botocore does not know is warned of, wherever it enters, and nothing else comes of it."""

from __future__ import annotations

import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.plugin_utils import _regions
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
from ansible_collections.octo.aws.plugins.plugin_utils._base import lookup as base_lookup
from ansible_collections.octo.aws.plugins.plugin_utils._regions import warn_of_region
from ansible_collections.octo.aws.plugins.plugin_utils._service.account_manager import AccountManager
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import store_of
from ansible_collections.octo.aws.tests.unit.support.accounts import ACCESS_KEY, SECRET_KEY
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, lookup
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import use_keys

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore

MISSPELT = "eu-centrall-1"
WARNING = "Unknown region 'eu-centrall-1'. Did you mean 'eu-central-1'"


def warnings_of(region: str) -> list[str]:
    found: list[str] = []
    warn_of_region(region, found.append)
    return found


@pytest.mark.parametrize("region", ["", "eu-central-1", "us-gov-west-1", "cn-north-1"])
def test_what_is_known_is_passed_over(region: str) -> None:
    assert warnings_of(region) == []


@pytest.mark.parametrize(("region", "says"), [(MISSPELT, WARNING), ("xx", "Check its spelling.")])
def test_the_closest_one_is_named(region: str, says: str) -> None:
    [found] = warnings_of(region)
    assert says in found


def test_without_the_data_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_regions, "_known_regions", frozenset)
    assert warnings_of(MISSPELT) == []


def test_botocore_is_not_imported_for_it() -> None:
    root = Path(_regions.__file__).resolve().parents[5]
    program = (
        "import sys\n"
        "from ansible_collections.octo.aws.plugins.plugin_utils._regions import warn_of_region\n"
        f"warn_of_region({MISSPELT!r}, print)\n"
        "print('botocore' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(WARNING)
    assert done.stdout.endswith("False\n")


# Where a region enters.


@pytest.mark.parametrize("test", [True, False])
def test_a_save(store: FileStore, aws: FakeAws, test: bool) -> None:
    found: list[str] = []
    accounts = AccountManager(store, Settings(store.url), dry_run=False, options=SessionOptions(), warn=found.append)
    keys = {"access_key": aws.facts["access_key"], "secret_key": aws.facts["secret_key"], "region": MISSPELT}
    assert accounts.save("prod", keys, vault_id=None, test=test).changed
    assert [text for text in found if WARNING in text] == found[:1]


@pytest.mark.parametrize(("region", "warned"), [("eu-central-1", 0), (MISSPELT, 1)])
def test_the_region_of_a_lookup(
    store: FileStore, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, region: str, warned: int
) -> None:
    found: list[str] = []
    monkeypatch.setattr(base_lookup.display, "warning", found.append)
    keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
    accounts = AccountManager(store, Settings(store.url), dry_run=False, options=SessionOptions(), warn=found.append)
    accounts.save("prod", keys, vault_id=None, test=False)
    assert lookup(store, "prod", region=region)["region"] == region
    assert len(found) == warned


def test_the_region_of_a_store(aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, aws.facts)
    found: list[str] = []
    store: t.Any = store_of(Settings(f"ssm:/octo?region={MISSPELT}"), found.append)
    assert store.client._client
    [text] = found
    assert WARNING in text
