# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user sees while the tasks of waits.yml and uploads.yml run."""

from __future__ import annotations

import pathlib
import re
import sys

STACK = "AWS::CloudFormation::Stack"
SHOP = f"""\
stack shop is CREATE_IN_PROGRESS, LINK
shop: shop ({STACK}) CREATE_IN_PROGRESS: User Initiated
shop: Orders (AWS::SNS::Topic) CREATE_IN_PROGRESS
shop: Orders (AWS::SNS::Topic) CREATE_COMPLETE
shop: Jobs (AWS::SQS::Queue) CREATE_COMPLETE
shop: Site (AWS::S3::Bucket) CREATE_COMPLETE
shop: Cache (AWS::ElastiCache::CacheCluster) CREATE_FAILED: The password (hidden) is too weak
shop: Users (AWS::SNS::Topic) CREATE_FAILED: Resource creation cancelled
shop: shop ({STACK}) ROLLBACK_COMPLETE
stack shop is ROLLBACK_COMPLETE, LINK
"""
RENEWED = f"""\
stack renewed is CREATE_IN_PROGRESS, LINK
renewed: renewed ({STACK}) CREATE_IN_PROGRESS: User Initiated
renewed: renewed ({STACK}) CREATE_COMPLETE
stack renewed, change set one is CREATE_IN_PROGRESS, LINK
stack renewed is UPDATE_IN_PROGRESS, LINK
renewed: renewed ({STACK}) UPDATE_IN_PROGRESS
renewed: renewed ({STACK}) UPDATE_COMPLETE
stack renewed is DELETE_IN_PROGRESS, LINK
renewed: renewed ({STACK}) DELETE_IN_PROGRESS: User Initiated
renewed: renewed ({STACK}) DELETE_COMPLETE
"""
DENIED = """\
stack denied is CREATE_IN_PROGRESS, LINK
denied: no events, since cloudformation:DescribeStackEvents is denied
stack denied is CREATE_COMPLETE, LINK
"""
SLOW = f"""\
stack slow is CREATE_IN_PROGRESS, LINK
slow: slow ({STACK}) CREATE_IN_PROGRESS: User Initiated
stack slow is CREATE_IN_PROGRESS, LINK
stack slow is CREATE_IN_PROGRESS, LINK
slow: slow ({STACK}) CREATE_IN_PROGRESS: User Initiated
slow: slow ({STACK}) CREATE_COMPLETE
"""

text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
lines = re.findall(r"^\[octo\.aws\] localhost: (.*)$", text, re.MULTILINE)
LINK = (
    "https://eu-central-1.console.aws.amazon.com/cloudformation/home?region=eu-central-1#/stacks/events?stackId=arn%3A"
)
shown = "".join(re.sub(re.escape(LINK) + r"\S+", "LINK", line) + "\n" for line in lines)
for name, expected in {"shop": SHOP, "renewed": RENEWED, "denied": DENIED, "slow": SLOW}.items():
    own = "".join(line for line in shown.splitlines(keepends=True) if re.match(rf"(stack )?{name}[ ,:]", line))
    assert own == expected, f"{own}\n\nand not\n\n{expected}"
uploads = [line.partition(": ")[2] for line in shown.splitlines() if line.startswith("s3://files-of-test/site: ")]
assert 3 <= len(uploads) <= 8, uploads
assert uploads[-1] == "200 of 200 files, 20.0 kB of 20.0 kB, 200 uploaded"
line_form = re.compile(r"\d+ of 200 files, ([\d.]+ kB|\d+ bytes) of 20.0 kB, \d+ uploaded")
assert all(line_form.fullmatch(line) for line in uploads), uploads
assert "canary" not in text
assert "quiet" not in shown
