"""The letterhead and the title: number, kind, issuer, place, date of signing.

The letterhead stands in two columns (issuing body and number on the left; national motto, place and date on the right)
that text extraction runs together in every way, so it is read by what each piece says, not by where it stands.
"""

import re
from dataclasses import dataclass

from campaigns.plans.parser.blocks import Block, is_upper, mark_of
from campaigns.plans.parser.bodies import HEAD_AT, proper_name
from campaigns.plans.parser.dates import DATE, as_date
from campaigns.plans.parser.documents import NUMBER, issuer_at, tidy_number
from campaigns.plans.parser.flat import Flat, Leaf, flatten, fold_same_length, leaf, one_tone_fashion, pattern
from campaigns.plans.parser.kinds import KIND_TITLES

_MOTTO = pattern(
    r"CỘNG\s+H[ÒO][ÀA]?\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM|"
    r"Độc lập\s*[-–]\s*Tự do\s*[-–]\s*Hạnh phúc|^\W*CỘNG\s+H[ÒO][ÀA]?\s+XÃ\s+HỘI\W*$|^\W*CHỦ\s+NGHĨA\s+VIỆT\s+NAM\W*$",
    re.I | re.M,
)
_RULE = pattern(r"[\s\-–—_=*.~·o]+$")
_OWN_NUMBER = pattern(rf"(?<!\w)S[ốÔô]\s*:?\s*(?P<number>{NUMBER})", re.I)
_NUMBER_LINE = pattern(r"(?<!\w)Số\s*:|^\W*Số\s+[\d.…]+\s*[/\-]", re.I)
_NUMBER_END = pattern(rf"(?<!\w)S[ốÔô]\s*:?\s*(?:{NUMBER}|[\d.…_\s]*[/\-]\s*[A-ZĐ][\w/\-]*)(?=\s|$)")
_PLACE_DATE = pattern(
    rf"(?<!Thứ )(?<!\w)(?P<place>(?!Thứ\s|Chủ\s[Nn]hật|Ngày\s)(?:TP\.?\s?|Tp\.\s?)?[A-ZĐÀ-ỸƯƠ][\w'’]*(?:(?:\s|\s?-\s?)[A-ZĐÀ-ỸƯƠ][\w'’]*){{0,4}})\s*,\s*"
    rf"(?P<date>{DATE.format(n='')})"
)
_PLACE_BLANK = pattern(
    r"(?P<place>[A-ZĐÀ-ỸƯƠ][\w'’]*(?:(?:\s|\s?-\s?)[A-ZĐÀ-ỸƯƠ][\w'’]*){0,4})\s*,\s*ngày\s*[\d.…_\s]*\s*tháng", re.I
)
_KIND_LINE = pattern(r"\W*(" + "|".join(k.lower() for k in KIND_TITLES) + r")(?=\W|$)")
_AREA_LINE = pattern(r"(?:TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG|THỊ TRẤN|ĐẶC KHU)\s(?!ỦY|UỶ|ĐOÀN)")
_KIND_SORT = pattern(r"\s*(?:PHỐI HỢP|LIÊN TỊCH|LIÊN NGÀNH|HÀNH ĐỘNG|CÔNG TÁC(?=$))")
_OFFICE_LINE = pattern(r"(?:CHỦ TỊCH|GIÁM ĐỐC|BAN THƯỜNG VỤ|BAN CHẤP HÀNH)\W*$")
_SUBJECT = pattern(r"(?<!\w)V\s*/\s*v\b\s*:?|(?<!\w)Về việc\b")
_TITLE_STOP = pattern(
    r"\W*(?:Căn cứ|Thực hiện (?:Kế hoạch|Nghị quyết|Chỉ thị|Quyết định|Chương trình|Công văn|Hướng dẫn|nội dung|Luật|Kết luận|Thông báo|Thông tư|Nghị định|Đề án|Công điện|ý kiến)|"
    r"Kính gửi|Xét|Theo đề nghị|Triển khai (?:thực hiện )?(?:Kế hoạch|Nghị quyết|Chỉ thị|Quyết định|Chương trình)|"
    r"Để |Nhằm |Nơi nhận|Phần|PHẦN|THỦ TRƯỞNG|CHỦ TỊCH|GIÁM ĐỐC|ỦY BAN|UỶ BAN|Trong những|Tiếp tục|Ngày)"
)
_REPORTED = pattern(
    rf"(?:[Nn]gày\s+(?P<date>{DATE.format(n='')})\s*,\s*)?(?P<who>[A-ZĐÀ-Ỹ][^.,;:()]{{2,90}}?)\s+(?:đã|vừa|mới|vừa có)\s+(?:ký\s+)?"
    rf"ban hành\s+(?P<kind>Kế hoạch|Nghị quyết|Quyết định|Chỉ thị|Chương trình|Hướng dẫn|Công văn|Đề án)\s+(?:số\s*:?\s*)?(?P<number>{NUMBER})"
)
_DECLARES = pattern(
    r"(?:xây dựng|ban hành|đề ra|triển khai|tổ chức)\s+(?:và tổ chức thực hiện\s+)?(?:bản\s+)?"
    r"(?:kế hoạch|chương trình|nghị quyết|hướng dẫn|chỉ thị|đề án|quyết định)|hướng dẫn (?:một số|các|thực hiện|nội dung)|"
    r"(?:đề nghị|yêu cầu)\s+(?:các|Ủy ban|UBND|Sở|Công an|Ban|Trung tâm|Phòng)",
    re.I,
)


