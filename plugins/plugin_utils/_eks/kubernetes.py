# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kubeconfig of Kubernetes clients, and the output of its program."""

from __future__ import annotations

import typing as t

from ...module_utils._model.credentials import timestamp

if t.TYPE_CHECKING:
    from .cluster import Cluster
    from .token import Token

_EXEC_VERSION = "client.authentication.k8s.io/v1beta1"
"""The version that ``kubectl`` 1.11 and later and the Python client accept, and that the AWS CLI writes."""


def exec_credential(token: Token) -> dict[str, t.Any]:
    """Return the output of the program in a kubeconfig (Kubernetes documentation, "client-go credential plugins")."""
    return {
        "kind": "ExecCredential",
        "apiVersion": _EXEC_VERSION,
        "spec": {},
        "status": {"expirationTimestamp": timestamp(token.expiration), "token": token.text},
    }


def kubeconfig(cluster: Cluster, command: t.Sequence[str], variables: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return a kubeconfig without secrets.

    :param command: prints an :func:`exec_credential`
    :param variables: environment variables for it
    """
    name = cluster.arn
    program = {
        "apiVersion": _EXEC_VERSION,
        "command": command[0],
        "args": list(command[1:]),
        "env": [{"name": variable, "value": value} for variable, value in variables.items()],
        # For the code of an MFA device.
        "interactiveMode": "IfAvailable",
        "provideClusterInfo": False,
    }
    server = {"server": cluster.host, "certificate-authority-data": cluster.ca_data}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": server}],
        "users": [{"name": name, "user": {"exec": program}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
        "preferences": {},
    }
