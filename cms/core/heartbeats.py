"""Signs of life: each worker says now and then that it looks, and what it counted; health pages read them."""

from datetime import datetime, timedelta
from typing import Any

from cms.core import claims, clock, ticks
from cms.core.models import Heartbeat

EVERY = 10.0
# A worker that was not heard for this long is gone or stands still.
ALIVE = timedelta(seconds=60)
KEPT = timedelta(days=1)

_me = claims.new_owner()


def beat() -> None:
    """Write this process's sign of life, and forget those of workers that are long gone."""
    now = clock.now()
    facts = {**ticks.counted, "broker_lost": ticks.broker_is_lost()}
    Heartbeat.objects.update_or_create(owner=_me, defaults={"at": now, "facts": facts})
    Heartbeat.objects.filter(at__lt=now - KEPT).delete()


def workers(*, at: datetime | None = None) -> dict[str, Any]:
    """{"alive", "last_heard_seconds" (None: never), "broker_lost" (how many), "taken_over"} of the workers' tickers."""
    at = at or clock.now()
    rows = list(Heartbeat.objects.filter(at__gt=at - KEPT).order_by("-at"))
    alive = [row for row in rows if at - row.at <= ALIVE]
    return {
        "alive": len(alive),
        "last_heard_seconds": round((at - rows[0].at).total_seconds(), 1) if rows else None,
        "broker_lost": sum(1 for row in alive if row.facts.get("broker_lost")),
        "taken_over": sum(int(row.facts.get("taken_over", 0)) for row in rows),
    }


ticks.register_tick("core.heartbeat", every=EVERY, run=beat, lane=ticks.WATCH)