@dataclass(slots=True)
class Header:
    """What the letterhead and the title say; `title_end` is the source offset where the plan's own text begins."""

    number: Leaf | None = None
    kind: Leaf | None = None
    issuer: Leaf | None = None
    place: Leaf | None = None
    signed_on: Leaf | None = None
    title: Leaf | None = None
    title_end: int = 0
    superior: str = ""
    year: int | None = None


def _head_lines(source: str, limit: int) -> list[tuple[int, int]]:
    return [m.span() for m in re.finditer(r"[^\n]*\S[^\n]*", source[:limit])][:45]


def _kind_line(source: str, lines: list[tuple[int, int]]) -> int | None:
    """The index of the line that is the kind of document in capitals (KẾ HOẠCH), if there is one."""
    for index, (start, end) in enumerate(lines):
        text = source[start:end].strip(" *\t:")
        match = _KIND_LINE.match(fold_same_length(text))
        if match and is_upper(text[: match.end()]) and (is_upper(text) or len(text) > match.end() + 1):
            return index
        if mark_of(text)[0] in ("roman", "chapter") or len(text) > 500:
            return None
    return None


def read_header(source: str, blocks: list[Block]) -> Header:
    """The fields of the letterhead and title; what is not printed stays None."""
    header = Header()
    body_at = next((b.start for b in blocks if b.mark in ("roman", "chapter", "article", "number")), len(source))
    lines = _head_lines(source, max(body_at, 1))
    kind_index = _kind_line(source, lines)
    if kind_index is not None:
        _read_title(source, lines, kind_index, header)
    letterhead_end = lines[kind_index][0] if kind_index is not None else _letterhead_end(source, lines)
    grounds = next((ln for ln in lines[:kind_index] if re.match(r"\W*Căn cứ\s", source[slice(*ln)])), None)
    if kind_index is not None and grounds:  # "… QUYẾT ĐỊNH: Điều 1 …" after its grounds, without a title line
        letterhead_end, header.title_end, header.title = grounds[0], grounds[0], _title_of_article(blocks)
    zone_end = max(header.title_end, letterhead_end)
    for start, end in lines:
        if start < zone_end:
            _read_number_and_date(flatten(source, start, end), header)
    if header.number is None or header.place is None:
        _read_number_and_date(_without_motto(flatten(source, 0, min(zone_end, 1500))), header)
    if kind_index is None:
        _read_subject(source, lines, header)
    if letterhead_end:
        _read_issuer(source, [ln for ln in lines if ln[0] < letterhead_end], header)
    if header.number is None and kind_index is None and not letterhead_end:
        _from_report(blocks, header)
    if header.issuer is None:
        _issuer_from_text(blocks, header)
    if header.kind is None:
        _kind_from_text(source, blocks, header)
    header.title_end = max(header.title_end, letterhead_end)
    header.year = _year(header)
    return header


def _letterhead_end(source: str, lines: list[tuple[int, int]]) -> int:
    """Without a title line: the letterhead reaches to the last of number, motto, place and date, V/v; or is absent."""
    last = 0
    for start, end in lines:
        text = source[start:end]
        if len(text) > 220:
            break
        if re.match(r"\W*Kính gửi", text):
            break
        if _MOTTO.search(text) or _NUMBER_LINE.search(text) or _PLACE_DATE.search(text) or _SUBJECT.search(text):
            last = end
    return last


