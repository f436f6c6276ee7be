"""Pictures for Zalo: at most one megabyte each, and always a cover.

Zalo refuses an article without a cover, so one is drawn when the text has no picture: indigo ground, the woven band, the
title and the issuer's name in the letters of its language (LOOK.md). A language that cannot be drawn on this machine
gets the cover without words, never boxes.
"""

import io
from pathlib import Path
from typing import Any

from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from channels.delivery.pictures import Picture, approved_original, as_jpeg
from channels.zalo.api import IMAGE_BYTES
from cms.core.languages import get_orthography
from cms.core.languages.fonts import font_files, missing_glyphs

WIDTH, HEIGHT = 1280, 720
LONGEST_SIDE = 1600
_INDIGO, _PAPER, _RED, _SAFFRON = "#1F2A56", "#FFFDF8", "#A8201A", "#F2B632"
_MARGIN, _DIAMOND = 96, 32
_TITLE_SIZES, _TITLE_LINES, _ISSUER_SIZE = (72, 60, 50, 42), 4, 34


def cover_bytes(payload: dict[str, Any]) -> tuple[bytes, str]:
    """The cover of a payload and its media type: the approved picture, or the drawn one."""
    cover = payload["cover"]
    if "image" in cover:
        return picture_bytes(cover["image"], cover["sha256"]), "image/jpeg"
    return drawn_cover(cover["title"], cover["issuer"], payload["orthography"]), "image/png"


def picture_bytes(number: int, sha256: str, *, longest: int = LONGEST_SIDE) -> bytes:
    """An approved picture as a JPEG of at most a megabyte, proven by its hash. Raises as `approved_original` does."""
    return fitted(approved_original(Picture(number, sha256)), longest=longest)


def fitted(data: bytes, *, longest: int = LONGEST_SIDE) -> bytes:
    """The picture as a JPEG that Zalo takes: no side longer than `longest`, at most a megabyte."""
    for side, quality in ((longest, 85), (longest, 70), (1200, 70), (900, 60), (600, 50)):
        content = as_jpeg(data, edge=min(side, longest), quality=quality)
        if len(content) <= IMAGE_BYTES:
            break
    return content


def drawn_cover(title: str, issuer: str, orthography: str) -> bytes:
    """A PNG of 1280 × 720 in our colours with title and issuer; the same words give the same picture."""
    picture = Pillow.new("RGB", (WIDTH, HEIGHT), _INDIGO)
    draw = ImageDraw.Draw(picture)
    _band(draw, HEIGHT - 3 * _DIAMOND)
    drawn = _write_title(draw, title, orthography)
    font = _font(issuer, "vi", _ISSUER_SIZE)
    if font is not None:
        lines = _wrapped(draw, issuer, font)[:2]
        top = HEIGHT - 4 * _DIAMOND - len(lines) * int(_ISSUER_SIZE * 1.5)
        for number, line in enumerate(lines):
            draw.text((_MARGIN, top + number * int(_ISSUER_SIZE * 1.5)), line, font=font, fill=_PAPER)
    if not drawn:
        _band(draw, 3 * _DIAMOND)
    target = io.BytesIO()
    picture.quantize(64).save(target, "PNG", optimize=True)
    return target.getvalue()


def _write_title(draw: ImageDraw.ImageDraw, title: str, orthography: str) -> bool:
    for size in _TITLE_SIZES:
        font = _font(title, orthography, size)
        if font is None:
            return False
        lines = _wrapped(draw, title, font)
        if len(lines) <= _TITLE_LINES or size == _TITLE_SIZES[-1]:
            break
    if len(lines) > _TITLE_LINES:
        lines = [*lines[: _TITLE_LINES - 1], lines[_TITLE_LINES - 1] + " …"]
    for number, line in enumerate(lines):
        draw.text((_MARGIN, _MARGIN + number * int(size * 1.45)), line, font=font, fill=_PAPER)
    return True


def _font(text: str, orthography: str, size: int) -> ImageFont.FreeTypeFont | None:
    """The first font of the language's stack that has all the letters, or None."""
    try:
        stack = font_files(get_orthography(orthography))
    except KeyError:
        return None
    path: Path | None = next((path for path in stack if not missing_glyphs(text, [path])), None)
    return ImageFont.truetype(str(path), size) if path is not None else None


def _wrapped(draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    room, lines = WIDTH - 2 * _MARGIN, [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font=font) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _band(draw: ImageDraw.ImageDraw, top: int) -> None:
    """The woven band: a row of diamonds in red, white and saffron."""
    half = _DIAMOND // 2
    for number, left in enumerate(range(0, WIDTH, _DIAMOND)):
        middle, colour = top + half, (_RED, _PAPER, _SAFFRON)[number % 3]
        draw.polygon(
            [(left, middle), (left + half, top), (left + _DIAMOND, middle), (left + half, top + _DIAMOND)], fill=colour
        )
