# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways to use an account, each a task with a value in place of the account's name, and the mistakes with names."""

from __future__ import annotations

import typing as t

from harness.machine import REGION

ACCOUNT_ID = "123456789012"

Task = dict[str, t.Any]
Way = t.Callable[[t.Any], Task]
"""Makes a task of the value that stands where the name of the account belongs."""

BUCKET = "octo-never-another"
CLUSTER: dict[str, t.Any] = {
    "cluster": "octo",
    "definitions": [{"family": "web", "containerDefinitions": [{"name": "app", "image": "web:1", "memory": 128}]}],
    "services": [{"name": "web", "definition": "web"}],
}
"""What the fake AWS makes for ECS."""
ASK = "aws sts get-caller-identity"

UNDEFINED = "{{ prod_acount }}"
NOT_NAMES: dict[str, t.Any] = {
    "misspelt": "prdo",
    "in the wrong case": "PROD",
    "of another account's beginning": "pro",
    "undefined": UNDEFINED,
    "undefined inside a text": "prod{{ sufix }}",
    "an attribute that is not there": "{{ accounts.porduction }}",
    "empty": "",
    "blank": " ",
    "an empty list": [],
    "an empty list of a variable": "{{ no_names }}",
}
"""What stands where a name belongs, and leads to nothing."""


def _module(name: str, **options: t.Any) -> Way:
    return lambda account: {name: {"account": account, **options}}


def of_steps(steps: list[Task], **variables: t.Any) -> Task:
    return {
        "ansible.builtin.include_role": {"name": "octo.aws.aws_steps"},
        "vars": {"aws_steps_region": REGION, **variables, "aws_steps_run": steps},
    }


NOTHING = {"bucket": BUCKET, "prefix": "not-there", "dest": "/tmp/octo-aws-nothing", "allow_empty": True}
"""A download without files."""
_SERVICE = {"cluster": "octo", "service": "web"}
_TASK = {"cluster": "octo", "task_definition": "web"}
_FUNCTION = {
    "function_name": "octo",
    "src": "function.zip",
    "role": f"arn:aws:iam::{ACCOUNT_ID}:role/closed",
    "runtime": "python3.13",
    "handler": "app.handler",
}
_COMMAND = {
    "document_name": "AWS-RunShellScript",
    "instance_ids": ["i-0123456789abcdef0"],
    "parameters": {"commands": ["uptime"]},
}
_IMAGE = {"repository": "team/app", "archive": "images/docker.tar"}
KINDS: dict[str, Task] = {
    "script": {"script": {"cmd": ASK}},
    "cloudformation": {"cloudformation": {"stack_name": "octo-list", "template": "stack.json"}},
    "cloudformation_change_set": {"cloudformation_change_set": {"stack_name": "octo-set", "template": "stack.json"}},
    "cloudformation_wait": {"cloudformation_wait": {"stack_name": "octo-list"}},
    "ecs_run_task": {"ecs_run_task": _TASK},
    "ecs_update": {"ecs_update": _SERVICE},
    "image_push": {"image_push": _IMAGE},
    "lambda": {"lambda": _FUNCTION},
    "s3_download": {"s3_download": NOTHING},
    "s3_upload": {"s3_upload": {"bucket": BUCKET, "src": "stack.json"}},
    "ssm_command": {"ssm_command": _COMMAND},
    "tasks": {"tasks": {"file": "whoami.yml"}},
}
"""A step of each kind; cloudformation_delete is in the list of STEPS below."""
_DELETE = {"cloudformation_delete": {"stack_name": "octo-list"}}


def _of_list(kind: Task) -> Way:
    return lambda account: of_steps([{"name": "step", **kind}], aws_steps_account=account)


def _of_step(kind: Task) -> Way:
    return lambda account: of_steps([{"name": "step", "account": account, **kind}], aws_steps_account="prod")


STEPS: dict[str, Way] = {
    **{f"the list, {name}": _of_list(kind) for name, kind in {**KINDS, "cloudformation_delete": _DELETE}.items()},
    **{f"a step, {name}": _of_step(kind) for name, kind in {**KINDS, "cloudformation_delete": _DELETE}.items()},
}
MODULES: dict[str, Way] = {
    "aws_identity": _module("octo.aws.aws_identity", region=REGION),
    "aws_script": _module("octo.aws.aws_script", region=REGION, cmd=ASK),
    "cloudformation_stack": _module(
        "octo.aws.cloudformation_stack", region=REGION, stack_name="octo-one", template="stack.json"
    ),
    "cloudformation_stack absent": _module(
        "octo.aws.cloudformation_stack", region=REGION, stack_name="octo-one", state="absent"
    ),
    "cloudformation_change_set": _module(
        "octo.aws.cloudformation_change_set", region=REGION, stack_name="octo-two", template="stack.json"
    ),
    "ecs_service_update": _module("octo.aws.ecs_service_update", region=REGION, **_SERVICE),
    "ecs_task_run": _module("octo.aws.ecs_task_run", region=REGION, **_TASK),
    "image_push": _module("octo.aws.image_push", region=REGION, **_IMAGE),
    "lambda_function": _module("octo.aws.lambda_function", region=REGION, **_FUNCTION),
    "s3_download": _module("octo.aws.s3_download", region=REGION, **NOTHING),
    "s3_upload": _module("octo.aws.s3_upload", region=REGION, bucket=BUCKET, src="stack.json"),
    "ssm_command": _module("octo.aws.ssm_command", region=REGION, **_COMMAND),
}
"""The modules that work with an account. Null is the written way to the role of the host."""

