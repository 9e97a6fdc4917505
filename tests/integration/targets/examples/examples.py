# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make playbooks of the examples that ansible-doc shows: python examples.py FOLDER."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml

PREPARE = """
- name: What the examples take for granted
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Accounts
      octo.aws.aws_account:
        name: "{{ item }}"
        access_key: "{{ aws.access_key }}"
        secret_key: "{{ aws.secret_key }}"
        region: eu-central-1
      loop: [prod, staging]

    - name: A store to copy from
      octo.aws.aws_account:
        name: web-1
        access_key: "{{ aws.access_key }}"
        secret_key: "{{ aws.secret_key }}"
        store: "{{ playbook_dir }}/accounts"

    - name: A cluster
      ansible.builtin.assert:
        that: lookup('fake_aws', 'ecs', cluster) == {}
      vars:
        cluster:
          make:
            cluster: shop
            definitions:
              - {family: web, containerDefinitions: [{name: app, image: "web:1", memory: 128}]}
              - family: migrations
                networkMode: awsvpc
                containerDefinitions: [{name: app, image: "web:1", memory: 128}]
            services: [{name: web, definition: web}]

    - name: The role of a function
      amazon.aws.iam_role:
        name: orders
        assume_role_policy_document:
          Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: lambda.amazonaws.com}}
      module_defaults:
        group/amazon.aws.aws: "{{ lookup('octo.aws.creds', 'prod') }}"

    - name: The folder of its code
      ansible.builtin.file:
        path: "{{ playbook_dir }}/orders"
        state: directory
        mode: "0755"

    - name: Its code
      ansible.builtin.copy:
        dest: "{{ playbook_dir }}/orders/app.py"
        content: "def handler(event, context): return event"
        mode: "0644"

    - name: Parameters and secrets of an application
      octo.aws.aws_script:
        account: prod
        script: |
          set -e
          aws ssm put-parameter --overwrite --name /app/prod/db/host --type String --value db.example.com
          aws secretsmanager describe-secret --secret-id partners && exit 0
          aws secretsmanager create-secret --name app/prod --secret-string '{"password": "canary-password"}'
          aws secretsmanager create-secret --name partners --secret-string '{"api-key": "canary-key"}'

    - name: The instances of a command
      ansible.builtin.assert:
        that: "lookup('fake_aws', 'command', {'instances': ['i-0123456789abcdef0']}) == {}"

    - name: Profiles
      ansible.builtin.copy:
        dest: "{{ lookup('env', 'AWS_CONFIG_FILE') }}"
        content: |
          [profile base]
          aws_access_key_id = {{ aws.access_key }}
          aws_secret_access_key = {{ aws.secret_key }}

          [profile deploy]
          role_arn = {{ aws.roles.deploy }}
          source_profile = base
        mode: "0600"
"""
PLAY = {"name": "The examples", "hosts": "localhost", "gather_facts": False}

folder = Path(sys.argv[1])
for source in ("creds", "modules"):
    for name, plugin in json.loads((folder / f"{source}.json").read_text(encoding="utf-8")).items():
        examples = yaml.safe_load(plugin["examples"])
        assert examples, name
        if "hosts" not in examples[0]:
            values = {"prod_access_key": "{{ aws.access_key }}", "prod_secret_key": "{{ aws.secret_key }}"}
            examples = [{**PLAY, "vars": values, "tasks": examples}]
        text = PREPARE + yaml.safe_dump(examples, sort_keys=False, allow_unicode=True)
        (folder / f"example-{name}.yml").write_text(text, encoding="utf-8")
