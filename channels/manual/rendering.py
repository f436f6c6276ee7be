"""What is handed over: the approved words and the settings of the place, as plain JSON.

The settings are part of the payload: a pack that is made anew for a newer text keeps to what was agreed at first.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Approval
from campaigns.payloads import payload_sha256, spoken_text
from channels.manual import sms
from channels.manual.enums import Means, Paper
from channels.manual.means import forms_of, way_of
from cms.core.errors import BadInput, NotReady
from cms.core.languages import language_of
from cms.core.text import nfc
from media.library.models import Rendition
from media.library.selectors import airable_rendition

SCHEMA = 1
SEGMENTS = 3
DUE_HOURS = 24
SOUND_IF_READY, SOUND_REQUIRED = "if_ready", "required"
SETTINGS = ("means", "form", "area", "person", "place", "places", "paper", "due_hours", "audio", "segments", "note")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")

DOCX, PDF, MP3, NOTICE, TEXT, NOTE = (
    "van-ban.docx",
    "van-ban.pdf",
    "am-thanh.mp3",
    "thong-bao.pdf",
    "tin-nhan.txt",
    "phieu-viec.pdf",
)


def sound_of(approval: Approval) -> Rendition | None:
    """The recording of exactly these words that may be aired now, or None."""
    found = airable_rendition(approval.item, language_of(approval.orthography).code, profile="download")
    return found if found is not None and found.recording.text_sha256 == approval.text_sha256 else None


def render(approval: Approval, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The payload for a destination with these settings (those of the form, or an earlier payload).

    Raises NotReady when a recording is demanded and there is none, BadInput when the words do not fit into the messages.
    """
    means = str(settings.get("means") or Means.OTHER)
    way = way_of(means)
    sound = sound_of(approval) if way.sound else None
    if way.sound and sound is None and settings.get("audio") == SOUND_REQUIRED:
        raise NotReady(_("There is no recording of this text that may be aired yet."))
    segments = int(settings.get("segments") or SEGMENTS)
    text = message_of(approval.payload, segments if means == Means.SMS else None) if way.short else ""
    return {
        "schema": SCHEMA,
        "approval": approval.pk,
        "approval_sha256": approval.payload_sha256,
        "orthography": approval.orthography,
        "title": str(approval.payload.get("title") or ""),
        "issuer": str((approval.payload.get("issuer") or {}).get("name") or ""),
        "text": text or nfc(spoken_text(approval.payload)),
        "files": files_of(means, with_sound=sound is not None),
        "sound": sound.sha256 if sound else "",
        "means": means,
        "form": str(settings.get("form") or forms_of(means)[0]),
        "area": settings.get("area"),
        "person": settings.get("person"),
        "place": str(settings.get("place") or ""),
        "places": list(settings.get("places") or []),
        "paper": str(settings.get("paper") or Paper.A4),
        "due_hours": int(settings.get("due_hours") or DUE_HOURS),
        "audio": str(settings.get("audio") or SOUND_IF_READY),
        "segments": segments,
        "note": str(settings.get("note") or ""),
    }


def digest(payload: dict[str, Any]) -> str:
    """The hash under which the engine knows this payload."""
    return payload_sha256(payload)


def files_of(means: str, *, with_sound: bool) -> list[str]:
    """The names of the files in a pack, in the order in which they are needed."""
    way = way_of(means)
    if way.short:
        return [TEXT, NOTE]
    sheet = [NOTICE] if way.sheet else []
    return [*sheet, DOCX, PDF, *([MP3] if with_sound else []), NOTE]


def message_of(payload: Mapping[str, Any], segments: int | None) -> str:
    """The words as a message signed by the issuing body: whole, or as many sentences as `segments` messages hold.

    Title, telephone numbers and signature are never left out; raises BadInput when not even they fit.
    """
    title = nfc(str(payload.get("title") or "")).strip()
    numbers = [f"{line.get('label', '')}: {line.get('number', '')}".strip(": ") for line in payload.get("hotlines", [])]
    signature = str((payload.get("issuer") or {}).get("name") or "")
    tail = [*numbers, signature]
    if segments is None:
        return nfc("\n\n".join(part for part in (title, _body(payload), "\n".join(numbers), signature) if part))
    sentences = [part for part in _SENTENCE.split(_lead(payload).replace("\n", " ")) if part]
    chosen: list[str] = []
    best = _joined(title, chosen, tail)
    if not sms.fits(best, segments):
        raise BadInput(
            _("Title, telephone numbers and signature alone take more than %(n)s messages.") % {"n": segments}
        )
    for sentence in sentences:
        longer = _joined(title, [*chosen, sentence], tail)
        if not sms.fits(longer, segments):
            break
        chosen.append(sentence)
        best = longer
    return best


def _joined(title: str, sentences: list[str], tail: list[str]) -> str:
    head = title if not title or title[-1] in ".!?…" else f"{title}."
    return nfc(" ".join(part for part in [head, *sentences, *[f"{each}." for each in tail if each]] if part))


def _body(payload: Mapping[str, Any]) -> str:
    """The words without the title and without the lines of telephone numbers, which stand at the end."""
    blocks = [block for block in payload["blocks"] if block["type"] != "hotline"]
    text = spoken_text({**payload, "blocks": blocks})
    title = str(payload.get("title") or "")
    return text.removeprefix(title).strip() if payload["kind"] != "script" else text


def _lead(payload: Mapping[str, Any]) -> str:
    return str(payload.get("summary") or "").strip() or _body(payload)
