"""Factories of the library: approved texts, real sound files made by ffmpeg, recordings that went the whole way."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Approval, ContentItem
from campaigns.payloads import payload_sha256, text_sha256
from campaigns.services import approvals, items
from cms.core import clock, jobs
from cms.core.models import Role, User
from media.library import services
from media.library.audio.program import run_ffmpeg
from media.library.models import Recording
from tests.factories.campaigns import SCRIPT_BODY, UserFactory, make_script

# Bursts of a voiced tone with breath between them: loud and quiet like speech, with a healthy crest.
SPEECH = (
    "aevalsrc='0.25*(sin(2*PI*180*t)+0.5*sin(2*PI*540*t)+0.3*sin(2*PI*1300*t))*(0.25+0.75*abs(sin(2*PI*1.9*t)))"
    "*gt(mod(t,3.2),0.4)+0.002*(random(0)-0.5)':s=44100:d={seconds}"
)


def make_sound(path: Path, *, seconds: float = 6.0, source: str = SPEECH, extra: tuple[str, ...] = ()) -> Path:
    """A sound file of the kind its name says, made once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        run_ffmpeg(["-y", "-f", "lavfi", "-i", source.format(seconds=seconds), *extra, str(path)], timeout=60)
    return path


def sound_file(name: str = "ban-doc.mp3", **kwargs: Any) -> Path:
    """A sound file in the tests' own folder."""
    return make_sound(Path(settings.DATA_DIR) / "sounds" / name, **kwargs)


def upload(path: Path, name: str | None = None) -> SimpleUploadedFile:
    """The file as a browser sends it."""
    return SimpleUploadedFile(name or path.name, path.read_bytes())


def approved_script(*, approver: User | None = None, **kwargs: Any) -> tuple[ContentItem, Approval]:
    """A Vietnamese script whose words two people answer for."""
    item = make_script(**kwargs)
    return item, approve_words(item, approver=approver)


def approve_words(item: ContentItem, *, approver: User | None = None) -> Approval:
    """The newest Vietnamese draft of the item, handed in and approved."""
    page = items.page_of(item, orthography="vi")
    request = approvals.submit(page, UserFactory(role=Role.EDITOR))
    return approvals.approve(request, approver or UserFactory(role=Role.APPROVER))


def change_words(item: ContentItem, text: str = "Bà con nhớ khóa cổng.") -> Approval:
    """Other words for the item, approved: every recording of the old ones is stale."""
    body = [*SCRIPT_BODY[:-1], ("turn", {"voice": "female", "text": text}), SCRIPT_BODY[-1]]
    items.draft_page(item, orthography="vi", title=item.title, user=UserFactory(role=Role.EDITOR), body=body)
    return approve_words(item)


def approved_translation(source: Approval, orthography: str, text: str = "A B D E") -> Approval:
    """An approval in another written language, as a translation leaves it; `text` stands for its words."""
    payload = {**source.payload, "orthography": orthography, "title": text, "hotlines": []}
    payload["blocks"] = [{"id": "t", "type": "turn", "voice": "female", "text": text}]
    return Approval.objects.create(
        item=source.item,
        orthography=orthography,
        payload=payload,
        payload_sha256=payload_sha256(payload),
        text_sha256=text_sha256(payload),
        source_approval=source,
        status="approved",
        submitted_by=UserFactory(),
        submitted_at=clock.now(),
        decided_by=UserFactory(),
        decided_at=clock.now(),
    )


def receive(
    item: ContentItem, *, path: Path | None = None, orthography: str = "vi", user: User | None = None
) -> Recording:
    """A recording that was sent and waits to be checked."""
    return services.receive_recording(
        item=item,
        orthography=orthography,
        file=upload(path or sound_file()),
        user=user or UserFactory(role=Role.EDITOR),
        speaker="Rơ Châm H'Yen",
        consent=True,
    )


def ready_recording(item: ContentItem, **kwargs: Any) -> Recording:
    """A recording that was checked and is good."""
    recording = receive(item, **kwargs)
    jobs.run_due()
    recording.refresh_from_db()
    assert recording.state == "ready", recording.refusal_reason
    return recording


def ready_draft(approval: Approval, *, user: User | None = None) -> Recording:
    """A draft voice that was spoken and checked."""
    recording = services.make_draft_voice(approval=approval, user=user or UserFactory(role=Role.EDITOR))
    jobs.run_due()
    recording.refresh_from_db()
    assert recording.state == "ready", recording.refusal_reason
    return recording
