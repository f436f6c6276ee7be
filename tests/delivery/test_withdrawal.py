"""A revoked text is taken back wherever it went; a replaced one stays."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns.services import approvals
from channels.delivery import engine
from channels.delivery.enums import Action
from channels.delivery.models import Delivery, Receipt
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, approve, approved_script, memory_channel, plan

pytestmark = pytest.mark.django_db


def test_revoking_takes_down_what_went_out(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    channel = memory_channel()
    item = approved_script()
    for _place in range(2):
        plan(item=item, endpoint=EndpointFactory())
    plan()
    engine.run_due()
    with django_capture_on_commit_callbacks(execute=True):
        approvals.revoke(item.approvals.get(), UserFactory(role=Role.APPROVER), comment="Sai số điện thoại")
    engine.run_due()
    assert [p.action for p in channel.posted] == ["send"] * 3 + ["take_down"] * 2
    assert Receipt.objects.filter(kind="taken_down", item_ref=item.pk).count() == 2


def test_a_replaced_text_stays(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> None:
    memory_channel()
    item = approved_script()
    plan(item=item)
    engine.run_due()
    with django_capture_on_commit_callbacks(execute=True):
        approve(item)
    assert not Delivery.objects.filter(action=Action.TAKE_DOWN).exists()
