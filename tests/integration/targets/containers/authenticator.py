# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check a token as the API server of an EKS cluster does, by the rules of aws-iam-authenticator (pkg/token).

    python authenticator.py STS_URL CLUSTER < TOKEN

Prints the ARN of the identity.
"""

from __future__ import annotations

import base64
import datetime
import re
import sys
import urllib.parse
import urllib.request

PARAMETERS = {
    "Action",
    "Version",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
}


def main(sts: str, cluster: str, token: str) -> None:
    """Check the token, and send it to STS."""
    prefix, _dot, encoded = token.partition("k8s-aws-v1.")
    assert not prefix
    assert "=" not in encoded
    url = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("ascii")
    parts = urllib.parse.urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == sts, url
    assert parts.path == "/"
    query = urllib.parse.parse_qs(parts.query, strict_parsing=True)
    assert set(query) <= PARAMETERS, set(query) - PARAMETERS
    assert all(len(values) == 1 for values in query.values())
    assert query["Action"] == ["GetCallerIdentity"]
    assert "x-k8s-aws-id" in query["X-Amz-SignedHeaders"][0].split(";")
    assert query["X-Amz-Expires"] == ["60"]
    sent = datetime.datetime.strptime(query["X-Amz-Date"][0] + "+0000", "%Y%m%dT%H%M%SZ%z")
    assert abs((datetime.datetime.now(datetime.timezone.utc) - sent).total_seconds()) < 15 * 60
    request = urllib.request.Request(url, headers={"x-k8s-aws-id": cluster})
    with urllib.request.urlopen(request) as response:
        print(re.findall("<Arn>(.*)</Arn>", response.read().decode())[0], end="")


if __name__ == "__main__":
    main(*sys.argv[1:], sys.stdin.read().strip())
