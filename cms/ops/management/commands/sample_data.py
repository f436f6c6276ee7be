"""manage.py sample_data: load the sample province, or roll its dates to today."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.core.errors import CongError
from cms.ops.sample.load import load


class Command(BaseCommand):
    """Loading twice changes nothing; --refresh moves the dates."""

    help = "Load the sample province (idempotent)."

    def add_arguments(self, parser: CommandParser) -> None:
        """--refresh and --press-base."""
        parser.add_argument("--refresh", action="store_true", help="roll dates to today")
        parser.add_argument("--press-base", default="", help="address of the simulated newspaper")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads, saying what it does."""
        try:
            load(press_base=options["press_base"], refresh=options["refresh"], say=self.stdout.write)
        except CongError as error:
            raise CommandError(error.message) from error