def _read_title(source: str, lines: list[tuple[int, int]], index: int, header: Header) -> None:
    start, end = lines[index]
    flat = flatten(source, start, end)
    match = _KIND_LINE.match(flat.fold)
    if not match:
        return
    header.kind = flat.leaf(match.start(1), match.end(1), KIND_TITLES[match.group(1).upper()])
    header.title_end = end
    sort = _KIND_SORT.match(flat.text, match.end())
    rest = sort.end() if sort else match.end()
    title_start = flat.span(rest, len(flat.text))[0] if flat.text[rest:].strip(" :.-*") else None
    title_stop = end if title_start is not None else 0
    for at, stop in lines[index + 1 : index + 9]:
        text = source[at:stop].strip(" *\t")
        if not text or _RULE.fullmatch(text):
            header.title_end = stop
            continue
        own = _OWN_NUMBER.match(text)
        if re.match(r"\W*\(?(?:Ban hành )?[Kk]èm theo", text) or (own and title_start is None):
            header.title_end = stop
            title_start, title_stop = (title_start or at, stop) if own else (title_start, title_stop)
            continue
        if _TITLE_STOP.match(text) or mark_of(text)[0] not in ("plain", "dash") or _PLACE_DATE.search(text):
            break
        if title_start is not None and re.search(r"[.;:]\**$", source[:title_stop].rstrip()):
            break
        apart = title_start is not None and re.search(r"\n\s*\n", source[title_stop:at])
        if apart and not text[:1].islower():
            break
        title_start = at if title_start is None else title_start
        title_stop = header.title_end = stop
        if stop - title_start > 500:
            break
    if title_start is not None and title_stop > title_start:
        whole = flatten(source, title_start, title_stop)
        own_line = re.match(rf"Số\s*:?\s*{NUMBER}", whole.norm)
        about = re.search(r"(?<!\w)[Vv]ề\s", whole.norm) if own_line else None
        called = re.match(r"Về việc\s+|V/v:?\s+", whole.norm)
        begin = about.end() if about else called.end() if called else 0
        header.title = whole.leaf(begin, len(whole.text))
        header.title_end = title_stop


def _title_of_article(blocks: list[Block]) -> Leaf | None:
    """ "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch …": what the decision issues."""
    for block in blocks[:40]:
        about = re.search(r"^Điều 1\W+(?:Ban hành|Phê duyệt)(?: kèm theo Quyết định này)?\s+", block.flat.norm)
        if about:
            stop = pattern(r"[.;(]\s|[.;]$").search(block.flat.norm, about.end())
            return block.flat.leaf(about.end(), stop.start() if stop else len(block.flat.text))
    return None


def _without_motto(flat: Flat) -> Flat:
    """The letterhead on one line, the motto and the rules of dashes made mute; offsets stay."""
    norm = re.sub(r"[\-_=*.]{3,}", lambda m: "|" * len(m.group()), flat.norm)
    return Flat(flat.text, _MOTTO.sub(lambda m: "|" * len(m.group()), norm), flat.fold, flat.starts)


def _read_number_and_date(flat: Flat, header: Header) -> None:
    """What is still missing of number, place and date, from one line or from the letterhead as a whole."""
    if not flat.text:
        return
    if header.number is None and not re.search(r"Ban hành kèm|kèm theo|V/v", flat.text):
        found = _OWN_NUMBER.search(flat.norm)
        if found:
            at, stop = found.span("number")
            header.number = flat.leaf(at, stop, tidy_number(flat.text[at:stop]))
            if header.signed_on is None:
                _date_after_number(flat, stop, header)
    numbered = _NUMBER_END.search(flat.norm)
    after = numbered.end() if numbered else 0
    placed = _PLACE_DATE.search(flat.norm, after)
    if placed and not _is_place(flat, placed):
        placed = None
    if placed and header.place is None:
        header.place = flat.leaf(*placed.span("place"))
        found_day = as_date(placed["y"], placed["m"] or placed["mw"], placed["d"])
        if found_day:
            header.signed_on = flat.leaf(*placed.span("date"), found_day.isoformat())
    elif header.place is None:
        blank = _PLACE_BLANK.search(flat.norm, after)
        if blank and _is_place(flat, blank):
            header.place = flat.leaf(*blank.span("place"))


