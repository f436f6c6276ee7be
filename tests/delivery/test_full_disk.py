"""A database that cannot be written: nothing is sent that could not be put on record, and it mends by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from channels.delivery import engine, reaper
from channels.delivery.models import Delivery, Receipt
from cms.core import clock
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel, plan

pytestmark = pytest.mark.django_db(transaction=True)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def read_only() -> Iterator[None]:
    """The database as it is on a disk that went read-only."""
    sqlite = connection.vendor == "sqlite"
    execute("PRAGMA query_only=1" if sqlite else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    try:
        yield
    finally:
        execute("PRAGMA query_only=0" if sqlite else "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")


def test_read_only_stops_claiming() -> None:
    channel = memory_channel()
    plan()
    with read_only():
        assert engine.run_due() == 0
    assert channel.posted == []
    engine.run_due()
    assert len(channel.posted) == 1


def test_read_only_between_claim_and_intent_sends_nothing() -> None:
    channel = memory_channel()
    plan()
    row = engine.claim(1, owner="w", now=clock.now())[0]
    with read_only(), pytest.raises(Exception, match="(?i)read.?only"):
        engine.deliver(row)
    assert channel.posted == []
    reaper.reap(now=clock.now() + timedelta(hours=1))
    engine.run_due()
    assert len(channel.posted) == 1


@pytest.mark.sqlite_only  # its page limit plays the full disk
def test_a_full_disk_loses_and_doubles_nothing() -> None:
    channel = memory_channel()
    item, endpoint = approved_script(), EndpointFactory()
    for _number in range(12):
        plan(item=item, endpoint=endpoint)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
    # Room for a few receipts, then no more: where exactly it fails moves with every try.
    for more in (0, 1, 2, 3, 4):
        execute(f"PRAGMA max_page_count={pages + more}")
        engine.run_due()
        reaper.reap(now=clock.now() + timedelta(hours=1))
    execute("PRAGMA max_page_count=1073741823")
    reaper.reap(now=clock.now() + timedelta(hours=1))
    with clock.shifted(timedelta(minutes=1)):
        for _round in range(12):
            engine.run_due()
    sent = Delivery.objects.filter(state="sent").count()
    unconfirmed = Delivery.objects.filter(state="unconfirmed").count()
    assert sent + unconfirmed == 12
    assert Receipt.objects.filter(kind="sent").count() == sent
    ids = [posted.delivery_id for posted in channel.posted]
    assert len(ids) == len(set(ids)), "sent twice"
