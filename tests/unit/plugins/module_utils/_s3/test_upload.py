# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an upload uploads: patterns, files, keys and settings. Nobody is asked."""

from __future__ import annotations

import os
import re
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._path_patterns import (
    includes,
    matches,
    may_match_below,
    split_pattern,
)
from ansible_collections.octo.aws.plugins.module_utils._s3.bucket import Bucket, StoredObject
from ansible_collections.octo.aws.plugins.module_utils._s3.content_types import content_type_of
from ansible_collections.octo.aws.plugins.module_utils._s3.options import (
    UPLOAD_SPEC,
    check_options,
    folder_prefix,
    object_key,
    object_settings,
    settings_digest,
)
from ansible_collections.octo.aws.plugins.module_utils._s3.parallel import in_parallel
from ansible_collections.octo.aws.plugins.module_utils._s3.progress import Comparison
from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import SourceFile, select, split_source
from ansible_collections.octo.aws.plugins.module_utils._s3.upload import FileUpload
from ansible_collections.octo.aws.plugins.module_utils._s3.upload_sources import check_files
from hypothesis import given
from hypothesis import strategies as st

DEFAULTS = {name: option.get("default") for name, option in UPLOAD_SPEC.items()}


def options(**given: t.Any) -> dict[str, t.Any]:
    return {**DEFAULTS, "bucket": "bucket", "src": "src", **given}


def code_of(work: t.Callable[[], t.Any]) -> str:
    with pytest.raises(OctoAwsError) as caught:
        work()
    return caught.value.code.value


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return folder


def found(folder: Path, pattern: str | None = None, *exclude: str) -> list[str]:
    return [file.relative for file in select(str(folder), pattern, exclude).files()]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.html", "a.html", True),
        ("*.html", ".html", True),
        ("*.html", "a/b.html", False),
        ("**/*.html", "a.html", True),
        ("**/*.html", "a/b/c.html", True),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/x/y/c", False),
        ("**", "a/b", True),
        ("**/**", "a", True),
        ("a?[bc]", "axb", True),
        ("a?[bc]", "axd", False),
        ("a?c", "a/c", False),
        ("A", "a", False),
    ],
)
def test_a_pattern_stands_for_whole_paths(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.map", "a/b.map", True),
        (".git", "a/.git/config", True),
        ("/index.html", "index.html", True),
        ("/index.html", "a/index.html", False),
        ("assets/", "assets/a/b", True),
        ("assets/", "a/assets/b", False),
        ("drafts/*.html", "drafts/a.html", True),
        ("drafts/*.html", "a/drafts/a.html", False),
        ("*", "a/b", True),
        ("/", "a/b", True),
    ],
)
def test_a_pattern_includes_what_is_below(pattern: str, path: str, expected: bool) -> None:
    assert includes(pattern, path) is expected


names = st.text("ab.", min_size=1, max_size=2)
segments = st.one_of(names, st.sampled_from(["*", "?", "**", "a*", "[ab]"]))


@given(st.lists(segments, min_size=1, max_size=4), st.lists(names, min_size=1, max_size=4))
def test_patterns_are_what_a_regular_expression_says(pattern: list[str], path: list[str]) -> None:
    text = ""
    for number, segment in enumerate(pattern):
        last = number == len(pattern) - 1
        if segment == "**":
            text += "(?:[^/]+/)*[^/]+" if last else "(?:[^/]+/)*"
        else:
            text += re.escape(segment).replace(r"\*", "[^/]*").replace(r"\?", "[^/]").replace(r"\[ab\]", "[ab]")
            text += "" if last else "/"
    assert matches("/".join(pattern), "/".join(path)) is bool(re.fullmatch(text, "/".join(path)))
    if matches("/".join(pattern), "/".join(path)):
        assert all(may_match_below("/".join(pattern), "/".join(path[:depth])) for depth in range(1, len(path)))


def test_no_pattern_is_slow() -> None:
    assert not matches("/".join(["**", "a"] * 30), "/".join(["a"] * 29))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("site/**/*.html", ("site", "**/*.html")),
        ("*.html", ("", "*.html")),
        ("/*", ("/", "*")),
        ("/a/b*", ("/a", "b*")),
    ],
)
def test_where_a_pattern_begins(path: str, expected: tuple[str, str]) -> None:
    assert split_pattern(path) == expected


def test_what_exists_is_no_pattern(tmp_path: Path) -> None:
    folder = make(tmp_path, "a[1]/b")
    assert split_source(str(folder / "a[1]")) == (str(folder / "a[1]"), None)
    assert split_source(str(folder / "b[1]")) == (str(folder), "b[1]")


