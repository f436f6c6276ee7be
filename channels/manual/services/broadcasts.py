"""Confirming that people carried out a broadcast, and taking a confirmation back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.models import Area, ContentItem, Organisation
from channels.delivery.enums import ReceiptKind
from channels.manual.enums import BroadcastOutcome, Means, TaskState
from channels.manual.models import Confirmation
from channels.manual.permissions import may_confirm, may_withdraw
from channels.manual.services.facts import CLOCK_TOLERANCE, OLDEST, receipt_of
from channels.manual.states import locked, move
from cms.core import audit, clock, languages
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.text import clean_line


def confirm_broadcast(
    *,
    user: Any,
    item: ContentItem,
    language: str,
    organisation: Organisation,
    place: str,
    aired_at: datetime,
    outcome: str,
    area: Area | None = None,
    note: str = "",
    means: str = "",
) -> Confirmation:
    """The confirmation of one broadcast; the same broadcast confirmed twice gives the first row again.

    `language` is a spoken language's code, `aired_at` is aware and kept to the minute. Raises NotAllowed for people of
    another body, BadInput for an unknown language, an empty place, or a time that lies ahead or more than 62 days back.
    """
    if not may_confirm(user, organisation):
        raise NotAllowed(_("You may only confirm broadcasts of your own organisation."))
    place, note = clean_line(place)[:200], clean_line(note)[:500]
    minute = aired_at.replace(second=0, microsecond=0)
    _check(language, place, minute, outcome)
    with transaction.atomic():
        confirmation, created = Confirmation.objects.get_or_create(
            item=item,
            language=language,
            organisation=organisation,
            place=place,
            aired_at=minute,
            withdrawn_at__isnull=True,
            task__isnull=True,
            defaults={
                "area": area or organisation.area,
                "outcome": outcome,
                "note": note,
                "confirmed_by": user,
                "confirmed_at": clock.now(),
                "means": means if means in Means.values else "",
            },
        )
        if created:
            audit.record(
                confirmation,
                "manual.confirm",
                user=user,
                data={"item": item.pk, "language": language, "organisation": organisation.pk, "outcome": outcome},
            )
    return confirmation


def withdraw_confirmation(*, user: Any, confirmation: Confirmation) -> Confirmation:
    """The confirmation, taken back: it stays in the history and counts towards nothing; its task waits again.

    Raises NotAllowed for people of another body, Conflict when it was taken back before.
    """
    if not may_withdraw(user, confirmation):
        raise NotAllowed(_("You may only take back confirmations of your own organisation."))
    with transaction.atomic():
        changed = Confirmation.objects.filter(pk=confirmation.pk, withdrawn_at__isnull=True).update(
            withdrawn_by=user, withdrawn_at=clock.now()
        )
        if not changed:
            raise Conflict(_("This confirmation was already taken back."))
        confirmation.refresh_from_db()
        if confirmation.task_id is not None:
            _open_again(confirmation, user)
        audit.record(confirmation, "manual.withdraw", user=user, data={"item": confirmation.item_id})
    return confirmation


def _open_again(confirmation: Confirmation, user: Any) -> None:
    """The task of a confirmation that was a mistake, waiting again, with a receipt that says so."""
    task = locked(confirmation.task_id)  # type: ignore[arg-type]
    if task.state == TaskState.DONE:
        to = TaskState.TAKEN if task.called_off_at is None else TaskState.CANCELLED
        move(task, to, closed_by=None, closed_at=None)
    receipt_of(
        task, ReceiptKind.MISSED, at=clock.now(), user=user, part=f"withdrawn:{confirmation.pk}",
        evidence={"reason": "confirmation_withdrawn", "confirmation": confirmation.pk},
    )  # fmt: skip


def _check(language: str, place: str, aired_at: datetime, outcome: str) -> None:
    if language not in languages.LANGUAGES:
        raise BadInput(_("This language is not set up here."), language=language)
    if outcome not in BroadcastOutcome.values:
        raise BadInput(_("Say how the broadcast went: whole, in part, or put off."))
    if not place:
        raise BadInput(_("Say where it was broadcast, for example the village or the loudspeaker."))
    now = clock.now()
    if aired_at > now + CLOCK_TOLERANCE:
        raise BadInput(_("The time lies ahead. Confirm a broadcast after it has been played."))
    if aired_at < now - OLDEST:
        raise BadInput(_("The time is more than two months back. Please check day, month and year."))
