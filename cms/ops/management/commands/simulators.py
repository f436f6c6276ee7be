"""manage.py simulators: a Telegram Bot API, a Facebook, a Zalo and a newspaper over HTTP, for the sample province alone."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.ops.simulators.facebook import FacebookSimulator
from cms.ops.simulators.newspaper import NewspaperSimulator
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.zalo import ZaloSimulator
from cms.ops.simulators.zalo_world import World


class Command(BaseCommand):
    """Serves them until it is told to stop."""

    help = "Run the simulated Telegram, Facebook, Zalo and newspaper on loopback."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--telegram-port, --press-port, --facebook-port and --zalo-port."""
        parser.add_argument("--telegram-port", type=int, default=8091)
        parser.add_argument("--press-port", type=int, default=8092)
        parser.add_argument("--facebook-port", type=int, default=8093)
        parser.add_argument("--zalo-port", type=int, default=8094)

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs until SIGTERM or SIGINT."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with (
            TelegramSimulator(port=options["telegram_port"]) as telegram,
            NewspaperSimulator(port=options["press_port"]) as press,
            FacebookSimulator(port=options["facebook_port"]) as facebook,
            # The permission page asks, as the real one does: a person presses its button.
            ZaloSimulator(port=options["zalo_port"], world=World(consent=False)) as zalo,
        ):
            self.stdout.write(
                f"Telegram: {telegram.url}   newspaper: {press.url}   Facebook: {facebook.url}   Zalo: {zalo.url}"
            )
            stop.wait()
