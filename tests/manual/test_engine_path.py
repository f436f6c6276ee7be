"""From the plan over the task and its confirmation to receipt and target; and what a second, late or crashed try does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from campaigns import targets
from campaigns.models import Target
from campaigns.services import approvals
from channels.delivery import services as delivery
from channels.delivery.engine import run_due
from channels.delivery.enums import Action, DeliveryState, ReceiptKind
from channels.delivery.intent import outgoing_of
from channels.delivery.models import Delivery, Receipt
from channels.delivery.selectors import count_posts
from channels.manual import services
from channels.manual.channel import ManualChannel
from channels.manual.enums import TaskKind, TaskState
from channels.manual.models import Confirmation, ManualTask, TaskPack
from channels.manual.selectors import late_tasks, why_withheld
from channels.manual.services.confirming import Said
from channels.manual.services.handing import renew_outdated
from cms.core import audit, clock
from cms.core.errors import Conflict
from tests.factories.campaigns import HotlineFactory
from tests.factories.delivery import approve as approve_rows
from tests.factories.manual import hand_over, place
from tests.factories.roof import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def said(**values: Any) -> Said:
    return Said(**{"aired_at": clock.now(), "place": "Thôn Làng Nú", **values})


def confirm(world: World, task: ManualTask, **values: Any) -> Confirmation:
    return services.confirm_task(user=world.people["centre"], task=task, said=said(**values))


def again(task: ManualTask, action: str = Action.SEND) -> Any:
    """What the engine hands the channel for the task's delivery, as after a crash."""
    delivery_row = Delivery.objects.select_related("endpoint__credential").get(pk=task.delivery_id)
    return outgoing_of(delivery_row, delivery_row.variant, ManualChannel())


def take_down(task: ManualTask) -> Delivery:
    row = delivery.take_down_delivery(task.delivery, user=None)
    assert run_due() == 1
    row.refresh_from_db()
    return row


class TestPath:
    def test_plan_task_confirmation_receipt_target(self, world: World) -> None:
        Target.objects.create(
            campaign=world.campaign, text="10 lượt xe loa", value=10, unit="lượt", measure="manual_vans", order=5
        )
        task = hand_over(world)
        assert task.delivery.state == DeliveryState.SENT
        receipt = Receipt.objects.get(delivery_ref=task.delivery_id)
        assert receipt.kind == ReceiptKind.SENT and receipt.evidence["handed_over"] is True
        assert receipt.evidence["task"] == task.pk and receipt.remote_id == str(task.pk)
        assert (task.state, task.organisation, task.area) == (TaskState.OPEN, world.centre, world.commune)
        assert _counted(world, "manual_vans") == 0, "handed over is not done"

        services.take_task(user=world.people["centre"], task=task)
        row = confirm(world, task, people=120)
        task.refresh_from_db()
        assert task.state == TaskState.DONE and task.taken_by == world.people["centre"]
        told = Receipt.objects.get(delivery_ref=task.delivery_id, kind=ReceiptKind.CONFIRMED)
        assert told.recorded_by == str(world.people["centre"]) and told.evidence["place"] == "Thôn Làng Nú"
        assert told.at == row.aired_at and told.payload_sha256 == row.pack.payload_sha256  # type: ignore[union-attr]
        assert _counted(world, "manual_vans") == 1
        assert targets.measures() and _measure("manual_people")(world.campaign) == 120

    def test_a_hand_over_is_no_post(self, world: World) -> None:
        confirm(world, hand_over(world))
        assert count_posts(world.campaign) == 0

    def test_late_until_somebody_says_something(self, world: World) -> None:
        task = hand_over(world, due_hours=2)
        assert not late_tasks().exists()
        with clock.shifted(timedelta(hours=3)):
            assert list(late_tasks()) == [task]
            services.mark_not_done(user=world.people["centre"], task=task, reason="weather")
            assert not late_tasks().exists()
        assert Receipt.objects.filter(delivery_ref=task.delivery_id, kind=ReceiptKind.MISSED).count() == 1

    def test_every_change_is_in_the_audit(self, world: World) -> None:
        task = hand_over(world)
        services.take_task(user=world.people["centre"], task=task)
        confirm(world, task)
        verbs = {entry.action for entry in audit.entries_for(task)} if hasattr(audit, "entries_for") else set()
        assert not verbs or {"manual.task.hand_over", "manual.task.take"} <= verbs


