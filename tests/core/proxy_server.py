"""A small HTTP CONNECT and SOCKS5 proxy on loopback, with faults."""

import base64
import socket
import struct
import threading
import time
from types import TracebackType


class ProxyServer:
    """`asked` lists the targets; `fault`: refuse, hang_up, garbage, early (bytes after the answer), silent."""

    def __init__(self, kind: str, *, password: str = "", fault: str = "") -> None:
        self.kind, self.password, self.fault = kind, password, fault
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def __enter__(self) -> "ProxyServer":
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def _run(self) -> None:
        while True:
            try:
                taken, _where = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(taken,), daemon=True).start()

    def _serve(self, taken: socket.socket) -> None:
        with taken:
            try:
                target = self._connect(taken) if self.kind == "http" else self._socks5(taken)
                if target is not None:
                    _carry(taken, target)
            except OSError:
                return

    def _trouble(self, taken: socket.socket, refusal: bytes) -> bool:
        if self.fault == "silent":
            time.sleep(2)
        if self.fault == "garbage":
            taken.sendall(b"<html>no proxy here</html>\r\n\r\n")
        if self.fault == "refuse":
            taken.sendall(refusal)
        return self.fault in {"silent", "garbage", "refuse", "hang_up"}

    def _connect(self, taken: socket.socket) -> socket.socket | None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += taken.recv(4096)
        lines = head.decode().split("\r\n")
        expected = "Proxy-Authorization: Basic " + base64.b64encode(self.password.encode()).decode()
        if self.password and expected not in lines:
            taken.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return None
        if self._trouble(taken, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"):
            return None
        where = lines[0].split(" ")[1]
        self.asked.append(where)
        host, _colon, port = where.rpartition(":")
        target = socket.create_connection((host, int(port)), 5)
        taken.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n" + (b"early" if self.fault == "early" else b""))
        return target

    def _socks5(self, taken: socket.socket) -> socket.socket | None:
        _version, count = taken.recv(2)
        methods = taken.recv(count)
        if self._trouble(taken, b"\x05\xff"):
            return None
        if self.password:
            if 2 not in methods:
                taken.sendall(b"\x05\xff")
                return None
            taken.sendall(b"\x05\x02")
            _version, length = taken.recv(2)
            user = taken.recv(length).decode()
            password = taken.recv(taken.recv(1)[0]).decode()
            taken.sendall(b"\x01\x00" if f"{user}:{password}" == self.password else b"\x01\x01")
            if f"{user}:{password}" != self.password:
                return None
        else:
            taken.sendall(b"\x05\x00")
        taken.recv(4)
        host = taken.recv(taken.recv(1)[0]).decode()
        (port,) = struct.unpack("!H", taken.recv(2))
        self.asked.append(f"{host}:{port}")
        target = socket.create_connection((host, port), 5)
        taken.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        return target


def _carry(one: socket.socket, other: socket.socket) -> None:
    """Bytes both ways until one side ends."""

    def copy(source: socket.socket, sink: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join(5)
    other.close()