STORE_OF_ITS_OWN = "the account of a store"
STORED: dict[str, Way] = {
    "aws_account tested": lambda name: {"octo.aws.aws_account": {"name": name, "state": "tested"}},
    STORE_OF_ITS_OWN: lambda name: {
        "octo.aws.aws_account_info": {
            "store": f"ssm:/octo/other?region={REGION}&account={name}&account_store={{{{ readers }}}}"
        }
    },
}
"""Other modules that get at credentials by the name of an account."""


def looked_up(value: t.Any, more: str = "") -> Task:
    return {
        "ansible.builtin.debug": {"msg": "{{ lookup('octo.aws.creds', value" + more + ") | length }}"},
        "vars": {"value": value},
    }


def _other_lookup(name: str, options: str) -> Way:
    return lambda value: {
        "ansible.builtin.debug": {"msg": "{{ lookup('octo.aws." + name + "', value" + options + ") | length }}"},
        "vars": {"value": value},
    }


def _for_modules(value: t.Any) -> Task:
    return {
        "amazon.aws.aws_caller_info": {},
        "module_defaults": {"group/amazon.aws.aws": "{{ lookup('octo.aws.creds', value) }}"},
        "vars": {"value": value},
    }


def _in_environment(value: t.Any) -> Task:
    return {
        "ansible.builtin.command": ASK,
        "environment": "{{ lookup('octo.aws.creds', value, format='env') }}",
        "changed_when": False,
        "vars": {"value": value},
    }


LOOKUPS: dict[str, Way] = {
    "the lookup": looked_up,
    "the lookup with hops": lambda value: looked_up(value, ", assume_role=hops"),
    "the lookup ecr": _other_lookup("ecr", f", region='{REGION}'"),
    "the lookup eks": _other_lookup("eks", f", region='{REGION}', cluster='shop'"),
    "module_defaults": _for_modules,
    "environment": _in_environment,
}

WAYS = {**STEPS, **MODULES, **STORED, **LOOKUPS}
NULL_IS_THE_HOST = {**STEPS, **MODULES}

SOME_WAYS = {
    way: make
    for way, make in WAYS.items()
    if way in ("the list, script", "a step, tasks", "aws_identity", "s3_upload", "aws_account tested") or way in LOOKUPS
}
"""One of each kind, for stores where each of them takes its time."""

SPELT_WRONG: dict[str, Task] = {
    "aws_steps_acount": of_steps([{"name": "step", **KINDS["script"]}], aws_steps_acount="prod"),
    "aws_step_account": of_steps([{"name": "step", **KINDS["script"]}], aws_step_account="prod"),
    "aws_steps_Account": of_steps([{"name": "step", **KINDS["tasks"]}], aws_steps_Account="prod"),
    "acount of a step": of_steps([{"name": "step", "acount": "prod", **KINDS["script"]}]),
    "acount of a module": {"octo.aws.aws_script": {"acount": "prod", "cmd": ASK}},
    "nmae of aws_account": {"octo.aws.aws_account": {"nmae": "prod", "state": "tested"}},
    "an option of the lookup": looked_up("prod", ", asume_role=hops"),
    "a setting": {
        "octo.aws.aws_identity": {"account": "prod"},
        "vars": {"octo_aws_stor": "/nowhere"},
    },
}
"""The name is right, and what it is given to is not."""

UNDEFINED_BESIDE_IT: dict[str, Task] = {
    "the hops of the list": of_steps(
        [{"name": "step", **KINDS["script"]}], aws_steps_account="prod", aws_steps_assume_role="{{ hops_of_prod }}"
    ),
    "the region of the list": of_steps(
        [{"name": "step", **KINDS["script"]}], aws_steps_account="prod", aws_steps_region="{{ regoin }}"
    ),
    **{
        f"{option} of a step": of_steps(
            [{"name": "step", option: "{{ not_there }}", **KINDS["script"]}], aws_steps_account="prod"
        )
        for option in ("assume_role", "region", "enabled", "retries", "delay", "ignore_errors")
    },
    "a result that is not there": of_steps(
        [{"name": "step", "enabled": "{{ aws_steps_results.Lok is failed }}", **KINDS["script"]}],
        aws_steps_account="prod",
    ),
    "the hops of a module": {
        "octo.aws.aws_script": {"account": "prod", "assume_role": "{{ hops_of_prod }}", "cmd": ASK}
    },
    "the hops of the lookup": looked_up("prod", ", assume_role=hops_of_prod"),
    "the variables of a file": of_steps(
        [{"name": "step", "tasks": {"file": "whoami.yml", "vars": "{{ not_there }}"}}], aws_steps_account="prod"
    ),
}
"""The name is right, and what it is used with is undefined."""
