"""The end of a plan: recipients after "Nơi nhận:" and the signature, whichever way the two columns were run together."""

import re
from dataclasses import dataclass, field

from campaigns.plans.parser.blocks import is_upper
from campaigns.plans.parser.flat import Flat, Leaf, flatten, fold_same_length, leaf, pattern, tidy

_FOR = pattern(r"\W*Nơi\s+nhận\s*:?\s*", re.I)
_TO = pattern(r"\W*Kính\s+gửi\s*:?\s*", re.I)
_ITEM = pattern(r"\s*(?:[-–—+•]+\s*|\*\s+)(?=\S)")
_OFFICE = pattern(
    r"(?:TM|KT|TL|TUQ)(?:\.\s*|\s+)[A-ZĐÀ-Ỹ]|(?:T/M|K/T)\.?\s*[A-ZĐÀ-Ỹ]|(?:Q|TU)\.\s*[A-ZĐÀ-Ỹ]|(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG BAN|BÍ THƯ|CHÁNH|CỤC TRƯỞNG|"
    r"CHỈ HUY|VIỆN TRƯỞNG|TRƯỞNG PHÒNG|THỦ TRƯỞNG|HIỆU TRƯỞNG|TỔNG|BỘ TRƯỞNG|THỦ TƯỚNG|TRƯỞNG|PHÓ)|ỦY VIÊN|UỶ VIÊN"
)
_OFFICE_TAIL = pattern(
    r"(?<=[;.)\s])\s*(?=(?:(?:TM|KT|TL|TUQ|Q|T/M)\.\s*[A-ZĐÀ-Ỹ]{2})|(?:PHÓ\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG BAN|BÍ THƯ)\b)"
)
_SIGNED = pattern(r"\W*(?:\(?\s*(?:đã ký|ký tên|ký,? (?:ghi rõ )?họ|chữ ký)[^)]*\)?|\[.*\])\W*$", re.I)
_RANK = (
    r"(?:(?:Đại|Thượng|Trung|Thiếu)\s+(?:tướng|tá|úy)|TS\.?|ThS\.?|PGS\.?(?:\s*TS\.?)?|BS\.?(?:CKII?)?|Bs\.?|Ông|Bà)\s+"
)
_WORD = r"(?:[A-ZĐÀ-ỸƯƠ][a-zà-ỹđươ'’]+|[AYK]|H['’][A-ZĐÀ-Ỹ]?\w+)"
_NAME = pattern(rf"\W*(?P<name>(?:{_RANK})?{_WORD}(?:\s+{_WORD}){{1,4}})\W*$")
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Trương|Đinh|Đoàn|Lương|Mai|Tô|Trịnh|Cao|Hà|"
    "Lâm|Tạ|Chu|Triệu|Quách|Vương|Nông|Hứa|Lò|Vi|Ksor|Siu|Rơ|Rah|Kpă|Nay|Y|Tăng|Thái|Phùng|Đào|Kiều|Châu|Lưu|La|Giàng"
)
# "- Lưu: VT, NC. Võ Văn Mẫu": the name of the signer run together with the last recipient.
_NAME_TAIL = pattern(rf"(?<=[.;])\s+(?P<name>(?:{_SURNAMES})(?:\s+[A-ZĐÀ-ỸƯƠ][a-zà-ỹđươ]+){{1,4}})\s*$")
_KEPT_NAME_TAIL = pattern(rf"\W*Lưu\b.*[.;]\s+(?P<name>{_WORD}(?:\s+{_WORD}){{1,4}})\s*$")
# "CHỦ TỊCH Hoàng Văn Mẫu" and "Nơi nhận: - A; - B": cells whose lines were run together.
_OFFICE_AND_NAME = pattern(
    rf"\W*(?P<office>(?:{_OFFICE.pattern})(?:[A-ZĐÀ-Ỹ.,\s/]*?[A-ZĐÀ-Ỹ])??)\s+(?P<name>{_WORD}(?:\s+{_WORD}){{1,4}})\W*$"
)
_RUN_ON = pattern(r"[;.:]\s+(?=[-–+]\s)")
_NOT_NAME = pattern(
    r"(?:ban|so|cong an|uy ban|ubnd|phong|van phong|tinh|huyen|luu|nhu tren|bao|dai(?! ta| tuong| uy)|vien|toa|chi cuc)\b"
)
_END = pattern(r"\W*(?:PHỤ LỤC|Phụ lục|DANH SÁCH|BIỂU|KẾ HOẠCH|ĐỀ CƯƠNG|MẪU|QUY CHẾ)\b")
_NOTE_ONLY = pattern(r"\W*\([^)]*\)\W*$")


