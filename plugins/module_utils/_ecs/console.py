# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses in the AWS console, and hints with them."""

from __future__ import annotations

from .._aws.console import console_domain, with_console


def service_url(service_arn: str, cluster_arn: str) -> str:
    """Return the address of a service in the console; empty if it is not known."""
    return _url(service_arn, cluster_arn, "services/{}/deployments")


def task_url(task_arn: str, cluster_arn: str) -> str:
    """Return the address of a task in the console; empty if it is not known."""
    return _url(task_arn, cluster_arn, "tasks/{}/configuration")


def _url(arn: str, cluster_arn: str, path: str) -> str:
    domain = console_domain(arn)
    if not domain or not cluster_arn:
        return ""
    region, cluster, name = arn.split(":")[3], cluster_arn.rpartition("/")[2], arn.rpartition("/")[2]
    return f"https://{region}.{domain}/ecs/v2/clusters/{cluster}/{path.format(name)}?region={region}"


def continues(what: str, url: str) -> str:
    """Return the hint about a deployment or a task that continues in AWS.

    :param url: its address in the console; empty if it is not known
    """
    return with_console(url, f"The {what} continues in AWS. Run the task again to wait for it, or raise timeout.")
