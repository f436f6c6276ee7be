"""Stands in front of Wagtail's command of the same name, which would publish past the approval."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Refuses: going live is done by approval and schedule."""

    help = "Not used here: pages go live by approval and schedule (the worker does it)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what Wagtail's command takes, so that an old cron line gets the explanation, not a usage error."""
        parser.add_argument("--dryrun", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish nothing and say why."""
        raise CommandError(
            "publish_scheduled is not used in this product: pages go live by approval and schedule, "
            "which the worker does (campaigns.services.publishing). Nothing was published."
        )
