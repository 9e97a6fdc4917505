#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
source ../setup_fake_aws/start.sh
# More than CloudFormation takes with a request, and what is no text.
mkdir "${work}/files"
python -c 'print("# " + 51_200 * "x")' >"${work}/files/large.yml"
printf '\xff\xfe' >"${work}/files/binary.yml"
python -c 'print("# " + 60_000 * "x")' >"${work}/files/stored.yml"
printf 'Resources: {Alerts: {Type: AWS::SNS::Topic}}\n' >>"${work}/files/stored.yml"
python -c 'print("# " + 1_000_000 * "x")' >"${work}/files/huge.yml"
cat >"${work}/files/cli.json" <<'END'
[{"ParameterKey": "Bucket", "ParameterValue": "from-cli"}]
END
cat >"${work}/files/pipeline.yml" <<'END'
Parameters: {Bucket: from-pipeline}
Tags: {team: a}
StackPolicy: {Statement: [{Effect: Allow, Action: "Update:*", Principal: "*", Resource: "*"}]}
END
printf -- '- ParameterKey: Bucket\n  Value: hidden-value\n' >"${work}/files/wrong.yml"
for cases in change_sets stacks failures interruptions options stack_sets; do
    ansible-playbook cloudformation.yml "${extra_vars[@]}" -e "@cases_${cases}.yml" "$@"
done
