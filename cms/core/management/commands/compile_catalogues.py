"""manage.py compile_catalogues: .po → .mo without gettext's programs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.core.languages.catalogues import compile_catalogues


class Command(BaseCommand):
    """Compiles every catalogue of LOCALE_PATHS that is newer than its .mo."""

    help = "Compile locale/*/LC_MESSAGES/*.po (only what is newer than its .mo)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--force compiles all."""
        parser.add_argument("--force", action="store_true", help="compile even when the .mo is newer")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes the .mo files and says how many."""
        count = 0
        for folder in settings.LOCALE_PATHS:
            try:
                count += len(compile_catalogues(Path(folder), force=options["force"]))
            except (OSError, UnicodeDecodeError) as error:
                raise CommandError(f"A catalogue cannot be read: {error}") from error
        if options["verbosity"]:
            self.stdout.write(f"{count} catalogues compiled")
