"""What holds for many texts is read once: the same answers as text by text, in two queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import selectors
from campaigns.models import Approval, Pause
from cms.core import clock
from tests.factories.campaigns import AreaFactory, UserFactory
from tests.factories.delivery import approved_script

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def texts(count: int) -> list[Approval]:
    items = [approved_script() for _number in range(count)]
    return list(
        Approval.objects.filter(item__in=items).select_related("item__campaign", "source_approval").order_by("pk")
    )


def pause(**kwargs: object) -> Pause:
    now = clock.now()
    fields = {"reason": "Bão", "created_by": UserFactory(), "starts_at": now, "ends_at": now + timedelta(hours=1)}
    return Pause.objects.create(**{**fields, **kwargs})


def test_many_texts_cost_two_queries_and_get_the_same_answers() -> None:
    approvals = texts(4)
    pause(scope="campaign", campaign=approvals[1].item.campaign)
    at = clock.now()
    alone = [selectors.why_not_airable(approval, at=at) for approval in approvals]
    with CaptureQueriesContext(connection) as queries:
        standing = selectors.standing_for(approvals, at=at)
        together = [selectors.why_not_airable(approval, standing=standing) for approval in approvals]
    assert together == alone == [None, "paused", None, None]
    assert len(queries) <= 2
    assert selectors.why_not_airable(None, standing=standing) == "not_approved"


def test_pauses_that_were_read_already_answer_for_areas_too() -> None:
    province = AreaFactory()
    commune = AreaFactory(parent=province)
    pause(scope="area", area=province)
    standing = selectors.standing_for([])
    assert selectors.is_paused(area=commune, pauses=standing.pauses)
    assert not selectors.is_paused(area=AreaFactory(), pauses=standing.pauses)
    assert not selectors.is_paused(area=commune, pauses=())
