"""manage.py sample_data: load the sample province, or roll its dates to today."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.core.errors import CongError
from cms.ops.sample.load import load, wake


class Command(BaseCommand):
    """Loading twice changes nothing; --refresh moves the dates."""

    help = "Load the sample province (idempotent)."

    def add_arguments(self, parser: CommandParser) -> None:
        """--refresh, --press-base, --wake."""
        parser.add_argument("--refresh", action="store_true", help="roll dates to today")
        parser.add_argument("--press-base", default="", help="address of the simulated newspaper")
        parser.add_argument(
            "--wake", action="store_true", help="only point the feed at --press-base and give today a programme"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads, saying what it does."""
        try:
            if options["wake"]:
                wake(options["press_base"])
                return
            load(press_base=options["press_base"], refresh=options["refresh"], say=self.stdout.write)
        except CongError as error:
            raise CommandError(error.message) from error