def test_files_are_found(tmp_path: Path) -> None:
    make(tmp_path, "b.html", "a/ü +.css", "a/.hidden", "c/d.map")
    assert found(tmp_path) == ["a/.hidden", "a/ü +.css", "b.html", "c/d.map"]
    assert found(tmp_path, None, "*.map", "a/.h*") == ["a/ü +.css", "b.html"]
    assert found(tmp_path, "*/*.*") == ["a/.hidden", "a/ü +.css", "c/d.map"]
    assert found(tmp_path / "b.html") == ["b.html"]
    assert found(tmp_path / "b.html", None, "*.html") == []


def test_a_selection_covers_what_it_would_find(tmp_path: Path) -> None:
    make(tmp_path, "a.html")
    selection = select(str(tmp_path), "*.html", ["b*"])
    assert [selection.covers(name) for name in ("c.html", "c.css", "b.html", "d/c.html")] == [True, False, False, False]


def test_files_are_found_in_the_order_of_keys(tmp_path: Path) -> None:
    names = ["a", "a-b", "a-b/c", "a.b", "a/b", "a0", "b/ü", "b/z", "b/z/y", "b0/x", "z"]
    kept = [name for name in names if not any(other.startswith(f"{name}/") for other in names)]
    make(tmp_path, *kept)
    selection = select(str(tmp_path), None, ())
    assert found(tmp_path) == sorted(kept, key=lambda name: name.encode())
    for position, name in enumerate(found(tmp_path)):
        rest = [file.relative for file in selection.files(after=name)]
        assert [name, *rest] == found(tmp_path)[position:]
        assert selection.has(name)
    assert not selection.has("a0/b")


def test_links_are_followed_inside_only(tmp_path: Path) -> None:
    site = make(tmp_path / "site", "a/b.txt")
    make(tmp_path / "site-other", "c.txt")
    (site / "file").symlink_to("a/b.txt")
    (site / "folder").symlink_to("a")
    (tmp_path / "current").symlink_to("site")
    assert found(tmp_path / "current") == ["a/b.txt", "file", "folder/b.txt"]
    for target in ("../site-other/c.txt", "../site-other", "/etc/hostname", "nowhere", "..", "."):
        (site / "bad").symlink_to(target)
        assert code_of(lambda: found(site)) == "upload_source_invalid"
        assert found(site, None, "bad") == ["a/b.txt", "file", "folder/b.txt"]
        (site / "bad").unlink()


def test_links_that_go_in_circles_are_refused(tmp_path: Path) -> None:
    make(tmp_path, "a/1", "b/2")
    (tmp_path / "a/link").symlink_to("../b")
    (tmp_path / "b/link").symlink_to("../a")
    with pytest.raises(OctoAwsError, match="to a folder above it"):
        found(tmp_path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert code_of(lambda: found(tmp_path)) == "upload_source_invalid"
    assert code_of(lambda: found(tmp_path / "pipe")) == "upload_source_invalid"
    assert code_of(lambda: found(tmp_path / "not-there")) == "upload_source_invalid"
    (tmp_path / "pipe").unlink()
    Path(os.fsdecode(bytes(tmp_path) + b"/\xff")).touch()
    assert code_of(lambda: found(tmp_path)) == "upload_source_invalid"


@pytest.mark.parametrize(
    ("key", "prefix", "expected"),
    [(None, None, "a/b"), (None, "x", "x/a/b"), (None, "x/y/", "x/y/a/b"), (None, "", "a/b"), ("k", None, "k")],
)
def test_keys(key: str | None, prefix: str | None, expected: str) -> None:
    assert object_key("a/b", key, prefix) == expected
    assert not key or folder_prefix(prefix) == ""


def test_a_key_has_its_limit() -> None:
    assert object_key("ü" * 512, None, None)
    assert code_of(lambda: object_key("ü" * 512, None, "a")) == "upload_source_invalid"


def test_one_key_is_for_one_file(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b.css")
    one = select(str(tmp_path), "*.txt", ())
    assert check_files(one, options(key="k")) == (1, 5)
    for pattern in (None, "*"):
        several = select(str(tmp_path), pattern, ())
        assert code_of(lambda several=several: check_files(several, options(key="k"))) == "upload_source_invalid"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"bucket": "s3://a"}, "option_invalid"),
        ({"bucket": ""}, "option_invalid"),
        ({"key": ""}, "option_invalid"),
        ({"key": "a/"}, "option_invalid"),
        ({"key": "/a"}, "option_invalid"),
        ({"prefix": "/a"}, "option_invalid"),
        ({"key": "a", "prefix": "b"}, "option_conflict"),
        ({"kms_key_id": "a", "encryption": "AES256"}, "option_conflict"),
        ({"delete_removed": True}, "option_conflict"),
        ({"delete_removed": True, "prefix": ""}, "option_invalid"),
        ({"prefix": ""}, "option_invalid"),
        ({"delete_removed": True, "key": "a"}, "option_conflict"),
        ({"delete_removed": True, "prefix": "a", "whole_bucket": True}, "option_conflict"),
        ({"whole_bucket": True}, "option_conflict"),
        ({"metadata": {"a b": "c"}}, "option_invalid"),
        ({"metadata": {"a": "ü"}}, "option_invalid"),
        ({"metadata": {"a": None}}, "option_invalid"),
        ({"metadata": {"Octo-AWS-SHA256": "a"}}, "option_invalid"),
        ({"headers": [{"pattern": "*", "metadata": {"a": None}}]}, "option_invalid"),
        ({"headers": [{"pattern": "*", "cache_control": "a\nb"}]}, "option_invalid"),
        ({"tags": {str(number): "" for number in range(11)}}, "option_invalid"),
        ({"tags": {"a": "b" * 257}}, "option_invalid"),
    ],
)
def test_what_does_not_fit_is_refused(given: dict[str, t.Any], code: str) -> None:
    assert code_of(lambda: check_options(options(**given))) == code


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"key": "a/b"},
        {"delete_removed": True, "prefix": "a"},
        {"delete_removed": True, "whole_bucket": True},
        {"encryption": "aws:kms", "kms_key_id": "a"},
        {"bucket": "arn:aws:s3:eu-central-1:123456789012:accesspoint/a"},
        {"tags": {"a": 1, "b": True}, "metadata": {"c": 1.5}},
    ],
)
def test_what_fits_is_taken(given: dict[str, t.Any]) -> None:
    check_options(options(**given))


