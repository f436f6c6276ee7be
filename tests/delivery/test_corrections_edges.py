"""Corrections beside other rooms' rules: somebody's own wording, and the night."""

from datetime import timedelta

import pytest

from campaigns.models import Approval
from campaigns.services import hotlines
from campaigns.services.items import page_of
from campaigns.signals import approval_granted
from channels.delivery import engine
from channels.delivery.enums import Action
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery
from channels.delivery.services import approve_edit, corrections, edit_variant, ensure_variant, take_down_delivery
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import HotlineFactory, UserFactory, make_script
from tests.factories.delivery import EndpointFactory, approve, memory_channel, plan

pytestmark = pytest.mark.django_db


def test_somebodys_own_wording_does_not_keep_the_wrong_words_standing() -> None:
    """The edit is carried over and waits for a second person; what stands there is taken down meanwhile."""
    channel = memory_channel()
    hotline, endpoint, editor = HotlineFactory(), EndpointFactory(), UserFactory(role=Role.EDITOR)
    item = make_script(hotline=hotline)
    approve(item)
    plan(item=item, endpoint=endpoint)
    variant = ensure_variant(Approval.objects.get(item=item), endpoint)
    variant = edit_variant(variant, text=f"{channel.editable_text(variant.payload)} Bà con nhớ khóa cửa.", user=editor)
    approve_edit(variant, user=UserFactory(role=Role.APPROVER))
    engine.run_due()
    assert [post.action for post in channel.posted] == [Action.SEND]
    new = hotlines.change_number(hotline, number="0269 3 868 686", user=editor)
    hotlines.verify(new, user=editor)
    page = page_of(item, orthography="vi").get_latest_revision_as_object()
    for block in page.body.raw_data:
        if block["type"] == "hotline":
            block["value"]["hotline"] = new.pk
    page.save_revision()
    approval = approve(item)
    approval_granted.send(sender=type(approval), approval=approval)
    corrections.work_all()
    engine.run_due()
    assert [post.action for post in channel.posted] == [Action.SEND, Action.TAKE_DOWN]


def test_what_is_wrong_is_taken_back_at_night() -> None:
    channel = memory_channel()
    plan()
    engine.run_due()
    morning = clock.now() + timedelta(hours=3)
    channel.closed_until = lambda endpoint, payload, at: morning  # type: ignore[method-assign]
    plan()
    engine.run_due()
    assert Delivery.objects.get(not_before=morning).state == S.SCHEDULED, "a send waits for the morning"
    down = take_down_delivery(Delivery.objects.get(state=S.SENT), user=UserFactory(role=Role.EDITOR))
    engine.run_due()
    down.refresh_from_db()
    assert down.state == S.SENT
