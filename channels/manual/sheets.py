"""Printed sheets of a task, by typst: the notice for a board and the running note. Words travel as JSON."""

import json
import logging
import tempfile
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from campaigns.models import Approval
from campaigns.payloads import spoken_parts
from channels.manual.enums import Paper
from channels.manual.models import ManualTask, TaskPack
from cms.core.errors import NotReady
from cms.core.languages import Orthography, get_orthography
from media.library.documents.drawable import drawing_families, drawing_files, refuse_undrawable

logger = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("sheet.typ")
# Points: a notice is read standing, from more than a metre; a note in the hand.
SIZES = {Paper.A4: 17, Paper.A3: 26}
NOTE_SIZE = 12


def notice(approval: Approval, *, paper: str) -> bytes:
    """The approved text as a notice on one kind of sheet, signed by the body that issues it, numbers in a frame."""
    payload = approval.payload
    blocks = [block for block in payload["blocks"] if block["type"] not in {"hotline", "sound"}]
    parts = spoken_parts({**payload, "blocks": blocks})
    if payload["kind"] != "script" and parts and parts[0]["text"] == payload["title"]:
        parts = parts[1:]
    sections: list[dict[str, Any]] = [{"title": "", "lines": [], "numbered": False}]
    for part in parts:
        if part["type"] == "heading":
            sections.append({"title": part["text"], "lines": [], "numbered": False})
        else:
            sections[-1]["lines"] += [line.strip() for line in part["text"].split("\n") if line.strip()]
    return _draw(
        title=payload["title"], issuer=payload["issuer"]["name"], kind="", paper=paper, size=SIZES[Paper(paper)],
        orthography=get_orthography(approval.orthography), facts=[],
        sections=sections,
        hotlines=[[line.get("label", ""), line.get("number", "")] for line in payload.get("hotlines", [])],
        footer=f"{_('Content code')} {approval.payload_sha256[:12]}", made=approval.decided_at,
    )  # fmt: skip


def running_note(task: ManualTask, pack: TaskPack, *, lines: list[tuple[str, str]], address: str) -> bytes:
    """One page: what, where, when, how to do it, how to confirm it."""
    confirm = [
        _("After it is done: open the portal on a telephone, “Assigned tasks”, this task, “Confirm”."),
        _("Say when and where it was, how many; add a picture."),
        _("If it could not be done, say so and why. Nobody is blamed for the weather."),
    ]
    if address:
        confirm.append(address)
    steps = [str(step) for step in task.way.steps]
    return _draw(
        title=pack.payload["title"], issuer=pack.payload["issuer"], kind=_("Running note"), paper=Paper.A4,
        size=NOTE_SIZE, orthography=get_orthography(task.orthography), facts=[list(line) for line in lines],
        sections=[
            {"title": _("How to do it"), "lines": steps, "numbered": True},
            {"title": _("How to confirm it"), "lines": confirm, "numbered": True},
        ],
        hotlines=[], footer=f"{_('Task number')} {task.pk} · {_('Content code')} {pack.payload_sha256[:12]}",
        made=pack.handed_at,
    )  # fmt: skip


def _draw(*, orthography: Orthography, made: Any, **data: Any) -> bytes:
    words = [
        data["title"],
        data["issuer"],
        *(line for part in data["sections"] for line in (part["title"], *part["lines"])),
    ]
    refuse_undrawable(orthography, "\n".join(words))
    vietnamese = get_orthography("vi")
    data |= {
        "lang": orthography.tag.split("-")[0],
        "leading": round(orthography.line_height - 0.85, 2),
        "text_font": drawing_families(orthography, serif=False),
        "labels_font": list(dict.fromkeys((*drawing_families(vietnamese, serif=False), *orthography.fonts_sans))),
    }
    with tempfile.TemporaryDirectory(prefix="cong-sheet-") as folder:
        root = Path(folder)
        fonts = root / "fonts"
        fonts.mkdir()
        for number, path in enumerate(drawing_files(orthography)):
            (fonts / f"{number}{path.suffix}").symlink_to(path)
        (root / "sheet.typ").write_bytes(TEMPLATE.read_bytes())
        try:
            return typst.compile(
                str(root / "sheet.typ"), root=str(root), font_paths=[str(fonts)], ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                timestamp=int(made.timestamp()) if made else 0,
            )  # fmt: skip
        except typst.TypstError as error:
            logger.exception("sheet not drawn", extra={"event": "sheet_failed", "title": data["title"][:40]})
            raise NotReady(_("The PDF could not be drawn. The Word file can still be downloaded.")) from error
