"""An edit and a new approval of the same text at the same moment, on a database with real row locks."""

import threading
import time

import pytest
from django.db import connection, transaction

from campaigns.services import approvals
from campaigns.services.items import page_of
from channels.delivery.models import Variant
from channels.delivery.services import variants as verbs
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


def test_an_edit_under_way_is_carried_over_to_the_approval_that_comes_in_between() -> None:
    memory_channel()
    item, endpoint, editor = approved_script(), EndpointFactory(), UserFactory(role=Role.EDITOR)
    variant = verbs.ensure_variant(item.approvals.get(), endpoint)
    page = page_of(item, orthography="vi")
    draft = page.get_latest_revision_as_object()
    draft.title = "Giữ nhà ban đêm"
    draft.save_revision(user=editor)
    request = approvals.submit(page_of(item, orthography="vi"), editor)
    approver, done = UserFactory(role=Role.APPROVER), threading.Event()

    def approve() -> None:
        try:
            approvals.approve(request, approver)
            done.set()
        finally:
            connection.close()

    other = threading.Thread(target=approve)
    with transaction.atomic():
        verbs.edit_variant(variant, text="Lời đang viết", user=editor)
        other.start()
        time.sleep(0.5)
        assert not done.is_set(), "the approval waits for the edit"
    other.join(20)
    assert done.is_set()
    carried = Variant.objects.get(approval=request)
    assert (carried.payload["text"], carried.may_go) == ("Lời đang viết", False)