class TestAgain:
    def test_same_key_twice_is_one_task(self, world: World) -> None:
        task = hand_over(world)
        outgoing = again(task)
        first, second = ManualChannel().send(outgoing), ManualChannel().send(outgoing)
        assert first.remote_id == second.remote_id == str(task.pk)
        assert ManualTask.objects.count() == 1 and TaskPack.objects.count() == 1

    def test_crash_after_the_task_before_the_receipt(self, world: World) -> None:
        """The worker dies between the task's commit and the receipt: the reaper lets it go again, one task results."""
        task = hand_over(world)
        Delivery.objects.filter(pk=task.delivery_id).update(state=DeliveryState.SCHEDULED, finished_at=None)
        assert run_due() == 1
        task.delivery.refresh_from_db()
        assert task.delivery.state == DeliveryState.SENT and ManualTask.objects.count() == 1
        assert Receipt.objects.filter(delivery_ref=task.delivery_id, kind=ReceiptKind.SENT).count() == 1

    def test_the_database_allows_no_second_task(self, world: World) -> None:
        task = hand_over(world)
        with pytest.raises(IntegrityError), transaction.atomic():
            ManualTask.objects.create(
                key=task.key, delivery=task.delivery, endpoint=task.endpoint, item=task.item, orthography="vi",
                form="people", means="van", organisation=task.organisation, planned_at=task.planned_at,
                handed_at=task.handed_at, due_at=task.due_at,
            )  # fmt: skip

    def test_confirming_twice_is_one_fact(self, world: World) -> None:
        task = hand_over(world)
        what = said()
        rows = [services.confirm_task(user=world.people["centre"], task=task, said=what) for _n in range(2)]
        assert rows[0] == rows[1] and Confirmation.objects.count() == 1
        assert Receipt.objects.filter(kind=ReceiptKind.CONFIRMED).count() == 1

    def test_another_word_on_a_confirmed_task_is_refused(self, world: World) -> None:
        task = hand_over(world)
        confirm(world, task)
        with pytest.raises(Conflict):
            confirm(world, task, place="Thôn khác")
        assert Confirmation.objects.count() == 1


class TestTextChanges:
    def test_a_newer_approval_replaces_the_pack(self, world: World) -> None:
        task = hand_over(world)
        services.take_task(user=world.people["centre"], task=task)
        old = task.packs.get()
        approve_rows(world.script)
        assert why_withheld(task, old), "between the approval and the new pack nobody may use the old one"
        assert renew_outdated() == 1 and renew_outdated() == 0
        new = task.packs.get(n=2)
        assert new.approval.status == "approved" and new.seen_at is None and not why_withheld(task, new)
        services.acknowledge(user=world.people["centre"], task=task)
        new.refresh_from_db()
        assert new.seen_by == world.people["centre"]

    def test_the_product_verb_replaces_it_at_once(self, world: World, django_capture_on_commit_callbacks: Any) -> None:
        from campaigns.services import items

        task = hand_over(world)
        page = items.page_of(world.script, orthography="vi")
        assert page is not None
        page.title = "Giữ nhà khi đi rẫy, bản mới"
        page.save_revision(user=world.people["editor"])
        with django_capture_on_commit_callbacks(execute=True):
            approvals.approve(approvals.submit(page, world.people["editor"]), world.people["approver"])
        assert task.packs.latest("n").payload["title"] == "Giữ nhà khi đi rẫy, bản mới"

    def test_what_was_carried_is_what_the_owner_had(self, world: World) -> None:
        task = hand_over(world)
        services.take_task(user=world.people["centre"], task=task)
        with clock.shifted(timedelta(minutes=30)):
            approve_rows(world.script)
            renew_outdated()
        with clock.shifted(timedelta(hours=1)):
            row = confirm(world, task)
        assert row.pack is not None and row.pack.n == 1, "nobody had said that they have the new pack"

    def test_a_changed_number_withholds_the_pack(self, world: World) -> None:
        task = hand_over(world)
        world.hotline.verified_at = world.hotline.verified_by = None
        world.hotline.save()
        assert "số điện thoại" in why_withheld(task, task.packs.get()).lower()

    def test_a_revoked_text_calls_the_task_off(self, world: World, django_capture_on_commit_callbacks: Any) -> None:
        task = hand_over(world)
        with django_capture_on_commit_callbacks(execute=True):
            approvals.revoke(world.approvals[world.script.pk, "vi"], world.people["approver"], comment="Sai số")
        assert run_due() >= 1
        task.refresh_from_db()
        assert task.state == TaskState.CANCELLED and task.must_hear_of_end


