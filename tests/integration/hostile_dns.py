# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""A name server of an attacker: each time it is asked, another answer."""

import socket
import struct
import threading

A, PTR = 1, 12


class HostileDns:
    """Answers over UDP on `address`, port 53, with a time to live of 0.

    `names`: for each name the addresses to give, one at each question for an A
    record; the last one stays. Everything else has no records, or, below no
    name of these, does not exist.
    """

    def __init__(self, address, names):
        self._left = {name: list(addresses)
                      for name, addresses in names.items()}
        # (name, address given) in the order that was answered.
        self.given = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            query, client = self._socket.recvfrom(4096)
            if not query:
                return
            self._socket.sendto(self._answer(query), client)

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]])
            at += 1 + query[at]
        question = query[12:at + 5]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        name = b".".join(labels).decode("ascii", "replace").lower()
        known = self._left.get(name)
        records = b""
        if known is not None and kind == A:
            address = known.pop(0) if len(known) > 1 else known[0]
            self.given.append((name, address))
            records = (b"\xc0\x0c" + struct.pack("!HHIH", A, 1, 0, 4) +
                       socket.inet_aton(address))
        # A response, authoritative, recursion as asked; 3: no such name.
        flags = 0x8400 | (query[2] & 1) << 8 | (0 if known is not None else 3)
        return (query[:2] +
                struct.pack("!HHHHH", flags, 1, 1 if records else 0, 0, 0) +
                question + records)

    def stop(self):
        address = self._socket.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", address)
        self._thread.join()
        self._socket.close()
