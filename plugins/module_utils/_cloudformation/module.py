# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base class of the CloudFormation modules."""

from __future__ import annotations

import typing as t
from functools import partial

from .._host.module import HostModule
from .._host.service_client import service_client
from .options import LARGEST_TEMPLATE, api_parameters, check_identifiers, template_size
from .stacks import CloudFormation
from .template_store import TemplateStore


class CloudFormationModule(HostModule):
    """A module with a client for CloudFormation."""

    def __init__(self, argument_spec: dict[str, t.Any]) -> None:
        # no_log keeps the arguments out of the host's log: parameters of a stack may contain secrets.
        super().__init__(argument_spec, supports_check_mode=True, no_log=True)

    def cloudformation(self) -> CloudFormation:
        """Return CloudFormation for the account of the task.

        :raises OctoAwsError: an option is not valid, no region is set, or the role of the host failed
        """
        check_identifiers(self.params)
        config_file = self.config_file()
        client = service_client(self.handover, "cloudformation", config_file)
        self._s3_client = partial(service_client, self.handover, "s3", config_file)
        parameters = api_parameters(self.params, update=False).get("Parameters", ())
        return CloudFormation(
            client,
            self.handover.secrets,
            self.params["timeout"],
            self.sliced_work,
            {item["ParameterKey"]: item["ParameterValue"] for item in parameters},
            progress=self.params["progress"],
        )

    def options(self) -> dict[str, t.Any]:
        """Return the options of the task. A template that is too large for a request is uploaded, for its URL.

        :raises OctoAwsError: the upload failed
        """
        # api_parameters converts a mapping into a string.
        template = api_parameters(self.params, update=False).get("TemplateBody", "")
        if template_size(template) <= LARGEST_TEMPLATE:
            return dict(self.params)
        kept = self.sliced_work.kept
        if "template_url" not in kept:
            bucket, prefix = self.params["template_bucket"], self.params["template_prefix"]
            kept["template_url"] = TemplateStore(self._s3_client(), bucket, prefix, self.handover.secrets).store(
                template
            )
        return {**self.params, "template_body": None, "template_url": kept["template_url"]}
