"""An outline as PDF, by typst. Words travel as JSON, so no text can be read as typst markup."""

import json
import logging
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _

from cms.core.errors import NotReady
from cms.core.languages import Orthography, get_orthography

from .drawable import drawing_families, drawing_files, refuse_undrawable
from .outline import Outline, Part

logger = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("document.typ")
TEXT_SIZE = 16  # points: what an announcer reads at arm's length (LOOK.md)
ARTICLE_SIZE = 12
# What stands in for a moment nobody gave, so that the same outline gives the same bytes.
NO_TIME = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


def draw_pdf(outline: Outline) -> bytes:
    """The PDF of an outline, the same bytes every time; raises NotReady when this machine cannot draw its letters."""
    refuse_undrawable(outline.orthography, outline.all_text())
    with tempfile.TemporaryDirectory(prefix="cong-typst-") as folder:
        root = Path(folder)
        fonts = root / "fonts"
        fonts.mkdir()
        for number, path in enumerate(drawing_files(outline.orthography)):
            (fonts / f"{number}{path.suffix}").symlink_to(path)
        (root / "document.typ").write_bytes(TEMPLATE.read_bytes())
        names = write_pictures(root, outline)
        try:
            return typst.compile(
                str(root / "document.typ"),
                root=str(root),
                font_paths=[str(fonts)],
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(document_data(outline, names), ensure_ascii=False)},
                timestamp=int((outline.made_at or NO_TIME).timestamp()),
            )
        except typst.TypstError as error:
            logger.exception("document not drawn", extra={"event": "pdf_failed", "content": outline.hash_short})
            raise NotReady(_("The PDF could not be drawn. The Word file can still be downloaded.")) from error


def write_pictures(root: Path, outline: Outline) -> dict[str, str]:
    """Put the pictures beside the template under names of ours; gives the name of each by its SHA-256."""
    names = {}
    for number, (sha256, content) in enumerate(sorted(outline.pictures.items())):
        names[sha256] = f"picture-{number}.img"
        (root / names[sha256]).write_bytes(content)
    return names


def document_data(outline: Outline, pictures: dict[str, str]) -> dict[str, Any]:
    """What the template reads: text, sizes and fonts, all plain JSON."""
    orthography, labels = outline.orthography, get_orthography("vi")
    size = TEXT_SIZE if outline.is_script else ARTICLE_SIZE
    return {
        "title": outline.title,
        "title_size": 22 if outline.is_script else 20,
        "issuer": outline.issuer,
        "kind_name": outline.kind_name,
        "facts": [list(line) for line in outline.facts],
        "parts": [part_data(part) for part in outline.parts],
        "hotlines": [{"label": line.label, "number": line.number, "hours": line.hours} for line in outline.hotlines],
        "hotlines_word": outline.labels["hotlines"],
        "page_word": outline.labels["page"],
        "footer": f"{outline.title} · {orthography.name_vi} · {outline.labels['content']} {outline.hash_short}",
        "is_script": outline.is_script,
        "lang": language_tag(orthography),
        "text_size": size,
        # Line height less the height of the letters, which typst counts apart.
        "leading": round(orthography.line_height - 0.85, 2),
        "text_font": drawing_families(orthography, serif=True),
        "labels_font": list(dict.fromkeys((*drawing_families(labels, serif=False), *orthography.fonts_sans))),
        "pictures": pictures,
    }


def part_data(part: Part) -> dict[str, Any]:
    """One part as JSON."""
    return {
        "kind": part.kind,
        "margin": part.margin,
        "source": part.source,
        "notes": [list(note) for note in part.notes],
        "paragraphs": [
            {"bullet": paragraph.bullet, "runs": [vars(run) for run in paragraph.runs]} for paragraph in part.paragraphs
        ],
    }


def language_tag(orthography: Orthography) -> str:
    """The language as typst wants it: two or three letters."""
    return orthography.tag.split("-")[0]
