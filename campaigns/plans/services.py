"""Verbs on plans: take a file in, read it, make a draft campaign of what was understood."""

import hashlib
import logging
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import PlanStatus
from campaigns.models import Campaign, CampaignTask, Organisation, PlanDocument, Target
from campaigns.models.plans import PlanBasis
from campaigns.plans import audit_actions, vocabulary  # noqa: F401  (registers the verbs)
from campaigns.plans.errors import DamagedPlan, PlanTooLarge, UnreadablePlan
from campaigns.plans.extract import MAX_BYTES, extract_text
from campaigns.plans.parser import PlanReading, read_plan
from campaigns.plans.parser.bodies import proper_name
from campaigns.services.campaigns import create_campaign
from cms.core import audit, clock
from cms.core.errors import Conflict
from cms.core.text import clean, clean_line

logger = logging.getLogger(__name__)


def import_plan(*, file: IO[bytes] | bytes, file_name: str, user: Any) -> PlanDocument:
    """The plan of a file, kept and read. What could not be read keeps its file, with `failure` saying why.

    A file that was received before (the same bytes) is not kept twice: its row comes back, read again unless a campaign
    already stands on it. Only a file over 20 MB is not kept: it raises PlanTooLarge.
    """
    data = file if isinstance(file, bytes) else file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise PlanTooLarge()
    plan = receive_plan(data=data, file_name=file_name, user=user)
    if plan.status == PlanStatus.ACCEPTED:
        return plan
    return read_received(plan=plan, data=data, user=user)


def receive_plan(*, data: bytes, file_name: str, user: Any) -> PlanDocument:
    """The row of a file whose bytes are now kept under a name that nobody can guess."""
    digest = hashlib.sha256(data).hexdigest()
    known = PlanDocument.objects.filter(sha256=digest).exclude(file="").order_by("id").first()
    if known is not None:
        return known
    name = clean_line(file_name)[-255:] or "ke-hoach"
    plan = PlanDocument(file_name=name, sha256=digest, received_by=user, received_at=clock.now())
    suffix = Path(name).suffix.lower()
    plan.file.save(
        f"{digest[:40]}{suffix if suffix in ('.txt', '.docx', '.pdf') else '.bin'}", ContentFile(data), save=False
    )
    with transaction.atomic():
        plan.save()
        audit.record(plan, "campaigns.plan.receive", user=user, data={"file": name, "sha256": digest})
    return plan


def read_received(*, plan: PlanDocument, data: bytes, user: Any) -> PlanDocument:
    """The plan with what its file says, or with the reason why it says nothing."""
    try:
        text = clean(extract_text(data).text)
        reading = read_plan(text)
    except UnreadablePlan as error:
        return _unreadable(plan, error, user)
    except Exception as error:
        # Bytes from outside must not end in a crash: the file is kept, the fault is logged and told.
        logger.exception("plan not read", extra={"event": "plan_read_failed", "plan_id": plan.pk})
        return _unreadable(plan, DamagedPlan(reason=type(error).__name__), user)
    return keep_reading(plan=plan, reading=reading, user=user)


def _unreadable(plan: PlanDocument, error: UnreadablePlan, user: Any) -> PlanDocument:
    plan.status = PlanStatus.UNREADABLE
    plan.failure = error.message
    with transaction.atomic():
        plan.save(update_fields=["status", "failure"])
        audit.record(plan, "campaigns.plan.unreadable", user=user, data={"code": error.code})
    return plan


def _value(found: dict[str, Any] | None) -> Any:
    return found["value"] if found else None


def keep_reading(*, plan: PlanDocument, reading: PlanReading, user: Any) -> PlanDocument:
    """The plan with the fields of a reading; `understood` holds every leaf with its span over `source_text`."""
    data = reading.data
    plan.source_text = data["source_text"]
    plan.understood = {key: value for key, value in data.items() if key != "source_text"} | {
        "title": reading.title,
        "observance_codes": list(reading.observance_codes),
        "audience_codes": list(reading.audience_codes),
        "year": reading.year,
        "remainder": [{"span": part.leaf["span"], "why": part.why} for part in reading.remainder],
    }
    plan.number = str(_value(data["number"]) or "")[:60]
    plan.kind = str(_value(data["kind"]) or "")[:40]
    plan.issuer_text = str(_value(data["issuer"]) or "")[:300]
    plan.place = str(_value(data["place"]) or "")[:120]
    signed_on = _value(data["signed_on"])
    plan.signed_on = date.fromisoformat(signed_on) if signed_on else None
    plan.signatory = str(_value(data["signatory"]) or "").replace("\n", ", ")[:200]
    plan.title = proper_name(str(_value(reading.title) or ""), data["source_text"])[:500]
    plan.status = PlanStatus.READ
    plan.failure = ""
    with transaction.atomic():
        plan.save()
        plan.basis.all().delete()
        PlanBasis.objects.bulk_create(
            PlanBasis(
                plan=plan,
                number=str(_value(basis["number"]) or "")[:80],
                kind=str(_value(basis["kind"]) or "")[:60],
                signed_on=date.fromisoformat(_value(basis["signed_on"])) if basis["signed_on"] else None,
                issuer_text=str(_value(basis["issuer"]) or "")[:300],
                order=order,
            )
            for order, basis in enumerate(data["basis"])
        )
        audit.record(
            plan,
            "campaigns.plan.read",
            user=user,
            data={"number": plan.number, "tasks": len(data["tasks"]), "targets": len(data["targets"])},
        )
    return plan


