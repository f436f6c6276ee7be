"""A way out through a proxy that the operator named, for one service that cannot be reached directly.

The proxy is asked to reach the named targets and nothing else, so it is no way around the guard: whoever can make the
product call an address still cannot make the proxy call it. The proxy's own address comes from the settings (never from a
form or the database) and may be inside the network, where such proxies stand; link-local addresses (cloud metadata) never
are. TLS is between us and the target: the proxy sees a name and encrypted bytes.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from cms.core.http.addresses import is_nearby_address, is_public_address
from cms.core.http.errors import ConnectFailed, Invalid, Refused
from cms.core.http.urls import DEFAULT_PORTS, check_url, endpoint, is_listed, port_of

SCHEMES = {"http": 3128, "socks5": 1080}
# A proxy that answers CONNECT with more than this is none.
MAX_ANSWER = 16 * 1024

# What a handshake asks its carrier to do: send these bytes, or (an int) read that many; 0 reads what is there.
Step = bytes | int
Handshake = Generator[Step, bytes, None]


class ProxyFailed(ConnectFailed):
    """The proxy could not be reached or did not open the way. Nothing of the request left; safe to try again."""


@dataclass(frozen=True)
class Proxy:
    """An HTTP CONNECT or SOCKS5 proxy and the only "host:port" pairs it is used for."""

    scheme: str
    host: str
    port: int
    targets: frozenset[str]
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str, *, targets: Iterable[str]) -> Proxy:
        """The proxy named by "http://[user:password@]host[:port]" or "socks5://…", used for these addresses (URLs).

        Raises Invalid when it is not such an address.
        """
        try:
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError as error:
            raise Invalid(url="proxy", detail="not an address") from error
        if parts.scheme not in SCHEMES or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise Invalid(url="proxy", detail="a proxy is http://host:port or socks5://host:port")
        allowed = [check_url(target) for target in targets]
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port or SCHEMES[parts.scheme],
            targets=frozenset(endpoint(url.host, port_of(url)) for url in allowed),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    def require_target(self, host: str, port: int) -> None:
        """Raise Refused unless this is one of the named targets, on a port and (for a literal address) in a network that
        may be reached without a proxy as well. Names are looked up by the proxy: where a service is blocked, the
        look-up usually is too."""
        where = endpoint(host, port)
        listed = is_listed(host, port)
        if where not in self.targets:
            raise Refused(url=where, detail="not a target of this proxy")
        if port not in DEFAULT_PORTS.values() and not listed:
            raise Refused(url=where, detail="port is not allowed")
        literal = is_public_address(host) or is_nearby_address(host) or _looks_like_address(host)
        if literal and not is_public_address(host) and not (listed and is_nearby_address(host)):
            raise Refused(url=where, detail="address is not public")

    def vet(self, addresses: Iterable[str]) -> list[str]:
        """The proxy's own addresses to connect to; Refused when one is neither public nor inside the network."""
        found = list(addresses)
        for address in found:
            if not is_public_address(address) and not is_nearby_address(address):
                raise Refused(url=endpoint(self.host, self.port), detail=f"proxy address {address} is reserved")
        return found

    def handshake(self, host: str, port: int) -> Handshake:
        """The conversation that opens a way to the target; raises ProxyFailed when the proxy says no."""
        return self._connect(host, port) if self.scheme == "http" else self._socks5(host, port)

    def _connect(self, host: str, port: int) -> Handshake:
        where = endpoint(host, port)
        lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}"]
        if self.user or self.password:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            lines.append(f"Proxy-Authorization: Basic {pair}")
        yield ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = yield 0
            answer += more
            if not more or len(answer) > MAX_ANSWER:
                raise self._failed("no answer to CONNECT")
        head, _end, rest = answer.partition(b"\r\n\r\n")
        words = head.split(b"\r\n", 1)[0].split(b" ", 2)
        if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
            raise self._failed("the answer to CONNECT is not HTTP")
        if not 200 <= int(words[1]) < 300:
            raise self._failed(f"CONNECT was answered with {int(words[1])}")
        if rest:
            # The target has not been spoken to yet: whoever speaks first is not it.
            raise self._failed("bytes before the way was open")

    def _socks5(self, host: str, port: int) -> Handshake:
        with_password = bool(self.user or self.password)
        yield b"\x05\x02\x00\x02" if with_password else b"\x05\x01\x00"
        chosen = yield 2
        if chosen == b"\x05\x02" and with_password:
            user, password = self.user.encode()[:255], self.password.encode()[:255]
            yield b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password
            if (yield 2)[1:] != b"\x00":
                raise self._failed("user name or password refused")
        elif chosen != b"\x05\x00":
            raise self._failed("no way to sign in that both sides know")
        name = host.encode("idna")
        yield b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack("!H", port)
        head = yield 4
        if head[:2] != b"\x05\x00":
            raise self._failed(f"SOCKS answer {head[1:2].hex() or 'none'}")
        length = {1: 4, 4: 16}.get(head[3])
        if length is None:
            length = (yield 1)[0]
        yield length + 2

    def _failed(self, detail: str) -> ProxyFailed:
        return ProxyFailed(url=endpoint(self.host, self.port), detail=detail)


def _looks_like_address(host: str) -> bool:
    """True for what is written as an address (a colon, or digits and points), public or not."""
    return ":" in host or host.replace(".", "").isdigit()
