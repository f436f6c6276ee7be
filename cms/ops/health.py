"""Is the house in order? One answer for load balancers, one with figures for administrators."""

import logging
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from channels.delivery import watchdog
from channels.delivery.models import Delivery
from cms.core import clock, heartbeats
from cms.core.models import Role
from cms.core.models.jobs import Job, JobState
from cms.core.permissions import has_role

logger = logging.getLogger(__name__)


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"} while the database answers, 503 otherwise. Administrators also see what waits."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        body: dict[str, Any] = {"status": "ok"}
        if has_role(request.user, Role.ADMINISTRATOR):
            body.update(figures())
    except DatabaseError:
        logger.exception("health check failed", extra={"event": "health_failed"})
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse(body)


def figures() -> dict[str, Any]:
    """What waits, what failed, and how late the oldest piece of work is, in seconds."""
    now = clock.now()
    oldest = Job.objects.filter(state=JobState.DUE, not_before__lte=now).order_by("not_before").first()
    waiting = Delivery.objects.filter(state__in=["unconfirmed", "failed", "held"])
    counts = dict(waiting.values_list("state").annotate(count=Count("id")).order_by("state"))
    return {
        "jobs_failed": Job.objects.filter(state=JobState.FAILED).count(),
        "jobs_due": Job.objects.filter(state=JobState.DUE, not_before__lte=now).count(),
        "oldest_due_seconds": round((now - oldest.not_before).total_seconds(), 1) if oldest else 0.0,
        "deliveries": counts,
        "workers": heartbeats.workers(at=now),
        "bell_unanswered": bool(watchdog.unanswered()),
    }
