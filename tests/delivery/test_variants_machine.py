"""Whatever people do in whichever order: nothing leaves that is neither derived from the approval in force nor agreed to."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Approval
from channels.delivery import engine, reaper
from channels.delivery.contract import Outgoing
from channels.delivery.models import Attempt, Variant
from channels.delivery.services import variants as verbs
from cms.core.errors import CongError
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, approve, approved_script, memory_channel, plan

pytestmark = pytest.mark.django_db
STEPS = ["edit", "edit_other", "agree", "decline", "reset", "approve_text", "plan", "run", "recheck"]


class Desk:
    """Two editors, two approvers and a channel that notes whether what it is handed was allowed to leave."""

    def __init__(self) -> None:
        self.channel = memory_channel()
        self.item, self.endpoint = approved_script(), EndpointFactory()
        self.editors = [UserFactory(role=Role.EDITOR) for _each in range(2)]
        self.approvers = [UserFactory(role=Role.APPROVER) for _each in range(2)]
        self.agreed: set[tuple[int, str]] = set()
        self.number = 0
        self.wrong: list[Any] = []
        self.channel.behave = self.judge

    def judge(self, outgoing: Outgoing) -> None:
        """Called when something leaves."""
        approval = self.approval()
        derived = self.channel.render_variant(approval, self.endpoint)
        allowed = outgoing.payload == derived or (approval.pk, outgoing.payload["text"]) in self.agreed
        if not allowed or outgoing.payload["approval"] != approval.pk:
            self.wrong.append(outgoing.payload)

    def approval(self) -> Approval:
        """The approval in force."""
        return self.item.approvals.get(status="approved")

    def variant(self) -> Variant:
        """The text that is in force at the destination."""
        return verbs.ensure_variant(self.approval(), self.endpoint)

    def do(self, step: str) -> None:
        """One act; what is refused is refused with a sentence and changes nothing."""
        acts: dict[str, Callable[[], Any]] = {
            "edit": lambda: self.edit(0), "edit_other": lambda: self.edit(1), "agree": self.agree,
            "decline": lambda: verbs.decline_edit(self.variant(), user=self.approvers[1], comment="Ngắn hơn"),
            "reset": lambda: verbs.reset_variant(self.variant(), user=self.editors[0]),
            "approve_text": lambda: approve(self.item),
            "plan": lambda: plan(item=self.item, endpoint=self.endpoint, user=self.editors[0]),
            "run": engine.run_due, "recheck": reaper.recheck_held,
        }  # fmt: skip
        try:
            acts[step]()
        except CongError as error:
            assert error.message

    def edit(self, who: int) -> None:
        """Other words each time, so that what left can be told apart."""
        self.number += 1
        verbs.edit_variant(self.variant(), text=f"Lời thứ {self.number}", user=self.editors[who])

    def agree(self) -> None:
        """A second person's yes, remembered with the approval it was given for."""
        variant = verbs.approve_edit(self.variant(), user=self.approvers[0])
        self.agreed.add((variant.approval_id, variant.payload["text"]))


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=14))
def test_nothing_leaves_that_nobody_agreed_to(db: None, steps: list[str]) -> None:
    desk = Desk()
    for step in ["plan", *steps, "recheck", "run"]:
        desk.do(step)
    assert not desk.wrong
    for attempt in Attempt.objects.filter(delivery__endpoint=desk.endpoint).select_related("delivery__variant"):
        assert attempt.delivery.variant.payload_sha256 == attempt.payload_sha256, "fixed once it went out"
    held = [row for row in Variant.objects.filter(endpoint=desk.endpoint) if row.edited_by_id and not row.may_go]
    assert not Attempt.objects.filter(delivery__variant__in=held).exists()
