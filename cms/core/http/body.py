"""Reads a reply's body in pieces under a cap that counts bytes after decompression."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from cms.core.http.errors import BadReply, ResponseTooLarge

ACCEPT_ENCODING = "gzip, deflate"
PIECE = 65536


class Inflater:
    """Decompresses gzip or deflate piece by piece; never makes more than ``PIECE`` bytes at a time."""

    def __init__(self, encoding: str) -> None:
        self._gzip = encoding in ("gzip", "x-gzip")
        self._raw_deflate = False
        self._started = False
        self._engine = self._new()

    def _new(self) -> zlib._Decompress:
        if self._gzip:
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        return zlib.decompressobj(-zlib.MAX_WBITS if self._raw_deflate else zlib.MAX_WBITS)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Give compressed bytes, get plain pieces. Raises zlib.error when the data is broken."""
        while data:
            if self._engine.eof:  # a gzip file may have several members; anything else after the end is padding
                if not (self._gzip and data[:2] == b"\x1f\x8b"):
                    return
                self._engine = self._new()
            try:
                piece = self._engine.decompress(data, PIECE)
            except zlib.error:
                # Some servers send "deflate" without the zlib wrapper; only the first bytes can tell.
                if self._started or self._gzip or self._raw_deflate:
                    raise
                self._raw_deflate = True
                self._engine = self._new()
                continue
            self._started = True
            if piece:
                yield piece
            data = self._engine.unconsumed_tail or (self._engine.unused_data if self._engine.eof else b"")

    @property
    def complete(self) -> bool:
        """True when the last member ended properly."""
        return self._engine.eof


def read_body(response: httpx.Response, *, max_bytes: int, url: str) -> bytes:
    """Return the whole decompressed body, at most ``max_bytes`` long.

    Raises ResponseTooLarge (already when Content-Length says so) and BadReply for a compression that we did not offer,
    broken data or a body that ends early.
    """
    status = response.status_code
    encoding = response.headers.get("content-encoding", "").strip().lower()
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise ResponseTooLarge(url=url, detail=f"{declared} bytes announced", sent=True, status=status)
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise BadReply(url=url, detail=f"compression {encoding[:40]!r}", sent=True, status=status)
    inflater = Inflater(encoding) if encoding not in ("", "identity") else None
    body = bytearray()
    seen = 0
    try:
        for chunk in response.iter_raw(PIECE):
            seen += len(chunk)
            for piece in inflater.feed(chunk) if inflater else (chunk,):
                body += piece
                if len(body) > max_bytes:
                    raise ResponseTooLarge(url=url, detail=f"more than {max_bytes} bytes", sent=True, status=status)
            if seen > max_bytes:  # padding after the compressed data counts too
                raise ResponseTooLarge(url=url, detail=f"more than {max_bytes} bytes", sent=True, status=status)
    except zlib.error as error:
        raise BadReply(url=url, detail="broken compression", sent=True, status=status) from error
    if inflater and seen and not inflater.complete:
        raise BadReply(url=url, detail="compressed body ends early", sent=True, status=status)
    return bytes(body)
