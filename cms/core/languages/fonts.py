"""The font files that draw each orthography on this machine, and what they cannot draw.

Latin and Khmer come from locked wheels; Tai Viet and Cham from Debian's ``fonts-noto-core`` (no wheel carries them).
"""

from __future__ import annotations

import struct
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from unicodedata import category, normalize

from .profiles import Orthography

SYSTEM_FONTS = Path("/usr/share/fonts/truetype/noto")
SYSTEM_PACKAGE = "fonts-noto-core"

WHEEL_FILES: dict[str, tuple[str, str]] = {
    "Noto Sans": ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    "Noto Serif": ("fontpkg_noto_serif", "NotoSerif[wdth,wght].ttf"),
    "Noto Sans Khmer": ("fontpkg_noto_sans_khmer", "NotoSansKhmer[wdth,wght].ttf"),
}
SYSTEM_FILES: dict[str, str] = {
    "Noto Sans Tai Viet": "NotoSansTaiViet-Regular.ttf",
    "Noto Sans Cham": "NotoSansCham-Regular.ttf",
}


def font_file(family: str) -> Path | None:
    """The file of the regular weight of ``family``, or None when this machine does not have it."""
    if family in WHEEL_FILES:
        package, name = WHEEL_FILES[family]
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            return None
        path = Path(spec.origin).parent / "files" / name
    elif family in SYSTEM_FILES:
        path = SYSTEM_FONTS / SYSTEM_FILES[family]
    else:
        return None
    return path if path.is_file() else None


def font_files(orthography: Orthography, *, serif: bool = False) -> list[Path]:
    """The files of the orthography's font stack that this machine has, first choice first; may be empty."""
    families = orthography.fonts_serif if serif else orthography.fonts_sans
    return [path for family in families if (path := font_file(family)) is not None]


def missing_families(orthography: Orthography) -> list[str]:
    """Families of the orthography's stacks (sans and serif) that this machine does not have, in order, once each."""
    wanted = dict.fromkeys((*orthography.fonts_sans, *orthography.fonts_serif))
    return [family for family in wanted if font_file(family) is None]


def missing_glyphs(text: str, fonts: list[Path]) -> list[str]:
    """Characters of ``text`` (NFC) that none of ``fonts`` can draw, in order, once each; never spaces or controls."""
    known: frozenset[int] = frozenset().union(*(code_points(path) for path in fonts)) if fonts else frozenset()
    seen = dict.fromkeys(normalize("NFC", text))
    return [char for char in seen if category(char)[0] not in "ZC" and ord(char) not in known]


def undrawable(orthography: Orthography, *, serif: bool = False) -> list[str]:
    """Letters and digits of the orthography that its fonts on this machine cannot draw; empty means ready for print."""
    text = "".join(orthography.alphabet) + "".join(letter.upper() for letter in orthography.alphabet)
    return missing_glyphs(text + orthography.digits + "0123456789.,:;?!()/%–", font_files(orthography, serif=serif))


@lru_cache(maxsize=32)
def code_points(path: Path) -> frozenset[int]:
    """The code points that the TrueType or OpenType file at ``path`` has glyphs for; ValueError without a cmap."""
    data = path.read_bytes()
    found: set[int] = set()
    cmap = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for index in range(count):
        (offset,) = struct.unpack_from(">L", data, cmap + 4 + 8 * index + 4)
        start = cmap + offset
        (kind,) = struct.unpack_from(">H", data, start)
        if kind == 4:
            found |= _format_4(data, start)
        elif kind == 12:
            found |= _format_12(data, start)
    return frozenset(found)


def _table(data: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, 4)
    for index in range(count):
        name, _checksum, offset, _length = struct.unpack_from(">4sLLL", data, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no {tag.decode()} table")


def _format_4(data: bytes, start: int) -> set[int]:
    """Segments of the Basic Multilingual Plane (OpenType specification, cmap format 4)."""
    (double,) = struct.unpack_from(">H", data, start + 6)
    count = double // 2
    ends = struct.unpack_from(f">{count}H", data, start + 14)
    at = start + 16 + double
    starts = struct.unpack_from(f">{count}H", data, at)
    deltas = struct.unpack_from(f">{count}H", data, at + double)
    ranges_at = at + 2 * double
    offsets = struct.unpack_from(f">{count}H", data, ranges_at)
    found: set[int] = set()
    for index, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for point in range(first, last + 1):
            if offset:
                place = ranges_at + 2 * index + offset + 2 * (point - first)
                glyph = struct.unpack_from(">H", data, place)[0]
            else:
                glyph = (point + delta) & 0xFFFF
            if glyph and point != 0xFFFF:
                found.add(point)
    return found


def _format_12(data: bytes, start: int) -> set[int]:
    """Groups over all of Unicode (OpenType specification, cmap format 12)."""
    (count,) = struct.unpack_from(">L", data, start + 12)
    found: set[int] = set()
    for index in range(count):
        first, last, _glyph = struct.unpack_from(">LLL", data, start + 16 + 12 * index)
        found.update(range(first, last + 1))
    return found
