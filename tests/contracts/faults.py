"""A TCP proxy that does to a conversation what bad networks and bad services do, as a seeded draw of lots decides."""

import random
import socket
import threading
import time
from contextlib import closing, suppress
from enum import StrEnum

from tests.contracts.relay import Relay

#: bytes of an answer or a request after which a reset or a cut comes
SOON = 200_000


class Fault(StrEnum):
    RESET = "the connection is reset in the midst of a request or an answer"
    STORM = "one request in three is answered with 503, none of them done"
    LOST = "requests are done, but the answers are lost"
    TRICKLE = "bytes come in small pieces with pauses"
    CUT = "answers end early, with a length that says so is all"
    WRONG = "bytes of answers are changed"
    SENT_WRONG = "bytes of requests are changed"


BUSY = b"<Error><Code>SlowDown</Code><Message>busy</Message></Error>"
REFUSAL = b"HTTP/1.1 503 Slow Down\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(BUSY), BUSY)


class FaultyProxy(Relay):
    """While `fault` is set, every third request suffers it."""

    def __init__(self, upstream: str, seed: int) -> None:
        self._lots = random.Random(seed)
        self.fault: Fault | None = None
        self.suffered = 0
        super().__init__(upstream)

    def serve(self, client: socket.socket) -> None:
        with suppress(OSError), closing(client), closing(socket.create_connection(self.upstream)) as service:
            talk = Talk(self, client, service)
            asking = threading.Thread(target=talk.ask, daemon=True)
            asking.start()
            talk.answer()

    def strikes(self) -> Fault | None:
        """The fault, if this one is to suffer it."""
        if self.fault is None or self._lots.randrange(3):
            return None
        self.suffered += 1
        return self.fault


class Talk:
    """One connection. Lots are drawn anew for each request on it."""

    def __init__(self, proxy: FaultyProxy, client: socket.socket, service: socket.socket) -> None:
        self.proxy, self.client, self.service = proxy, client, service
        self.fault: Fault | None = None

    def ask(self) -> None:
        passed = 0
        with suppress(OSError):
            while data := self.client.recv(65536):
                if data[:8].split(b" ")[0] in (b"GET", b"PUT", b"POST", b"HEAD", b"DELETE"):
                    self.fault, passed = self.proxy.strikes(), 0
                    if self.fault is Fault.STORM:
                        self.client.sendall(REFUSAL)
                        return self._hang_up()
                passed += len(data)
                if self.fault is Fault.RESET and passed > SOON:
                    return self._hang_up(reset=True)
                if self.fault is Fault.TRICKLE:
                    time.sleep(0.002)
                if self.fault is Fault.SENT_WRONG and passed > len(data) and len(data) > 10:
                    data = data[:5] + bytes([data[5] ^ 1]) + data[6:]
                self.service.sendall(data)
        self._hang_up()
        return None

    def answer(self) -> None:
        while data := self.service.recv(65536):
            fault = self.fault
            if fault is Fault.LOST or (fault is Fault.RESET and len(data) < 65536):
                return self._hang_up(reset=True)
            if fault is Fault.WRONG and b"\r\n" not in data[:64] and len(data) > 10:
                data = data[:5] + bytes([data[5] ^ 1]) + data[6:]
            if fault is Fault.CUT and (shorter := _cut(data)):
                self.client.sendall(shorter)
                return self._hang_up()
            if fault is Fault.TRICKLE:
                for at in range(0, len(data), 8192):
                    self.client.sendall(data[at : at + 8192])
                    time.sleep(0.002)
            else:
                self.client.sendall(data)
        return self._hang_up()

    def _hang_up(self, *, reset: bool = False) -> None:
        for one in (self.client, self.service):
            with suppress(OSError):
                if reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                one.shutdown(socket.SHUT_RDWR)


def _cut(answer: bytes) -> bytes | None:
    """An answer to a GET that claims to be complete and has only half of its first bytes."""
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    if not lines[0].startswith((b"HTTP/1.1 200", b"HTTP/1.1 206")) or len(body) < 1000:
        return None
    kept = body[: len(body) // 2]
    named = [line for line in lines if not line.lower().startswith(b"content-length:")]
    return b"\r\n".join([*named, b"Content-Length: %d" % len(kept)]) + b"\r\n\r\n" + kept
