# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: s3_download
short_description: Download files from S3 with an AWS account
version_added: 1.0.0
author:
  - octo.aws contributors (@octo-aws)
description:
  - Downloads an object, or the objects of a folder in an S3 bucket, to the target host. Unchanged files are not downloaded
    again, but are included in the result.
  - A file is unchanged if it has the size of the object, and its MD5 is the ETag, or its SHA-256 is the metadata entry
    C(octo-aws-sha256), which M(octo.aws.s3_upload) writes. Objects that were uploaded in parts or encrypted with KMS by
    other programs have neither. Then, a file is unchanged if it also has the time of the object, which a download sets.
  - Each file is written under a temporary name, compared with the checksum of the object, and then renamed. An object
    that changes during the download is an error.
  - No file is written outside of O(dest). Keys that would be outside, and links to folders outside, are errors before any
    file is written.
  - A download can take longer than the session of the account. The task downloads in short runs of the module, each with
    fresh credentials, and the ranges of a large object in several of them. With C(async), the whole download needs one
    session.
  - Without O(account), and for an account of type V(instance_role), the target host uses its own IAM role, and no secret
    is sent to it.
extends_documentation_fragment:
  - octo.aws.account
  - octo.aws.session
  - octo.aws.session.hops
  - octo.aws.settings
  - octo.aws.attributes
  - octo.aws.attributes.on_executor
  - octo.aws.attributes.async
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details: The diff has one line for each file, with its size and the ETag of the object, not its content.
options:
  bucket:
    description:
      - The name of the bucket without V(s3://), or the alias or the ARN of an access point.
      - An empty name is an error.
    type: str
    required: true
  key:
    description:
      - The key of one object. An object that does not exist is an error.
      - It is mutually exclusive with O(prefix), O(include), O(exclude), O(delete_removed) and O(allow_empty).
    type: str
  version_id:
    description: The version of the object O(key). Defaults to the latest one.
    type: str
  prefix:
    description:
      - The folder in the bucket. A trailing slash is added if it is missing, so that V(site) does not match
        C(site-old/).
      - An empty string is an error. If neither O(key) nor this option is set, the whole bucket is downloaded.
      - It must not start with a slash, start or end with a space, or contain folders with empty names (V(a//b)) or names
        of dots only (V(./a)).
    type: str
  include:
    description:
      - Patterns of files to download. Defaults to all files. They are matched against paths relative to O(prefix).
      - A pattern without a slash matches a name at any depth, such as V(*.css). A pattern with a slash matches a path,
        such as V(assets/*.css). V(*) and V(?) match characters of one name, V([...]) matches one of several characters,
        and V(**) matches any number of folders. A folder that matches is included with all its content.
    type: list
    elements: str
    default: []
  exclude:
    description: Patterns of files and folders to exclude, as in O(include). They take precedence.
    type: list
    elements: str
    default: []
  dest:
    description:
      - An absolute path on the target host. Missing folders are created.
      - For O(key), it is the file, or a folder if it ends with a slash or exists as a folder. Otherwise, it is the folder
        for all files, which keep their paths relative to O(prefix).
      - A link in the place of a file is replaced, not followed. The folder itself may be a link.
    type: path
    required: true
  mode:
    description:
      - The mode of the files, as four octal digits in quotes, such as V("0644").
      - By default, new files have the mode that the umask gives, and files that exist keep theirs.
    type: str
  progress:
    description:
      - Whether to show how many files and bytes are downloaded during the task, to standard error and to Ansible's log.
      - The first line is shown soon after the start of a longer download, and later lines less and less often.
      - Nothing is shown with C(async) or C(no_log).
    type: bool
    default: true
  delete_removed:
    description:
      - Whether to delete files in O(dest) that have no object. They are deleted after all files are downloaded. Folders
        that become empty are deleted, too.
      - Not deleted are files that do not match O(include), files that match O(exclude), and links to folders.
    type: bool
    default: false
  allow_empty:
    description:
      - Whether the task succeeds if there is no object to download. With O(delete_removed), it then deletes all files in
        O(dest).
      - A missing bucket is always an error.
    type: bool
    default: false
notes:
  - Objects with keys that end with a slash, which the console creates for folders, are not downloaded.
  - A file of more than 16 MiB is downloaded in ranges, four at a time. If the host loses its power, or a process of the
    task is killed with C(SIGKILL), a file with the name C(.octo-aws-*) remains in the folder.
  - Required permissions are C(s3:GetObject) on the objects, and C(s3:ListBucket) on the bucket. O(version_id) requires
    C(s3:GetObjectVersion), and a KMS key requires C(kms:Decrypt).
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.s3_upload
  - module: amazon.aws.s3_object
  - module: community.aws.s3_sync
"""

EXAMPLES = r"""
- name: Create a bucket and its objects
  block:
    - name: Create the bucket
      amazon.aws.s3_bucket:
        name: releases.example.com
      module_defaults:
        group/amazon.aws.aws: "{{ lookup('octo.aws.creds', 'prod') }}"

    - name: Create the folder
      ansible.builtin.file:
        path: /tmp/release/assets
        state: directory
        mode: "0755"

    - name: Create the files
      ansible.builtin.copy:
        content: "{{ item }}"
        dest: /tmp/release/{{ item }}
        mode: "0644"
      loop: [index.html, assets/site.css]

    - name: Upload them
      octo.aws.s3_upload:
        account: prod
        bucket: releases.example.com
        src: /tmp/release
        prefix: "2026.11"

- name: Download a release, and delete files without an object
  octo.aws.s3_download:
    account: prod
    bucket: releases.example.com
    prefix: "2026.11"
    dest: /tmp/site
    exclude: ["*.map"]
    delete_removed: true
  register: site

- name: Show the downloaded files
  ansible.builtin.debug:
    msg: "{{ site.files | selectattr('changed') | map(attribute='path') }}"

- name: Download one object
  octo.aws.s3_download:
    account: prod
    bucket: releases.example.com
    key: 2026.11/index.html
    dest: /tmp/index.html
    mode: "0644"
"""

RETURN = r"""
bucket:
  description: The name of the bucket.
  returned: success
  type: str
  sample: releases.example.com
files:
  description:
    - The files, sorted by path, including unchanged ones. At most 2,000 files are listed, first those that were changed.
      RV(counts) has the numbers of all.
    - If the task failed during the download, the files that are up to date.
  returned: success, or failure during the download
  type: list
  elements: dict
  sample:
    - key: 2026.11/assets/site.css
      path: /tmp/site/assets/site.css
      uri: s3://releases.example.com/2026.11/assets/site.css
      etag: 0a5a0d8d5a8d6f4f8d8c6ed2f1a8a9d7
      version_id: null
      size: 1024
      changed: true
  contains:
    key:
      description: The key of the object.
      type: str
    path:
      description: The absolute path of the file.
      type: str
    uri:
      description: The C(s3://) URI of the object.
      type: str
    etag:
      description: The ETag of the object.
      type: str
    version_id:
      description: The version ID of the object. V(none) without versioning, and without O(key) also for files that were
        not downloaded.
      type: str
    size:
      description: The size in bytes.
      type: int
    changed:
      description: Whether the file or its mode was changed, or would be in check mode.
      type: bool
deleted:
  description: The absolute paths of the files that were deleted, or would be in check mode. At most 2,000 paths are listed.
  returned: success, or failure during the download
  type: list
  elements: str
  sample: [/tmp/site/old.html]
counts:
  description: The numbers of all files, including unlisted ones.
  returned: success, or failure during the download
  type: dict
  sample:
    files: 240
    changed: 3
    deleted: 1
    bytes: 1048576
  contains:
    files:
      description: The files that are up to date, or would be in check mode.
      type: int
    changed:
      description: The files of these that were changed.
      type: int
    deleted:
      description: The files that were deleted.
      type: int
    bytes:
      description: The size of all files in bytes.
      type: int
account:
  description: The name of the account. V(none) if no account is set.
  returned: when the account could be resolved
  type: str
  sample: prod
identity:
  description: The identity. V(none) if it was not requested, for the IAM role of the host.
  returned: when the account could be resolved
  type: dict
  sample:
    account_id: "123456789012"
    arn: arn:aws:iam::123456789012:user/deployer
    partition: aws
    user_id: AIDACKCEVSQ6C2EXAMPLE
region:
  description: The AWS region. V(none) if no region is set.
  returned: when the account could be resolved
  type: str
  sample: eu-central-1
executor:
  description: The host that ran the task.
  returned: when the account could be resolved
  type: str
  sample: worker1
role_of_executor:
  description: Whether the credentials are those of an IAM role of this host, so that no secret was sent to it.
  returned: when the account could be resolved
  type: bool
  sample: false
"""

import signal
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import service_client
from ansible_collections.octo.aws.plugins.module_utils._s3.download import Downloader
from ansible_collections.octo.aws.plugins.module_utils._s3.download_options import (
    DOWNLOAD_SPEC,
    check_dest,
    check_download,
)
from ansible_collections.octo.aws.plugins.module_utils._s3.progress import DownloadProgress
from ansible_collections.octo.aws.plugins.module_utils._s3.source_bucket import SourceBucket


class DownloadModule(HostModule):
    """Download objects to this host."""

    def __init__(self) -> None:
        super().__init__(DOWNLOAD_SPEC, supports_check_mode=True)

    def work(self) -> dict[str, t.Any]:
        check_download(self.params)
        check_dest(self.params["dest"])
        client = service_client(self.handover, "s3", self.config_file())
        bucket = SourceBucket(client, self.params["bucket"], self.handover.secrets, self.params["version_id"])
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda *_: bucket.stop())
        place = f"s3://{bucket.name}/{self.params['key'] or self.params['prefix'] or ''}"
        progress = DownloadProgress(self.sliced_work, place, shown=self.params["progress"])
        downloader = Downloader(bucket, self.params, progress, check_mode=self.check_mode)
        try:
            downloader.run()
        except OctoAwsError as error:
            progress.abandon()
            raise PartialFailure.after(error, **downloader.result()) from None
        return {**downloader.result(), **({"diff": downloader.diff()} if self._diff else {})}


def main() -> None:
    module = DownloadModule()
    module.run(module.work)


if __name__ == "__main__":
    main()
