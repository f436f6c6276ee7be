"""Bodies: recognising the name of an office and parting a list of them.

Names contain commas and "và" ("Sở Văn hóa, Thể thao và Du lịch"), so a list is parted only where the next piece begins
like a body again.
"""

import re
from dataclasses import dataclass

from campaigns.plans.parser.body_words import COMMON_AFTER_AREA, FIELDS, HEADS, PROPER
from campaigns.plans.parser.flat import Flat, Leaf, fold_same_length, pattern, tidy

_HEAD = "(?:" + "|".join(HEADS) + ")"
_PLURAL = r"(?:[Cc]ác|CÁC|[Nn]hững|[Tt]oàn thể|[Mm]ột số)\s+"
_LEAD = r"(?:(?:[Gg]iao(?: cho)?|[Đđ]ề nghị|[Yy]êu cầu|[Pp]hân công|[Mm]ời|[Đđ]ồng chí)\s+)"
# Heads as a class of words also stand in small letters after a plural ("các cơ quan", "các sở"), or in capitals.
HEAD_AT = pattern(rf"(?:{_LEAD})?(?:{_PLURAL})?(?i:{_HEAD})(?![\w])")
_BEGINS = pattern(rf"(?:{_LEAD})?(?:(?:{_PLURAL})(?i:{_HEAD})|{_HEAD})(?![\w])")
_LEAD_AT = pattern(_LEAD)
_SEPARATOR = pattern(r"\s*;\s*|\s*,\s*(?:và\s+|cùng\s+)?|\s+và\s+|\s+cùng với\s+|\s+cùng\s+|\s*/\s*(?=[A-ZĐ])")
_FILLER = pattern(
    r"\s*[,\-]?\s*(?:theo chức năng|theo quy định|theo nhiệm vụ|theo thẩm quyền|theo phân|căn cứ|trên cơ sở|được giao|"
    r"có liên quan đến|và phân công|theo lĩnh vực|đồng$|cùng$|để$|và$)"
)
_NOTE = pattern(r"\s*\((?!.*\bBan Chỉ đạo 138\)$)[^()]*\)\s*$")
_FIELD = pattern("|".join(re.escape(name) for name in sorted(FIELDS, key=len, reverse=True)), re.I)
_GROUP = pattern(
    r"(?:[Cc]ác\s+)?(?P<word>[Ss]ở|[Pp]hòng|[Hh]ội)(?:,\s*(?:ban|ngành|phòng)){0,2}\s*(?P<colon>:)?\s+"
    r"(?=[A-ZĐÀ-Ỹ])"
)
_STOP_FIELD = pattern(r"\s*[,;]\s*|\s+và\s+")


@dataclass(frozen=True, slots=True)
class Body:
    """One body: its leaf and where it stands in the flat text."""

    leaf: Leaf
    start: int
    end: int


def proper_name(text: str, source: str) -> str:
    """A name that may be printed in capitals, as it is written in running text.

    The plan's own running text is the first witness ("SỞ Y TẾ" … "Sở Y tế"); without one, the usual spelling.
    """
    line = tidy(text)
    if not line or line != line.upper():
        return line
    wanted = fold_same_length(line)
    whole = fold_same_length(source)
    at = whole.find(wanted)
    while at >= 0:
        seen = source[at : at + len(line)]
        if seen != seen.upper() and seen[:1].isupper() and "\n" not in seen and seen.upper() == line:
            return seen
        at = whole.find(wanted, at + 1)
    lowered = line.lower()
    for plain, proper in PROPER.items():
        lowered = re.sub(rf"(?<!\w){plain}(?!\w)", proper, lowered)
    lowered = re.sub(r"(?<!\w)(ubnd|hđnd|bcđ|mttq|tp|ubmttq)(?!\w)", lambda m: m.group().upper(), lowered)
    lowered = re.sub(r"(?<=\d)/cp(?!\w)", "/CP", lowered)
    lowered = re.sub(r"(?<!\w)((?:[Tt]ỉnh|[Tt]hành|[Hh]uyện) ủy)\s+(.+)$", _area_name, lowered)
    lowered = re.sub(r"(?<!\w)(tỉnh|thành phố|huyện|thị xã|xã|phường|thị trấn)\s+(.+)$", _area_name, lowered)
    return lowered[:1].upper() + lowered[1:]


def _area_name(match: re.Match[str]) -> str:
    words = match.group(2).split(" ")
    if words[0] in COMMON_AFTER_AREA or words[0] == "hội":
        return match.group()
    return match.group(1) + " " + " ".join(word[:1].upper() + word[1:] for word in words)