def _is_place(flat: Flat, match: re.Match[str]) -> bool:
    """Not the tail of a number: "04-NQ/TU, ngày …" names no place."""
    at, stop = match.span("place")
    return stop - at >= 3 and flat.norm[at - 1 : at] not in ("/", "-")


def _date_after_number(flat: Flat, at: int, header: Header) -> None:
    """ "Số 04-NQ/TU, ngày 25 tháng 1 năm 2022 của Ban Thường vụ Tỉnh ủy"."""
    match = pattern(rf"\s*,?\s*(?P<date>{DATE.format(n='')})").match(flat.norm, at)
    if not match:
        return
    day = as_date(match["y"], match["m"] or match["mw"], match["d"])
    if day:
        header.signed_on = flat.leaf(*match.span("date"), day.isoformat())
        issuer = issuer_at(flat, match.end())
        if issuer:
            header.issuer = issuer[0]


def _read_subject(source: str, lines: list[tuple[int, int]], header: Header) -> None:
    """A letter has no title line; its subject stands after "V/v"."""
    for index, (start, end) in enumerate(lines):
        flat = flatten(source, start, end)
        match = pattern(r"(?<!\w)V\s*/\s*v\b\s*:?").search(flat.norm)
        if not match:
            continue
        stop = end
        for at, line_end in lines[index + 1 : index + 4]:
            text = source[at:line_end].strip()
            if _TITLE_STOP.match(text) or _PLACE_DATE.search(text) or _MOTTO.search(text) or len(text) > 160:
                break
            stop = line_end
        whole = flatten(source, start, stop)
        header.kind = whole.leaf(match.start(), match.end(), "Công văn")
        tail = _PLACE_DATE.search(whole.norm)
        header.title = whole.leaf(match.end(), tail.start() if tail else len(whole.text))
        header.title_end = stop
        return


def _read_issuer(source: str, lines: list[tuple[int, int]], header: Header) -> None:
    """The body named last in the letterhead; the one above it is its superior."""
    if header.issuer is not None:
        return
    bodies: list[list[tuple[int, int]]] = []
    for start, end in lines:
        for piece_start, piece_end in _left_pieces(source, start, end):
            text = source[piece_start:piece_end].strip(" *")
            if re.match(r"/|[A-ZĐ]{1,6}\d*[-/][A-ZĐ]|\d+\s*[-/]\s*[A-ZĐ]+[\w]*[-/]", text):
                continue
            if HEAD_AT.match(one_tone_fashion(text)) and not (bodies and _AREA_LINE.match(text)):
                bodies.append([(piece_start, piece_end)])
            elif bodies and is_upper(text) and len(text) > 2:
                bodies[-1].append((piece_start, piece_end))
    if not bodies:
        return
    if len(bodies) > 1 and _OFFICE_LINE.match(source[slice(*bodies[-2][-1])].strip(" *")):
        bodies[-2:] = [bodies[-2] + bodies[-1]]
    parts = bodies[-1]
    name = " ".join(" ".join(source[a:b].replace("*", "").split()) for a, b in parts)
    header.issuer = leaf(proper_name(name, source), (parts[0][0], parts[-1][1]))
    if len(bodies) > 1:
        header.superior = proper_name(" ".join(source[a:b].strip(" *") for a, b in bodies[-2]), source)


