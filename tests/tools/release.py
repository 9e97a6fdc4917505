# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cut the release that ``galaxy.yml`` names.

    python tests/tools/release.py [--date DATE]

The fragments become the changelog, and the package is built below ``.work/release``. Until the release is tagged, this
can be repeated with fragments that were added later.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import re
import sys
from pathlib import Path

from environment import CHECKOUT, WORK, Ended, Environment, default_core, prepare

PACKAGES = WORK / "release"


def main() -> int:
    """Write the changelog, build the package, and print the commands that are left."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--date", type=datetime.date.fromisoformat, default=datetime.date.today())
    date = parser.parse_args().date
    version = _read_version()
    environment = prepare(default_core())
    _write_changelog(environment, date)
    package = _build(prepare(default_core()), version)
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    print(f"""
Cut {version} of {date}: CHANGELOG.md, CHANGELOG.rst and changelogs/changelog.yaml.
Built {package.relative_to(CHECKOUT)}, SHA-256 {digest}.

What is left, once all checks have passed on this commit:

    git add --all CHANGELOG.* changelogs galaxy.yml && git commit --message "Release {version}"
    git tag --annotate {version} --message "octo.aws {version}" && git push origin main {version}
    ansible-galaxy collection publish {package.relative_to(CHECKOUT)}

CONTRIBUTING.md has the whole list.""")
    return 0


def _read_version() -> str:
    [version] = re.findall(r"^version: (\S+)$", (CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        release = version.partition("-")[0]
        sys.exit(f"{version} in galaxy.yml is not the version of a release. Write {release} there.")
    return str(version)


def _write_changelog(environment: Environment, date: datetime.date) -> None:
    command = ("antsibull-changelog", "release", "--date", str(date), "--update-existing", "--reload-plugins")
    _must(environment.run(*command, cwd=CHECKOUT))
    # A cache of the documentation of plugins, which is read again each time.
    (CHECKOUT / "changelogs" / ".plugin-cache.yaml").unlink(missing_ok=True)
    _must(environment.run("antsibull-changelog", "lint", cwd=CHECKOUT))


def _build(environment: Environment, version: str) -> Path:
    """Build the copy of the checkout, which has no file that git ignores."""
    PACKAGES.mkdir(exist_ok=True)
    command = ("ansible-galaxy", "collection", "build", "--force", "--output-path", str(PACKAGES))
    _must(environment.run(*command, str(environment.collection)))
    return PACKAGES / f"octo-aws-{version}.tar.gz"


def _must(ended: Ended) -> None:
    if ended.returncode:
        sys.exit(f"{' '.join(ended.command)} failed.")


if __name__ == "__main__":
    sys.exit(main())
