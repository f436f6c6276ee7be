"""Doorbells of the desk: looks at unconfirmed sends, and corrections that go on by themselves."""

from celery import shared_task

from channels.delivery.services import corrections, readback
from cms.core import clock, ticks
from cms.core.ticks import register_tick


@shared_task(name="delivery.look_due", ignore_result=True)
def look_due() -> int:
    """Ask the other side about what is due for a look."""
    return readback.look_due()


@shared_task(name="delivery.work_corrections", ignore_result=True)
def work_corrections() -> int:
    """Carry open corrections on, and begin those that nobody has begun."""
    return corrections.work_all()


def ring_looks() -> None:
    """Ring when a look is due."""
    if readback.due_attempts(now=clock.now()).exists():
        ticks.ring(look_due)


def ring_corrections() -> None:
    """Ring when something that went out may have to be put right."""
    if corrections.anything_to_do():
        ticks.ring(work_corrections)


register_tick("delivery.look", every=5.0, run=ring_looks)
register_tick("delivery.correct", every=15.0, run=ring_corrections)
