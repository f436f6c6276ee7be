"""No path through the queues, the looks and late replies sends twice without a person who said so, knowing the risk.

The walk mixes workers that are slow, lost or dead with people who decide, decide twice, and decide on old pages, and
with looks that tell the truth, or not yet. Counted is what arrived at a channel that cannot take anything back by itself.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import ContentItem
from channels.delivery import engine, reaper, settle
from channels.delivery.contract import Look, Outgoing, Sent
from channels.delivery.deeds import DEEDS
from channels.delivery.enums import DeliveryState as S
from channels.delivery.enums import Outcome, ReadBack
from channels.delivery.errors import Ambiguous, Permanent, Retryable
from channels.delivery.intent import Intent
from channels.delivery.models import Attempt, Delivery, Endpoint, Receipt
from channels.delivery.services import readback
from channels.delivery.services.bulk import act_on_many
from cms.core import clock
from cms.core.errors import CongError
from cms.core.models import Role, User
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, approved_script, once_now, plan
from tests.factories.looking import LookingChannel, looking_channel

pytestmark = pytest.mark.django_db

STEPS = st.one_of(
    st.tuples(st.just("run"), st.sampled_from(["fine", "lost_before", "lost_after", "retryable", "permanent"])),
    st.tuples(st.just("slow"), st.sampled_from(["arrives", "does_not"])),
    st.tuples(st.just("look"), st.sampled_from(["true", "not_yet", "unknown", "fails"])),
    st.tuples(st.just("deed"), st.sampled_from(["da-co", "gui-lai", "thu-lai", "tha", "giu", "bo-qua", "xem-lai"])),
    st.tuples(st.just("deed_again"), st.none()),
    st.tuples(st.sampled_from(["late_reply", "reap", "recheck", "look_by_person"]), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([5, 60, 3600])),
)


@pytest.fixture
def ready(db: None) -> tuple[ContentItem, Endpoint, User]:
    return approved_script(), EndpointFactory(), UserFactory(role=Role.EDITOR)


class Walk:
    """One delivery, its channel, a slow worker, and a person with a page that may be old."""

    def __init__(self, item: ContentItem, endpoint: Endpoint, editor: User) -> None:
        self.channel: LookingChannel = looking_channel()
        self.editor = editor
        self.offset = timedelta()
        self.slow: list[tuple[Intent, Sent | None]] = []
        self.asked_again = 0
        self.known_out_at: int | None = None
        self.page: tuple[str, int] | None = None
        plan(item=item, endpoint=endpoint, when=once_now(useful_minutes=60 * 24 * 7), user=editor)

    @property
    def row(self) -> Delivery:
        return Delivery.objects.get()

    def step(self, name: str, argument: Any) -> None:
        if name == "wait":
            self.offset += timedelta(seconds=argument)
        with clock.shifted(self.offset):
            getattr(self, name)(argument)

    def wait(self, argument: Any) -> None:
        """The clock alone moves."""

    def run(self, fault: str) -> None:
        error = {"lost_before": Ambiguous("x"), "lost_after": Ambiguous("x"), "retryable": Retryable("x"),
                 "permanent": Permanent("x")}.get(fault)  # fmt: skip
        self.channel.behave = _raising(error if fault != "lost_after" else None)
        self.channel.after = _raising(error if fault == "lost_after" else None)
        engine.run_due()
        self.channel.behave = self.channel.after = _raising(None)

    def slow_step(self, arrives: bool) -> None:
        for claimed in engine.claim(5, owner=f"slow{len(self.slow)}", now=clock.now()):
            intent = engine._prepare(claimed)
            if intent is not None:
                self.slow.append((intent, self.channel.send(intent.outgoing) if arrives else None))

    def late_reply(self, _argument: Any) -> None:
        if self.slow:
            intent, answer = self.slow.pop(0)
            if answer is None:
                settle.failed(intent, Ambiguous("x"))
            else:
                settle.sent(intent, answer)

    def look(self, what: str) -> None:
        def seeing(outgoing: Outgoing) -> Look | None:
            if what == "fails":
                raise Retryable("not_reached")
            told = {"not_yet": Look(ReadBack.ABSENT), "unknown": Look(ReadBack.UNKNOWN)}
            return told.get(what)

        self.channel.seeing = seeing
        readback.look_due()
        self.channel.seeing = lambda outgoing: None

    def look_by_person(self, _argument: Any) -> None:
        try:
            readback.look_now(self.row, user=self.editor)
        except CongError:
            pass  # settled meanwhile: the refusal is the right answer

    def deed(self, name: str) -> None:
        """A click on a page that is fresh."""
        self.page = (name, self.row.attempt)
        self._click(*self.page)

    def deed_again(self, _argument: Any) -> None:
        """The same click once more, whatever happened since: a double submit, or a page left open."""
        if self.page is not None:
            self._click(*self.page)

    def _click(self, name: str, seen: int) -> None:
        result = act_on_many([(self.row.pk, seen)], act=DEEDS[name].act, user=self.editor)[0]
        if result.done and name == "gui-lai":
            self.asked_again += 1

    def reap(self, _argument: Any) -> None:
        reaper.reap(now=clock.now() + timedelta(hours=1))

    def recheck(self, _argument: Any) -> None:
        reaper.recheck_held()

    def holds(self) -> None:
        row, posts = self.row, len(self.channel.posted)
        assert posts <= 1 + self.asked_again, "sent twice, and nobody asked for it"
        if posts and not self.asked_again:
            assert row.state in {S.SENDING, S.SENT, S.UNCONFIRMED}, "out, yet the books say it is not"
        told = Receipt.objects.filter(kind__in=["sent", "confirmed"])
        assert told.count() <= 1, "one delivery, one testimony that it arrived"
        assert (row.state == S.SENT) == told.exists()
        if row.state == S.SENT and not Receipt.objects.filter(kind="confirmed").exists():
            assert posts, "the books say sent, and nothing arrived"
        answered = Attempt.objects.filter(outcome=Outcome.SENT).exists() or row.state == S.SENT
        if answered and self.known_out_at is not None:
            assert posts == self.known_out_at, "it was known to be there, and was sent again"
        self.known_out_at = posts if answered else None


def _raising(error: Exception | None) -> Callable[[Outgoing], None]:
    def act(outgoing: Outgoing) -> None:
        if error is not None:
            raise error

    return act


@given(steps=st.lists(STEPS, min_size=2, max_size=16))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_path_through_the_queues_sends_twice_unasked(
    ready: tuple[ContentItem, Endpoint, User], steps: list[tuple[str, Any]]
) -> None:
    with transaction.atomic():
        walk = Walk(*ready)
        for name, argument in steps:
            if name == "slow":
                with clock.shifted(walk.offset):
                    walk.slow_step(argument == "arrives")
            else:
                walk.step(name, argument)
            walk.holds()
        transaction.set_rollback(True)


def test_a_long_evil_path(ready: tuple[ContentItem, Endpoint, User]) -> None:
    """Slow, reaped, looked at too early, sent again by a person, and then the first answer comes after all."""
    walk = Walk(*ready)
    with clock.shifted(walk.offset):
        walk.slow_step(True)
    for name, argument in (
        ("reap", None), ("wait", 60), ("look", "not_yet"), ("deed", "gui-lai"), ("deed_again", None), ("deed", "giu"),
        ("late_reply", None), ("deed", "tha"), ("run", "fine"), ("deed_again", None), ("run", "fine"),
    ):  # fmt: skip
        walk.step(name, argument)
        walk.holds()
    assert len(walk.channel.posted) == 1
    assert walk.row.state == S.SENT
