"""The one statement that the intent reads: it holds what the ORM would read, and nothing else is asked for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Pause
from channels.delivery import engine, intent
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery
from cms.core import clock
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import CredentialFactory, EndpointFactory, memory_channel, plan

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def claimed() -> Delivery:
    memory_channel()
    endpoint = EndpointFactory(credential=CredentialFactory(kind="memory"))
    plan(endpoint=endpoint)
    from channels.delivery.services.preparing import prepare_due

    prepare_due()
    return engine.claim(1, owner="w", now=clock.now())[0]


def columns(row: object) -> dict[str, object]:
    return {field.attname: row.__dict__[field.attname] for field in row._meta.concrete_fields}  # type: ignore[attr-defined]


def test_it_reads_what_the_orm_reads() -> None:
    row = claimed()
    kept = intent.reload(row, now=clock.now())
    plain = Delivery.objects.get(pk=row.pk)
    assert columns(kept) == columns(plain)
    for path in ("endpoint", "variant", "occurrence"):
        assert columns(getattr(kept, path)) == columns(getattr(plain, path))
    assert columns(kept.variant.approval) == columns(plain.variant.approval)
    assert columns(kept.occurrence.rule) == columns(plain.occurrence.rule)
    assert kept.endpoint.credential.secret == plain.endpoint.credential.secret
    assert kept.occurrence.rule.item is kept.variant.approval.item
    assert kept.pause_in_force is False


def test_a_claim_that_was_lost_is_not_found() -> None:
    row = claimed()
    Delivery.objects.filter(pk=row.pk).update(owner="somebody else")
    with pytest.raises(Delivery.DoesNotExist):
        intent.reload(row, now=clock.now())
    assert intent.declare(row, now=clock.now()) is None


def test_a_pause_that_began_a_moment_ago_is_seen() -> None:
    row = claimed()
    now = clock.now()
    Pause.objects.create(
        scope="province", starts_at=now, ends_at=now + timedelta(hours=1), reason="Quốc tang", created_by=UserFactory()
    )
    assert intent.reload(row, now=now).pause_in_force is True
    assert intent.declare(row, now=now) is None
    assert Delivery.objects.get().state == S.HELD


def test_one_send_is_six_statements() -> None:
    """A query more here is paid for each of ten thousand: then this number is changed on purpose."""
    row = claimed()
    engine.deliver(row)
    again = plan(endpoint=row.endpoint, item=row.occurrence.rule.item)
    Delivery.objects.filter(occurrence__rule=again).update(variant=Delivery.objects.get(pk=row.pk).variant)
    row = engine.claim(1, owner="w", now=clock.now())[0]
    with CaptureQueriesContext(connection) as queries:
        engine.deliver(row)
    said = [query["sql"].split()[0] for query in queries if query["sql"].split()[0] in {"SELECT", "UPDATE", "INSERT"}]
    assert said == ["SELECT", "UPDATE", "INSERT", "UPDATE", "UPDATE", "INSERT"]
