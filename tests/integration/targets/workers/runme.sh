#!/usr/bin/env bash
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# shellcheck source-path=SCRIPTDIR disable=SC1091
export registry="${registry:-$(mktemp -d)}"
source fleet.sh
trap 'end_workers; rm -rf "${registry}"' EXIT

# Both versions of the AWS CLI are used.
aws --version | grep '^aws-cli/1[.]'
/usr/bin/aws --version | grep '^aws-cli/2[.]'

# who ACCOUNT EXPECTED OPTION...: who a script is on both workers.
who() {
    echo "  $*"
    play who.yml -e "account=$1" -e "expected=$2" "${@:3}"
}
# Whether ansible-core removed what it gave to tasks. For asynchronous ones, it looks every five seconds.
settled() {
    [ -z "$(find "${files[@]}" -name 'ansible-tmp-*')" ]
}
# A value that is in no file of the workers, and in nothing that they received.
not_there() {
    if grep --recursive "$1" "${received[@]}" "${files[@]}"; then
        exit 1
    fi
}
# What has "octo" in its name on the workers. Before all else, that is the path of this clone at most, which they see.
ours() {
    find "${files[@]}" -printf '%P\n' | { grep octo || true; } | sort
}
before="$(ours)"
own="assumed-role/HOST/i-"
deployed="assumed-role/deploy/"
deployer="user/deployer"
cache="*/.aws/cli/cache/*"

echo "The role of each worker, and no secret crosses the connection; nor with a role to assume from there"
forget
who "" "${own}"
who fleet "${own}"
who fleet_deploy "${deployed}"
python hops.py "${aws_url}" worker1 worker2
ANSIBLE_KEEP_REMOTE_FILES=1 who fleet_deploy "${deployed}" -e seconds=60
search nowhere "${received[@]}"
# The AWS CLI itself keeps sessions of roles that it assumed, as it does for every profile with a role.
search somewhere "${files[@]}"
search nowhere "${files[@]}" --but "${cache}"
rm -r "${work}"/worker?/files/home/worker?/.aws/cli

echo "All kinds of steps, with the role of each worker, and again with an account, where nothing has changed"
for worker in worker1 worker2; do
    python ../containers/images.py "${work}/${worker}/files/run"
done
forget
play work.yml -e "account="
search nowhere "${received[@]}"
play work.yml -e account=prod_deploy --limit worker1
search nowhere "${files[@]}"
forget

echo "Parameters in the environment of a script, with the role of each worker"
play sourced.yml -e account=
search nowhere "${received[@]}"
not_there canary-of-workers
forget

echo "The test of an account takes the role of the worker, and the record stays here"
play tested.yml
search nowhere "${received[@]}" "${files[@]}"
[ "$(ours)" = "${before}" ] || { find "${files[@]}" && exit 1; }

echo "A worker with a web identity and an instance role: the first one, and hops from it, and nothing if it fails"
forget
web=arn:aws:iam::123456789012:role/web
who "" assumed-role/web/ -e place=pods -e "web=${web}"
who fleet assumed-role/web/ -e place=pods -e "web=${web}"
who fleet_after_web assumed-role/after_web/ -e place=pods
# The AWS CLI would use the sessions that it keeps.
rm -r "${work}/worker3/files/home/worker3/.aws/cli"
play pods.yml
python hops.py "${aws_url}" web

echo "Keys, which are the same everywhere, are in the script and nowhere else"
while IFS=: read -r account expected; do
    forget
    who "${account}" "${expected}"
    # Here they must be. What finds them finds them elsewhere, too.
    search somewhere "${work}/worker1/received"
    search somewhere "${work}/worker2/received"
    search nowhere "${files[@]}"
done <<END
prod:${deployer}
prod_deploy:${deployed}
END
ANSIBLE_KEEP_REMOTE_FILES=1 who prod_deploy "${deployed}" -e "clis={{ [version1] }}"
ANSIBLE_KEEP_REMOTE_FILES=1 play kept.yml -e account=prod_deploy
ANSIBLE_KEEP_REMOTE_FILES=1 play sourced.yml -e account=prod_deploy
not_there canary-of-workers
search nowhere "${files[@]}"
rm -r "${work}"/worker?/files/home/worker?/.ansible
who prod "${deployer}" -e seconds=60
who prod_deploy "${deployed}" -e seconds=60
wait_for settled
search nowhere "${files[@]}"

echo "All clients of a file of tasks, with keys that are in memory only"
for pipelining in false true; do
    ANSIBLE_PIPELINING="${pipelining}" play steps.yml -e account=prod -e "expected=${deployer}"
    ANSIBLE_PIPELINING="${pipelining}" play steps.yml -e account=prod_deploy -e "expected=${deployed}"
    search nowhere "${files[@]}"
done

echo "While the script runs, and when it shows what it has, and fails"
for pipelining in false true; do
    ANSIBLE_PIPELINING="${pipelining}" play slow.yml -e account=prod_deploy &
    slow="$!"
    for worker in worker1 worker2; do
        wait_for test -e "${work}/${worker}/files/home/${worker}/started"
    done
    python processes.py "${work}/given.json" 2
    search nowhere "${files[@]}"
    touch "${work}/worker1/files/home/worker1/go" "${work}/worker2/files/home/worker2/go"
    wait "${slow}"
    passed=$((passed + 2))
done

echo "A script outlives its session"
play long.yml -e "faketime=$(echo /usr/lib/*/faketime/libfaketime.so.1)"
rm -r "${work}/worker1/files/home/worker1/.aws/cli"

echo "Ansible says nothing of it"
search nowhere "${work}/logs"
echo "${passed} passed"