def proposed_dates(plan: PlanDocument) -> tuple[date, date]:
    """A first guess at a campaign's first and last day, for a person to correct: from the signing (or today) to the end
    of the year that the plan is for."""
    year = plan.understood.get("year") or (plan.signed_on.year if plan.signed_on else clock.today().year)
    last = date(int(year), 12, 31)
    first = plan.signed_on or max(clock.today(), date(int(year), 1, 1))
    return (first, last) if first <= last else (date(int(year), 1, 1), last)


def proposed_title(plan: PlanDocument) -> str:
    """The plan's title, or its kind and number, or its file's name."""
    return (plan.title or " ".join(part for part in (plan.kind, plan.number) if part) or plan.file_name)[:300]


def proposed_issuer(plan: PlanDocument) -> Organisation | None:
    """The organisation that bears the name of the plan's issuer, when exactly one does."""
    return vocabulary.organisation_named(plan.issuer_text)


def _issuer(plan: PlanDocument) -> Organisation:
    """The issuer's row; a body that the register does not know yet is added under its printed name."""
    known = proposed_issuer(plan)
    if known is not None:
        return known
    name = plan.issuer_text[:200] or _("Issuing body not named in the plan")
    body = Organisation.objects.filter(name=name, valid_to__isnull=True).order_by("id").first()
    return body or Organisation.objects.create(name=name, kind=vocabulary.organisation_kind(plan.issuer_text))


@transaction.atomic
def create_campaign_from_plan(
    *,
    plan: PlanDocument,
    user: Any,
    title: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    issuer: Organisation | None = None,
) -> Campaign:
    """A draft campaign with the plan's tasks, targets, topics, audiences and observances; all of it can be corrected.

    Raises Conflict when the plan was not read or a campaign already stands on it.
    """
    fresh = PlanDocument.objects.select_for_update().get(pk=plan.pk)
    if fresh.status == PlanStatus.ACCEPTED:
        raise Conflict(_("A campaign was already made from this plan."))
    if fresh.status != PlanStatus.READ:
        raise Conflict(_("This plan could not be read, so no campaign can be made from it."))
    understood = fresh.understood
    first, last = proposed_dates(fresh)
    campaign = create_campaign(
        title=title or proposed_title(fresh),
        starts_on=starts_on or first,
        ends_on=ends_on or last,
        issuer=issuer or _issuer(fresh),
        user=user,
        plan=fresh,
        purpose="\n".join(str(leaf["value"]) for leaf in understood["purposes"]),
        topics=vocabulary.topics([str(leaf["value"]) for leaf in understood["topics"]]),
        audiences=vocabulary.audiences(understood.get("audience_codes", [])),
        observances=vocabulary.observances(understood.get("observance_codes", [])),
    )
    _tasks(campaign, understood["tasks"])
    _targets(campaign, understood["targets"])
    fresh.status = plan.status = PlanStatus.ACCEPTED
    fresh.save(update_fields=["status"])
    audit.record(fresh, "campaigns.plan.accept", user=user, data={"campaign": campaign.pk})
    return campaign


def _tasks(campaign: Campaign, tasks: list[dict[str, Any]]) -> None:
    known: dict[str, Organisation | None] = {}
    rows = []
    for order, task in enumerate(tasks):
        name = str(_value(task["body"]) or "")
        if name not in known:
            known[name] = vocabulary.organisation_named(name)
        due = _value(task["due"])
        rows.append(
            CampaignTask(
                campaign=campaign,
                body=known[name],
                body_text=name[:400],
                role=_value(task["role"]),
                text=str(_value(task["text"]) or ""),
                due=date.fromisoformat(due) if due else None,
                order=order,
            )
        )
    CampaignTask.objects.bulk_create(rows)


def _targets(campaign: Campaign, targets: list[dict[str, Any]]) -> None:
    Target.objects.bulk_create(
        Target(
            campaign=campaign,
            text=str(_value(target["text"])),
            value=Decimal(str(_value(target["value"]))),
            unit=str(_value(target["unit"]))[:60],
            comparison=_value(target["comparison"]),
            order=order,
        )
        for order, target in enumerate(targets)
        if Decimal(str(_value(target["value"]))) < Decimal(10) ** 12
    )


@transaction.atomic
def correct_plan(*, plan: PlanDocument, user: Any, **facts: Any) -> PlanDocument:
    """The plan with what a person put right: title, number, kind, issuer_text, place, signed_on, signatory.

    What the parser understood stays beside it unchanged. Unknown names raise TypeError.
    """
    allowed = {"title", "number", "kind", "issuer_text", "place", "signed_on", "signatory"}
    if set(facts) - allowed:
        raise TypeError(f"not a fact of a plan: {sorted(set(facts) - allowed)}")
    fresh = PlanDocument.objects.select_for_update().get(pk=plan.pk)
    changed = [name for name, value in facts.items() if getattr(fresh, name) != value]
    for name in facts:
        setattr(fresh, name, facts[name])
        setattr(plan, name, facts[name])
    if changed:
        fresh.save(update_fields=changed)
        audit.record(fresh, "campaigns.plan.correct", user=user, data={"changed": changed})
    return fresh