def _left_pieces(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of a letterhead line that may name a body: without motto, number, place and date."""
    pieces = []
    at = start
    for part in [*re.finditer(r"\t+|[ \u00a0]{3,}|\|", source[start:end]), None]:
        stop = start + part.start() if part else end
        text = source[at:stop]
        cut = _MOTTO.search(text) or _NUMBER_LINE.search(text) or _SUBJECT.search(text)
        cut = cut or re.search(r"\s*[-–_=*.]{3,}", text)
        if cut:
            stop, text = at + cut.start(), text[: cut.start()]
        if text.strip(" *\t") and not _RULE.fullmatch(text) and is_upper(text) and not _PLACE_DATE.search(text):
            lead = len(text) - len(text.lstrip(" *\t"))
            pieces.append((at + lead, at + len(text.rstrip(" *\t"))))
        at = start + part.end() if part else stop
    return pieces


def _issuer_from_text(blocks: list[Block], header: Header) -> None:
    """The body that says "… xây dựng Kế hoạch" in the opening paragraphs."""
    for block in blocks[:16]:
        if block.mark not in ("plain", "dash"):
            if block.mark in ("roman", "chapter"):
                return
            continue
        flat = block.flat
        for verb in _DECLARES.finditer(flat.norm):
            found = _subject_before(flat, verb.start())
            if found:
                header.issuer = found
                return


def _from_report(blocks: list[Block], header: Header) -> None:
    """An article about a plan: "Ngày 22/3/2021, UBND tỉnh đã ban hành Kế hoạch số 61/KH-UBND …"."""
    for block in blocks[:5]:
        flat = block.flat
        match = _REPORTED.search(flat.norm)
        if match is None or not HEAD_AT.match(match["who"]):
            continue
        header.number = flat.leaf(*match.span("number"), tidy_number(match["number"]))
        header.kind = header.kind or flat.leaf(*match.span("kind"))
        header.issuer = header.issuer or flat.leaf(*match.span("who"))
        day = as_date(match["y"], match["m"] or match["mw"], match["d"]) if match["date"] else None
        if day and header.signed_on is None:
            header.signed_on = flat.leaf(*match.span("date"), day.isoformat())
        return


def _subject_before(flat: Flat, verb_at: int) -> Leaf | None:
    """The body whose name ends right before the verb at `verb_at`, begun after a full stop, a semicolon or a comma."""
    floor = 0
    for stop in re.finditer(r"[.;,]\s+|^", flat.norm[:verb_at]):
        floor = stop.end()
        name = re.sub(r"\s+(?:đã|vừa|mới|sẽ|cũng|có)$", "", flat.norm[floor:verb_at].rstrip(" ,"))
        if not HEAD_AT.match(name) or not name[:1].isupper() or len(name) > 220:
            continue
        end = floor + len(name)
        note = re.search(r"\s*\((?:viết|sau đây|gọi)[^)]*\)?$", name)
        if note:
            end = floor + note.start()
        inner = re.search(r"[.;]\s|\b(?:chủ trì|phối hợp|trình|tham mưu)\b", flat.norm[floor:end])
        if inner is None:
            return flat.leaf(floor, end)
    return None


def _kind_from_text(source: str, blocks: list[Block], header: Header) -> None:
    """No title line: the plan calls itself something ("Kế hoạch nhằm …", "Nội dung của Kế hoạch gồm")."""
    own = pattern(
        r"^(Kế hoạch|Nghị quyết|Chương trình|Hướng dẫn|Chỉ thị|Đề án)\s+(?:nhằm|này|được)|"
        r"(?:Nội dung|Mục đích|Mục tiêu) của (Kế hoạch|Nghị quyết|Chương trình|Hướng dẫn|Chỉ thị|Đề án)\b"
    )
    for block in blocks[:6]:
        match = own.search(block.flat.norm)
        if match:
            group = 1 if match.group(1) else 2
            header.kind = block.flat.leaf(*match.span(group))
            return
    if header.number is not None:
        symbol = re.search(r"[/\-]?(KH|NQ|QĐ|CT|CTr|HD|TB|KL|ĐA|BC)(?=[-/])", header.number["value"])
        names = {
            "KH": "Kế hoạch",
            "NQ": "Nghị quyết",
            "QĐ": "Quyết định",
            "CT": "Chỉ thị",
            "CTr": "Chương trình",
            "HD": "Hướng dẫn",
            "TB": "Thông báo",
            "KL": "Kết luận",
            "ĐA": "Đề án",
            "BC": "Báo cáo",
        }
        if symbol:
            header.kind = leaf(names[symbol.group(1)], tuple(header.number["span"]))


def _year(header: Header) -> int | None:
    """The year that the plan is for: the only year in its title, or the year of signing."""
    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", header.title["value"])) if header.title else set()
    if len(years) == 1:
        return int(years.pop())
    return int(header.signed_on["value"][:4]) if header.signed_on else None


def is_boilerplate(text: str) -> bool:
    """Whether a stretch is the national motto, a rule of dashes, or a closing formula."""
    bare = text.strip()
    motto = len(bare) < 160 and _MOTTO.search(bare)
    return bool(_RULE.fullmatch(bare) or motto or re.match(r"\W*Trên đây là", bare))
