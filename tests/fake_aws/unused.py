# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Import CloudFormation of moto without the other services that it can make resources of.

To import them all takes longer than the rest of the start of the server. Templates of the tests have resources of S3,
SNS and IAM only. A request to one of the others still loads it.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
import typing as t

_SERVICES = (
    "apigateway",
    "autoscaling",
    "awslambda",
    "batch",
    "datapipeline",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "efs",
    "elb",
    "elbv2",
    "emr",
    "iot",
    "kinesis",
    "rds",
    "redshift",
    "route53",
    "sagemaker",
    "stepfunctions",
)


class _Unused(types.ModuleType):
    """A module that has whatever is imported from it: classes without anything in them."""

    def __getattr__(self, name: str) -> t.Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, _path: object, _target: object = None) -> importlib.machinery.ModuleSpec | None:
        package, _dot, name = fullname.partition(".")
        if package != "moto" or name.partition(".")[0] not in _SERVICES:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Unused(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def import_cloudformation() -> None:
    """Import it with modules in place of the services, and take these away again."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    importlib.import_module("moto.cloudformation")
    sys.meta_path.remove(finder)
    for name in [name for name, module in sys.modules.items() if isinstance(module, _Unused)]:
        del sys.modules[name]
        parent, _dot, attribute = name.rpartition(".")
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(attribute, None)


import_cloudformation()
