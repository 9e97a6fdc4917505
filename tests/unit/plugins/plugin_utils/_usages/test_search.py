# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Usages: each way to name an account is found with its line, and no file breaks the search."""

from __future__ import annotations

import os

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._command.process_command import account_of_command
from ansible_collections.octo.aws.plugins.plugin_utils._usages import search as searching
from ansible_collections.octo.aws.plugins.plugin_utils._usages.search import search

PLAYBOOK = """- hosts: workers
  vars:
    aws_steps_account: prod
    other: "{{ lookup('octo.aws.creds', 'dev', 'stage') }}"
    secret: !vault |
      $ANSIBLE_VAULT;1.1;AES256
      lookup('octo.aws.creds', 'hidden')
  module_defaults:
    group/octo.aws.work: {account: defaults}
    group/octo.aws.aws:
      store: /srv/accounts
  tasks:
    - octo.aws.aws_script:
        account: script
        command: octo-aws exec inner -- terraform apply
    - octo.aws.aws_account: {name: saved, state: absent}
    - name: other
      community.general.thing:
        account: foreign
        name: foreign
    - ansible.builtin.include_role: {name: octo.aws.aws_steps}
      vars:
        aws_steps_run:
          - name: Deploy
            account: step
            script: {command: "x"}
          - name: Other
            account: "{{ stage }}"
          - name: No account
            account: null
            cloudformation_stack:
              parameters: {account: parameter}
    - ansible.builtin.debug:
        msg: |
          one
          {{ query("octo.aws.ecr", 'block') }} and {{ lookup('octo.aws.creds', 'a' ~ 'b') }}
    - ansible.builtin.command: python -m ansible_collections.octo.aws.plugins.plugin_utils.eks_token cluster-account --x
"""
CONFIG = """[default]
region = eu-central-1
[profile prod]
credential_process = /usr/bin/python3 -m ansible_collections.octo.aws.plugins.plugin_utils.credential_process web/prod
[profile other]
credential_process = /opt/other prod
"""


def _account(command):
    named = account_of_command(command)
    return named.account if named else None


def _search(*paths):
    found = search([str(path) for path in paths], _account)
    return [(usage.name, usage.line, usage.usage) for _path, usage in found.usages], found.unread


def test_everything_that_names_an_account(tmp_path):
    (tmp_path / "deploy.yml").write_text(PLAYBOOK)
    usages, unread = _search(tmp_path)
    assert unread == []
    assert usages == [
        ("prod", 3, "aws_steps_account"),
        ("dev", 4, "octo.aws.creds"),
        ("stage", 4, "octo.aws.creds"),
        ("defaults", 9, "group/octo.aws.work"),
        ("script", 14, "octo.aws.aws_script"),
        ("inner", 15, "octo-aws"),
        ("saved", 16, "octo.aws.aws_account"),
        ("step", 25, "aws_steps_run"),
        ("block", 36, "octo.aws.ecr"),
        ("cluster-account", 37, "eks_token"),
    ]


def test_inventories_templates_scripts_and_profiles(tmp_path):
    inventory = "[workers]\nw1 aws_steps_account=prod ansible_host=w1\nw2 aws_steps_account='two words'\n"
    (tmp_path / "hosts").write_text(inventory)
    (tmp_path / "run.sh").write_text("#!/bin/sh\nocto-aws exec --region=eu-west-1 prod -- ls\nocto-aws list\n")
    (tmp_path / "app.conf.j2").write_text("key={{ lookup('octo.aws.creds', 'prod').access_key }}\n")
    (tmp_path / "config").write_text(CONFIG)
    (tmp_path / "vars.json").write_text('{\n\t"aws_steps_account": "tabs",\n\t"x": "octo-aws exec json -- ls"}')
    usages, unread = _search(tmp_path)
    assert unread == []
    assert usages == [
        ("prod", 1, "octo.aws.creds"),
        ("web/prod", 4, "profile prod"),
        ("prod", 2, "aws_steps_account"),
        ("two words", 3, "aws_steps_account"),
        ("prod", 2, "octo-aws"),
        ("tabs", 2, "aws_steps_account"),
        ("json", 3, "octo-aws"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"$ANSIBLE_VAULT;1.1;AES256\n6162", "is encrypted with Ansible Vault"),
        (b"a: [1, 2\nb: {", "is not valid YAML (line 2)"),
        (b"\xff\xfe\0a", "is not a text file"),
        (b"a: 1\0", "is not a text file"),
        (b"[" * 300 + b"]" * 300, "has more than 200 levels"),
        (b"[" * 100_000, "is not valid YAML"),
        (b"a: " + b"x" * 1_100_000, "has more than 1048576 bytes"),
        (b"a: \x07", "is not valid YAML"),
    ],
)
def test_files_that_cannot_be_searched_are_listed(tmp_path, content, reason):
    (tmp_path / "a.yml").write_bytes(content)
    (tmp_path / "b.yml").write_text("aws_steps_account: prod\n")
    usages, unread = _search(tmp_path)
    assert usages == [("prod", 1, "aws_steps_account")]
    assert len(unread) == 1
    assert unread[0][0] == str(tmp_path / "a.yml")
    assert unread[0][1].startswith(reason)


def test_a_bomb_of_aliases_and_recursive_ones(tmp_path):
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    (tmp_path / "bomb.yml").write_text(bomb + "loop: &l {self: *l, <<: *a1}\naws_steps_account: prod\n*a0 : x\n")
    assert _search(tmp_path) == ([("prod", 62, "aws_steps_account")], [])


def test_links_pipes_and_skipped_folders(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "back").symlink_to(tmp_path)
    (tmp_path / "self.yml").symlink_to(tmp_path / "self.yml")
    os.mkfifo(tmp_path / "pipe.yml")
    for folder in (".git", "node_modules", "venv"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yml").write_text("aws_steps_account: skipped\n")
    (tmp_path / "venv" / "pyvenv.cfg").write_text("")
    (tmp_path / "real.yml").write_text("aws_steps_account: prod\n")
    (tmp_path / "link.yml").symlink_to(tmp_path / "real.yml")
    usages, unread = _search(tmp_path, tmp_path / "real.yml")
    assert usages == [("prod", 1, "aws_steps_account")]
    assert [path for path, _reason in unread] == [str(tmp_path / "self.yml")]


def test_the_limit_of_files(tmp_path, monkeypatch):
    monkeypatch.setattr(searching, "MOST_FILES", 2)
    for number in range(4):
        (tmp_path / f"{number}.yml").write_text("aws_steps_account: prod\n")
    usages, unread = _search(tmp_path)
    assert len(usages) == 2
    assert unread == [(str(tmp_path), "has more than 2 files with those before it")]


def test_a_path_that_does_not_exist(tmp_path):
    with pytest.raises(OctoAwsError, match="nowhere") as caught:
        _search(tmp_path / "nowhere")
    assert caught.value.code is ErrorCode.OPTION_INVALID


def test_templates_are_not_names(tmp_path):
    (tmp_path / "a.yml").write_text(
        "aws_steps_account: '{{ x }}'\nb: \"{{ lookup('octo.aws.creds', name) }}\"\nc: octo-aws exec $NAME -- x\n"
    )
    assert _search(tmp_path)[0] in ([], [("$NAME", 3, "octo-aws")])
