# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring the loopback interface of this network namespace up, with more addresses: python addresses.py ADDRESS...

What ``ip address add`` does, without the need for it.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import sys

SIOCSIFFLAGS, SIOCSIFADDR = 0x8914, 0x8916  # Linux, sockios.h
IFF_UP = 1

with (
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as version4,
    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as version6,
):
    fcntl.ioctl(version4, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
    for number, address in enumerate(sys.argv[1:]):
        if ":" in address:
            index = socket.if_nametoindex("lo")
            request = socket.inet_pton(socket.AF_INET6, address) + struct.pack("Ii", 128, index)
            fcntl.ioctl(version6, SIOCSIFADDR, request)
        else:
            name = f"lo:{number}".encode()
            request = struct.pack("16sHH4s8x", name, socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(version4, SIOCSIFADDR, request)
