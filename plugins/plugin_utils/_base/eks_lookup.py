# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the lookup ``eks``: the access to a cluster, in the formats of its consumers."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible import constants as C
from ansible import context
from ansible.utils.display import Display

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.credentials import timestamp
from ...module_utils._model.identity import each_id
from .._eks.cluster import check_cluster_name, describe_cluster
from .._eks.kubernetes import exec_credential, kubeconfig
from .._eks.token import sign_token
from .._service.store_access import store_of
from .service_lookup import ServiceLookup

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from .._eks.cluster import Cluster
    from .._eks.token import Token

_COMMAND = "ansible_collections.octo.aws.plugins.plugin_utils.eks_token"

display = Display()


class EksLookup(ServiceLookup):
    """Returns the access to one cluster with the credentials of each name."""

    def prepare(self) -> None:
        check_cluster_name(self.get_option("cluster"))
        if self.get_option("format") == "kubeconfig" and any(
            hop.external_id for hop in self.session_options.assume_role
        ):
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                "assume_role has an external_id, which a kubeconfig would show to each user of it.",
                hint="Save an account with these roles, and use its name.",
            )

    def render(self, name: str, credentials: Credentials) -> dict[str, t.Any]:
        cluster_name = self.get_option("cluster")
        region = self.region_of(credentials)
        if self.get_option("format") == "exec":
            return exec_credential(self._sign(region, credentials, cluster_name))
        cluster = describe_cluster(self.client("eks", region, credentials), cluster_name, credentials.secrets)
        if self.get_option("format") == "kubeconfig":
            return kubeconfig(cluster, self._command(name, cluster), _variables())
        token = self._sign(region, credentials, cluster.token_name)
        access = {"host": cluster.host, "ca_cert": _ca_file(cluster), "api_key": token.text}
        if self.get_option("format") == "module":
            return {**access, "validate_certs": True}
        return {
            **access,
            "ca_data": cluster.ca_data,
            "expiration": timestamp(token.expiration),
            "cluster": cluster.name,
            "arn": cluster.arn,
            "region": region,
        }

    def _sign(self, region: str, credentials: Credentials, cluster: str) -> Token:
        return sign_token(self.client("sts", region, credentials), credentials, cluster)

    def _command(self, name: str, cluster: Cluster) -> list[str]:
        """Return the command that signs a token, with the same account, session and settings as this lookup."""
        session = self.session_options
        options = {
            "cluster": cluster.token_name,
            "region": cluster.region,
            "store": store_of(self.settings, display.warning).url if name else "",
            "session-cache": self.settings.session_cache or "none",
            "assume-role": json.dumps([hop.as_record() for hop in session.assume_role]) if session.assume_role else "",
            "duration-seconds": session.duration_seconds or "",
            "min-ttl": "" if session.min_ttl is None else session.min_ttl,
            "account-id": ",".join(each_id(session.account_id)),
        }
        command = [sys.executable, "-m", _COMMAND, *([name] if name else [])]
        for option, value in options.items():
            command += [f"--{option}={value}"] if value != "" else []
        return command + _vault_options()


def _vault_options() -> list[str]:
    """Return the vault passwords in files that the command line of this Ansible names."""
    files = [os.path.abspath(path) for path in context.CLIARGS.get("vault_password_files") or ()]
    ids = [str(vault_id) for vault_id in context.CLIARGS.get("vault_ids") or ()]
    return [f"--vault-password-file={path}" for path in files] + [
        f"--vault-id={label}{at}{os.path.abspath(path)}"
        for label, at, path in (vault_id.rpartition("@") for vault_id in ids)
        if not path.startswith("prompt")
    ]


def _variables() -> dict[str, str]:
    """Return the environment variables with which Python finds the collection, and Ansible its configuration."""
    variables = {"PYTHONPATH": str(Path(os.path.abspath(__file__)).parents[6])}
    if C.CONFIG_FILE:
        variables["ANSIBLE_CONFIG"] = str(C.CONFIG_FILE)
    return variables


def _ca_file(cluster: Cluster) -> str:
    """Write the certificate authority of a cluster into a file, which ansible-core removes at the end of the run."""
    digest = hashlib.sha256(cluster.ca_certificate.encode("utf-8")).hexdigest()
    path = os.path.join(C.DEFAULT_LOCAL_TMP, f"eks-ca-{digest[:32]}.crt")
    if not os.path.exists(path):
        # Other processes of the run may write it at the same time.
        descriptor, temporary = tempfile.mkstemp(dir=C.DEFAULT_LOCAL_TMP, prefix="eks-ca-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(cluster.ca_certificate)
        os.replace(temporary, path)
    return path