def _field_items(flat: Flat, start: int, end: int) -> list[Body] | None:
    """ "Các sở: A, B, C" → a body for each: the value carries the word "Sở", the span begins at that word."""
    group = _GROUP.match(flat.norm, start, end)
    if not group or (group["word"].lower() != "sở" and not group["colon"]):
        return None
    if not group["colon"] and not re.match(r"[Cc]ác", flat.norm[start:]):
        return None
    word = group["word"][:1].upper() + group["word"][1:]
    bodies: list[Body] = []
    at = group.end()
    while at < end:
        if bodies and _BEGINS.match(flat.norm, at, end) and not _FIELD.match(flat.norm, at):
            bodies.extend(split_bodies(flat, at, end))
            break
        known = _FIELD.match(flat.norm, at)
        stop = _STOP_FIELD.search(flat.norm, known.end() if known else at, end)
        name_end = stop.start() if stop else end
        clean = _FILLER.search(flat.norm, at, name_end)
        name_end = clean.start() if clean else name_end
        name = tidy(flat.text[at:name_end])
        if name:
            value = f"{word} {name}"
            bodies.append(Body(flat.leaf(group.start("word"), name_end, value), at, name_end))
        at = stop.end() if stop else end
    return bodies if len(bodies) > 1 or group["colon"] else None


def split_bodies(flat: Flat, start: int, end: int) -> list[Body]:
    """The bodies listed in `flat.norm[start:end]`, in order; empty when the stretch does not begin with a body."""
    lead = _LEAD_AT.match(flat.norm, start, end)
    if lead:
        start = lead.end()
    if not HEAD_AT.match(flat.norm, start, end):
        return []
    grouped = _field_items(flat, start, end)
    if grouped is not None:
        return grouped
    cuts = [(start, start)]
    for match in _SEPARATOR.finditer(flat.norm, start, end):
        depth = flat.norm.count("(", start, match.start()) - flat.norm.count(")", start, match.start())
        if depth <= 0 and (_BEGINS.match(flat.norm, match.end(), end) or ";" in match.group()):
            cuts.append((match.start(), match.end()))
    bodies: list[Body] = []
    for index, (_, piece_start) in enumerate(cuts):
        piece_end = cuts[index + 1][0] if index + 1 < len(cuts) else end
        if index and _GROUP.match(flat.norm, piece_start, piece_end) and ":" in flat.norm[piece_start:piece_end]:
            grouped = _field_items(flat, piece_start, end)
            if grouped is not None:
                return bodies + grouped
        body = _one(flat, piece_start, piece_end)
        if body:
            bodies.append(body)
    return _join_bare(flat, bodies)


def _one(flat: Flat, start: int, end: int) -> Body | None:
    lead = _LEAD_AT.match(flat.norm, start, end)
    if lead:
        start = lead.end()
    filler = _FILLER.search(flat.norm, start, end)
    if filler:
        end = filler.start()
    note = _NOTE.search(flat.norm[start:end])
    if note:
        end = start + note.start()
    open_bracket = "(" in flat.norm[start:end]
    while end > start and (flat.norm[end - 1] in " ,;.:-" or (flat.norm[end - 1] == ")" and not open_bracket)):
        end -= 1
    while start < end and flat.norm[start] in " ,;-:(":
        start += 1
    if end - start < 2 or not HEAD_AT.match(flat.norm, start, end):
        return None
    return Body(flat.leaf(start, end), start, end)


def _join_bare(flat: Flat, bodies: list[Body]) -> list[Body]:
    """ "Các huyện ủy, Thành ủy": a plural followed by a bare head is one body."""
    joined: list[Body] = []
    for body in bodies:
        before = joined[-1] if joined else None
        if before and str(before.leaf["value"]) == "Báo" and str(body.leaf["value"]).startswith("Đài"):
            joined[-1] = Body(flat.leaf(before.start, body.end), before.start, body.end)
            continue
        bare = len(str(body.leaf["value"]).split()) == 2 and str(body.leaf["value"]).split()[-1] in ("ủy", "uỷ")
        plural = before is not None and re.match(r"[Cc]ác \w+ [uủ][yỷ]$", str(before.leaf["value"]))
        if before and bare and plural:
            joined[-1] = Body(flat.leaf(before.start, body.end), before.start, body.end)
        else:
            joined.append(body)
    return joined
