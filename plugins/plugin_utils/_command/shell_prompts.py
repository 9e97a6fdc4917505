# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shells that name the account in their prompt.

The files of the person are read as always. The name is never a part of shell code: it is in the variable
``OCTO_AWS_ACCOUNT``, since it can have any printable characters.
"""

from __future__ import annotations

import os
import shlex
import shutil
import typing as t

from ...module_utils._host.pointer import write_private

Start = tuple[list[str], dict[str, str]]
"""A command, and variables in addition to those of the account."""

# The prompt can be set again before each line, by starship for example.
_BASH = r"""
if [ -r ~/.bashrc ]; then . ~/.bashrc; fi
__octo_aws_prompt() {
    case $PS1 in '($OCTO_AWS_ACCOUNT) '*) ;; *) PS1='($OCTO_AWS_ACCOUNT) '$PS1 ;; esac
}
case $(declare -p PROMPT_COMMAND 2>/dev/null) in
'declare -a'*) PROMPT_COMMAND+=(__octo_aws_prompt) ;;
*) PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND
}__octo_aws_prompt" ;;
esac
"""

# The files of zsh are in ZDOTDIR, which .zshenv of the person can set.
_ZSHENV = r"""
{restore}
if [[ -r ${{ZDOTDIR:-$HOME}}/.zshenv ]]; then . "${{ZDOTDIR:-$HOME}}/.zshenv"; fi
__octo_aws_set=${{+ZDOTDIR}} __octo_aws_folder=${{ZDOTDIR:-$HOME}}
ZDOTDIR={folder}
"""
# psvar shows a value as it is, without expansions.
_ZSHRC = r"""
ZDOTDIR=$__octo_aws_folder
if [[ $HISTFILE == {folder}/* ]]; then HISTFILE=$ZDOTDIR/.zsh_history; fi
if (( ! __octo_aws_set )); then unset ZDOTDIR; fi
unset __octo_aws_set
if [[ -r $__octo_aws_folder/.zshrc ]]; then . "$__octo_aws_folder/.zshrc"; fi
unset __octo_aws_folder
__octo_aws_prompt() {{
    psvar[9]=$OCTO_AWS_ACCOUNT
    if [[ $PROMPT != '(%9v) '* ]]; then PROMPT='(%9v) '$PROMPT; fi
}}
typeset -ga precmd_functions
precmd_functions+=(__octo_aws_prompt)
"""

_FISH = r"""
functions -q fish_prompt; and functions -c fish_prompt __octo_aws_fish_prompt
function __octo_aws_status; return $argv[1]; end
function fish_prompt
    set -l last $status
    printf '(%s) ' $OCTO_AWS_ACCOUNT
    __octo_aws_status $last
    functions -q __octo_aws_fish_prompt; and __octo_aws_fish_prompt; or printf '> '
end
"""

_SH = r"""
{before}
PS1='($OCTO_AWS_ACCOUNT) '"${{PS1:-$ }}"
"""


def shell_for(shell: str, folder: str, environment: t.Mapping[str, str]) -> Start:
    """Return how to start the shell of a person: bash, zsh or fish, and sh in place of all others.

    :param shell: the value of ``SHELL``
    :param folder: a private folder for files of the shell
    :param environment: that of the shell
    """
    name = os.path.basename(shell)
    if name not in _SHELLS or shutil.which(shell) is None:
        name, shell = "sh", "/bin/sh"
    return _SHELLS[name](shell, folder, environment)


def _bash(shell: str, folder: str, environment: t.Mapping[str, str]) -> Start:
    file = os.path.join(folder, "bashrc")
    write_private(file, _BASH)
    return [shell, "--rcfile", file, "-i"], {}


def _zsh(shell: str, folder: str, environment: t.Mapping[str, str]) -> Start:
    own = environment.get("ZDOTDIR")
    restore = "unset ZDOTDIR" if own is None else f"ZDOTDIR={shlex.quote(own)}"
    write_private(os.path.join(folder, ".zshenv"), _ZSHENV.format(restore=restore, folder=shlex.quote(folder)))
    write_private(os.path.join(folder, ".zshrc"), _ZSHRC.format(folder=shlex.quote(folder)))
    return [shell, "-i"], {"ZDOTDIR": folder}


def _fish(shell: str, folder: str, environment: t.Mapping[str, str]) -> Start:
    return [shell, "--init-command", _FISH, "--interactive"], {}


def _sh(shell: str, folder: str, environment: t.Mapping[str, str]) -> Start:
    file, own = os.path.join(folder, "shrc"), environment.get("ENV", "")
    before = f"if [ -r {shlex.quote(own)} ]; then . {shlex.quote(own)}; fi" if own else ""
    write_private(file, _SH.format(before=before))
    return [shell, "-i"], {"ENV": file}


_SHELLS: dict[str, t.Callable[[str, str, t.Mapping[str, str]], Start]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
    "sh": _sh,
    "dash": _sh,
}
