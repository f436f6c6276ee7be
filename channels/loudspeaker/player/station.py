"""The player itself: one loop that syncs when it is due, plays by the corrected clock and reports what happened."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from .clock import DeviceClock
from .config import PlayerConfig
from .disk import AudioCache, write_atomic
from .journal import Journal
from .output import ENDS_EARLY_MS, DryRun, Playing, Program
from .programme import BadManifest, Item, Programme, read_programme
from .transfer import Reply, Transfer, Unreachable

logger = logging.getLogger(__name__)
BEFORE_AIR = 2.0  # seconds before an item in which nothing is fetched
TURN = 0.5  # the longest pause while somebody may ask us to stop
LONG_TURN = 30.0  # the longest pause otherwise
STEP_BACK = timedelta(seconds=30)
MARK_EVERY = timedelta(minutes=5)  # how often the time is written down; more would wear out a memory card
AHEAD = timedelta(days=8)
BACK_TO_THE_PAST = timedelta(minutes=10)  # a clock further behind than this was lost with the power


@dataclass(slots=True)
class _OnAir:
    item: Item
    sequence: int
    playing: Playing
    began: float


def text_of(moment: datetime) -> str:
    """RFC 3339 with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Player:
    """One device at one station. `run` does everything; `sync`, `step` and `play_next` are its parts."""

    def __init__(
        self,
        config: PlayerConfig,
        *,
        clock: DeviceClock | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.config = config
        config.folder.mkdir(parents=True, exist_ok=True)
        self.journal = Journal(config.folder / "journal.sqlite3")
        self.clock = clock or DeviceClock()
        if self.clock.offset_ms is None:
            self.clock.offset_ms = self.journal.fact("offset_ms")
        self.cache = AudioCache(config.folder / "audio", config.cap_bytes, config.reserve_bytes)
        self.transfer = Transfer(config, transport)
        self.programme = self._last_good()
        self.on_air: _OnAir | None = None
        self.interrupted = self.journal.close_interrupted()
        self.trusted = self._clock_is_plausible()
        self._looked = self.clock.now()
        start = self.clock.monotonic()
        self._next_poll = start
        self._next_report = start + config.report_seconds
        self._next_health = start + config.health_seconds
        self._polls = 0
        self._marked: datetime | None = None
        self._closed = False

    # -- the loop ---------------------------------------------------------

    def run(self, *, until: datetime | None = None, stop: Any = None) -> None:
        """Work until `until` (corrected time) or until `stop.is_set()`; for ever without either. May be called again."""
        while not (stop is not None and stop.is_set()) and (until is None or self.clock.now() < until):
            self.clock.sleep(min(self.step(), LONG_TURN if stop is None else TURN * max(1.0, self.clock.speed)))

    def close(self) -> None:
        """Stop the sound, report what is left, release everything. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        if self.on_air is not None:
            self.on_air.playing.stop()
            self._end("stopped")
        self._report()
        self.transfer.close()
        self.journal.close()

    def step(self) -> float:
        """Do what is due now; the seconds after which there is something to do again."""
        self._watch()
        moment = self.clock.monotonic()
        if moment >= self._next_poll:
            self.sync()
        if moment >= self._next_report:
            self._next_report = moment + self.config.report_seconds
            self._report()
        if moment >= self._next_health:
            self._next_health = moment + self.config.health_seconds
            self._health()
        self._start_due()
        return self._pause()

    def _pause(self) -> float:
        times = [self._next_poll, self._next_report, self._next_health]
        pause = min(times) - self.clock.monotonic()
        upcoming = self.programme.next_after(self._looked) if self.programme else None
        if upcoming is not None:
            pause = min(pause, (upcoming.starts_at - self.clock.now()).total_seconds())
        if self.on_air is not None:
            pause = min(pause, 0.2)
        return max(0.02, pause)

    # -- sync -------------------------------------------------------------

    def sync(self) -> bool:
        """Fetch the manifest if it changed and the audio it needs; False when the server could not be used."""
        moment = self.clock.monotonic()
        first = self._polls == 0
        self._polls += 1
        if first:
            self._health()  # before any event: a new disk must learn where its numbers go on
        self._next_poll = moment + (self.config.jitter_seconds or 1.0 if first else self.config.poll_seconds)
        try:
            reply = self.transfer.manifest(self.programme.sha256 if self.programme else None)
            self._learn_time(reply)
            if reply.status == 200:
                self._promote(reply)
            elif reply.status != 304:
                logger.warning("manifest refused", extra={"event": "manifest_refused", "status": reply.status})
                if reply.retry_after is not None:
                    self._next_poll = moment + reply.retry_after
                return False
            self._fetch_audio()
        except Unreachable as error:
            logger.warning("server not reached", extra={"event": "server_unreachable", "reason": str(error)})
            return False
        except BadManifest as error:
            logger.warning("manifest not valid", extra={"event": "manifest_bad", "reason": str(error)})
            return False
        return True

    def _promote(self, reply: Reply) -> None:
        programme = read_programme(reply.body, reply.etag)
        write_atomic(self.config.folder / "manifest.json", reply.body)
        self.programme = programme
        logger.info("manifest taken", extra={"event": "manifest_taken", "version": programme.version})
        if self.on_air is not None and all(item.key != self.on_air.item.key for item in programme.items):
            self.on_air.playing.stop()
            self._end("withdrawn")

    def _last_good(self) -> Programme | None:
        path = self.config.folder / "manifest.json"
        try:
            return read_programme(path.read_bytes())
        except (OSError, BadManifest):
            return None

    def _learn_time(self, reply: Reply) -> None:
        if reply.server_time is None or self.clock.speed != 1.0:
            return
        offset = self.clock.learn(reply.server_time, reply.round_trip)
        if offset is not None:
            self.journal.remember("offset_ms", offset)
            now = self.clock.now()
            if not self.trusted or self._looked - now > STEP_BACK:
                self.trusted, self._looked = True, now  # what the wrong clock thought was past is still to come

    def _clock_is_plausible(self) -> bool:
        latest = self.journal.fact("latest")
        return latest is None or self.clock.now() >= datetime.fromisoformat(latest) - BACK_TO_THE_PAST

    def _fetch_audio(self) -> None:
        """Fetch what is missing, soonest first; one file that fails does not stop the next."""
        if self.programme is None:
            return
        now = self.clock.now()
        wanted = [item for item in self.programme.items if now < item.ends_at < now + AHEAD]
        keep = {item.sha256 for item in wanted}
        for item in wanted:
            if self.cache.has(item.sha256, item.bytes):
                continue
            if not self._time_to_fetch():
                return
            if not self.cache.make_room(item.bytes, keep):
                logger.warning("disk is full", extra={"event": "disk_full", "sha256": item.sha256})
                return
            try:
                self.transfer.audio(item, self.cache, self._time_to_fetch)
            except Unreachable as error:
                logger.warning("audio not fetched", extra={"event": "audio_failed", "reason": str(error)})

    def _time_to_fetch(self) -> bool:
        upcoming = self.programme.next_after(self.clock.now()) if self.programme else None
        if upcoming is None or not self.cache.has(upcoming.sha256, upcoming.bytes):
            return True
        return (upcoming.starts_at - self.clock.now()).total_seconds() > BEFORE_AIR * self.clock.speed

    # -- play -------------------------------------------------------------

    def _start_due(self) -> None:
        """Start what is due; what could not start in time is reported as skipped and never played late."""
        now = self.clock.now()
        if not self.trusted or self.programme is None or now <= self._looked:
            return
        due = self.programme.started_between(self._looked, now)
        self._looked = now
        if self._marked is None or now - self._marked > MARK_EVERY:
            self._marked = now
            self.journal.remember("latest", now.isoformat())
        for item in due:
            late = (now - item.starts_at).total_seconds() > self.config.grace_seconds * max(1.0, self.clock.speed)
            if late:
                self._skip(item, "late")
            elif not self.cache.has(item.sha256, item.bytes):
                self._skip(item, "no_audio")
            else:
                self._begin(item)

    def play_next(self) -> Item | None:
        """Dry run: jump to the next item whose audio is here, play it to its end at once and report it; None if none."""
        items = self.programme.items if self.programme else ()
        ready = (i for i in items if i.starts_at >= self.clock.now() and self.cache.has(i.sha256, i.bytes))
        item = next(ready, None)
        if item is None:
            return None
        self.clock.jump_to(item.starts_at)
        self._looked = self.clock.now()
        self._begin(item)
        self.clock.jump_to(self.clock.now() + timedelta(milliseconds=item.duration_ms))
        self._watch()
        self._report()
        return item

    def _begin(self, item: Item) -> None:
        if self.on_air is not None:
            self.on_air.playing.stop()
            self._end("replaced")
        sequence = self.journal.begin(self._event(item, "partial", "started"))
        path = self.cache.path(item.sha256)
        try:
            playing: Playing = (
                Program(self.config.command, path) if self.config.command else DryRun(self.clock, item.duration_ms)
            )
        except OSError as error:
            logger.warning("output failed", extra={"event": "output_failed", "errno": error.errno})
            self.journal.finish(sequence, kind="skipped", reason="output_failed")
            return
        self.on_air = _OnAir(item, sequence, playing, self.clock.monotonic())
        logger.info("playing", extra={"event": "play_started", "key": item.key})

    def _watch(self) -> None:
        if self.on_air is not None and (reason := self.on_air.playing.finished()):
            self._end(reason)

    def _end(self, reason: str) -> None:
        if self.on_air is None:
            return
        item, played = self.on_air.item, round((self.clock.monotonic() - self.on_air.began) * 1000)
        whole = reason == "finished" and played >= item.duration_ms - ENDS_EARLY_MS
        self.journal.finish(
            self.on_air.sequence,
            kind="played" if whole else "partial",
            reason="finished" if whole else ("ended_early" if reason == "finished" else reason),
            played_ms=min(max(0, played), item.duration_ms),
        )
        logger.info("play ended", extra={"event": "play_ended", "key": item.key, "reason": reason})
        self.on_air = None

    def _skip(self, item: Item, reason: str) -> None:
        self.journal.add(self._event(item, "skipped", reason))
        logger.info("item skipped", extra={"event": "play_skipped", "key": item.key, "reason": reason})

    def _event(self, item: Item, kind: str, reason: str) -> dict[str, Any]:
        return {
            "kind": kind,
            "reason": reason,
            "key": item.key,
            "sha256": item.sha256,
            "manifest_version": self.programme.version if self.programme else 0,
            "started_at": text_of(self.clock.raw()),
            "clock_offset_ms": self.clock.offset_ms,
            "played_ms": 0,
        }

    # -- report -----------------------------------------------------------

    def _report(self) -> None:
        """Send what is waiting, batch by batch, until the server has it or cannot be reached."""
        while batch := self.journal.pending(self.config.batch):
            try:
                reply = self.transfer.events(batch, text_of(self.clock.raw()))
                answer = json.loads(reply.body) if reply.status == 200 else {}
            except (Unreachable, ValueError) as error:
                logger.warning("events not reported", extra={"event": "events_waiting", "reason": type(error).__name__})
                return
            if reply.retry_after is not None:
                self._next_report = self.clock.monotonic() + reply.retry_after
            known = [str(uid) for uid in answer.get("acknowledged", [])]
            refused = answer.get("refused", [])
            self.journal.acknowledge(known)
            for problem in refused:
                self.journal.refuse(str(problem.get("id")), str(problem.get("code")))
            if not known and not refused:
                return

    def _health(self) -> None:
        body = {
            "device_time": text_of(self.clock.raw()),
            "clock_offset_ms": self.clock.offset_ms,
            "clock_trusted": self.trusted,
            "manifest_version": self.programme.version if self.programme else None,
            "manifest_sha256": self.programme.sha256 if self.programme else None,
            "audio_missing": len(self.missing()),
            "cache_bytes": self.cache.used(),
            "events_waiting": self.journal.waiting(),
        }
        try:
            reply = self.transfer.health(body)
            last = json.loads(reply.body).get("last_sequence") if reply.status == 200 else None
            if isinstance(last, int):
                self.journal.go_on_from(last)
        except (Unreachable, ValueError) as error:
            logger.warning("health not reported", extra={"event": "health_waiting", "reason": type(error).__name__})

    def missing(self) -> set[str]:
        """Hashes of coming items whose audio is not here yet."""
        now = self.clock.now()
        items = self.programme.items if self.programme else ()
        return {item.sha256 for item in items if item.ends_at > now and not self.cache.has(item.sha256, item.bytes)}
