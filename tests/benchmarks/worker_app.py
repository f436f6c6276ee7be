"""The product's Celery application with the channel of the benchmarks: it accepts at once and says so."""

import django

django.setup()

from cms.celery import app  # noqa: E402
from tests.factories.delivery import memory_channel  # noqa: E402

memory_channel()
__all__ = ["app"]
