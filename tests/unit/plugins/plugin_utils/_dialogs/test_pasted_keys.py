# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys in every form in which AWS shows them. No error has the secret."""

from __future__ import annotations

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._dialogs.pasted_keys import parse, read_csv

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY="
TOKEN = "IQoJb3JpZ2luX2VjEOz//////////wEaCXVzLWVhc3QtMSJHMEUCIQ=="
PAIR = {"access_key": KEY, "secret_key": SECRET}


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY} {SECRET}",
        f"{KEY}\n{SECRET}",
        f"{KEY}\n\n{SECRET}\n",
        f"{KEY}\t{SECRET}",
        f"{KEY},{SECRET}",
        f"AWS_ACCESS_KEY_ID={KEY} AWS_SECRET_ACCESS_KEY={SECRET}",
        f"AWS_ACCESS_KEY_ID={KEY}\nAWS_SECRET_ACCESS_KEY={SECRET}",
        f'export AWS_ACCESS_KEY_ID="{KEY}"\nexport AWS_SECRET_ACCESS_KEY="{SECRET}"',
        f"export AWS_ACCESS_KEY_ID='{KEY}'; export AWS_SECRET_ACCESS_KEY='{SECRET}'",
        f"set AWS_SECRET_ACCESS_KEY={SECRET}\nset AWS_ACCESS_KEY_ID={KEY}",
        f'$Env:AWS_ACCESS_KEY_ID="{KEY}"\n$Env:AWS_SECRET_ACCESS_KEY="{SECRET}"',
        f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}",
        f"Access key ID,Secret access key\n{KEY},{SECRET}",
        f"Access key ID: {KEY}\nSecret access key: {SECRET}",
        f'{{"AccessKey": {{"UserName": "x", "AccessKeyId": "{KEY}", "SecretAccessKey": "{SECRET}"}}}}',
        f'"AccessKeyId": "{KEY}",\n"SecretAccessKey": "{SECRET}",',
    ],
)
def test_pairs(text):
    assert parse(text) == PAIR


def test_an_id_alone_and_a_session_token():
    assert parse(KEY) == {"access_key": KEY}
    assert parse(f"{KEY} {SECRET} {TOKEN}") == {**PAIR, "session_token": TOKEN}
    exports = f"export AWS_ACCESS_KEY_ID={KEY}\nexport AWS_SECRET_ACCESS_KEY={SECRET}\nexport AWS_SESSION_TOKEN={TOKEN}"
    assert parse(exports) == {**PAIR, "session_token": TOKEN}
    assert parse(exports + "\nexport AWS_REGION=eu-central-1")["region"] == "eu-central-1"


@pytest.mark.parametrize(
    "text", ["", SECRET, f"{SECRET} {KEY}", f"{KEY} {SECRET} a b", "AWS_SECRET_ACCESS_KEY=" + SECRET, f"x={KEY}"]
)
def test_no_pair(text):
    with pytest.raises(OctoAwsError) as caught:
        parse(text)
    assert caught.value.code is ErrorCode.OPTION_INVALID
    assert SECRET not in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeffAccess key ID,Secret access key\r\n{KEY},{SECRET}\r\n",
        f"User name,Password,Access key ID,Secret access key,Console login link\nx,,{KEY},{SECRET},https://x\n",
        f'"Access key ID","Secret access key"\n"{KEY}","{SECRET}"',
    ],
)
def test_files_of_the_console(tmp_path, text):
    path = tmp_path / "accessKeys.csv"
    path.write_text(text, encoding="utf-8")
    assert read_csv(str(path)) == PAIR


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "exactly one"),
        (b"a,b\n1,2\n", "exactly one"),
        (f"Access key ID,Secret access key\n{KEY},{SECRET}\n{KEY},{SECRET}\n".encode(), "exactly one"),
        (f"Access key ID\n{KEY}\n".encode(), "exactly one"),
        (b"\xff\xfe", "not a text file"),
        (b"x" * 70_000, "too large"),
        (None, "cannot be read: No such file"),
    ],
)
def test_other_files(tmp_path, content, problem):
    path = tmp_path / "accessKeys.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OctoAwsError, match=problem) as caught:
        read_csv(str(path))
    assert caught.value.code is ErrorCode.OPTION_INVALID
    assert SECRET not in str(caught.value)
