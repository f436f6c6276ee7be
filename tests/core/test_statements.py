"""Kept statements mean what the ORM means: the same rows, the same values, on both databases."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.models import Pause
from campaigns.selectors import pauses_at
from cms.core import clock, statements
from cms.core.models.jobs import Job, JobState
from cms.core.statements import Mark, Reading
from tests.factories.campaigns import AreaFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LONG_AGO = datetime(1901, 1, 1, tzinfo=UTC)


def make_pause(**kwargs: object) -> Pause:
    now = clock.now()
    fields = {"scope": "province", "reason": "Quốc tang", "created_by": UserFactory(), "starts_at": now}
    return Pause.objects.create(**{**fields, "ends_at": now + timedelta(hours=1), **kwargs})


def fields_of(row: object) -> dict[str, object]:
    return {key: value for key, value in row.__dict__.items() if key != "_state"}


def test_a_kept_reading_gives_whole_rows_with_what_belongs_to_them() -> None:
    province = make_pause()
    area = make_pause(scope="area", area=AreaFactory())
    make_pause(starts_at=clock.now() - timedelta(days=2), ends_at=clock.now() - timedelta(days=1))
    reading = Reading(
        lambda at: pauses_at(at).select_related("area", "created_by").order_by("pk"), Mark("at", LONG_AGO)
    )
    expected = list(pauses_at(clock.now()).select_related("area", "created_by").order_by("pk"))
    for _again in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = reading(at=clock.now())
            assert [row.pk for row in found] == [province.pk, area.pk]
            assert [row.area_id and row.area.full_name for row in found] == [None, area.area.full_name]
            assert found[0].created_by.username == province.created_by.username
        assert len(queries) == 1
        assert [fields_of(row) for row in found] == [fields_of(row) for row in expected]
        assert fields_of(found[1].area) == fields_of(expected[1].area)
    assert reading(at=clock.now() + timedelta(hours=1)) == [], "half-open: ended at its last instant"


def test_a_reading_knows_every_mark() -> None:
    with pytest.raises(ValueError, match="at"):
        Reading(lambda at: Pause.objects.filter(pk=7), Mark("at", LONG_AGO))(at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_each_thread_has_its_own() -> None:
    make_pause()
    reading = Reading(lambda at: pauses_at(at), Mark("at", LONG_AGO))
    assert len(reading(at=clock.now())) == 1
    found: list[int] = []

    def elsewhere() -> None:
        try:
            found.append(len(reading(at=clock.now())))
        finally:
            connection.close()

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join(10)
    assert found == [1]


def test_an_insert_takes_defaults_and_says_when_it_was_there() -> None:
    now = clock.now()
    given = {"kind": "x", "key": "one", "not_before": now, "created_at": now, "payload": {"a": ["ế", 1]}}
    key = statements.insert(Job, given)
    made = Job.objects.get(pk=key)
    assert (made.payload, made.not_before, made.attempt, made.state) == ({"a": ["ế", 1]}, now, 0, JobState.DUE)
    assert statements.insert(Job, given, unless_there=True) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        statements.insert(Job, given)
    assert Job.objects.count() == 1


def test_an_update_changes_only_what_is_asked_for() -> None:
    now = clock.now()
    keys = [
        statements.insert(Job, {"kind": "x", "key": str(n), "not_before": now, "created_at": now}) for n in range(3)
    ]
    later = now + timedelta(minutes=5)
    where = {"id": keys[1], "state": (JobState.DUE, JobState.RUNNING), "owner": ""}
    assert statements.update(Job, where=where, values={"not_before": later, "lease_until": None, "owner": "w"}) == 1
    assert statements.update(Job, where=where, values={"not_before": later}) == 0, "somebody else's by now"
    assert set(Job.objects.filter(not_before=later).values_list("pk", "owner")) == {(keys[1], "w")}
    with pytest.raises(KeyError):
        statements.update(Job, where={"id": keys[0]}, values={"no_such_column": 1})
