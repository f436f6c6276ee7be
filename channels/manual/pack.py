"""The pack that people take along: documents, sound, the notice for the board, the message to copy, the running note.

Every file is made from the pack that was handed over; nothing is read from pages or drafts. `open_pack` refuses what may
not be used now.
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyascii import anyascii
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from channels.manual import rendering, sheets
from channels.manual.enums import Means, TaskKind
from channels.manual.models import ManualTask, TaskPack
from channels.manual.selectors import why_withheld
from cms.core.errors import CongError, NotReady
from media.library.enums import DownloadKind
from media.library.kits import pieces_of
from media.library.services.downloads import document_of

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "mp3": "audio/mpeg",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class PackFile:
    """One finished file of a pack."""

    name: str
    content: bytes | Path
    sha256: str
    content_type: str


def label_of(name: str) -> Any:
    """What a file of a pack is, in words."""
    return {
        rendering.DOCX: _("Text, Word"),
        rendering.PDF: _("Text, PDF"),
        rendering.MP3: _("Sound, MP3"),
        rendering.NOTICE: _("Notice to print, PDF"),
        rendering.TEXT: _("Message, text"),
        rendering.NOTE: _("Running note, PDF"),
    }.get(name, name)


def names_of(task: ManualTask, pack: TaskPack) -> list[str]:
    """The files of this pack that can be had; a recording that came since is among them."""
    if task.kind == TaskKind.TAKE_BACK:
        return [rendering.NOTE]
    names = list(pack.payload["files"])
    if task.way.sound and rendering.MP3 not in names and rendering.sound_of(pack.approval) is not None:
        names.insert(len(names) - 1, rendering.MP3)
    return names


def open_pack(task: ManualTask, pack: TaskPack) -> None:
    """Return when this pack may be used now, else raise NotReady with the sentence for its reader."""
    reason = why_withheld(task, pack)
    if reason:
        raise NotReady(reason)


def file_of(task: ManualTask, pack: TaskPack, name: str, *, address: str = "") -> PackFile:
    """One file of the pack. Raises NotReady when it may not be used or not be made now, KeyError for an unknown name.

    `address` is where the task is confirmed; the running note names it.
    """
    open_pack(task, pack)
    if name not in names_of(task, pack):
        raise KeyError(name)
    stem = slugify(anyascii(pack.payload["title"]))[:50].strip("-") or "viec"
    full = f"{stem}-{task.pk}-{name}"
    if name == rendering.MP3:
        sound = rendering.sound_of(pack.approval)
        if sound is None or not sound.file.is_file():
            raise NotReady(_("There is no recording of this text that may be aired yet."))
        return PackFile(full, sound.file, sound.sha256, TYPES["mp3"])
    content = _made(task, pack, name, address)
    return PackFile(full, content, hashlib.sha256(content).hexdigest(), TYPES[name.rsplit(".", 1)[1]])


def _made(task: ManualTask, pack: TaskPack, name: str, address: str) -> bytes:
    if name == rendering.TEXT:
        return str(pack.payload["text"]).encode()
    if name == rendering.DOCX:
        return document_of(pack.approval, DownloadKind.DOCX).content
    if name == rendering.PDF:
        return document_of(pack.approval, DownloadKind.PDF).content
    # Papers are for officers: their labels are Vietnamese whatever the screen speaks.
    with override("vi"):
        if name == rendering.NOTICE:
            return sheets.notice(pack.approval, paper=pack.payload["paper"])
        return sheets.running_note(task, pack, lines=note_lines(task, pack), address=address)


def note_lines(task: ManualTask, pack: TaskPack) -> list[tuple[str, str]]:
    """The facts of the running note: what, how, where, by whom, by when."""
    payload = pack.payload
    what = {TaskKind.TAKE_BACK: _("Take back"), TaskKind.CORRECT: _("Carry out again, corrected")}
    lines = [
        (_("Task"), what.get(TaskKind(task.kind), _("Carry out"))),
        (_("How"), Means(task.means).label),
        (_("Form by Decree 49/2024"), task.get_form_display()),
        (_("Language"), task.language_label),
        (_("Campaign"), task.item.campaign.title),
        (_("Where it is carried out"), task.place),
        (str(task.way.places or _("Places")), "; ".join(payload["places"])),
        (_("Area"), task.area.full_name if task.area else ""),
        (_("Carried out by"), str(task.organisation)),
        (_("Person in charge"), str(task.person) if task.person else ""),
        (_("To be done by"), timezone.localtime(task.due_at).strftime("%H:%M %d/%m/%Y")),
        (_("Note"), payload["note"]),
        (_("Content code"), pack.payload_sha256[:12]),
    ]
    return [(str(label), str(value)) for label, value in lines if value]


def whole_pack(task: ManualTask, pack: TaskPack, *, address: str = "") -> PackFile:
    """All files of the pack as one ZIP, the same bytes every time, so that a broken download goes on where it stopped.

    What cannot be made now is named in `con-thieu.txt`. Raises NotReady when the pack may not be used.
    """
    open_pack(task, pack)
    missing: list[str] = []
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in names_of(task, pack):
            try:
                made = file_of(task, pack, name, address=address)
            except CongError as error:
                missing.append(f"{name}: {error.message}")
                continue
            archive.writestr(_entry(name, pack), b"".join(pieces_of(made.content)))
        if missing:
            archive.writestr(_entry("con-thieu.txt", pack), "\n".join(missing))
    content = target.getvalue()
    stem = slugify(anyascii(pack.payload["title"]))[:50].strip("-") or "viec"
    return PackFile(f"{stem}-{task.pk}.zip", content, hashlib.sha256(content).hexdigest(), "application/zip")


def _entry(name: str, pack: TaskPack) -> zipfile.ZipInfo:
    """An entry dated by the hand-over."""
    info = zipfile.ZipInfo(name, date_time=timezone.localtime(pack.handed_at).timetuple()[:6])
    info.external_attr = 0o644 << 16
    return info
