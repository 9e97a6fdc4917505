# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses in the AWS console."""

from __future__ import annotations

from urllib.parse import quote

from .._aws.console import console_domain


def console_url(stack_id: str) -> str:
    """Return the address of a stack in the console; empty if it is not known.

    :param stack_id: the ARN of the stack
    """
    domain = console_domain(stack_id)
    if not domain:
        return ""
    region, quoted = stack_id.split(":")[3], quote(stack_id, safe="")
    return f"https://{region}.{domain}/cloudformation/home?region={region}#/stacks/events?stackId={quoted}"


def stack_set_url(arn: str, *, service_managed: bool) -> str:
    """Return the address of a stack set in the console; empty if it is not known.

    :param arn: the ARN of the stack set, ``arn:...:stackset/NAME:ID``
    :param service_managed: whether its permissions are managed by AWS Organizations
    """
    domain = console_domain(arn)
    if not domain:
        return ""
    region, quoted = arn.split(":")[3], quote(arn.split("/", 1)[-1], safe="")
    permissions = "service" if service_managed else "self"
    page = f"stacksets/{quoted}/info?permissions={permissions}"
    return f"https://{region}.{domain}/cloudformation/home?region={region}#/{page}"
