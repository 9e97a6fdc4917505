# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: s3_upload
short_description: Upload files to S3 with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Uploads a file, a folder, or the files that match a pattern, to a bucket of S3. What did not change is not uploaded
    again, and is reported all the same.
  - A file is unchanged when its content and all that the task says of it (content type, headers, metadata, tags, storage
    class, encryption, ACL) are those of the last upload. For this, each object carries two metadata entries,
    C(octo-aws-sha256), the SHA-256 of the content, and C(octo-aws-settings), a digest of the rest. They are right for
    every size and every encryption, which an ETag is not.
  - An object without them, which somebody else uploaded, is uploaded anew. What is changed at an object in place without
    uploading it, such as its tags, is not noticed.
  - Without O(account), and for an account of type V(instance_role), the host uses its own IAM role, and nothing secret
    is sent to it.
extends_documentation_fragment:
  - octo.aws.account
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: Shows a line for each object, with the first characters of the digests of its content and of its settings.
  async:
    support: full
    details: The host holds the module with its arguments in a file until it ends, as ansible-core has it for every module.
options:
  bucket:
    description:
      - The name of the bucket, without V(s3://), or the alias or the ARN of an access point.
      - An empty name is an error.
    type: str
    required: true
  src:
    description:
      - A file, a folder, or a pattern such as V(site/**/*.html).
      - A relative path is looked for on the controller, where M(ansible.builtin.copy) would look for it, in the folder
        C(files) of the role or beside the play first. Where the host is another machine, the files are sent to a
        temporary folder there, which is removed when the task ends.
      - In a pattern, V(*) and V(?) stand for characters of one name, V([...]) for one of several characters, and V(**)
        for any number of folders. A name that starts with a dot is like any other. What exists under the very name is
        meant as it is written.
      - Links are followed if they lead to something below the same folder, and refused otherwise.
    type: path
    required: true
  remote_src:
    description: Whether O(src) is an absolute path on the host that does the work.
    type: bool
    default: false
  key:
    description:
      - The key of one file, which can also be the only one that a pattern matches.
      - When it and O(prefix) are left out, it is the name of the file.
      - It cannot begin with a slash, begin or end with a space, or have folders without a name (V(a//b)) or of dots alone
        (V(./a)).
    type: str
  prefix:
    description:
      - The folder in the bucket. A slash is added where it does not end with one. For the rest, it is as O(key) is.
      - An empty text is an error. When it is left out, or V(null), files are uploaded to the top of the bucket.
      - Files keep their paths below the folder O(src), or below the folder before the first wildcard of a pattern.
    type: str
  exclude:
    description:
      - Patterns of files and folders that are left out. They are compared with paths below O(src).
      - A pattern without a slash stands for a name at any depth, such as V(.git) or V(*.map), and one with a slash for a
        path, such as V(drafts/*.html). What is said of a folder is said of all below.
    type: list
    elements: str
    default: []
  content_type:
    description:
      - The content type of all files.
      - When it is left out, the ending of the name decides, by a table of this collection, V(application/octet-stream)
        for those that it does not have.
    type: str
  cache_control:
    description: The header C(Cache-Control) of all files, such as V(max-age=300).
    type: str
  headers:
    description:
      - What is special about some files. Of several entries for one file, the last one that says something wins, and
        entries win over options for all files. Metadata of all of them is put together.
    type: list
    elements: dict
    default: []
    suboptions:
      pattern:
        description: Which files, a pattern as in O(exclude).
        type: str
        required: true
      content_type:
        description: The header C(Content-Type).
        type: str
      cache_control:
        description: The header C(Cache-Control).
        type: str
      content_encoding:
        description: The header C(Content-Encoding), such as V(gzip) for files that are compressed already.
        type: str
      content_disposition:
        description: The header C(Content-Disposition), such as V(attachment).
        type: str
      content_language:
        description: The header C(Content-Language).
        type: str
      storage_class:
        description: The storage class.
        type: str
        choices: [STANDARD, REDUCED_REDUNDANCY, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE]
      metadata:
        description: More metadata.
        type: dict
  metadata:
    description:
      - Metadata of all files. S3 keeps the names in lower case.
      - Truth values become V(true) and V(false), dates are written as in V(2026-11-24), and mappings and lists become JSON.
        Null is refused.
    type: dict
    default: {}
  tags:
    description:
      - Tags of all objects, at most 10. An object that is uploaded again has these and no others.
      - Values are written as those of O(metadata).
    type: dict
    default: {}
  storage_class:
    description: The storage class of all files. S3 takes V(STANDARD) when it is left out.
    type: str
    choices: [STANDARD, REDUCED_REDUNDANCY, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE]
  encryption:
    description: How S3 encrypts the objects. When it is left out, the bucket decides.
    type: str
    choices: [AES256, "aws:kms", "aws:kms:dsse"]
  kms_key_id:
    description: The KMS key for O(encryption=aws:kms) and O(encryption=aws:kms:dsse), as an ID, an alias (V(alias/NAME)) or an ARN.
    type: str
  acl:
    description: A canned ACL. Nothing is said about it when it is left out, as most buckets take none.
    type: str
    choices:
      - private
      - public-read
      - public-read-write
      - authenticated-read
      - aws-exec-read
      - bucket-owner-read
      - bucket-owner-full-control
  delete_removed:
    description:
      - Whether objects below O(prefix) are deleted for which there is no file. It is done after all files are uploaded.
      - An object that O(exclude) stands for stays, and so does one that the pattern in O(src) does not stand for. So do
        objects whose keys end with a slash, which the console makes for folders.
      - Where the bucket keeps versions, the versions stay.
    type: bool
    default: false
  whole_bucket:
    description:
      - Has O(delete_removed) work without a prefix, on all objects of the bucket.
      - A prefix that is left out is not enough, as it is often a variable without a value.
    type: bool
    default: false
  allow_empty:
    description:
      - Whether there may be no file to upload. It is an error otherwise.
      - A folder that does not exist is an error in any case.
    type: bool
    default: false
notes:
  - S3 compares what arrives with SHA-256 checksums, of each part where a file is larger than 16 MiB. They are calculated here,
    so this depends neither on the version of botocore nor on C(AWS_REQUEST_CHECKSUM_CALCULATION).
  - Parts of an upload that fails, or that a signal ends, are removed. Where the host is cut off from AWS or loses power, or the
    process is killed with C(SIGKILL), they stay, and cost money. A lifecycle rule of the bucket with
    C(AbortIncompleteMultipartUpload) removes them; every bucket for large files should have one.
  - It needs C(s3:ListBucket) on the bucket, and C(s3:GetObject) and C(s3:PutObject) on its objects, beside
    C(s3:PutObjectTagging) for O(tags), C(s3:PutObjectAcl) for O(acl), C(s3:DeleteObject) for O(delete_removed), and
    C(kms:GenerateDataKey) and C(kms:Decrypt) for a KMS key.
  - Files sealed by Ansible Vault are uploaded as they are.
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_script
  - module: amazon.aws.s3_bucket
  - module: amazon.aws.s3_object
  - module: community.aws.s3_sync
"""

EXAMPLES = r"""
- name: Make a bucket and a site
  block:
    - name: Make the bucket
      amazon.aws.s3_bucket:
        name: www.example.com
      module_defaults:
        group/amazon.aws.aws: "{{ lookup('octo.aws.creds', 'prod') }}"

    - name: Make the folder
      ansible.builtin.file:
        path: /tmp/site/assets
        state: directory
        mode: "0755"

    - name: Make the files
      ansible.builtin.copy:
        content: "{{ item }}"
        dest: /tmp/site/{{ item }}
        mode: "0644"
      loop: [index.html, assets/site.css]

- name: Upload the site, and delete what is no longer part of it
  octo.aws.s3_upload:
    account: prod
    bucket: www.example.com
    src: /tmp/site
    prefix: live
    delete_removed: true
    exclude: [.git, "*.map"]
    cache_control: max-age=300
    headers:
      - pattern: assets/
        cache_control: max-age=31536000, immutable
  register: site

- name: Show what was uploaded
  ansible.builtin.debug:
    msg: "{{ site.files | selectattr('changed') | map(attribute='uri') }}"

- name: Upload one file
  octo.aws.s3_upload:
    account: prod
    bucket: www.example.com
    src: /tmp/site/index.html
    key: releases/2026-11/index.html
    tags:
      release: 2026-11
"""

RETURN = r"""
bucket:
  description: The name of the bucket.
  returned: success
  type: str
  sample: www.example.com
files:
  description:
    - Every file, in the order of the keys, unchanged ones included.
    - When the task failed after it began to upload, those that are in the bucket as they are to be.
  returned: success, or when it failed while it uploaded
  type: list
  elements: dict
  sample:
    - path: assets/site.css
      key: live/assets/site.css
      uri: s3://www.example.com/live/assets/site.css
      etag: 0a5a0d8d5a8d6f4f8d8c6ed2f1a8a9d7
      version_id: null
      size: 1024
      content_type: text/css
      changed: true
  contains:
    path:
      description: The path below the folder O(src), or below the folder before the first wildcard; the name of a single file.
      type: str
    key:
      description: The key of the object.
      type: str
    uri:
      description: The object as an C(s3://) URI.
      type: str
    etag:
      description: The ETag of the object. V(none) in check mode for what would be uploaded.
      type: str
    version_id:
      description: The version of the object. V(none) where the bucket keeps none, and in check mode for what would be uploaded.
      type: str
    size:
      description: Bytes.
      type: int
    content_type:
      description: The content type.
      type: str
    changed:
      description: Whether it was uploaded, or would be in check mode.
      type: bool
deleted:
  description: The keys of the objects that were deleted, or would be in check mode.
  returned: success, or when it failed while it uploaded
  type: list
  elements: str
  sample: [live/old.html]
account:
  description: The name of the account. V(none) without one.
  returned: when the account could be resolved
  type: str
  sample: prod
identity:
  description: Who it is. V(none) where nobody asked the role of the host.
  returned: when the account could be resolved
  type: dict
  sample:
    account_id: "123456789012"
    arn: arn:aws:iam::123456789012:user/deployer
    partition: aws
    user_id: AIDACKCEVSQ6C2EXAMPLE
region:
  description: The region that was worked in. V(none) when nobody named one.
  returned: when the account could be resolved
  type: str
  sample: eu-central-1
executor:
  description: The host that did the work.
  returned: when the account could be resolved
  type: str
  sample: worker1
role_of_executor:
  description: Whether the credentials are those of a role of this host, and nothing secret was handed over.
  returned: when the account could be resolved
  type: bool
  sample: false
"""

import os
import signal
import tarfile
import tempfile
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import service_client
from ansible_collections.octo.aws.plugins.module_utils._s3.bucket import Bucket
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC, check_options
from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import (
    Selection,
    select,
    selection_of_folder,
    source_invalid,
    split_source,
)
from ansible_collections.octo.aws.plugins.module_utils._s3.upload import UploadPlan, plan


class UploadModule(HostModule):
    """Upload files of this host."""

    def __init__(self) -> None:
        super().__init__(UPLOAD_SPEC, supports_check_mode=True)

    def work(self) -> dict[str, t.Any]:
        check_options(self.params)
        selection = self._select()
        client = service_client(self.handover, "s3", self.config_file())
        bucket = Bucket(client, self.params["bucket"], self.handover.secrets)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda *_: bucket.stop())
        upload = plan(bucket, selection, self.params)
        diff = {"diff": upload.diff()} if self._diff else {}
        if self.check_mode:
            return {**upload.preview(), **diff}
        try:
            return {**upload.perform(), **diff}
        except OctoAwsError as error:
            self._fail(error, upload)

    def _fail(self, error: OctoAwsError, upload: UploadPlan) -> t.NoReturn:
        self.fail_json(msg=str(error), error=error.as_result(), **upload.partial_result())

    def _select(self) -> Selection:
        # The files from the controller, selected by the action; without them, src is on this host.
        source, exclude = (self.params["handover"] or {}).get("source"), self.params["exclude"]
        if source is None:
            if not os.path.isabs(self.params["src"]):
                raise source_invalid(
                    f"{self.params['src']} is not an absolute path.", "With remote_src, use an absolute path."
                )
            return select(*split_source(self.params["src"]), exclude)
        if not source["archive"]:
            return select(source["path"], source["pattern"], exclude)
        return selection_of_folder(self._unpack(source["path"]), source["pattern"], exclude, source["single"])

    def _unpack(self, archive: str) -> str:
        """Unpack the files from the action into the temporary folder, which is deleted when the module ends."""
        folder = tempfile.mkdtemp(prefix="s3-upload-", dir=self.tmpdir)
        # Older versions of Python have no filter. The archive has only regular files with relative names.
        plain: dict[str, t.Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        with tarfile.open(archive, encoding="utf-8") as opened:
            for member in opened:
                opened.extract(member, folder, **plain)
        return folder


def main() -> None:
    module = UploadModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
