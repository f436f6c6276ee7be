"""Documents cited by number or date: "Kế hoạch số 07/KH-BCĐ ngày 22/02/2021 của Ban Chỉ đạo …".

State style 25/KH-STTTT, 49/2020/NĐ-CP, 24/2018/QH14; party style 04-NQ/TU; joint and police style 18/KH-BCĐ138/CP,
02CTr-BCA-V05 (reference/domain.md 5.2).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from campaigns.plans.parser.dates import DATE, as_date
from campaigns.plans.parser.flat import UPPER, Flat, Leaf, pattern, tidy

_UP = UPPER
_GROUP = rf"[{_UP}][{_UP}a-zđ&]{{0,11}}\d{{0,4}}"
NUMBER = (
    rf"\d{{1,5}}(?:\s?/\s?(?:19|20)\d\d)?\s?(?:[-/]\s?{_GROUP}(?:\s?[-/]\s?(?:{_GROUP}|\d{{2,3}}(?=/)))*"
    rf"|{_GROUP}(?:[-/]{_GROUP})+)(?:\([A-Z]{{1,6}}\))?"
)
KINDS = (
    "Kế hoạch liên tịch",
    "Kế hoạch phối hợp",
    "Kế hoạch",
    "Nghị quyết liên tịch",
    "Nghị quyết",
    "Nghị định",
    "Chỉ thị",
    "Quyết định",
    "Chương trình phối hợp",
    "Chương trình hành động",
    "Chương trình",
    "Kết luận",
    "Thông tư liên tịch",
    "Thông tư",
    "Công văn",
    "Hướng dẫn liên ngành",
    "Hướng dẫn",
    "Thông báo",
    "Quy định",
    "Quy chế phối hợp",
    "Quy chế",
    "Đề án",
    "Công điện",
    "Tờ trình",
    "Văn bản",
    "Thông tri",
    "Pháp lệnh",
    "Báo cáo",
    "Bộ luật",
    "Luật",
    "Hiến pháp",
)
_KIND = r"(?P<kind>" + "|".join(KINDS) + r")"
_CITE = pattern(
    rf"(?<!\w){_KIND}(?P<name>(?<=uật)\s+(?:(?!\bsố\b|\bngày\b|\bnăm\b|;|\bcủa\b)[^;.]){{2,120}}?(?=\s+số|\s+ngày|\s+năm|\s*;))?"
    rf"(?:\s+liên tịch)?\s*,?\s*(?:năm \d{{4}}\s*)?(?:số\s*:?\s*)?(?P<number>{NUMBER})?\s*,?\s*(?:\(?\s*(?P<date>{DATE.format(n='')}))?\)?",
)
_MORE = pattern(rf"\s*(?:,|;|và|,\s*và)\s+số\s*(?P<number>{NUMBER})\s*,?\s*(?:\(?\s*(?P<date>{DATE.format(n='')}))?\)?")
_OF = pattern(r"\s*,?\s*của\s+")
_ISSUER_END = pattern(
    r"\s+(?:về|[Qq]uy định|phê duyệt|ban hành|hướng dẫn|sửa đổi|bổ sung|triển khai|thực hiện|tăng cường|đẩy mạnh|nhằm|"
    r"v/v|tại|năm|giai đoạn|trong|đã|được|có|cho|ngày|gắn với|từ|đến|như|theo|để|xây dựng kế hoạch|nâng cao|"
    r"phát động|tiếp tục|chỉ đạo)(?![\w])|\s*[;.(“\":]|\s*/\.|\s+và\s+(?=" + "|".join(KINDS) + r")|\s+-\s"
)
_NEXT_BODY = pattern(r",\s*(?=(?:Ban|Sở|UBND|Ủy ban|Công an|Tỉnh|Bộ|Trung tâm|Phòng|Văn phòng|Hội đồng)\s)")
_LONG_NAME = pattern(r"(?:Ban Chỉ đạo|BCĐ|BCD|Ban Chỉ huy|Hội đồng|Ban)\b")
_COMMA_NAME = pattern(r",\s*(?=Thể thao|Thương binh|Du lịch|Thông tin|Khoa học|Gia đình)")
_START = pattern(rf"[{_UP}]")


@dataclass(frozen=True, slots=True)
class Citation:
    """One cited document: leaves that were printed, and where the whole citation stands in the flat text."""

    kind: Leaf
    number: Leaf | None
    signed_on: Leaf | None
    issuer: Leaf | None
    start: int
    end: int

    def as_basis(self) -> dict[str, Leaf | None]:
        """The four fields of a basis document."""
        return {"number": self.number, "kind": self.kind, "signed_on": self.signed_on, "issuer": self.issuer}

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two citations the same document: number and date, or the name when neither is printed."""
        number = self.number["value"] if self.number else ""
        day = self.signed_on["value"] if self.signed_on else ""
        return number, day if number == "" else "", "" if number or day else str(self.kind["value"])


