"""Bringing one article out, so that whatever breaks in the middle is either harmless to repeat or left to a person.

1. pictures are uploaded (nobody sees them),
2. the article is made hidden (a lost answer leaves at worst a hidden copy, which the next try finds and takes),
3. Zalo prepares it (−214 until it is ready),
4. it is shown by an update, which may be repeated,
5. it is broadcast: the one step that is never repeated when its answer was lost.

Each step is noted with the attempt before the next begins.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from channels.delivery.contract import Outgoing, Sent
from channels.delivery.errors import Ambiguous, Permanent, RateLimited, Retryable, SendError
from channels.zalo import api, cover, progress
from channels.zalo.client import Zalo
from channels.zalo.night import opens_at
from cms.core import clock

logger = logging.getLogger(__name__)

# Pauses between questions whether the article is ready. Commune tools needed up to 24 s for long ones; what is not
# ready then is asked for again by the next try.
VERIFY_PAUSES = (1.0, 2.0, 3.0, 3.0)
# How far a listing is read back: 50 articles.
MAX_PAGES = 5
# Zalo's clock and ours may differ by this much.
CLOCK_SLACK = timedelta(minutes=5)


class Posting:
    """One article of one delivery on its way to one official account."""

    def __init__(self, outgoing: Outgoing, *, show: bool, broadcast: bool) -> None:
        self.outgoing = outgoing
        self.payload = outgoing.payload
        self.show = show
        self.broadcast = broadcast
        self.zalo = Zalo(outgoing.secret)
        self.journal = progress.Journal(outgoing)
        self._cover = ""
        self._pictures: dict[str, str] | None = None

    def send(self) -> Sent:
        """Take all the steps that are left; raises the error of the first that fails."""
        self._resume()
        if not self.journal.steps.article:
            self._create()
        if self.show and self.journal.steps.shown != self.outgoing.payload_sha256:
            self._still_ours("update")
            self._show()
        if self.broadcast:
            self._broadcast()
        number = self.journal.steps.article
        return Sent(number, self._link(number), evidence={progress.KEY: self.journal.steps.as_json()})

    def replace(self, number: str) -> None:
        """Put the payload in the place of what stands under this number, shown or hidden as wanted. May be repeated."""
        token = self._with_cover(lambda: self.zalo.update(self._body(shown=self.show, number=number)))
        if token:
            self._verified(token)
        if self.show:
            self.journal.add(shown=self.outgoing.payload_sha256)

    def _show(self) -> None:
        """Let readers see the article. What Zalo refuses after it took the change may be visible: a person looks."""
        try:
            self.replace(self.journal.steps.article)
        except Permanent as error:
            if error.evidence.get("step") != "verify":
                raise
            raise Ambiguous("zalo_perhaps_shown", evidence={**error.evidence, "cause": error.reason}) from error

    def _still_ours(self, step: str) -> None:
        if not progress.is_still_ours(self.outgoing):
            raise Retryable("zalo_claim_lost", evidence={"step": step})

    def _resume(self) -> None:
        """Take up what earlier attempts of this delivery made, if it is still there."""
        steps = progress.steps_before(self.outgoing)
        if not steps.began:
            return
        self.journal.steps = steps
        if not steps.article and steps.token:
            try:
                self.journal.add(article=self._verified(steps.token))
                return
            except Permanent:
                self.journal.forget()
        elif not steps.article:
            self._adopt(steps.began)
        elif self.zalo.exists(steps.article):
            self.journal.add()
        else:
            self.journal.forget()

    def _adopt(self, began: str) -> None:
        """Find the hidden copy that a lost answer may have left behind, so that it does not stay there unused."""
        since = datetime.fromisoformat(began)
        found, _complete = find(self.zalo, self.outgoing, title=self.payload["title"], since=since)
        if found is not None and not found.shown:
            self.journal.add(article=found.id)
        else:
            self.journal.forget()

    def _create(self) -> None:
        self.journal.add(began=clock.now().isoformat())

        def make() -> str:
            token = self.zalo.create(self._body(shown=False))
            self.journal.add(token=token)
            return self._verified(token)

        try:
            number = self._with_cover(make)
        except Retryable as error:
            if error.evidence.get("step") != "create" or error.reason == "not_reached":
                raise
            evidence = {**error.evidence, "cause": error.reason, "hidden_copy_possible": True}
            raise Retryable("zalo_create_reply_lost", evidence=evidence) from error
        self.journal.add(article=number)

    def _with_cover(self, act: Any) -> str:
        """Do it with our cover; when Zalo does not take that one, with the fixed address given for this case, once."""
        try:
            return str(act())
        except Permanent as error:
            fixed = str(self.outgoing.endpoint.config.get("cover_url") or "")
            if error.reason != "zalo_cover_refused" or not fixed or self._cover == fixed:
                raise
            self.outgoing.note({"cover_refused": dict(error.evidence)})
            # Uploads are not what Zalo takes here: the text goes without its other pictures rather than not at all.
            self._cover, self._pictures = fixed, {}
        return str(act())

    def _body(self, *, shown: bool, number: str = "") -> dict[str, Any]:
        if not self._cover:
            data, kind = cover.cover_bytes(self.payload)
            self._cover = self.zalo.upload(data, name=f"bia.{kind[6:].replace('jpeg', 'jpg')}", kind=kind)
        if self._pictures is None:
            self._pictures = {
                block["sha256"]: self._uploaded(block) for block in self.payload["blocks"] if block["type"] == "image"
            }
        return api.article_body(self.payload, cover=self._cover, pictures=self._pictures, shown=shown, number=number)

    def _uploaded(self, block: dict[str, Any]) -> str:
        if block["sha256"] == self.payload["cover"].get("sha256"):
            return self._cover
        data = cover.picture_bytes(block["image"], block["sha256"])
        return self.zalo.upload(data, name=f"anh-{block['image']}.jpg", kind="image/jpeg")

    def _verified(self, token: str) -> str:
        """The number of the article behind this token; raises Retryable when it is not ready in time."""
        for pause in VERIFY_PAUSES:
            try:
                return self.zalo.verify(token)
            except Retryable as error:
                if error.reason != "zalo_processing":
                    raise
            time.sleep(min(pause, settings.CONG_LEASE_SECONDS / 10))
        return self.zalo.verify(token)

    def _broadcast(self) -> None:
        """Send it to the followers.

        By now the article is visible: what can no longer be finished is not "failed" or "missed" but half out, so a
        person decides (and can have it taken down).
        """
        opens = opens_at(clock.now())
        try:
            if opens is not None:
                raise RateLimited("zalo_night", until=opens, evidence={"step": "broadcast"})
            self._still_ours("broadcast")
            self.journal.add(broadcast_began=clock.now().isoformat(), broadcast="")
            number = self.zalo.broadcast([self.journal.steps.article])
        except (Permanent, RateLimited) as error:
            self.journal.add(broadcast_began="")
            if isinstance(error, RateLimited) and progress.is_useful_at(self.outgoing, error.until):
                raise
            evidence = {**error.evidence, "cause": error.reason}
            raise Ambiguous("zalo_shown_not_broadcast", evidence=evidence) from error
        self.journal.add(broadcast=number or "accepted")

    def _link(self, number: str) -> str:
        """The address readers open, if Zalo tells it now: the post is out whether or not it does."""
        try:
            listed = next((row for row in self.zalo.listing() if row.id == number), None)
        except SendError as error:
            ids = {"event": "zalo_link_unknown", "delivery_id": self.outgoing.delivery_id, "class": error.outcome}
            logger.info("article address not told", extra=ids)
            return ""
        return listed.link if listed else ""


def find(
    zalo: Zalo, outgoing: Outgoing, *, since: datetime, number: str = "", title: str = ""
) -> tuple[api.Listed | None, bool]:
    """The article with this number, else the newest of this title made after `since` that is no other delivery's; and
    whether everything newer was looked at."""
    oldest = since - CLOCK_SLACK
    for page in range(MAX_PAGES):
        rows = zalo.listing(offset=page * api.SLICE)
        for row in rows:
            if number:
                fits = row.id == number
            else:
                fits = row.title == title and (row.at is None or row.at >= oldest)
                fits = fits and not progress.belongs_to_another(row.id, outgoing, since=oldest)
            if fits:
                return row, True
        passed = not number and any(row.at is not None and row.at < oldest for row in rows)
        if len(rows) < api.SLICE or passed:
            return None, True
    return None, False
