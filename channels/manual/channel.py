"""What people carry out: a send hands a task over, and only a person's confirmation says that it happened.

Everything happens in our own database under the delivery's key, so doing it again changes nothing.
"""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Approval
from channels.delivery.contract import Channel, Counter, Outgoing, Sent
from channels.delivery.enums import Action
from channels.delivery.errors import Permanent
from channels.delivery.models import Endpoint
from channels.manual import rendering, sms
from channels.manual.enums import LegalForm, Means
from channels.manual.forms import ManualConfigForm
from channels.manual.means import way_of
from channels.manual.services import handing
from cms.core.errors import BadInput, NotReady
from cms.core.text import nfc

_ALL = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})


class ManualChannel(Channel):
    """Mobile loudspeakers, boards, meetings, groups: whatever has no interface but people."""

    kind = "manual"
    label = gettext_lazy("Carried out by people")
    idempotent = _ALL
    actions = _ALL
    hands_over = True
    config_form = ManualConfigForm

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        """The words, the files that go along and the settings of the place."""
        return rendering.render(approval, endpoint.config)

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        """Messages may be worded otherwise; documents carry the approved words only."""
        if not way_of(payload["means"]).short:
            raise NotReady(_("Documents carry the approved words only. Change the text itself and have it approved."))
        text = nfc(text)
        if payload["means"] == Means.SMS and not sms.fits(text, payload["segments"]):
            raise BadInput(_("This takes more than %(n)s messages.") % {"n": payload["segments"]})
        return {**payload, "text": text, "edited": True}

    def plain_text(self, payload: dict[str, Any]) -> str:
        """What people read or hear, with the body that issues it."""
        if way_of(payload["means"]).short:
            return str(payload["text"])
        return "\n".join(part for part in (payload["title"], payload["text"], payload["issuer"]) if part)

    def editable_text(self, payload: dict[str, Any]) -> str:
        """The words of a message; those of documents as approved."""
        return str(payload["text"])

    def counters(self, payload: dict[str, Any]) -> list[Counter]:
        """Letters as a telephone counts them, with the number of messages they make."""
        if payload["means"] != Means.SMS:
            return []
        measured = sms.measure(payload["text"])
        facts = {"n": measured.segments, "most": payload["segments"], "encoding": measured.encoding}
        label = _("Letters: %(n)s of %(most)s messages, %(encoding)s") % facts
        return [Counter(label, measured.units, sms.room(measured.encoding, payload["segments"]), "UTF-16")]

    def warnings(self, payload: dict[str, Any]) -> list[str]:
        """What a planner should know before people set out."""
        said = []
        way = way_of(payload["means"])
        if way.sound and not payload["sound"]:
            said.append(_("There is no recording that may be aired yet: they will read the text aloud."))
        if not payload["place"] and not payload["places"]:
            said.append(_("No place is named: whoever takes it on chooses."))
        if payload["means"] == Means.SMS:
            n = sms.measure(payload["text"]).segments
            said.append(_("Each telephone gets %(n)s messages; the operator counts each.") % {"n": n})
        return said

    def preview_html(self, payload: dict[str, Any]) -> str:
        """The pack: how, where, by when, every file, and the words."""
        places = "; ".join(payload["places"])
        lines = [
            (_("How"), Means(payload["means"]).label),
            (_("Form by Decree 49/2024"), LegalForm(payload["form"]).label),
            (_("Where it is carried out"), " · ".join(part for part in (payload["place"], places) if part) or "—"),
            (_("To be done by"), _("%(n)s hours after it is handed over") % {"n": payload["due_hours"]}),
            (_("In the pack"), ", ".join(payload["files"])),
        ]
        if payload["note"]:
            lines.append((_("Note"), payload["note"]))
        facts = format_html_join("", "<li><strong>{}</strong>: {}</li>", lines)
        paragraphs = format_html_join("", "<p>{}</p>", ((line,) for line in payload["text"].splitlines() if line))
        return format_html("<h4>{}</h4><ul>{}</ul>{}", payload["title"], facts, paragraphs)

    def send(self, outgoing: Outgoing) -> Sent:
        """Hand the task over. The receipt says that, and no more."""
        if outgoing.approval is None:
            raise Permanent("no_approval")
        task = handing.hand_over(outgoing)
        return _handed(task.pk, due_at=task.due_at.isoformat(), pack=outgoing.payload_sha256)

    def take_down(self, outgoing: Outgoing) -> Sent:
        """Call it off; where something stands already, ask for it to be taken back."""
        task, what = handing.call_off(outgoing)
        return _handed(task.pk, what=what)

    def correct(self, outgoing: Outgoing) -> Sent:
        """Replace the pack; where it was done already, ask for the corrected words to be carried out."""
        if outgoing.approval is None:
            raise Permanent("no_approval")
        task, what = handing.correct(outgoing)
        return _handed(task.pk, what=what, pack=outgoing.payload_sha256)


def _handed(task_id: int, **facts: Any) -> Sent:
    return Sent(remote_id=str(task_id), evidence={"task": task_id, "handed_over": True, **facts})