def tidy_number(text: str) -> str:
    """A document number without the spaces that typing and scanning left in it."""
    return re.sub(r"\s+", "", text)


def _date_of(match: re.Match[str]) -> date | None:
    if not match["date"]:
        return None
    return as_date(match["y"], match["m"] or match["mw"], match["d"])


def issuer_at(flat: Flat, at: int) -> tuple[Leaf, int] | None:
    """The body after "của" at flat offset `at`, and where its name ends; None when there is none."""
    of = _OF.match(flat.norm, at)
    if not of or not _START.match(flat.norm[of.end() : of.end() + 1]):
        return None
    start = of.end()
    stop = _ISSUER_END.search(flat.norm, start)
    end = min(stop.start() if stop else len(flat.norm), start + 180)
    name = flat.norm[start:end]
    if not _LONG_NAME.match(name):
        comma = re.search(r",", name)
        while comma and _COMMA_NAME.match(name, comma.start()):
            comma = pattern(",").search(name, comma.end())
        if comma:
            end = start + comma.start()
    else:
        named_again = re.search(rf",\s*(?=(?:{'|'.join(KINDS)}|UBND|Ủy ban|Căn cứ|Sở|Thực hiện)\b)", name)
        named_again = named_again or _NEXT_BODY.search(name)
        if named_again:
            end = start + named_again.start()
    end = start + len(flat.norm[start:end].rstrip(" ,"))
    return (flat.leaf(start, end), end) if end - start >= 3 else None


def citations(flat: Flat) -> Iterator[Citation]:
    """The documents cited in a text, in order. A kind of document counts only with a number or a date (or as a law)."""
    at = 0
    while True:
        match = _CITE.search(flat.norm, at)
        if not match:
            return
        is_law = match["kind"] in ("Luật", "Bộ luật", "Pháp lệnh", "Hiến pháp")
        day = _date_of(match)
        called = bool(re.search(r"[Cc]ăn cứ\s+(?:các\s+)?$", flat.norm[max(0, match.start() - 20) : match.start()]))
        if not match["number"] and not (day and match["date"]) and not (is_law and match["name"] and called):
            at = match.end("kind")
            continue
        kind_end = match.end("name") if match["name"] else match.end("kind")
        kind = flat.leaf(match.start("kind"), kind_end, match["kind"])
        if is_law and match["name"]:
            kind = flat.leaf(match.start("kind"), kind_end)
        more: re.Match[str] | None = match
        while more:
            number, signed_on, end = _parts(flat, more)
            issuer = issuer_at(flat, end)
            if issuer:
                end = issuer[1]
            yield Citation(kind, number, signed_on, issuer[0] if issuer else None, match.start("kind"), end)
            at = end
            more = _MORE.match(flat.norm, end)


def _parts(flat: Flat, match: re.Match[str]) -> tuple[Leaf | None, Leaf | None, int]:
    number = None
    end = match.end("kind") if "kind" in match.re.groupindex else match.start()
    if "name" in match.re.groupindex and match["name"]:
        end = match.end("name")
    if match["number"]:
        number = flat.leaf(match.start("number"), match.end("number"), tidy_number(match["number"]))
        end = match.end("number")
    signed_on = None
    day = _date_of(match)
    if day:
        signed_on = flat.leaf(match.start("date"), match.end("date"), day.isoformat())
        end = match.end("date")
        closing = pattern(r"\s*\)").match(flat.norm, end)
        end = closing.end() if closing else end
    return number, signed_on, end


def drop_twins(found: list[Citation]) -> list[Citation]:
    """Each document once, the first time it is cited."""
    seen: set[tuple[str, str, str]] = set()
    kept = []
    for citation in found:
        if citation.key in seen:
            continue
        seen.add(citation.key)
        kept.append(citation)
    return kept


def plain_issuer(text: str) -> str:
    """A body's name as a field keeps it."""
    return tidy(text)