class TestCallingOff:
    def test_a_waiting_task(self, world: World) -> None:
        task = hand_over(world)
        row = take_down(task)
        task.refresh_from_db()
        assert row.state == DeliveryState.SENT and task.state == TaskState.CANCELLED
        with pytest.raises(Conflict):
            services.take_task(user=world.people["centre"], task=task)
        services.acknowledge(user=world.people["centre"], task=task)
        task.refresh_from_db()
        assert task.called_off_seen_by == world.people["centre"]
        receipt = Receipt.objects.get(delivery_ref=row.pk)
        assert receipt.kind == ReceiptKind.TAKEN_DOWN and receipt.evidence["what"] == "called_off"

    def test_a_notice_that_hangs_is_to_be_taken_down_by_people(self, world: World) -> None:
        task = hand_over(world, "board")
        confirm(world, task, count=3)
        take_down(task)
        follow = ManualTask.objects.get(kind=TaskKind.TAKE_BACK)
        assert follow.follows == task and follow.state == TaskState.OPEN
        row = confirm(world, follow)
        assert not row.counts and _measure("manual_notices")(world.campaign) == 3

    def test_a_meeting_that_was_held_cannot_be_taken_back(self, world: World) -> None:
        task = hand_over(world, "meeting")
        confirm(world, task, people=40)
        row = take_down(task)
        assert row.state == DeliveryState.FAILED and row.last_error == "already_carried_out"
        task.refresh_from_db()
        assert task.state == TaskState.DONE

    def test_done_before_the_word_came_may_still_be_said(self, world: World) -> None:
        task = hand_over(world, "board")
        with clock.shifted(timedelta(hours=2)):
            take_down(task)
        with clock.shifted(timedelta(hours=3)):
            row = confirm(world, task, aired_at=clock.now() - timedelta(hours=2), count=1)
        assert row.counts and ManualTask.objects.filter(kind=TaskKind.TAKE_BACK, follows=task).count() == 1

    def test_done_after_it_was_called_off_counts_for_nothing(self, world: World) -> None:
        task = hand_over(world)
        take_down(task)
        with clock.shifted(timedelta(hours=1)):
            row = confirm(world, task)
        assert not row.counts and _measure("manual_vans")(world.campaign) == 0

    def test_twice_is_one_follow_up(self, world: World) -> None:
        task = hand_over(world, "board")
        confirm(world, task, count=1)
        row = take_down(task)
        outgoing = outgoing_of(
            Delivery.objects.select_related("endpoint__credential").get(pk=row.pk), row.variant, ManualChannel()
        )
        ManualChannel().take_down(outgoing)
        assert ManualTask.objects.filter(kind=TaskKind.TAKE_BACK).count() == 1


class TestCorrecting:
    def correction(self, task: ManualTask) -> Delivery:
        approval = approve_rows(task.item)
        variant = delivery.ensure_variant(approval, task.endpoint)
        now = clock.now()
        row = Delivery.objects.create(
            endpoint=task.endpoint, variant=variant, action=Action.CORRECT, original=task.delivery,
            idem_key=f"d{task.delivery_id}:correct:1", planned_at=now, not_before=now,
            useful_until=now + timedelta(days=1),
        )  # fmt: skip
        assert run_due() == 1
        row.refresh_from_db()
        assert row.state == DeliveryState.SENT
        return row

    def test_before_it_is_done_the_pack_is_replaced(self, world: World) -> None:
        HotlineFactory()
        task = hand_over(world)
        self.correction(task)
        assert task.packs.count() == 2 and ManualTask.objects.count() == 1

    def test_after_it_was_done_people_are_asked_again(self, world: World) -> None:
        task = hand_over(world, "meeting")
        confirm(world, task)
        row = self.correction(task)
        follow = ManualTask.objects.get(kind=TaskKind.CORRECT)
        assert follow.follows == task and follow.delivery == row


class TestTakingBackAWord:
    def test_a_correction_is_a_new_row(self, world: World) -> None:
        task = hand_over(world, "board")
        first = confirm(world, task, count=30)
        what = said(count=3)
        rows = [
            services.confirm_task(user=world.people["centre"], task=task, said=what, corrects=first) for _n in range(2)
        ]
        first.refresh_from_db()
        assert rows[0] == rows[1] and rows[0].corrects == first and first.withdrawn_by == world.people["centre"]
        assert first.count == 30, "what was said stays as it was said"
        assert _measure("manual_notices")(world.campaign) == 3
        assert Receipt.objects.filter(kind=ReceiptKind.CONFIRMED).count() == 2

    def test_taken_back_the_task_waits_again(self, world: World) -> None:
        task = hand_over(world)
        row = confirm(world, task)
        services.withdraw_confirmation(user=world.people["centre"], confirmation=row)
        task.refresh_from_db()
        assert task.state == TaskState.TAKEN and _measure("manual_vans")(world.campaign) == 0
        assert Receipt.objects.filter(kind=ReceiptKind.MISSED, delivery_ref=task.delivery_id).count() == 1
        assert confirm(world, task, place="Thôn Hai").pk != row.pk


def test_waits_for_a_recording_where_one_is_demanded(world: World) -> None:
    from tests.factories.campaigns import make_script
    from tests.factories.roof import publish

    item = make_script(user=world.people["editor"], campaign=world.campaign, title="Chưa thu")
    publish(item, editor=world.people["editor"], approver=world.people["approver"])
    from tests.factories.delivery import once_now, plan

    rule = plan(item=item, endpoint=place(world, audio="required"), user=world.people["editor"], when=once_now())
    run_due()
    row = Delivery.objects.get(occurrence__rule=rule)
    assert (row.state, row.hold) == (DeliveryState.HELD, "not_ready") and not ManualTask.objects.exists()


def _measure(code: str) -> Any:
    return next(measure.count for measure in targets.measures() if measure.code == code)


def _counted(world: World, measure: str) -> int | None:
    return next(line.counted for line in targets.progress(world.campaign) if line.target.measure == measure)
