"""Talking to the server: manifest with ETag, audio with Range, events in batches. Redirects are never followed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from .config import PlayerConfig
from .disk import AudioCache, promote, sha256_of
from .programme import Item, read_time

PLAYER = "cong-station-player/1"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with what it says about the time."""

    status: int
    body: bytes
    etag: str | None
    server_time: datetime | None
    round_trip: float
    retry_after: float | None


class Unreachable(Exception):
    """No usable answer; try again later."""


class Transfer:
    """One server, one token."""

    def __init__(self, config: PlayerConfig, transport: httpx.BaseTransport | None = None) -> None:
        self.config = config
        self.client = httpx.Client(
            base_url=config.server,
            transport=transport,
            timeout=httpx.Timeout(10.0, read=30.0),
            follow_redirects=False,
            headers={"User-Agent": PLAYER},
        )

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def manifest(self, etag: str | None) -> Reply:
        """The manifest, or status 304 when `etag` is still current."""
        headers = {"If-None-Match": f'"{etag}"'} if etag else {}
        return self._send("GET", "/manifest", headers=headers)

    def events(self, events: list[dict[str, Any]], device_time: str) -> Reply:
        """Report a batch; `device_time` is the uncorrected time of sending."""
        return self._send("POST", "/events", json={"device_time": device_time, "events": events})

    def health(self, body: dict[str, Any]) -> Reply:
        """Report the state of the device."""
        return self._send("POST", "/health", json=body)

    def _send(self, method: str, path: str, **kwargs: Any) -> Reply:
        headers = {**kwargs.pop("headers", {}), "Authorization": f"Bearer {self.config.token}"}
        sent = time.monotonic()
        try:
            answer = self.client.request(method, self.config.prefix + path, headers=headers, **kwargs)
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from error
        return Reply(
            status=answer.status_code,
            body=answer.content,
            etag=answer.headers.get("ETag"),
            server_time=_server_time(answer.headers.get("X-Server-Time")),
            round_trip=time.monotonic() - sent,
            retry_after=_seconds(answer.headers.get("Retry-After")),
        )

    def audio(self, item: Item, cache: AudioCache, may_go_on: Callable[[], bool]) -> bool:
        """Fetch the rest of a file and verify it. True when it is complete; False when there is more to do later.

        Continues an unfinished file with Range and If-Range; a file of the wrong size or hash is thrown away.
        """
        partial = cache.partial(item.sha256)
        have = partial.stat().st_size if partial.exists() else 0
        if have > item.bytes:
            partial.unlink()
            have = 0
        if have < item.bytes:
            headers = {"Range": f"bytes={have}-", "If-Range": f'"{item.sha256}"'} if have else {}
            if not self._download(item, cache, headers, may_go_on):
                return False
        if partial.stat().st_size != item.bytes or sha256_of(partial) != item.sha256:
            partial.unlink()
            raise Unreachable("audio does not match its hash")
        promote(partial, cache.path(item.sha256))
        return True

    def _download(self, item: Item, cache: AudioCache, headers: dict[str, str], may_go_on: Callable[[], bool]) -> bool:
        partial = cache.partial(item.sha256)
        headers = {**headers, "Accept-Encoding": "identity"}
        try:
            with self.client.stream("GET", item.audio, headers=headers) as answer:
                if answer.status_code not in (200, 206):
                    raise Unreachable(f"audio {answer.status_code}")
                with partial.open("ab" if answer.status_code == 206 else "wb") as file:
                    for piece in answer.iter_raw(1 << 15):
                        file.write(piece)
                        if file.tell() > item.bytes:
                            return True  # too long: the check that follows throws it away
                        if file.tell() < item.bytes and not may_go_on():
                            return False
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from error
        return True


def etag_of(body: bytes) -> str:
    """The name of a manifest's bytes."""
    return hashlib.sha256(body).hexdigest()


def _server_time(text: str | None) -> datetime | None:
    try:
        return read_time(text) if text else None
    except ValueError:
        return None


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdigit() else None
