"""What simulators do to a connection."""

import logging
import socket
from http.server import BaseHTTPRequestHandler

logger = logging.getLogger(__name__)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without another byte."""
    handler.close_connection = True
    try:
        handler.connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        logger.debug("the peer closed first", extra={"event": "simulator_peer_closed"})
