# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compares what the collection needs from PyPI with the advisories that are known of it.

    python tests/tools/audit.py [--update]

What it needs is ansible-core and requirements.txt, with all that these need in turn, in the versions that are installed
for the Python that runs this. Advisories are those of U(https://osv.dev) as of now, which has those of PyPI and of
GitHub. Where the service cannot be reached, they are those of ``advisories.toml``, as of the day that is written there.
The output says which of the two it was, and which packages the package index has newer releases of.

Whoever is asked is first asked about releases that are known to be bad. Who knows of none is of no use, and the audit
fails. ``--update`` writes ``advisories.toml`` anew. What ``tool.audit.accepted`` of ``pyproject.toml`` names, with the
reason why it does not concern the collection, is shown and does not count.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import os
import subprocess
import sys
import tomllib
import typing as t
import urllib.request
from importlib.metadata import distribution, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

CHECKOUT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).with_name("advisories.toml")
SERVICE = os.environ.get("OSV_URL") or "https://api.osv.dev"
TIMEOUT = 10

KNOWN_TO_BE_BAD = {"jinja2": "3.1.5", "urllib3": "2.6.2", "cryptography": "44.0.0"}
"""Each has an advisory that is in both sources."""


@dataclasses.dataclass(frozen=True)
class Advisory:
    """What is known of some releases of a package.

    :param ranges: the first release of each range, and the first one that is well again; empty where there is none
    :param releases: others that are concerned, by name
    """

    package: str
    id: str
    aliases: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]
    releases: tuple[str, ...] = ()

    def concerns(self, package: str, release: str) -> bool:
        """Whether it is about this release."""
        if package != self.package:
            return False
        there = Version(release)
        return release in self.releases or any(
            Version(first) <= there and (not fixed or there < Version(fixed)) for first, fixed in self.ranges
        )

    def __str__(self) -> str:
        fixed = ", ".join(end for _first, end in self.ranges if end) or "no release yet"
        return f"{' '.join([self.id, *self.aliases])}, mended in {fixed}: https://osv.dev/vulnerability/{self.id}"


def needed() -> dict[str, str]:
    """The installed version of each package that is needed, by its name."""
    lines = (CHECKOUT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    waiting = [Requirement("ansible-core"), *(Requirement(line) for line in lines if line and line[0] != "#")]
    found: dict[str, str] = {}
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        # Nothing extra was asked for.
        if name not in found and (not requirement.marker or requirement.marker.evaluate({"extra": ""})):
            found[name] = version(name)
            waiting += [Requirement(line) for line in distribution(name).requires or ()]
    return dict(sorted(found.items()))


def advisories_of_service(packages: t.Iterable[str]) -> list[Advisory]:
    """All that the service has on these packages, whatever the release.

    :raises OSError: it cannot be reached
    """
    found = []
    for package in packages:
        question: dict[str, t.Any] = {"package": {"name": package, "ecosystem": "PyPI"}}
        while True:
            request = urllib.request.Request(f"{SERVICE}/v1/query", json.dumps(question).encode())
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                told = json.load(answer)
            found += [_advisory(package, entry) for entry in told.get("vulns", ()) if "withdrawn" not in entry]
            if not told.get("next_page_token"):
                break
            question["page_token"] = told["next_page_token"]
    return found


def _advisory(package: str, entry: dict[str, t.Any]) -> Advisory:
    """An entry in the format of OSV (https://ossf.github.io/osv-schema)."""
    ranges: list[tuple[str, str]] = []
    releases: list[str] = []
    for affected in entry["affected"]:
        if canonicalize_name(affected.get("package", {}).get("name", "")) != package:
            continue
        releases += affected.get("versions", ())
        for one in affected.get("ranges", ()):
            if one["type"] != "ECOSYSTEM":
                continue  # commits
            first = ""
            for event in one["events"]:
                if "introduced" in event:
                    first = event["introduced"]
                elif "fixed" in event:
                    ranges.append((first, event["fixed"]))
                    first = ""
            # The last release that is concerned may be named; then all of them are, one by one.
            if first and not any("last_affected" in event for event in one["events"]):
                ranges.append((first, ""))
    return Advisory(package, entry["id"], tuple(entry.get("aliases", ())), tuple(ranges), tuple(releases))


def kept_advisories() -> tuple[list[Advisory], str]:
    """Those of ``advisories.toml``, and what it says about them."""
    kept = tomllib.loads(KEPT.read_text(encoding="utf-8"))
    found = [
        Advisory(
            entry["package"],
            entry["id"],
            tuple(entry["aliases"]),
            tuple((one["introduced"], one.get("fixed", "")) for one in entry["ranges"]),
            tuple(entry.get("releases", ())),
        )
        for entry in kept["advisory"]
    ]
    days = (datetime.datetime.now(datetime.timezone.utc).date() - kept["day"]).days
    return found, f"{KEPT.name} of {kept['day']} ({kept['source']}), which is {days} days old"


def accepted_advisories() -> dict[str, str]:
    """Why an advisory does not concern the collection, by its name."""
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    return {str(name): str(reason) for name, reason in settings["tool"]["audit"]["accepted"].items()}


def keep(advisories: t.Iterable[Advisory]) -> None:
    """Write ``advisories.toml`` anew, below the comments at its head."""
    head = KEPT.read_text(encoding="utf-8").partition("\nday = ")[0].rstrip("\n")
    today = datetime.datetime.now(datetime.timezone.utc).date()
    lines = [head, "", f"day = {today}", f'source = "{SERVICE}"']
    for one in sorted(advisories, key=lambda one: (one.package, one.id)):
        ranges = ", ".join(
            "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in _named(first, fixed).items()) + " }"
            for first, fixed in one.ranges
        )
        lines += ["", "[[advisory]]", f"package = {json.dumps(one.package)}", f"id = {json.dumps(one.id)}"]
        lines += [f"aliases = {json.dumps(one.aliases)}", f"ranges = [{ranges}]"]
        lines += [f"releases = {json.dumps(one.releases)}"] if one.releases else []
    KEPT.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _named(first: str, fixed: str) -> dict[str, str]:
    return {"introduced": first, **({"fixed": fixed} if fixed else {})}