@dataclass(slots=True)
class Closing:
    """Recipients in order, the signature, and the stretches of source that belong to the closing."""

    recipients: list[Leaf] = field(default_factory=list)
    signatory: Leaf | None = None
    zones: list[tuple[int, int]] = field(default_factory=list)
    labels: list[tuple[int, int]] = field(default_factory=list)


def _pieces(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """A line in its columns."""
    pieces = []
    at = start
    for part in [*re.finditer(r"\t+|[ \u00a0]{3,}|\s*\|\s*", source[start:end]), None]:
        stop = start + part.start() if part else end
        if source[at:stop].strip():
            lead = len(source[at:stop]) - len(source[at:stop].lstrip())
            pieces.append((at + lead, at + len(source[at:stop].rstrip())))
        at = start + part.end() if part else stop
    return pieces


def _lines(source: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    for match in re.finditer(r"[^\n]*\S[^\n]*", source[start:end]):
        for a, b in _pieces(source, start + match.start(), start + match.end()):
            found.extend(_unglue(source, a, b))
    return found


def _unglue(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """ "- Sở Tư pháp; KT. GIÁM ĐỐC" on one line: the recipient and the office apart."""
    text = source[start:end]
    signed = _OFFICE_AND_NAME.match(text)
    if signed:
        return [(start, start + signed.end("office")), (start + signed.start("name"), end)]
    if _FOR.match(text) and _RUN_ON.search(text):
        cuts = [start, *(start + found.end() for found in _RUN_ON.finditer(text)), end]
        return [piece for a, b in zip(cuts, cuts[1:], strict=False) for piece in _unglue(source, a, b)]
    if not _ITEM.match(text) and not _FOR.match(text):
        return [(start, end)]
    named = _NAME_TAIL.search(text) or _KEPT_NAME_TAIL.match(text)
    if named:
        at = start + named.start("name")
        return [(start, start + len(source[start:at].rstrip())), (at, end)]
    cut = _OFFICE_TAIL.search(text)
    if not cut or not is_upper(text[cut.end() :]):
        return [(start, end)]
    head = len(text[: cut.start()].rstrip())
    return [(start, start + head), (start + cut.end(), end)]


def read_closing(source: str) -> Closing:
    """Recipients and signature; both may be absent."""
    closing = Closing()
    _addressees(source, closing)
    found = next((m for m in re.finditer(r"[^\n]*\S[^\n]*", source) if _for_in(m.group())), None)
    if found:
        _with_recipients(source, found.start(), closing)
    else:
        _signature_at_end(source, closing)
    return closing


def _for_in(line: str) -> bool:
    return any(_FOR.match(piece) for piece in re.split(r"\t+|[ \u00a0]{3,}|\|", line))


def _addressees(source: str, closing: Closing) -> None:
    """A letter is addressed at its head: "Kính gửi: Các sở, ban, ngành …"."""
    opening = re.search(r"(?m)^\W*Kính\s+gửi\s*:?[^\n]*", source[:6000], re.I)
    if not opening:
        return
    start = opening.start() + (_TO.match(opening.group()) or opening).end()
    start = opening.start() + _TO.match(opening.group()).end()  # type: ignore[union-attr]
    rows = [(start, opening.end())] if source[start : opening.end()].strip() else []
    for line in re.finditer(r"[^\n]*\S[^\n]*", source[opening.end() : opening.end() + 1500]):
        a, b = opening.end() + line.start(), opening.end() + line.end()
        if not _ITEM.match(source[a:b]):
            break
        rows.append((a, b))
    for a, b in rows:
        flat = flatten(source, a, b)
        mark = _ITEM.match(flat.text)
        entry = flat.leaf(mark.end() if mark else 0, len(flat.text))
        closing.recipients.append(leaf(entry["value"], flat.span(0, len(flat.text))))
    closing.zones.append((opening.start(), rows[-1][1] if rows else opening.end()))
    closing.labels.append((opening.start(), start))


def _with_recipients(source: str, start: int, closing: Closing) -> None:
    lines = _lines(source, start, len(source))
    signature: list[tuple[int, int]] = []
    open_item = False
    named = False
    last_end = start
    for index, (a, b) in enumerate(lines[:60]):
        text = source[a:b]
        if index and _END.match(text) and is_upper(text):
            break
        head = _FOR.match(text)
        if head:
            closing.labels.append((a, a + head.end()))
            a += head.end()
            text = source[a:b]
            last_end = max(last_end, b)
            if not text.strip(" *"):
                open_item = True
                continue
        if _NOTE_ONLY.match(text) and not _SIGNED.match(text):
            last_end = b
            continue
        if _is_signature(text, bool(signature)):
            signature.append((a, b))
            named = named or bool(_NAME.match(text))
            open_item = False
        elif _ITEM.match(text) or (open_item and not closing.recipients):
            _recipient(source, a, b, closing)
            open_item = True
        elif open_item and closing.recipients and not is_upper(text) and len(text) < 120:
            _continue_recipient(source, b, closing)
        elif not signature and len(text) < 100:
            _recipient(source, a, b, closing)
        else:
            break
        last_end = max(last_end, b)
        if named and not any(_ITEM.match(source[x:y]) for x, y in lines[index + 1 : index + 4]):
            break
    closing.zones.append((start, last_end))
    if not signature:
        _signature_before(source, start, closing)
    else:
        closing.signatory = _signature(source, signature)


def _is_signature(text: str, begun: bool) -> bool:
    plain = text.strip(" *")
    if _ITEM.match(text) and not text.lstrip().startswith("*"):
        return False
    if _SIGNED.match(plain):
        return True
    if is_upper(plain):
        return bool(_OFFICE.match(plain)) or begun
    name = _NAME.match(plain)
    return begun and bool(name) and not _NOT_NAME.match(fold_same_length(plain))


def _recipient(source: str, start: int, end: int, closing: Closing) -> None:
    flat = flatten(source, start, end)
    if not flat.text:
        return
    mark = _ITEM.match(flat.text)
    value = flat.leaf(mark.end() if mark else 0, len(flat.text))["value"]
    if str(value).strip(" .;-–|:"):
        closing.recipients.append(leaf(str(value).rstrip(" ."), flat.span(0, len(flat.text))))


def _continue_recipient(source: str, end: int, closing: Closing) -> None:
    last = closing.recipients[-1]
    flat = flatten(source, last["span"][0], end)
    mark = _ITEM.match(flat.text)
    last["value"] = tidy(flat.text[mark.end() if mark else 0 :]).rstrip(" .")
    last["span"][1] = flat.span(0, len(flat.text))[1]


def _signature(source: str, lines: list[tuple[int, int]]) -> Leaf | None:
    """Office and name on lines of their own, as signed; null when there is neither office nor name."""
    shown = [" ".join(source[a:b].replace("*", "").split()) for a, b in lines if not _SIGNED.match(source[a:b])]
    last = max((i for i, (a, b) in enumerate(lines) if not _SIGNED.match(source[a:b])), default=None)
    if last is None or not shown:
        return None
    first: Flat = flatten(source, lines[0][0], lines[last][1])
    start, end = first.span(0, len(first.text))
    return leaf("\n".join(shown), (start, end))


def _tail_signature(source: str, lines: list[tuple[int, int]]) -> tuple[Leaf | None, int]:
    """The signature among some last lines, and where it begins."""
    begin = next(
        (i for i, (a, b) in enumerate(lines) if is_upper(source[a:b]) and _OFFICE.match(source[a:b].strip(" *"))), None
    )
    if begin is None:
        return None, 0
    chosen = []
    for a, b in lines[begin:]:
        if not _is_signature(source[a:b], True):
            break
        chosen.append((a, b))
    return _signature(source, chosen), lines[begin][0]


def _signature_before(source: str, start: int, closing: Closing) -> None:
    lines = list(_lines(source, max(0, start - 500), start))[-8:]
    closing.signatory, begin = _tail_signature(source, lines)
    if closing.signatory:
        closing.zones.append((begin, start))


def _signature_at_end(source: str, closing: Closing) -> None:
    lines = _lines(source, max(0, len(source) - 900), len(source))[-10:]
    signatory, begin = _tail_signature(source, lines)
    if signatory and _NAME.search(str(signatory["value"]).split("\n")[-1]):
        closing.signatory = signatory
        closing.zones.append((begin, len(source)))
