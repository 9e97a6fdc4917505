# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays a scene: runs its commands at a pseudo-terminal, in an empty home folder, with the local AWS."""

from __future__ import annotations

import os
import re
import subprocess
import termios
import time
import typing as t
from pathlib import Path

import pexpect
import scenes
from fixed_values import USER, FixedValues
from timeline import COLUMNS, ENTER, READING, Timeline

SECONDS = 120
"""How long a program may take until its next prompt, or its end."""
SETTLE = 0.5
"""Seconds before an answer: Ansible discards what is typed before it listens."""
_LOCAL_MODES = 3
"""Where ``tcgetattr`` has them."""
PROMPT = "\x1b[34m$\x1b[0m "
_PASSED_ON = ("PATH", "ANSIBLE_COLLECTIONS_PATH", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")


class SceneError(Exception):
    """A command did something else than the scene expects."""


class Player:
    """Plays one scene.

    :param facts: of the local AWS
    :param home: an empty folder
    """

    def __init__(self, scene: scenes.Scene, facts: dict[str, t.Any], home: Path) -> None:
        self._scene = scene
        self._home = home
        self._secrets = [value for name, value in scenes.flat(facts).items() if name.endswith("secret_key")]
        self._fixed = FixedValues(str(home), os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0])
        self._timeline = Timeline()
        self._environment = {
            **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            "HOME": str(home),
            "USER": USER,
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "NO_PROXY": "*",
            "AWS_ENDPOINT_URL": facts["url"],
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": facts["url"],
            # An ansible.cfg of the machine would be read.
            "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        }
        self._environment["PATH"] = os.pathsep.join([str(home / ".local" / "bin"), os.environ["PATH"]])

    def play(self) -> Timeline:
        """Run all commands of the scene.

        :raises SceneError: a command did something else than the scene expects
        """
        self._write("ansible.cfg", "")
        for name, content in self._scene.files.items():
            self._write(name, content)
        for command in self._scene.before:
            done = self._run_unseen(command)
            if done.returncode:
                raise SceneError(f"{self._scene.name}: {command} failed:\n{done.stdout}")
        for shown in self._scene.commands:
            self._timeline.output(PROMPT)
            self._timeline.wait(READING)
            self._timeline.type(shown.command)
            self._timeline.output("\r\n")
            self._timeline.wait(READING)
            output = self._run(shown)
            self._check(shown, output)
            self._timeline.wait(round(shown.hold * 1000))
        self._timeline.output(PROMPT)
        return self._timeline

    def _write(self, name: str, content: str) -> None:
        path = self._home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_text(content, encoding="utf-8")

    def _run_unseen(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self._home,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def _run(self, shown: scenes.Command) -> str:
        child = pexpect.spawn(
            "bash",
            ["--noprofile", "--norc", "-c", shown.command],
            cwd=str(self._home),
            env=self._environment,
            dimensions=(self._scene.rows, COLUMNS),
            encoding="utf-8",
            timeout=SECONDS,
        )
        output = ""
        try:
            for answer in shown.answers:
                child.expect(rf"{re.escape(answer.prompt)}[^\r\n]*: ")
                output += self._show(child.before + child.after)
                self._timeline.wait(READING)
                if answer.hidden and not child.waitnoecho(SECONDS):
                    raise SceneError(f"{self._scene.name}: The terminal would show what is typed at {answer.prompt!r}.")
                time.sleep(SETTLE)
                if answer.hidden:
                    self._timeline.wait(ENTER)
                else:
                    self._wait_until_read(child)
                    child.send(answer.type)
                    # Until here, nothing but the echo.
                    child.expect_exact(answer.type)
                    output += child.before + child.after
                    self._timeline.type(self._fixed.replace(answer.type))
                child.send(f"{answer.type}\r" if answer.hidden else "\r")
            child.expect(pexpect.EOF)
            output += self._show(child.before)
        except (pexpect.EOF, pexpect.TIMEOUT):
            message = f"{self._scene.name}: {shown.command} did not prompt as expected, or did not end:"
            raise SceneError(f"{message}\n{child.before}") from None
        finally:
            child.close(force=True)
        code = child.exitstatus if child.signalstatus is None else -child.signalstatus
        if code != shown.exit_code:
            raise SceneError(f"{self._scene.name}: {shown.command} ended with {code}:\n{output}")
        return output

    def _wait_until_read(self, child: pexpect.spawn[str]) -> None:
        """Wait until Ansible reads keys, for which it switches lines off. What is typed before is discarded."""
        until = time.monotonic() + SECONDS
        while termios.tcgetattr(child.child_fd)[_LOCAL_MODES] & termios.ICANON:
            if time.monotonic() > until:
                raise SceneError(f"{self._scene.name}: Ansible does not read keys.")
            time.sleep(0.05)
        time.sleep(SETTLE)

    def _show(self, text: str) -> str:
        self._timeline.output(self._fixed.replace(text))
        return text

    def _check(self, shown: scenes.Command, output: str) -> None:
        bare = " ".join(output.split())
        for text in shown.expect:
            if text not in bare:
                raise SceneError(f"{self._scene.name}: {shown.command} did not print {text!r}:\n{output}")
        for secret in self._secrets:
            if secret in output:
                raise SceneError(f"{self._scene.name}: {shown.command} showed a secret.")
