"""Encrypt every stored secret with the newest key of CONG_FIELD_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.core.secrets import SecretUnreadable, rotate_all


class Command(BaseCommand):
    """Put the new key in front of CONG_FIELD_KEYS, run this, then remove the old one."""

    help = "Encrypts every stored secret with the newest key of CONG_FIELD_KEYS; safe to run twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many rows of each field were changed; stop at the first that no key opens."""
        try:
            changed = rotate_all()
        except SecretUnreadable as error:
            raise CommandError(f"{error.message} ({error.details.get('detail')})") from error
        for name, rows in sorted(changed.items()):
            self.stdout.write(f"{name}: {rows}")
