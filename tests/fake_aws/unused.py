# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-ins for the services of moto that no test uses.

moto's CloudFormation imports every service that it can make resources of, which is most of the time that the server
needs to start. Templates of the tests have resources of S3, SNS and IAM only.
"""

from __future__ import annotations

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
    "cloudwatch",
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


sys.meta_path.insert(0, _Finder())
