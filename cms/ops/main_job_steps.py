"""What people do in the main job, one step after the other, with the product's own verbs.

Each step waits for what the worker does by itself and gives the facts and ids of what happened.
"""

import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

NAMES = (
    "plan", "article", "script", "approval", "translation", "recording", "manifest", "telegram", "play", "mention",
    "targets",
)  # fmt: skip
# How long a step may wait for the worker; a draft voice on a busy machine is the slowest thing here.
PATIENCE = 120.0
T = TypeVar("T")


class StepFailed(Exception):
    """A step did not come to its end; the message says what was awaited."""


def wait_for(what: str, question: Callable[[], T | None], seconds: float = PATIENCE) -> T:
    """The first answer of `question` that is not None (or False). Raises StepFailed after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = question()
        if answer is not None and answer is not False:
            return answer
        time.sleep(0.3)
    raise StepFailed(f"waited {seconds:.0f} s in vain for: {what}")


class Steps:
    """What people do, one step after the other; each gives the facts and ids of what happened."""

    article_approval: Any
    script_approval: Any

    def __init__(self, press_base: str) -> None:
        from cms.ops.sample.load import gather
        from cms.ops.sample.sending import load_endpoints

        self.press_base = press_base
        self.cast = gather()
        self.endpoints = load_endpoints(self.cast)
        self.editor, self.approver = self.cast.people["bientap"], self.cast.people["pheduyet"]

    def run(self) -> Iterator[dict[str, Any]]:
        """Each step's facts in order; the first that fails is the last."""
        for name in NAMES:
            began = time.monotonic()
            facts: dict[str, Any] = {}
            error = None
            try:
                facts = getattr(self, name)()
            except Exception as fault:  # noqa: BLE001 - the report says what went wrong, with its kind
                error = f"{type(fault).__name__}: {fault}"
            seconds = round(time.monotonic() - began, 1)
            yield {
                "step": name,
                "ok": error is None,
                "seconds": seconds,
                **facts,
                **({"error": error} if error else {}),
            }
            if error:
                return

    def plan(self) -> dict[str, Any]:
        """A signed plan becomes a draft campaign, which the editor starts."""
        from campaigns.models import Target
        from campaigns.plans.services import import_plan
        from campaigns.services import campaigns
        from cms.core import clock
        from cms.ops.sample.content import PLAN
        from cms.ops.sample.texts import theft

        with PLAN.open("rb") as file:
            plan = import_plan(file=file, file_name=PLAN.name, user=self.editor)
        today = clock.today()
        self.campaign = campaigns.create_campaign(
            title=theft.CAMPAIGN["title"],
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=30),
            issuer=self.cast.organisations["department"],
            user=self.editor,
            plan=plan,
            areas=[self.cast.areas["52"]],
        )
        for order, measure in enumerate(("plays", "mentions", "posts", "on_web")):
            Target.objects.create(
                campaign=self.campaign, text=f"Ít nhất 1: {measure}", value=1, unit="lượt", measure=measure, order=order
            )
        campaigns.activate(self.campaign, user=self.editor)
        return {
            "plan_id": plan.pk,
            "number": plan.number,
            "signed_on": str(plan.signed_on),
            "campaign_id": self.campaign.pk,
            "basis": plan.basis.count(),
            "state": self.campaign.state,
        }

    def article(self) -> dict[str, Any]:
        """The editor writes an article."""
        from cms.ops.sample.texts import theft

        self.article_item = self._write(theft.ITEMS[0])
        return {"item_id": self.article_item.pk, "page_id": self._page(self.article_item).pk}

    def script(self) -> dict[str, Any]:
        """The editor writes a short radio script."""
        from campaigns.payloads import build_payload, spoken_text
        from cms.core.spoken import reading_seconds

        words = {
            "kind": "script",
            "title": "Lời nhắc khóa cửa",
            "body": [
                ("lead_in", {"text": "Thưa bà con, đi rẫy nhớ khóa cửa."}),
                ("hotline", {"text_before": "Có việc xin gọi", "hotline": "113"}),
            ],
        }
        self.script_item = self._write(words)
        page = self._page(self.script_item)
        text = spoken_text(build_payload(page.get_latest_revision_as_object()))
        return {
            "item_id": self.script_item.pk,
            "page_id": page.pk,
            "reading_seconds": round(reading_seconds(text, "vi"), 1),
        }

    def approval(self) -> dict[str, Any]:
        """Another person approves both; the article goes live by its schedule, without a click."""
        from campaigns.services import approvals
        from channels.delivery.services.rules import RuleInput, create_rule
        from cms.core import clock

        facts: dict[str, Any] = {}
        for name, item in (("article", self.article_item), ("script", self.script_item)):
            request = approvals.submit(self._page(item), self.editor)
            granted = approvals.approve(request, self.approver)
            setattr(self, f"{name}_approval", granted)
            facts[f"{name}_approval_id"] = granted.pk
            facts[f"{name}_sha256"] = granted.payload_sha256
        now = clock.local_now()
        create_rule(
            item=self.article_item,
            endpoints=[self.endpoints["website"]],
            orthography="vi",
            user=self.editor,
            when=RuleInput(
                times=(now.strftime("%H:%M"),), date_from=now.date(), date_to=now.date(), until=now + timedelta(days=20)
            ),
        )
        page = wait_for("the article to be live", lambda: self._live(self.article_item))
        return {**facts, "live_page_id": page.pk, "url": page.full_url, "status": self._status(page.full_url)}

    def translation(self) -> dict[str, Any]:
        """One person types each segment in Jrai, another approves the whole; a marked trial text is refused."""
        from cms.core.errors import NotAllowed
        from translations.services.jobs import make_pseudo, open_job
        from translations.services.review import approve_job, submit_for_review
        from translations.services.typing import save_segment

        translator, reviewer = self.cast.people["dich.jrai"], self.cast.people["duyet.jrai"]
        job = open_job(
            item=self.script_item, orthography="jra", user=self.editor, translator=translator, reviewer=reviewer
        )
        for segment in job.segments.order_by("order"):
            save_segment(segment=segment, target=letters_for(segment.source, "jra"), user=translator)
        job.refresh_from_db()
        approval = approve_job(job=submit_for_review(job=job, user=translator), user=reviewer)
        trial = make_pseudo(item=self.article_item, orthography="jra")
        try:
            approve_job(job=trial, user=reviewer)
        except NotAllowed:
            refused = True
        else:
            raise StepFailed("a trial text was approved")
        return {"job_id": job.pk, "approval_id": approval.pk, "orthography": "jra", "trial_text_refused": refused}

    def recording(self) -> dict[str, Any]:
        """A draft voice is made by the worker, and the approver lets it on air."""
        from media.library.models import Rendition
        from media.library.services.drafts import allow_draft_on_air, make_draft_voice

        recording = make_draft_voice(approval=self.script_approval, user=self.editor)

        def ready() -> bool:
            recording.refresh_from_db()
            if recording.state == "refused":
                raise StepFailed(f"the recording was refused: {recording.refusal_reason}")
            return recording.state == "ready"

        wait_for("the draft voice", ready)
        allow_draft_on_air(recording=recording, approver=self.approver)
        device = Rendition.objects.get(recording=recording, profile="device")
        return {"recording_id": recording.pk, "rendition_sha256": device.sha256, "duration_ms": device.duration_ms}

    def manifest(self) -> dict[str, Any]:
        """A bulletin is scheduled; the station's manifest is compiled with the script in it."""
        from channels.loudspeaker.services import bulletins
        from cms.core import clock
        from cms.ops.sample.stations import load_stations

        self.station = load_stations(self.cast)
        today = clock.today()
        bulletin = bulletins.create_bulletin(
            campaign=self.campaign,
            title="Chương trình thử",
            items=[self.script_item],
            user=self.editor,
            stations=[self.station],
            starts_on=today,
            ends_on=today + timedelta(days=1),
            repeat_minutes=1,
        )
        bulletins.schedule(bulletin, user=self.editor)

        def compiled() -> Any:
            self.station.refresh_from_db()
            current = self.station.current_manifest
            return current if current is not None and f'"{self._sha()}"' in current.body else None

        manifest = wait_for("the station's manifest", compiled)
        return {
            "station_id": self.station.pk,
            "bulletin_id": bulletin.pk,
            "version": manifest.version,
            "sha256": manifest.sha256,
            "slots": self.station.slots.count(),
        }

    def telegram(self) -> dict[str, Any]:
        """The article is posted, openly signed, and the receipt kept."""
        from channels.delivery.models import Delivery, Receipt
        from channels.delivery.services.rules import RuleInput, create_rule
        from cms.core import clock

        now = clock.local_now()
        (rule,) = create_rule(
            item=self.article_item,
            endpoints=[self.endpoints["telegram"]],
            orthography="vi",
            user=self.editor,
            when=RuleInput(times=(now.strftime("%H:%M"),), date_from=now.date(), date_to=now.date()),
        )
        delivery = wait_for(
            "the Telegram post", lambda: Delivery.objects.filter(occurrence__rule=rule, state="sent").first()
        )
        receipt = Receipt.objects.filter(delivery_ref=delivery.pk).latest("pk")
        return {
            "delivery_id": delivery.pk,
            "attempts": delivery.attempt,
            "receipt_id": receipt.pk,
            "remote_id": receipt.remote_id,
            "issued_by": receipt.organisation,
        }

    def play(self) -> dict[str, Any]:
        """A station player fetches the manifest and the sound, plays by the clock and reports."""
        from django.conf import settings

        from channels.loudspeaker.models import PlayEvent
        from channels.loudspeaker.player.config import PlayerConfig
        from channels.loudspeaker.player.station import Player
        from cms.core import clock
        from cms.ops.sample.stations import player_device

        device, token = player_device(self.station, user=self.cast.people["quantri"])
        player = Player(PlayerConfig(
            server=settings.CONG_BASE_URL, token=token, folder=Path(settings.DATA_DIR) / "player", poll_seconds=2,
            report_seconds=1,
        ))  # fmt: skip
        until = clock.now() + timedelta(seconds=PATIENCE)
        try:
            while clock.now() < until and not PlayEvent.objects.filter(device=device, kind="played").exists():
                player.run(until=clock.now() + timedelta(seconds=2))
        finally:
            player.close()
        event = wait_for("a play event", lambda: PlayEvent.objects.filter(device=device, kind="played").first(), 5)
        return {
            "device_id": device.pk,
            "event_uuid": str(event.event_uuid),
            "slot_id": event.slot_id,
            "played_ms": event.played_ms,
            "started_at": event.started_at.isoformat(),
        }

    def mention(self) -> dict[str, Any]:
        """A newspaper's feed is read by the worker, an item matches, the monitor confirms it."""
        from campaigns.models import Topic
        from cms.ops.sample.press import load_feed
        from media.press.models import Mention
        from media.press.sample_queries import SAMPLE_QUERIES
        from media.press.services import judging
        from media.press.services.matching import save_query

        save_query(
            campaign=self.campaign,
            name="Trộm cắp",
            definition=SAMPLE_QUERIES["theft"],
            topic=Topic.objects.get(code="theft"),
            user=self.editor,
        )
        load_feed(self.cast, self.press_base)
        mention = wait_for("a mention", lambda: Mention.objects.filter(campaign=self.campaign).order_by("pk").first())
        judging.confirm(mentions=[mention], user=self.cast.people["baochi"])
        mention.refresh_from_db()
        return {
            "mention_id": mention.pk,
            "title": mention.item.title,
            "reasons": mention.reasons,
            "state": mention.state,
        }

    def targets(self) -> dict[str, Any]:
        """What was promised, counted from what happened."""
        from campaigns.targets import progress

        lines = progress(self.campaign)
        counted = {line.target.measure: line.counted for line in lines}
        if not all(line.met for line in lines):
            raise StepFailed(f"a target was not reached: {counted}")
        return {"counted": counted}

    def _write(self, words: dict[str, Any]) -> Any:
        from campaigns.services import items
        from cms.ops.sample.content import body_of

        return items.create_item(
            campaign=self.campaign,
            kind=words["kind"],
            title=words["title"],
            summary=words.get("summary", ""),
            body=body_of(words["body"], self.cast),
            user=self.editor,
        )

    def _page(self, item: Any) -> Any:
        from campaigns.services import items

        return items.page_of(item, orthography="vi")

    def _live(self, item: Any) -> Any:
        page = self._page(item)
        return page if page.live else None

    def _sha(self) -> str:
        from media.library.models import Rendition

        return str(Rendition.objects.filter(recording__item=self.script_item, profile="device").latest("pk").sha256)

    def _status(self, url: str) -> int:
        with urllib.request.urlopen(url, timeout=10) as answer:  # our own page on our own port
            return int(answer.status)


def letters_for(source: str, orthography: str) -> str:
    """Stand-in words for a rehearsal: the alphabet's own sample letters and the source's facts, no invented language."""
    from cms.core import languages
    from translations.facts import facts_of

    profile = languages.get_orthography(orthography)
    return " ".join([profile.sample, *(fact.text for fact in facts_of(source))])
