"""What simulators have in common: a server in a thread of this process, and what they do to a connection."""

import logging
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

logger = logging.getLogger(__name__)


class Server(ThreadingHTTPServer):
    """A server on loopback (unless told otherwise), one thread for each connection."""

    daemon_threads = True
    request_queue_size = 64

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; the rest is logged without the request, which may carry a key."""
        logger.warning("a connection to the simulator broke", exc_info=True, extra={"event": "simulator_error"})


class Simulator:
    """A simulator in a thread of this process, from `with` to the end of the block."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """What the product is told instead of the real address; people see the simulator's page there."""
        return self._server.url

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without another byte."""
    handler.close_connection = True
    try:
        handler.connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        logger.debug("the peer closed first", extra={"event": "simulator_peer_closed"})
