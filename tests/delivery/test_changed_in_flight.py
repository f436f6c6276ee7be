"""Scheduling I.6: the plan, the text or the campaign changes at each point of a send, when other channels have it already.

What is committed before the intent is obeyed: the old version does not leave. What comes after the intent is taken back
by a delivery of its own. What was sent keeps its receipt.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from campaigns.models import Approval, ContentItem
from campaigns.services import approvals, campaigns
from channels.delivery import crash, engine
from channels.delivery.enums import Action, Hold
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Correction, Delivery, Receipt, Rule
from channels.delivery.services import cancel_rule, change_rule, corrections, take_down_delivery
from cms.core import clock
from cms.core.models import Role
from tests.delivery.test_corrections import change as change_number
from tests.delivery.test_corrections import told
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.delivery import EndpointFactory, MemoryChannel, approve, memory_channel, once_now, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
# A change made while the intent is being committed counts as one that comes after it.
BEFORE = ("before_claim_commit", "after_claim")
AFTER = (
    "before_intent_commit", "after_intent", "after_reply_before_receipt", "before_receipt_commit", "after_receipt",
)  # fmt: skip
POINTS = (*BEFORE, *AFTER)


class Scene:
    """Five destinations of one text: three have it, and the change comes at `point` of the fourth."""

    def __init__(self, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.channel: MemoryChannel = memory_channel()
        self.hotline = HotlineFactory()
        self.item: ContentItem = told(self.hotline)
        self.old: Approval = self.item.approvals.get()
        for _place in range(3):
            plan(item=self.item, endpoint=EndpointFactory())
        engine.run_due()
        self.receipts = list(Receipt.objects.order_by("pk").values_list("pk", "kind", "remote_id"))
        assert [kind for _pk, kind, _id in self.receipts] == ["sent"] * 3
        self.late: list[Rule] = [plan(item=self.item, endpoint=EndpointFactory()) for _place in range(2)]
        self.point, self.monkeypatch = point, monkeypatch
        # How many places have the old words in the end: those three, and what had its intent already.
        self.out = 3 if point in BEFORE else 4

    def run(self, change: Callable[[], object]) -> None:
        """Let the worker go; the change comes once."""
        done: list[str] = []

        def here(name: str) -> None:
            if name == self.point and not done:
                done.append(name)
                change()
                corrections.work_all()  # the other worker's look, while this one is still sending

        with self.monkeypatch.context() as patch:
            patch.setattr(crash, "point", here)
            engine.run_due()
        assert done == [self.point]
        with clock.shifted(timedelta(seconds=30)):
            corrections.work_all()
            engine.run_due()
            corrections.work_all()

    def sends(self) -> list[int]:
        """The approvals whose words left, in order."""
        return [post.approval.pk for post in self.channel.posted if post.action == Action.SEND]

    def check_what_was_sent(self) -> None:
        """No old words more than those whose intent came first; no place twice; receipts as they were."""
        assert self.sends().count(self.old.pk) == self.out
        places = [post.endpoint.pk for post in self.channel.posted if post.action == Action.SEND]
        assert len(places) == len(set(places))
        known = [pk for pk, _kind, _id in self.receipts]
        assert list(Receipt.objects.filter(pk__in=known).order_by("pk").values_list("pk", "kind", "remote_id")) == (
            self.receipts
        )
        assert Receipt.objects.filter(kind="sent").count() == len(places)

    def rest(self) -> set[tuple[str, str]]:
        """What became of the sends that did not leave."""
        rows = Delivery.objects.filter(action=Action.SEND).exclude(state=S.SENT)
        assert rows.count() == 5 - self.out
        return set(rows.values_list("state", "hold"))

    def check_taken_back(self) -> None:
        """Each place that has the old words gets a take-down of its own, with its receipt."""
        downs = Delivery.objects.filter(action=Action.TAKE_DOWN)
        assert downs.count() == self.out
        assert set(downs.values_list("state", flat=True)) == {S.SENT}
        numbers = {post.remote_id for post in self.channel.posted if post.action == Action.TAKE_DOWN}
        assert numbers == set(Receipt.objects.filter(kind="sent").values_list("remote_id", flat=True))
        assert Receipt.objects.filter(kind="taken_down").count() == self.out
        assert Correction.objects.get().closed_at is not None


@pytest.fixture(params=POINTS)
def scene(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(request.param, monkeypatch)


def test_a_newer_text_approved(scene: Scene) -> None:
    scene.run(lambda: approve(scene.item))
    scene.check_what_was_sent()
    newer = Approval.objects.get(item=scene.item, status="approved")
    assert scene.sends()[scene.out :] == [newer.pk] * (5 - scene.out), "the rest carries the newer words"
    assert not Delivery.objects.exclude(action=Action.SEND).exists(), "a text that was only replaced stays"


def test_the_approval_revoked(scene: Scene) -> None:
    scene.run(lambda: approvals.revoke(scene.old, UserFactory(role=Role.APPROVER), comment="Sai"))
    scene.check_what_was_sent()
    assert scene.rest() == {(S.HELD, Hold.NOT_APPROVED)}
    scene.check_taken_back()


def test_a_hotline_changed(scene: Scene) -> None:
    scene.run(lambda: change_number(scene.hotline))
    scene.check_what_was_sent()
    assert scene.rest() == {(S.HELD, Hold.NOT_AIRABLE)}
    scene.check_taken_back()


def test_the_plans_cancelled(scene: Scene) -> None:
    editor = UserFactory(role=Role.EDITOR)
    scene.run(lambda: [cancel_rule(rule, user=editor) for rule in scene.late])
    scene.check_what_was_sent()
    assert scene.rest() == {(S.CANCELLED, "")}
    assert not Delivery.objects.exclude(action=Action.SEND).exists(), "what is out stays until somebody takes it down"
    for row in Delivery.objects.filter(state=S.SENT):
        take_down_delivery(row, user=editor)
    engine.run_due()
    assert Receipt.objects.filter(kind="taken_down").count() == scene.out


def test_the_plans_moved(scene: Scene) -> None:
    editor = UserFactory(role=Role.EDITOR)
    later = once_now(times=("18:00",))
    scene.run(lambda: [change_rule(rule, when=later, user=editor) for rule in scene.late])
    scene.check_what_was_sent()
    old = Delivery.objects.filter(action=Action.SEND, occurrence__rule_version=1).exclude(state=S.SENT)
    assert set(old.values_list("state", flat=True)) == {S.SUPERSEDED}
    moved = Delivery.objects.filter(occurrence__rule_version=2)
    assert {row.planned_at - clock.now() for row in moved} == {timedelta(hours=6)}


def test_the_campaign_closed(scene: Scene) -> None:
    scene.run(lambda: campaigns.close(scene.item.campaign, user=UserFactory(role=Role.EDITOR)))
    scene.check_what_was_sent()
    assert scene.rest() == {(S.HELD, Hold.CAMPAIGN)}
    assert not Delivery.objects.exclude(action=Action.SEND).exists()
