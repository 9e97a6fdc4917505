# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets engines of the double: KV version 2, and AWS with its leases."""

from __future__ import annotations

import datetime
import typing as t
import uuid


class Refused(Exception):
    """An error of Vault."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status, errors)
        self.status = status
        self.errors = list(errors)


Answer = tuple[int, dict[str, t.Any] | None]


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


class Kv:
    """KV version 2 (API, "KV secrets engine, version 2"), at ``secret``."""

    def __init__(self) -> None:
        self._items: dict[str, list[dict[str, t.Any]]] = {}

    def answer(
        self, method: str, path: str, query: t.Mapping[str, str], body: dict[str, t.Any], *, paging: bool
    ) -> Answer:
        kind, _slash, name = path.partition("/")
        if kind == "data" and method in ("POST", "PUT"):
            return self._write(name, body)
        if kind == "data" and method == "GET":
            return self._read(name)
        if kind == "data" and method == "DELETE":
            return self._delete(name, [len(self._items.get(name, []))])
        if kind == "delete" and method in ("POST", "PUT"):
            return self._delete(name, body["versions"])
        if kind == "metadata" and method == "GET":
            return 200, {"data": self._metadata(name)}
        if kind == "metadata" and method in ("POST", "PUT"):
            self._items.setdefault(name, [])
            return 204, None
        if kind == "metadata" and method == "DELETE":
            self._items.pop(name, None)
            return 204, None
        if method == "LIST" and (kind == "metadata" or (kind == "detailed-metadata" and paging)):
            return self._list(name, query if paging else {}, detailed=kind != "metadata")
        raise Refused(404, "1 error occurred:\n\t* unsupported path\n\n")

    def _versions(self, name: str) -> list[dict[str, t.Any]]:
        if name not in self._items:
            raise Refused(404)
        return self._items[name]

    def _write(self, name: str, body: dict[str, t.Any]) -> Answer:
        data = body.get("data")
        if not isinstance(data, dict):
            raise Refused(400, "no data provided")
        versions = self._items.get(name, [])
        cas = body.get("options", {}).get("cas")
        if cas is not None and cas != len(versions):
            raise Refused(400, "check-and-set parameter did not match the current version")
        self._items[name] = [*versions, {"data": data, "created_time": _now(), "deletion_time": "", "destroyed": False}]
        return 200, {"data": self._about(name, len(versions) + 1)}

    def _about(self, name: str, version: int) -> dict[str, t.Any]:
        found = self._items[name][version - 1]
        return {
            "version": version,
            "created_time": found["created_time"],
            "deletion_time": found["deletion_time"],
            "destroyed": found["destroyed"],
            "custom_metadata": None,
        }

    def _read(self, name: str) -> Answer:
        versions = self._versions(name)
        if not versions:
            raise Refused(404)
        last = versions[-1]
        data = None if last["deletion_time"] else last["data"]
        found = {"data": {"data": data, "metadata": self._about(name, len(versions))}}
        return (404 if data is None else 200), found

    def _delete(self, name: str, numbers: list[int]) -> Answer:
        versions = self._items.get(name, [])
        for number in map(int, numbers):
            if 1 <= number <= len(versions) and not versions[number - 1]["deletion_time"]:
                versions[number - 1]["deletion_time"] = _now()
        return 204, None

    def _metadata(self, name: str) -> dict[str, t.Any]:
        versions = self._versions(name)
        kept = ("created_time", "deletion_time", "destroyed")
        return {
            "current_version": len(versions),
            "versions": {str(n): {key: v[key] for key in kept} for n, v in enumerate(versions, 1)},
        }

    def _list(self, folder: str, query: t.Mapping[str, str], *, detailed: bool) -> Answer:
        start = f"{folder.rstrip('/')}/" if folder.rstrip("/") else ""
        below = [name.removeprefix(start) for name in self._items if name.startswith(start)]
        keys = sorted({name if "/" not in name else name.partition("/")[0] + "/" for name in below})
        keys = [key for key in keys if key > query.get("after", "")]
        if (limit := int(query.get("limit", 0))) > 0:
            keys = keys[:limit]
        if not keys:
            raise Refused(404)
        found: dict[str, t.Any] = {"keys": keys}
        if detailed:
            found["key_info"] = {key: self._metadata(start + key) for key in keys if not key.endswith("/")}
        return 200, {"data": found}


class Aws:
    """The AWS secrets engine (API, "AWS secrets engine"), at ``aws``, and the leases of its keys.

    :param facts: of the fake AWS
    """

    DURATION = 3600

    def __init__(self, facts: t.Mapping[str, t.Any]) -> None:
        self._facts = facts
        self.leases: dict[str, str] = {}
        """The access key of each lease that is not revoked."""
        self.renewed: list[str] = []
        self._users: dict[str, str] = {}
        self.secrets: list[str] = []

    def _client(self, service: str) -> t.Any:
        import boto3

        return boto3.client(
            service,
            region_name="us-east-1",
            aws_access_key_id=self._facts["access_key"],
            aws_secret_access_key=self._facts["secret_key"],
            endpoint_url=self._facts["url"],
        )

    def answer(self, method: str, path: str, query: t.Mapping[str, str], body: dict[str, t.Any]) -> Answer:
        kind, _slash, role = path.partition("/")
        given = {**query, **body}
        if method not in ("GET", "POST", "PUT"):
            raise Refused(405, "unsupported operation")
        if kind == "sts":
            return 200, self._session(role, given)
        if kind == "creds" and role == "user":
            if unknown := set(given):
                raise Refused(400, f"unexpected {sorted(unknown)}")
            user = f"vault-{uuid.uuid4().hex}"
            self._client("iam").create_user(UserName=user)
            key = self._client("iam").create_access_key(UserName=user)["AccessKey"]
            self._users[key["AccessKeyId"]] = user
            data = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"], "security_token": None}
            return 200, self._leased(f"aws/creds/{role}", data, renewable=True)
        if kind == "static-creds" and role == "static":
            key = self._facts["second_key"]
            data = {"access_key": key["access_key"], "secret_key": key["secret_key"]}
            return 200, {"lease_id": "", "lease_duration": 0, "renewable": False, "data": data}
        raise Refused(400, f"Role '{role}' not found")

    def _session(self, role: str, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        if unknown := set(given) - {"ttl", "role_arn", "role_session_name"}:
            raise Refused(400, f"unexpected {sorted(unknown)}")
        if role not in self._facts["roles"] and role != "federated":
            raise Refused(400, f"Role '{role}' not found")
        seconds = int(str(given.get("ttl") or self.DURATION).removesuffix("s"))
        client = self._client("sts")
        if role == "federated":
            response = client.get_session_token(DurationSeconds=seconds)
        else:
            arn = self._facts["roles"][role]
            response = client.assume_role(RoleArn=arn, RoleSessionName="vault-octo", DurationSeconds=seconds)
        keys = response["Credentials"]
        data = {
            "access_key": keys["AccessKeyId"],
            "secret_key": keys["SecretAccessKey"],
            "security_token": keys["SessionToken"],
            "session_token": keys["SessionToken"],
            "ttl": seconds,
        }
        return self._leased(f"aws/sts/{role}", data, renewable=False, seconds=seconds)

    def _leased(
        self, path: str, data: dict[str, t.Any], *, renewable: bool, seconds: int = DURATION
    ) -> dict[str, t.Any]:
        lease = f"{path}/{uuid.uuid4().hex}"
        self.leases[lease] = data["access_key"]
        self.secrets += [data["secret_key"], *filter(None, [data.get("security_token")])]
        return {"lease_id": lease, "lease_duration": seconds, "renewable": renewable, "data": data}

    def lease(self, method: str, action: str, body: dict[str, t.Any]) -> Answer:
        """Renew or revoke a lease."""
        lease = str(body.get("lease_id") or "")
        if method not in ("POST", "PUT") or not lease:
            raise Refused(400, "missing lease_id")
        if action == "renew":
            if lease not in self.leases:
                raise Refused(400, "lease not found")
            if "/sts/" in lease:
                raise Refused(400, "lease is not renewable")
            self.renewed.append(lease)
            return 200, {"lease_id": lease, "lease_duration": self.DURATION, "renewable": True}
        if action == "revoke":
            key = self.leases.pop(lease, "")
            if "/creds/" in lease and key:
                self._client("iam").delete_access_key(UserName=self._users[key], AccessKeyId=key)
            return 204, None
        raise Refused(404, "unsupported path")
