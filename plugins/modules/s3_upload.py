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
  - Uploads a file, a folder, or the files that match a pattern, to an S3 bucket. Unchanged files are not uploaded again,
    but are included in the result.
  - A file is unchanged if its content and its settings (content type, headers, metadata, tags, storage class, encryption,
    ACL) are those of the last upload. To detect this, each object has two metadata entries, C(octo-aws-sha256), the
    SHA-256 of the content, and C(octo-aws-settings), a digest of the settings. Unlike an ETag, they are reliable for all
    sizes and encryptions.
  - Objects without these entries were not uploaded by this module and are uploaded again. Changes made directly to an
    object, such as to its tags, are not detected.
  - To compare many files with few requests, the module lists the objects, 1,000 in a request, and keeps a record. It
    has the two entries of each object, with the ETag, the size and the time of modification that a list shows. While
    these three are the same, content, headers and metadata of the object are unchanged, since each change creates an
    object with a different time. Any other object is requested, except one with a new key. Without the record, each
    object is requested once. Only tasks that run on the controller without C(become), for files of the controller
    without O(templates), have a record. Other hosts keep none.
  - A second record has the SHA-256 of each file of 1 MiB or more, so that it is not read in each run. It holds for a file with the
    same inode, size, time of modification and time of the last change of the inode, which no program can set. A file is
    recorded if it has not changed for 30 seconds and is written to the disk, on btrfs, ext2 to ext4, f2fs, overlay or XFS.
    Files on other file systems, such as NFS and tmpfs, are always read.
  - An upload can take longer than the session of the account. The task uploads in short runs of the module, each with
    fresh credentials, and the parts of a large file in several of them. With C(async), the whole upload needs one session.
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
    details: The diff has one line for each object, with the first characters of the digests of its content and settings.
