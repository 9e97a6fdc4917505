# shellcheck shell=bash disable=SC2154
# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Sourced: starts the workers, and makes an inventory of them. They reach the fake AWS under its real names.

umask 077
keys="${work}/keys"
mkdir "${keys}"
ssh-keygen -q -t ed25519 -N "" -f "${keys}/user"
venv="$(python -c 'import sys; print(sys.prefix)')"
base="$(python -c 'import sys; print(sys.base_prefix)')"

# What a worker may have of its own, and none of it is to be used.
inherited="AWS_PROFILE=nowhere AWS_ACCESS_KEY_ID=AKIAI44QH8DHBEXAMPLE AWS_SECRET_ACCESS_KEY=inherited \
    AWS_SESSION_TOKEN=inherited AWS_CONFIG_FILE=/broken AWS_DEFAULT_REGION=xx AWS_REGION=xx \
    AWS_ROLE_ARN=arn:aws:iam::123456789012:role/web AWS_BEARER_TOKEN_BEDROCK=inherited"

# start_worker NAME NUMBER VARIABLES: the variables of all its sessions.
start_worker() {
    local name="$1" number="$2" folder="${work}/$1"
    local run="${folder}/files/run"
    mkdir -p "${folder}/received" "${folder}"/files/{home,tmp,run,shm,var-tmp} "${run}/sshd" "${folder}/files/home/${name}/.aws"
    ssh-keygen -q -t ed25519 -N "" -f "${run}/host_key"
    cp "${keys}/user.pub" "${run}/authorized_keys"
    cp session.sh "${run}/session.sh"
    sed "s|^\(root:.*:\)/root:.*|\1/home/${name}:/bin/sh|" /etc/passwd >"${run}/passwd"
    echo "deploy:x:0:0::/home/${name}:/bin/sh" >>"${run}/passwd"
    { cat /etc/hosts && echo "10.0.${number}.1 ${sts}"; } >"${run}/hosts"
    cp "${work}/aws.json.crt" "${run}/ca.crt"
    chmod 644 "${run}/passwd" "${run}/hosts"
    chmod 755 "${folder}"/files/{home,run} "${run}/sshd"
    cat >"${run}/sshd_config" <<END
ListenAddress 10.0.${number}.2
HostKey /run/host_key
AuthorizedKeysFile /run/authorized_keys
PidFile none
UsePAM no
Subsystem sftp $(sftp_server)
ForceCommand /bin/bash /run/session.sh
SetEnv PATH=/usr/local/bin:/usr/bin:/bin AWS_CA_BUNDLE=/run/ca.crt AWS_METADATA_SERVICE_TIMEOUT=5 $3
END
    printf '[default]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = of-home\n' \
        >"${folder}/files/home/${name}/.aws/credentials"
    # It does not outlive this script, however that ends, and nothing of it does.
    setpriv --pdeathsig KILL unshare --net ./worker.sh "${name}" "${number}" "${folder}" "$$" "${venv}" "${base}" \
        2>"${folder}/log" &
    workers+=("$!")
    echo "10.0.${number}.2 $(cut -d ' ' -f 1,2 "${run}/host_key.pub")" >>"${keys}/known_hosts"
    echo "${name} ansible_host=10.0.${number}.2" >>"${work}/inventory"
}

sftp_server() {
    local path
    for path in /usr/lib/openssh/sftp-server /usr/libexec/openssh/sftp-server /usr/lib/ssh/sftp-server; do
        [ -x "${path}" ] && echo "${path}" && return
    done
    return 1
}

# wait_for WHAT: until the command succeeds.
wait_for() {
    local _try
    for _try in $(seq 200); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "In vain: $*" && tail "${work}"/worker*/log && return 1
}

workers=()
end_workers() {
    kill -KILL "${workers[@]}" 2>/dev/null || true
    wait "${workers[@]}" 2>/dev/null || true
    end
}
trap end_workers EXIT

echo "[workers]" >"${work}/inventory"
start_worker worker1 1 "${inherited}"
start_worker worker2 2 "${variables_of_worker2:-}"
echo "[pods]" >>"${work}/inventory"
start_worker worker3 3 "AWS_ROLE_ARN=arn:aws:iam::123456789012:role/web AWS_WEB_IDENTITY_TOKEN_FILE=/run/web"
printf e30.e30.web-identity-token >"${work}/worker3/files/run/web"
cat >>"${work}/inventory" <<END
[fleet:children]
workers
pods
[fleet:vars]
ansible_connection=ssh
ansible_user=root
ansible_ssh_private_key_file=${keys}/user
ansible_ssh_common_args="-F none -o UserKnownHostsFile=${keys}/known_hosts"
[all:vars]
ansible_python_interpreter=${venv}/bin/python
END
wait_for bash -c 'exec 3<>/dev/tcp/10.0.1.2/22'
wait_for bash -c 'exec 3<>/dev/tcp/10.0.2.2/22'
wait_for bash -c 'exec 3<>/dev/tcp/10.0.3.2/22'
export ANSIBLE_SSH_CONTROL_PATH_DIR="${work}/ssh"
export ANSIBLE_FORCE_COLOR=false
