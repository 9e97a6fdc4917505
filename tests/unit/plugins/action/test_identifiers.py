# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of every module that names something: what is empty, blank, of a wrong form or too long is refused on
the controller, before a store, AWS or a host gets a request. AWS takes an empty name for all that there are."""

from __future__ import annotations

import copy
import typing as t
from pathlib import Path

import pytest
from ansible.plugins.loader import action_loader
from ansible_collections.octo.aws.plugins.plugin_utils._base import action, host_action
from ansible_collections.octo.aws.tests.unit.support.fixtures import SERVER
from ansible_collections.octo.aws.tests.unit.support.tasks import run_task

ROLE = "arn:aws:iam::123456789012:role/deploy"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alerts"
STACK = "arn:aws:cloudformation:eu-central-1:123456789012:stack/web/51af3dc0"
POINT = "arn:aws:s3:eu-central-1:123456789012:accesspoint/releases"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
HERE = str(SERVER)
BLANK = ["", " ", "\t\n"]
NO_NAMES = ["1web", "web_1", "-web", "web.1", "web/1", "we b", "wéb", "web\n", "x" * 129, STACK.replace("stack/", "x/")]
NO_ROLES = ["deploy", "arn:aws:iam::1:role/x", ROLE.replace("role", "user"), ROLE + "x" * 65]


class Case(t.NamedTuple):
    """One option.

    :param others: options that are needed beside it
    :param wrong: values that it cannot have, besides empty ones
    :param inside: where the value belongs: in a list, or in an option of items
    """

    module: str
    option: str
    right: list[str]
    wrong: list[str] = []
    others: dict[str, t.Any] = {}
    inside: str = ""

    def arguments(self, value: t.Any) -> dict[str, t.Any]:
        if self.inside == "list":
            value = [value]
        arguments = copy.deepcopy(self.others)
        if self.inside in ("assume_role", "headers"):
            item = {"role_arn": ROLE} if self.inside == "assume_role" else {"pattern": "*"}
            return {**arguments, self.inside: [{**item, self.option: value}]}
        return {**arguments, self.option: value}


MADE = {"stack_name": "web", "template_body": "{}"}
GONE = {"stack_name": "web", "state": "absent"}
SET = {"stack_set_name": "web", "template_body": "{}"}
DOWNLOAD = {"bucket": "releases", "dest": "/srv/site"}
UPLOAD = {"bucket": "releases", "src": HERE}
RUN = {"cmd": "true"}
WORKS: list[tuple[str, dict[str, t.Any]]] = [
    ("cloudformation_stack", MADE),
    ("cloudformation_change_set", MADE),
    ("cloudformation_stack_set", SET),
    ("ecs_service_update", {"service": "web"}),
    ("ecs_task_run", {"task_definition": "web"}),
    ("s3_download", DOWNLOAD),
    ("s3_upload", UPLOAD),
    ("aws_script", RUN),
    ("aws_identity", {}),
]
HOP = [
    ("role_arn", [ROLE], NO_ROLES),
    ("role_session_name", ["deploy"], ["x", "a b", "x" * 65]),
    ("external_id", ["an-id"], ["x", "a b"]),
    ("policy", ['{"Statement": []}'], ["no"]),
    ("source_identity", ["alice"], ["a b"]),
    ("mfa_serial", ["arn:aws:iam::123456789012:mfa/alice"], ["a b", "x" * 257]),
]
OF_STACKS = [
    Case(module, option, right, wrong, others, inside)
    for module in ("cloudformation_stack", "cloudformation_change_set")
    for option, right, wrong, others, inside in (
        ("stack_name", ["web", "W-1", "x" * 128, STACK], NO_NAMES, {"template_body": "{}"}, ""),
        ("template", [HERE], [], {"stack_name": "web"}, ""),
        ("template_body", ["{}"], [], {"stack_name": "web"}, ""),
        ("template_url", ["https://b.s3.amazonaws.com/t.yml"], ["t.yml", "s3://b/t.yml"], {"stack_name": "web"}, ""),
        ("role_arn", [ROLE], NO_ROLES, MADE, ""),
        ("notification_arns", [TOPIC, TOPIC + ".fifo"], ["alerts", TOPIC.replace("sns", "sqs")], MADE, "list"),
        ("capabilities", ["CAPABILITY_IAM"], ["IAM"], MADE, "list"),
    )
]
CASES = [
    *OF_STACKS,
    Case("cloudformation_stack", "stack_name", ["web"], NO_NAMES, {"state": "absent"}),
    Case("cloudformation_stack", "retain_resources", ["Site"], ["a/b", "x" * 256], GONE, "list"),
    Case("cloudformation_stack", "stack_policy", ["{}"], ["no", "[]"], MADE),
    Case("cloudformation_change_set", "change_set_name", ["r-42"], [*NO_NAMES, STACK], MADE),
    Case(
        "cloudformation_change_set", "change_set_name", ["r-42", STACK.replace("stack/", "changeSet/")], NO_NAMES, GONE
    ),
    Case(
        "s3_upload",
        "bucket",
        ["releases", "www.example.com", "r" * 63 + "-s3alias", POINT],
        ["s3://releases", "releases/web", "ab", "a..b", ".ab", "a b", "x" * 256, POINT.replace(":s3:", ":sns:")],
        {"src": HERE},
    ),
    Case("cloudformation_stack_set", "stack_set_name", ["web", "x" * 128], [*NO_NAMES, STACK], {"template_body": "{}"}),
    Case("cloudformation_stack_set", "administration_role_arn", [ROLE], NO_ROLES, SET),
    Case("cloudformation_stack_set", "execution_role_name", ["deploy"], ["a/b", ROLE, "x" * 65], SET),
    Case("cloudformation_stack_set", "accounts", ["123456789012"], ["1", "x" * 12], {**SET, "regions": []}, "list"),
    Case("cloudformation_stack_set", "regions", ["eu-central-1"], ["a b", "a_b"], {**SET, "accounts": []}, "list"),
    Case("s3_download", "bucket", ["releases"], ["s3://releases", "a..b"], {"dest": "/srv/site"}),
    Case("s3_download", "key", ["a/b"], ["a/", "x" * 1025], DOWNLOAD),
    Case(
        "s3_download",
        "version_id",
        ["3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY"],
        ["a b", "x" * 1025],
        {**DOWNLOAD, "key": "a"},
    ),
    Case("s3_download", "prefix", ["a", "a/"], ["/a", "x" * 1025], DOWNLOAD),
    Case("s3_download", "include", ["*.css"], [], DOWNLOAD, "list"),
    Case("s3_download", "exclude", ["*.map"], [], DOWNLOAD, "list"),
    Case("s3_download", "dest", ["/srv/site"], [], {"bucket": "releases"}),
    Case("s3_download", "mode", ["0644"], ["644", "420", "u+x", "0888"], DOWNLOAD),
    Case("s3_upload", "src", [HERE], [], {"bucket": "releases"}),
    Case("s3_upload", "key", ["a/b"], ["/a", "a/", "x" * 1025], UPLOAD),
    Case("s3_upload", "prefix", ["a", "a/"], ["/a", "x" * 1025], UPLOAD),
    Case("s3_upload", "exclude", ["*.map"], [], UPLOAD, "list"),
    Case("s3_upload", "pattern", ["*.map"], [], UPLOAD, "headers"),
    Case(
        "s3_upload", "kms_key_id", [KEY, "alias/octo"], ["a b", "a:b", "x" * 2049], {**UPLOAD, "encryption": "aws:kms"}
    ),
    *(Case("aws_script", option, ["/tmp"], [], RUN) for option in ("chdir", "creates", "removes")),
    Case("aws_script", "executable", ["/bin/sh"], [], {"script": "true"}),
    *(
        Case(module, option, right, wrong, others)
        for module, others in WORKS
        for option, right, wrong in (
            ("account", ["prod"], ["x" * 201, "a\nb"]),
            ("store", ["/tmp/store"], []),
            ("session_cache", ["/tmp/cache"], []),
            ("region", ["eu-central-1"], []),
            (
                "account_id",
                ["123456789012", ["123456789012", "210987654321"]],
                ["12345678901", "1234567890123", "prod"],
            ),
        )
    ),
    *(
        Case(module, option, right, wrong, others, "assume_role")
        for module, others in [*WORKS, ("aws_account", {"name": "prod"})]
        for option, right, wrong in HOP
    ),
    *(Case("aws_account", "name", ["prod"], ["x" * 201, "a\nb"], {"state": state}) for state in ("tested", "absent")),
    Case("aws_account", "name", ["prod"], ["x" * 201, "a\nb"]),
    *(
        Case("aws_account", option, right, wrong, {"name": "prod"})
        for option, right, wrong in (
            ("role_arn", [ROLE], NO_ROLES),
            ("account_id", ["123456789012"], ["prod"]),
            ("region", ["eu-central-1"], ["Frankfurt"]),
            ("mfa_serial", ["arn:aws:iam::123456789012:mfa/alice"], ["a b"]),
            ("access_key", ["AKIAIOSFODNN7EXAMPLE"], ["a b"]),
        )
    ),
    Case("aws_account", "store", ["/tmp/store"], [], {"name": "prod"}),
    Case("aws_account_info", "names", ["prod"], [], {}, "list"),
    Case("aws_account_copy", "source_store", ["/tmp/store"]),
    Case("aws_account_copy", "names", ["prod"], [], {"source_store": "/tmp/store"}, "list"),
    *(Case("aws_account_import", option, ["/tmp/file"]) for option in ("config_file", "credentials_file")),
    Case("aws_account_import", "profiles", ["default"], [], {}, "list"),
]


class Reached(BaseException):
    """The checks are over, and work begins: no error of the product."""


def reach(*_arguments: t.Any, **_options: t.Any) -> t.NoReturn:
    raise Reached


class Untouched:
    """A store that is not to be asked for anything."""

    url = "untouched:"
    seals_with_vault = False
    read = read_many = names = write = delete = property(reach)


def run(monkeypatch: pytest.MonkeyPatch, case: Case, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """The result of a task. It raises Reached where anything is asked for."""
    for module in (action, host_action):
        monkeypatch.setattr(module, "store_of", lambda *_arguments: Untouched())
    monkeypatch.setattr(host_action, "Resolver", reach)
    for name, function in (
        ("approval", "ask_for_approval"),
        ("aws_account_copy", "store_of"),
        ("aws_account_import", "read_files"),
    ):
        plugin = action_loader.get(f"octo.aws.{name}", class_only=True)
        monkeypatch.setitem(plugin.work.__globals__, function, reach)
    monkeypatch.setattr(action.OctoAction, "run_module", reach)
    return run_task(case.module, arguments)


def named(case: Case) -> str:
    inside = f" in {case.inside}" if case.inside else ""
    return f"{case.module} {case.option}{inside} {case.others.get('state', '')}".strip()


@pytest.mark.parametrize("case", CASES, ids=named)
def test_what_names_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, case: Case) -> None:
    monkeypatch.setenv("OCTO_AWS_STORE", str(tmp_path))
    for right in case.right:
        with pytest.raises(Reached):
            run(monkeypatch, case, case.arguments(right))
    # An account's own fields are cleared by empty values, as its documentation says.
    clears = case.module == "aws_account" and case.option not in ("name", "store") and not case.inside
    for wrong in [*case.wrong, *([] if clears else BLANK)]:
        result = run(monkeypatch, case, case.arguments(wrong))
        assert result["failed"], wrong
        assert result["error"]["code"] in ("option_invalid", "name_invalid"), (wrong, result["msg"])
        assert not result["changed"]
        assert "\n" not in result["msg"]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.option in ("stack_name", "bucket", "src", "source_store")], ids=named
)
def test_what_is_needed_cannot_be_null(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    result = run(monkeypatch, case, case.arguments(None))
    assert result["failed"]
    assert result["error"]["code"] == "option_invalid"