options:
  bucket:
    description:
      - The name of the bucket without V(s3://), or the alias or the ARN of an access point.
      - An empty name is an error.
    type: str
    required: true
  src:
    description:
      - A file, a folder, or a pattern such as V(site/**/*.html).
      - A relative path is searched on the controller, in the same folders as for M(ansible.builtin.copy), starting with
        the folder C(files) of the role or next to the playbook. If the target host is another machine, the files are sent
        to a temporary folder there, which is removed when the task ends.
      - In a pattern, V(*) and V(?) match characters of one name, V([...]) matches one of several characters, and V(**)
        matches any number of folders. Names that start with a dot are matched as well. If a file with exactly this name
        exists, the name is not treated as a pattern.
      - Symbolic links are followed if their target is in the same folder or below. Other links are an error.
    type: path
    required: true
  remote_src:
    description: Whether O(src) is an absolute path on the target host.
    type: bool
    default: false
  key:
    description:
      - The key of the object, for a single file. A pattern is allowed if it matches exactly one file.
      - Defaults to the name of the file if O(prefix) is not set either.
      - V({sha256}) in it is replaced with the SHA-256 of the content, in hexadecimal digits, so that other content gets
        another key.
      - A key must not start with a slash, start or end with a space, or contain folders with empty names (V(a//b)) or
        names of dots only (V(./a)).
    type: str
  prefix:
    description:
      - The folder in the bucket. A trailing slash is added if it is missing. The rules for O(key) apply.
      - An empty string is an error. If omitted or V(null), files are uploaded to the root of the bucket.
      - Files keep their paths relative to the folder O(src), or to the folder before the first wildcard of a pattern.
    type: str
  exclude:
    description:
      - Patterns of files and folders to exclude. They are matched against paths relative to O(src).
      - A pattern without a slash matches a name at any depth, such as V(.git) or V(*.map). A pattern with a slash matches
        a path, such as V(drafts/*.html). A folder that matches is excluded with all its content.
    type: list
    elements: str
    default: []
  templates:
    description:
      - Patterns of files that are templates, as in O(exclude). Their content is rendered with the variables of the task,
        like by M(ansible.builtin.template), on the controller before they are sent. The files must be UTF-8.
      - Variables that M(ansible.builtin.template) adds, such as C(template_path) and C(ansible_managed), are not set.
      - It is mutually exclusive with O(remote_src).
    type: list
    elements: str
    default: []
  content_type:
    description:
      - The content type of all files.
      - By default, it depends on the file name extension, by a table of this collection. Unknown extensions are
        V(application/octet-stream).
    type: str
  cache_control:
    description: The C(Cache-Control) header of all files, such as V(max-age=300).
    type: str
  headers:
    description:
      - Settings for some files. They override the options for all files. If several entries match a file, the last one
        that has a setting applies. Metadata is merged.
    type: list
    elements: dict
    default: []
    suboptions:
      pattern:
        description: The files that the entry applies to, a pattern as in O(exclude).
        type: str
        required: true
      content_type:
        description: The C(Content-Type) header.
        type: str
      cache_control:
        description: The C(Cache-Control) header.
        type: str
      content_encoding:
        description: The C(Content-Encoding) header, such as V(gzip) for compressed files.
        type: str
      content_disposition:
        description: The C(Content-Disposition) header, such as V(attachment).
        type: str
      content_language:
        description: The C(Content-Language) header.
        type: str
      storage_class:
        description: The storage class.
        type: str
        choices: [STANDARD, REDUCED_REDUNDANCY, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE]
      metadata:
        description: Additional metadata.
        type: dict
  metadata:
    description:
      - Metadata of all files. S3 stores the names in lower case.
      - Booleans become V(true) and V(false), dates are formatted like V(2026-11-24), and mappings and lists become JSON.
        V(null) is rejected.
    type: dict
    default: {}
  tags:
    description:
      - Tags of all objects, at most 10. They replace the tags of an object that is uploaded again.
      - Values are formatted like those of O(metadata).
    type: dict
    default: {}
  storage_class:
    description: The storage class of all files. S3 defaults to V(STANDARD).
    type: str
    choices: [STANDARD, REDUCED_REDUNDANCY, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER, DEEP_ARCHIVE]
  encryption:
    description: The server-side encryption of the objects. Defaults to that of the bucket.
    type: str
    choices: [AES256, "aws:kms", "aws:kms:dsse"]
  kms_key_id:
    description: The ID, alias (V(alias/NAME)) or ARN of the KMS key for O(encryption=aws:kms) and
      O(encryption=aws:kms:dsse).
    type: str
  acl:
    description: A canned ACL. By default, none is sent, since most buckets do not allow ACLs.
    type: str
    choices:
      - private
      - public-read
      - public-read-write
      - authenticated-read
      - aws-exec-read
      - bucket-owner-read
      - bucket-owner-full-control
  progress:
    description:
      - Whether to show how many files and bytes are uploaded during the task, to standard error and to Ansible's log.
      - The first line is shown soon after the start of a longer upload, and later lines less and less often.
      - Nothing is shown with C(async) or C(no_log).
    type: bool
    default: true
  delete_removed:
    description:
      - Whether to delete objects under O(prefix) that have no file. They are deleted after all files are uploaded.
      - Not deleted are objects that match O(exclude), objects that do not match a pattern in O(src), and objects with
        keys that end with a slash, which the console creates for folders.
      - In a bucket with versioning, the versions are kept.
    type: bool
    default: false
  whole_bucket:
    description:
      - Whether O(delete_removed) applies to all objects of the bucket, without a prefix.
      - It must be set explicitly, since an omitted prefix is often a variable without a value.
    type: bool
    default: false
  create_bucket:
    description:
      - Whether to create the bucket if it does not exist, in the region of the account. It gets the defaults of S3, which
        block public access and encrypt objects. To set more, use M(amazon.aws.s3_bucket).
      - A bucket that exists is not changed. In check mode, no bucket is created.
    type: bool
    default: false
  allow_empty:
    description:
      - Whether the task succeeds if there is no file to upload.
      - A missing folder is always an error.
    type: bool
    default: false
notes:
  - S3 verifies each upload with SHA-256 checksums, of each part if a file is larger than 16 MiB. The module calculates
    them, independent of the version of botocore and of E(AWS_REQUEST_CHECKSUM_CALCULATION).
  - The parts of an upload that fails or is ended by a signal are removed. If the host loses the connection to AWS or
    its power, or a process of the task is killed with C(SIGKILL), the parts remain, and AWS charges for them. The same
    happens if the controller loses the host permanently. A lifecycle rule of the bucket with
    C(AbortIncompleteMultipartUpload) removes them. Every bucket for large files should have one.
  - Required permissions are C(s3:ListBucket) on the bucket, and C(s3:GetObject) and C(s3:PutObject) on its objects.
    O(tags) requires C(s3:PutObjectTagging), O(acl) requires C(s3:PutObjectAcl), O(delete_removed) requires
    C(s3:DeleteObject), O(create_bucket) requires C(s3:CreateBucket), and a KMS key requires C(kms:GenerateDataKey) and C(kms:Decrypt).
  - The record is in C($XDG_CACHE_HOME/octo-aws/uploads), by default C(~/.cache/octo-aws/uploads), of the user that runs
    Ansible, in an SQLite file for each bucket, and one for the checksums of files. Only this user can read them. They have
    checksums and version IDs, and neither names of files, keys of objects, contents nor credentials. To read all files
    and to compare all objects themselves, delete the folder.
  - S3 rounds times to seconds, and does not return the time of an upload, which is derived from the response. If another
    program replaces an object within about two seconds of its upload with the same content and other settings, this is not
    detected. Do not upload to the same keys with different settings at the same time.
  - Files that are encrypted with Ansible Vault are uploaded without decryption.
seealso:
  - module: octo.aws.aws_account
  - module: octo.aws.aws_script
  - module: amazon.aws.s3_bucket
  - module: amazon.aws.s3_object
  - module: community.aws.s3_sync
"""

EXAMPLES = r"""
- name: Create a bucket and a site
  block:
    - name: Create the bucket
      amazon.aws.s3_bucket:
        name: www.example.com
      module_defaults:
        group/amazon.aws.aws: "{{ lookup('octo.aws.creds', 'prod') }}"

    - name: Create the folder
      ansible.builtin.file:
        path: /tmp/site/assets
        state: directory
        mode: "0755"

    - name: Create the files
      ansible.builtin.copy:
        content: "{{ item }}"
        dest: /tmp/site/{{ item }}
        mode: "0644"
      loop: [index.html, assets/site.css]

- name: Upload the site, and delete objects without a file
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

- name: Show the uploaded objects
  ansible.builtin.debug:
    msg: "{{ site.files | selectattr('changed') | map(attribute='uri') }}"

- name: Upload one file, rendered as a template, under the checksum of its content
  octo.aws.s3_upload:
    account: prod
    bucket: templates-of-example
    create_bucket: true
    src: /tmp/site/index.html
    templates: ["*.html"]
    key: releases/{sha256}/index.html

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
    - The files, sorted by key, including unchanged ones. At most 2,000 files are listed, first those that were uploaded.
      RV(counts) has the numbers of all.
    - If the task failed during the upload, the files that are up to date in the bucket.
  returned: success, or failure during the upload
  type: list
  elements: dict
  sample:
    - path: assets/site.css
      key: live/assets/site.css
      uri: s3://www.example.com/live/assets/site.css
      url: https://s3.eu-central-1.amazonaws.com/www.example.com/live/assets/site.css
      arn: arn:aws:s3:::www.example.com/live/assets/site.css
      etag: 0a5a0d8d5a8d6f4f8d8c6ed2f1a8a9d7
      version_id: null
      size: 1024
      content_type: text/css
      changed: true
  contains:
    path:
      description: The path relative to the folder O(src), or to the folder before the first wildcard. For a single file,
        its name.
      type: str
    key:
      description: The key of the object.
      type: str
    uri:
      description: The C(s3://) URI of the object.
      type: str
    url:
      description:
        - The URL of the object, such as V(https://site.s3.eu-central-1.amazonaws.com/live/index.html), for its partition.
          It does not make the object public.
        - If the name of the bucket has a dot, it is a part of the path, since the certificate of S3 is not valid for it.
          With an endpoint that is not one of AWS, it is a part of the path, too. V(none) for access points of S3 Object
          Lambda and S3 on Outposts.
      type: str
    arn:
      description: The ARN of the object.
      type: str
    etag:
      description: The ETag of the object. V(none) in check mode for files that would be uploaded.
      type: str
    version_id:
      description: The version ID of the object. V(none) without versioning, and in check mode for files that would be
        uploaded.
      type: str
    size:
      description: The size in bytes.
      type: int
    content_type:
      description: The content type.
      type: str
    changed:
      description: Whether the file was uploaded, or would be in check mode.
      type: bool
deleted:
  description: The keys of the objects that were deleted, or would be in check mode. At most 2,000 keys are listed.
  returned: success, or failure during the upload
  type: list
  elements: str
  sample: [live/old.html]
counts:
  description: The numbers of all files, including unlisted ones.
  returned: success, or failure during the upload
  type: dict
  sample:
    files: 240
    changed: 3
    deleted: 1
    bytes: 1048576
  contains:
    files:
      description: The files that are up to date in the bucket, or would be in check mode.
      type: int
    changed:
      description: The files of these that were uploaded.
      type: int
    deleted:
      description: The objects that were deleted.
      type: int
    bytes:
      description: The size of all files in bytes.
      type: int
bucket_created:
  description: Whether the bucket was created, or would be in check mode.
  returned: success, or failure during the upload
  type: bool
  sample: false
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

import atexit
import os
import shutil
import signal
import tarfile
import tempfile
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.module_utils._host.module import HostModule
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import service_client
from ansible_collections.octo.aws.plugins.module_utils._s3.bucket import Bucket
from ansible_collections.octo.aws.plugins.module_utils._s3.known_files import KnownFiles
from ansible_collections.octo.aws.plugins.module_utils._s3.known_objects import KnownObjects
from ansible_collections.octo.aws.plugins.module_utils._s3.local_record import record_folder
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC, check_options
from ansible_collections.octo.aws.plugins.module_utils._s3.progress import UploadProgress
from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import (
    Selection,
    select,
    source_invalid,
    split_source,
)
from ansible_collections.octo.aws.plugins.module_utils._s3.upload import Uploader


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
        place = f"s3://{bucket.name}/{self.params['key'] or self.params['prefix'] or ''}"
        progress = UploadProgress(self.sliced_work, place, shown=self.params["progress"])
        source = self.handover.source
        # Nothing is left on other hosts: only uploads of files of the controller, from there, have records.
        folder = record_folder(os.environ) if source and not source.archive else ""
        known = KnownObjects(folder, client.meta.endpoint_url, bucket.name), KnownFiles(folder)
        uploader = Uploader(bucket, selection, self.params, progress, *known, check_mode=self.check_mode)
        try:
            uploader.run()
        except OctoAwsError as error:
            raise PartialFailure.after(error, **uploader.result()) from None
        return {**uploader.result(), **({"diff": uploader.diff()} if self._diff else {})}

    def _select(self) -> Selection:
        # What the action found on the controller; without it, src is on this host.
        source, exclude = self.handover.source, self.params["exclude"]
        if source is None:
            if not os.path.isabs(self.params["src"]):
                raise source_invalid(
                    f"{self.params['src']} is not an absolute path.", "With remote_src, use an absolute path."
                )
            return select(*split_source(self.params["src"]), exclude)
        if not source.archive:
            return select(source.path, source.pattern, exclude)
        folder = self._unpack(source.path)
        names = os.listdir(folder) if source.single else [""]
        return select(os.path.join(folder, *names[:1]), source.pattern, exclude)

    def _unpack(self, archive: str) -> str:
        """Unpack the files from the action into a temporary folder, which is deleted when the module ends."""
        folder = tempfile.mkdtemp(prefix="s3-upload-", dir=self.tmpdir)
        # The folder around it can be that of the action, which is for all slices.
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
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
