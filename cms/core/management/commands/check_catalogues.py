"""manage.py check_catalogues: every string of our own code has its Vietnamese."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.core.languages.catalogues import own_messages, untranslated

OWN_FOLDERS = ("cms", "campaigns", "translations", "media", "channels")


class Command(BaseCommand):
    """Lists strings without Vietnamese; fails when there are any."""

    help = "Report every gettext string of our own code that locale/vi does not translate."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--po prints the missing strings as an empty .po to fill in."""
        parser.add_argument("--po", action="store_true", help="print the missing strings as .po entries")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints "place: text" for each missing string and fails when there is one."""
        root = Path(settings.BASE_DIR)
        messages = own_messages(root, OWN_FOLDERS)
        missing = untranslated(messages, root / "locale" / "vi" / "LC_MESSAGES" / "django.po")
        for message in missing:
            self.stdout.write(_entry(message.context, message.text, message.place) if options["po"] else _line(message))
        if missing:
            raise CommandError(f"{len(missing)} strings of {len(messages)} have no Vietnamese")
        self.stdout.write(f"{len(messages)} strings, all in Vietnamese")


def _line(message: Any) -> str:
    return f"{message.place}: {message.text!r}"


def _entry(context: str | None, text: str, place: str) -> str:
    import polib

    return str(polib.POEntry(msgctxt=context, msgid=text, occurrences=[tuple(place.rsplit(":", 1))]))