def newer_releases(packages: dict[str, str]) -> dict[str, str] | None:
    """The releases that pip would install in place of those that are there; ``None`` where no index can be reached."""
    core = Version(packages["ansible-core"])
    # Of this core's line. Where it is a release candidate, this asks for those of the core, and for no others.
    line = f"ansible-core>={core},<{core.major}.{core.minor}.999"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--upgrade", "--report", "-"]
    command += ["--upgrade-strategy", "eager", "-r", str(CHECKOUT / "requirements.txt"), line]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    planned = [entry["metadata"] for entry in json.loads(done.stdout)["install"]]
    return {canonicalize_name(entry["name"]): entry["version"] for entry in planned}


def main() -> int:
    """Print what is known; 1 when anything is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true", help="write advisories.toml anew, from osv.dev")
    options = parser.parse_args()
    packages = needed()
    try:
        advisories = advisories_of_service(packages)
        source = f"{SERVICE}, as of now"
    except (OSError, ValueError) as error:
        # No answer, or not that of osv.dev.
        if options.update:
            sys.exit(f"{SERVICE} cannot be reached: {error}")
        advisories, kept = kept_advisories()
        source = f"{kept}, since {SERVICE} cannot be reached"
    for package, release in KNOWN_TO_BE_BAD.items():
        if not any(one.concerns(package, release) for one in advisories):
            sys.exit(f"The source does not know that {package} {release} is bad, and is of no use: {source}")
    if options.update:
        keep(advisories)
    known = [(name, one) for name, release in packages.items() for one in advisories if one.concerns(name, release)]
    accepted = accepted_advisories()
    for name, one in known:
        reason = accepted.get(one.id)
        print(f"audit: {name} {packages[name]}: {one}{f' (accepted: {reason})' if reason else ''}")
    print(f"audit: {len(packages)} packages, advisories about them: {len(known)}; by {source}.")
    newer = newer_releases(packages)
    if newer is None:
        print("audit: the package index cannot be reached, so that nobody knows which packages have newer releases.")
    else:
        told = ", ".join(f"{name} {release}" for name, release in newer.items() if name in packages)
        print(f"audit: newer than what is installed, the package index has {told or 'nothing'}.")
    return int(any(one.id not in accepted for _name, one in known))


if __name__ == "__main__":
    sys.exit(main())
