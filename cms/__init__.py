"""The roof, and beneath it `cms.core`, the ground."""

from cms.celery import app as celery_app

__all__ = ["celery_app"]