def test_the_last_entry_that_says_something_wins() -> None:
    headers = [
        {"pattern": "*", "cache_control": "first", "metadata": {"A": 1, "b": 2}},
        {"pattern": "*.css", "cache_control": "second", "storage_class": "GLACIER"},
        {"pattern": "x/", "cache_control": None, "metadata": {"a": True}},
        {"pattern": "*.html", "cache_control": "third"},
    ]
    made = object_settings(
        "x/a.css", options(cache_control="all", headers=headers, tags={"t b": "c&", "a": 1}, acl="private")
    )
    assert made == {
        "ContentType": "text/css",
        "CacheControl": "second",
        "StorageClass": "GLACIER",
        "ACL": "private",
        "Tagging": "a=1&t+b=c%26",
        "Metadata": {"a": "true", "b": "2"},
    }
    assert object_settings("a", options()) == {"ContentType": "application/octet-stream", "Metadata": {}}


def test_content_types() -> None:
    expected = {
        "a.HTML": "text/html",
        "a.min.js": "text/javascript",
        "x.css/a": "application/octet-stream",
        ".css": "application/octet-stream",
        "a.": "application/octet-stream",
        "x/a.woff2": "font/woff2",
    }
    assert {name: content_type_of(name) for name in expected} == expected


def test_what_is_another_object_is_uploaded() -> None:
    def upload(before: StoredObject | None, **settings: t.Any) -> FileUpload:
        made = {"ContentType": "a", "Metadata": {}, **settings}
        return FileUpload(SourceFile("a", "/a"), "a", Comparison(1, "b" * 64, before), made)

    markers = upload(None).markers
    assert upload(None).changed
    assert not upload(StoredObject("e", None, 1, markers)).changed
    assert not upload(StoredObject("e", None, 1, {**markers, "more": "x"})).changed
    assert upload(StoredObject("e", None, 2, markers)).changed
    assert upload(StoredObject("e", None, 1, {})).changed
    for change in ({"ContentType": "b"}, {"Metadata": {"a": "b"}}, {"ACL": "private"}, {"Tagging": "a=b"}):
        assert upload(StoredObject("e", None, 1, markers), **change).changed
    assert len({settings_digest({"a": value}) for value in ("1", "2", None)}) == 3


def test_after_a_failure_nothing_new_is_begun() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 3:
            check_options(options(key="/a"))
        return number * 2

    outcomes, failures = in_parallel(work, range(2000))
    assert [failure.code for failure in failures] == ["option_invalid"]
    assert len(begun) < 2000
    # An item before the one that failed may not have been begun yet: threads start in any order.
    for number, outcome in enumerate(outcomes):
        assert outcome == (number * 2 if number in begun and number != 3 else None)
    assert in_parallel(work, [1, 2]) == ([2, 4], [])
    assert in_parallel(work, []) == ([], [])


def test_nothing_is_done_with_keys_that_are_not_below_the_prefix() -> None:
    """Such as all keys of a bucket, when an endpoint does not know the parameter."""

    class FakeClient:
        class meta:
            endpoint_url = "https://example.org"

        @staticmethod
        def list_objects_v2(**_parameters: t.Any) -> dict[str, t.Any]:
            return {"Contents": [{"Key": "site/a"}, {"Key": "other/b"}]}

    assert code_of(lambda: list(Bucket(FakeClient(), "bucket").pages("site/"))) == "aws_answer_invalid"
