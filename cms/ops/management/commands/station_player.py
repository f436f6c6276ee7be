"""A station player in this terminal: what a small box beside the amplifier does, against a server."""

from __future__ import annotations

import logging
import shlex
import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from channels.loudspeaker.models import Station
from channels.loudspeaker.player import Player, PlayerConfig
from channels.loudspeaker.player.clock import DeviceClock
from cms.ops.sample.stations import DEMONSTRATION, player_device

logger = logging.getLogger(__name__)
MIB = 1024**2
SAMPLE_POLL = 3.0  # so that a visitor sees a change soon


class Command(BaseCommand):
    """Fetch the manifest, verify, play by the clock (or pretend to), report."""

    help = (
        "Station player: fetches a manifest, verifies hashes, plays by the clock (dry run by default), reports plays."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the server is, who we are, how to play."""
        parser.add_argument(
            "--server", "--base", default=settings.CONG_BASE_URL, help="address of the server, without a path"
        )
        parser.add_argument("--token", help="the device's token; better: --token-file, which is not seen in `ps`")
        parser.add_argument("--sample", action="store_true", help="be the device of the sample's demonstration station")
        parser.add_argument("--token-file", type=Path, help="a file with the token in it")
        parser.add_argument("--folder", type=Path, help="where manifest, audio and journal are kept")
        parser.add_argument("--play-with", default="", help='a program that plays a file, e.g. "mpv --no-video"')
        parser.add_argument("--speed", type=float, default=1.0, help="dry run only: how much faster than life")
        parser.add_argument("--poll", type=float, default=60.0, help="seconds between looks at the manifest")
        parser.add_argument("--cap-mb", type=int, default=8192, help="the most that audio may take on the disk")
        parser.add_argument(
            "--once", action="store_true", help="dry run: fetch, play the next item at once, report, end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until it is told to stop."""
        if options["play_with"] and (options["once"] or options["speed"] != 1.0):
            raise CommandError("--play-with cannot be combined with --once or --speed: sound has its own speed.")
        if options["speed"] <= 0:
            raise CommandError("--speed must be above zero.")
        folder = options["folder"] or Path(settings.DATA_DIR) / "station-player"
        config = PlayerConfig(
            server=options["server"].rstrip("/"),
            token=self._token(options),
            folder=folder,
            command=tuple(shlex.split(options["play_with"])),
            poll_seconds=SAMPLE_POLL if options["sample"] else options["poll"],
            cap_bytes=options["cap_mb"] * MIB,
        )
        player = Player(config, clock=DeviceClock(speed=options["speed"]))
        try:
            self._work(player, options["once"])
        finally:
            player.close()

    def _work(self, player: Player, once: bool) -> None:
        if once:
            self._once(player)
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        how = shlex.join(player.config.command) if player.config.command else "dry run"
        self.stdout.write(f"Station player: {player.config.server} ({how}); Ctrl-C stops it.")
        player.run(stop=stop)

    def _once(self, player: Player) -> None:
        reached = player.sync()
        item = player.play_next() if reached else None
        waiting = player.journal.waiting()
        player.close()
        if not reached:
            raise CommandError("The server could not be reached or refused the token.")
        if item is None:
            raise CommandError("The manifest holds no coming item whose audio could be fetched.")
        if waiting:
            raise CommandError("The item was played but the report was not acknowledged.")
        self.stdout.write(f"{item.key} {item.title}")

    def _token(self, options: dict[str, Any]) -> str:
        if options["token_file"]:
            try:
                return options["token_file"].read_text().strip()
            except OSError as error:
                raise CommandError(f"The token file cannot be read: {error.strerror}.") from error
        if options["sample"]:
            return sample_token()
        if options["token"]:
            return str(options["token"]).strip()
        raise CommandError("Give --token or --token-file.")


def sample_token() -> str:
    """A fresh token of the demonstration station's own device; CommandError without the sample."""
    try:
        station = Station.objects.get(name=DEMONSTRATION)
    except Station.DoesNotExist as error:
        raise CommandError("This database holds no sample; run sample_data first.") from error
    _device, token = player_device(station, user=None)
    return token
