# Copyright 2026 The pullgate Authors
# SPDX-License-Identifier: Apache-2.0

"""A TCP path between two processes that can stop carrying bytes."""

import contextlib
import selectors
import socket
import threading

_CHUNK = 1 << 16
# The most that is under way in one direction of one connection: while a
# direction stands still, the kernel's buffers fill up and its sender waits.
_LOOK_UP_SECONDS = 0.05


class StallingProxy:
    """Forwards connections to `target`; each direction can be held back.

    A connection whose far end cannot be reached, or ends, is ended.
    """

    def __init__(self, target):
        self._target = target
        self._to_target = threading.Event()
        self._to_client = threading.Event()
        self._stopped = threading.Event()
        self._ends = set()  # the sockets of all connections
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.carry_all()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        return "127.0.0.1:%d" % self._listener.getsockname()[1]

    def hold_all(self):
        """Nothing gets through; nobody is told."""
        self._to_target.clear()
        self._to_client.clear()

    def hold_answers(self):
        """What the target says does not arrive."""
        self._to_client.clear()

    def lose_what_is_held(self):
        """Ends every connection, and carries those that follow."""
        for end in list(self._ends):
            _end(end)
        self.carry_all()

    def carry_all(self):
        self._to_target.set()
        self._to_client.set()

    def stop(self):
        self._stopped.set()
        self.carry_all()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                target = socket.create_connection(self._target, timeout=5)
            except OSError:
                client.close()
                continue
            target.settimeout(None)
            threading.Thread(target=self._connect, daemon=True,
                             args=(client, target)).start()

    def _connect(self, client, target):
        with client, target:
            self._ends.update((client, target))
            back = threading.Thread(target=self._carry, daemon=True,
                                    args=(target, client, self._to_client))
            back.start()
            self._carry(client, target, self._to_target)
            back.join()
            self._ends.difference_update((client, target))

    def _carry(self, source, sink, carry):
        try:
            while self._readable(source):
                carry.wait()
                data = source.recv(_CHUNK)
                if not data or self._stopped.is_set():
                    break
                sink.sendall(data)
        except OSError:
            pass
        _end(source)
        _end(sink)

    def _readable(self, source):
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            while not self._stopped.is_set():
                if selector.select(_LOOK_UP_SECONDS):
                    return True
        return False


def _end(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
