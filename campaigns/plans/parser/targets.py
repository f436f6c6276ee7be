"""Figures that a plan promises: "ít nhất 75% khu dân cư …", "giảm từ 5% số vụ", "mỗi tháng ít nhất 02 tin, bài".

Vocabulary of `comparison` (the same as campaigns.enums.Comparison): at_least (ít nhất, từ … trở lên), more_than (trên),
at_most (không quá), less_than (dưới), exactly (100%, đạt 50%), reduce_by (giảm ít nhất), increase_by (tăng ít nhất).
Words are compared without accents: scanners read "phấn đấu" as "phần đầu".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.plans.parser.flat import Flat, Leaf, leaf

Target = dict[str, Leaf]
_UNITS = (
    "tin, bài",
    "tin bài",
    "tin/bài",
    "bài viết",
    "bài",
    "tin",
    "phóng sự",
    "chuyên mục",
    "chuyên trang",
    "chuyên đề",
    "buổi",
    "cuộc",
    "hội nghị",
    "lớp tập huấn",
    "lớp",
    "đợt",
    "lượt người",
    "lượt phát",
    "lượt",
    "băng rôn",
    "băng-rôn",
    "pa nô",
    "panô",
    "pano",
    "áp phích",
    "khẩu hiệu",
    "tờ rơi",
    "tờ gấp",
    "video clip",
    "video",
    "clip",
    "infographic",
    "giờ",
    "phút",
    "chương trình",
    "tác phẩm",
    "mô hình",
    "vụ",
    "xã",
    "phường",
    "thôn",
    "điểm",
    "người",
    "câu lạc bộ",
    "kịch bản",
    "bản tin",
    "cuốn",
    "lần",
    "hội thi",
    "cuộc thi",
    "sản phẩm",
    "đĩa",
    "m2",
    "m²",
    "hộ",
)
_UNIT = "|".join(re.escape(unit) for unit in _UNITS)
_FIGURE = re.compile(
    rf"(?<![\w.,/\-])(?P<n>\d{{1,3}}(?:\.\d{{3}})+|\d+(?:,\d+)?)\s*(?:(?:-|đến)\s*\d+(?:,\d+)?\s*)?(?:(?P<pc>%)|(?P<unit>{_UNIT})(?!\w))",
    re.I,
)
_LESS = re.compile(r"(?:xuong\s+)?(?:con\s+)?(?:o muc\s+)?(?:duoi|thap hon|nho hon|it hon)(?:\s+muc)?\s*$")
_NOT_LESS = re.compile(r"khong\s+(?:duoi|thap hon|it hon)\s*$")
_AT_MOST = re.compile(r"(?:khong (?:de )?(?:qua|vuot qua|vuot)|toi da|xuong con|giam con|giam xuong con)\s*$")
_REDUCE = re.compile(
    r"(?:keo\s+)?giam(?:\s+(?:it nhat|tu|toi thieu|tren|hon|khoang|duoc|so vu|xuong|binh quan|hang nam|so)){0,3}\s*$"
)
_INCREASE = re.compile(r"(?<!\w)tang(?:\s+(?:it nhat|tu|toi thieu|tren|hon|khoang|duoc|binh quan|them)){0,3}\s*$")
_AT_LEAST = re.compile(r"(?:it nhat(?:\s+(?:la|co|dat|duoc))?|toi thieu(?:\s+(?:la|dat))?|khong it hon|(?<!\w)tu)\s*$")
_MORE = re.compile(r"(?<!\w)(?:tren|hon|vuot|cao hon|vuot tren)\s*$")
_UPWARD = re.compile(r"\s*(?:so\s+\w+\s+)?tro len")
_PROMISE = re.compile(
    r"phan dau|phan dau|chi tieu|moi (?:thang|tuan|quy|nam|xa|huyen|don vi|dia phuong|co quan)|/\s*(?:thang|tuan|quy|nam)"
)
_DOING = re.compile(
    r"(?:xay dung|to chuc|treo|phat hanh|san xuat|dang tai|dang|phat|in|bien soan|mo|cap phat|thuc hien|dat|"
    r"duy tri|hoan thanh)(?:\s+\w+){0,2}\s*$"
)
_NOT_TARGET = re.compile(
    r"lai suat|tang luong|(?:nam|thang) truoc dat|thuong tat|co phan|von dieu le|giam an|thoi gian qua"
)
_CLAUSE = re.compile(r"[.;:!?](?=\s|$)")
_JOINT = re.compile(r",\s|\s(?=va\s)")
_NEW_CLAUSE = re.compile(
    r"(?:[,]\s+|\s+)?(?:va\s+\w+\s+\w+|trong do|phan dau|dong thoi|ty le|co\s|thu hut|nang|bao dam|dam bao|giam|tang|xay dung|to chuc|moi\s|"
    r"duy tri|dat\s|tren|duoi|it nhat|tu\s|khong|hoan thanh|keo|tiep tuc|so\s|\d)"
)
_GAP_WORDS = 6
_FAR = 1500  # letters; no clause is longer


@dataclass(frozen=True, slots=True)
class _Figure:
    start: int
    number_end: int
    end: int
    value: int | float
    unit_start: int
    comparison: str
    said: tuple[int, int]


def number_of(text: str) -> int | float:
    """A Vietnamese figure: "1.200" is 1200, "0,5" is 0.5."""
    plain = text.replace(".", "").replace(",", ".")
    value = float(plain)
    return int(value) if value.is_integer() else value


def _comparison(flat: Flat, start: int, end: int) -> tuple[str, tuple[int, int]]:
    floor = max(0, start - 45)
    before = flat.fold[floor:start]
    upward = _UPWARD.match(flat.fold, end)
    for name, pattern in (
        ("at_least", _NOT_LESS),
        ("at_most", _AT_MOST),
        ("less_than", _LESS),
        ("reduce_by", _REDUCE),
        ("increase_by", _INCREASE),
        ("at_least", _AT_LEAST),
        ("more_than", _MORE),
    ):
        match = pattern.search(before)
        if match:
            said = (floor + match.start(), start)
            return name, (said[0], upward.end()) if upward and name == "at_least" else said
    if upward:
        return "at_least", (end, upward.end())
    return "exactly", (start, end)


def _figures(flat: Flat, start: int) -> Iterator[_Figure]:
    last = -9
    for match in _FIGURE.finditer(flat.norm, start):
        comparison, said = _comparison(flat, match.start(), match.end())
        window = flat.fold[max(0, match.start() - 40) : match.end()]
        if _NOT_TARGET.search(window):
            continue
        listed = last >= start and match.start() - last <= 8 and "," in flat.norm[last : match.start()]
        if not match["pc"] and not listed and not _promised(flat, match, comparison):
            continue
        last = match.end()
        unit_at = match.start("pc") if match["pc"] else match.start("unit")
        yield _Figure(match.start(), match.end("n"), match.end(), number_of(match["n"]), unit_at, comparison, said)


def _promised(flat: Flat, match: re.Match[str], comparison: str) -> bool:
    """Counts are everywhere ("03 loại thủ đoạn"); one is a target only where something is promised."""
    if comparison != "exactly":
        return (
            comparison != "at_least"
            or "tu" != flat.fold[max(0, match.start() - 3) : match.start()].strip()
            or (bool(_UPWARD.match(flat.fold, match.end())))
        )
    around = flat.fold[max(0, match.start() - 60) : match.end() + 12]
    return bool(_PROMISE.search(around) or _DOING.search(flat.fold[max(0, match.start() - 30) : match.start()]))


def targets_in(flat: Flat, start: int = 0) -> list[Target]:
    """The targets of one block of text, each with the clause that states it."""
    figures = list(_figures(flat, start))
    found: list[Target] = []
    for index, figure in enumerate(figures):
        begin = start
        for stop in _CLAUSE.finditer(flat.norm, max(start, figure.start - _FAR), figure.start):
            begin = stop.end()
        stop_after = _CLAUSE.search(flat.norm, figure.end)
        end = stop_after.start() if stop_after else len(flat.text)
        if index and figures[index - 1].end > begin:
            cut = _cut(flat, figures[index - 1].end, min(figure.said[0], figure.start))
            begin = cut if cut >= 0 else begin
        if index + 1 < len(figures) and figures[index + 1].start < end:
            following = figures[index + 1]
            cut = _cut(flat, figure.end, min(following.said[0], following.start))
            end = cut if cut >= 0 else end
        while begin < figure.start and (flat.norm[begin] in " ,;-+" or flat.norm[begin : begin + 3] == "và "):
            begin += 3 if flat.norm[begin] == "v" else 1
        begin = min(begin, figure.said[0]) if figure.said[0] >= start else begin
        found.append(
            {
                "text": flat.leaf(begin, max(end, figure.end)),
                "value": leaf(figure.value, flat.span(figure.start, figure.number_end)),
                "unit": flat.leaf(figure.unit_start, figure.end),
                "comparison": leaf(figure.comparison, flat.span(*figure.said)),
            }
        )
    return found


def _cut(flat: Flat, start: int, end: int) -> int:
    """Where one clause ends and the next begins between two figures, or -1: the last comma or "và" before the second
    that opens a clause and not the next noun of a list."""
    last = -1
    for match in _JOINT.finditer(flat.fold, start, end + 1):
        if _NEW_CLAUSE.match(flat.fold, match.start()) or match.end() >= end:
            last = match.start()
    return last


def same_target(target: Target) -> tuple[str, str, str, str]:
    """What makes two statements one target: figure, unit, comparison and the words right after the figure."""
    text = str(target["text"]["value"])
    figure = re.search(re.escape(str(target["unit"]["value"])) + r"\s*(.*)$", text)
    words = (figure.group(1) if figure else text).lower().split()[:_GAP_WORDS]
    if len(words) < 3:
        words = text.lower().split()
    return (
        str(target["value"]["value"]),
        str(target["unit"]["value"]),
        str(target["comparison"]["value"]),
        " ".join(words),
    )
