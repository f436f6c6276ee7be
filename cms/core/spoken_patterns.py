"""What in a Vietnamese text is not read as it is written, and how each such thing is read.

One regular expression finds the candidates from left to right; one function for each kind reads it. A reader may answer
None: the text then stays as written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import regex

from cms.core.spoken_acronyms import ACRONYMS, UNITS, is_syllable, letter_words
from cms.core.spoken_numbers import MONTHS, decimal_words, digit_words, number_words, ordinal_words, roman_value

CAPITAL = "A-ZĐĂÂÊÔƠƯ"
NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
UNIT = "|".join(regex.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
KNOWN = "|".join(regex.escape(name) for name in sorted(ACRONYMS, key=len, reverse=True))
DASH = r"[-–—]"
COUNTED = (
    "số|tổng|dân|diện|xã|phường|huyện|thôn|làng|bản|buôn|hộ|người|trường|đơn|tỉnh|đại"
    "|chỉ tiêu|tiêu chí|thành|khu|cụm|điểm|vụ"
)

PATTERN = regex.compile(
    rf"""
      (?P<web>\b(?:https?://|www\.)\S+[\w/] | \b[\w.+-]+@[\w-]+(?:\.[\w-]+)+
        | \b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:gov|com|org|edu|net|vn)(?:\.vn)?\b)
    | (?P<document>\b\d+[a-z]?(?:/\d{{4}})?
        (?:[/-](?=[{CAPITAL}]*[{CAPITAL}]{{2}}|[{CAPITAL}][a-z])[{CAPITAL}][{CAPITAL}a-z&]*\d*)+\b)
    | (?P<phone>(?<![\d.,/])(?:\+84|0)(?:[ .-]?\d){{8,10}}(?![\d/])
        | (?<![\d.,/])1[89]00(?:[ .-]?\d){{4,6}}(?![\d/]))
    | (?P<clock>\b(?P<hour>[01]?\d|2[0-4])
        (?:[ ]?[hg][ ]?(?P<min>[0-5]\d)?(?:['’]|ph)?(?!\w)|:(?P<min2>[0-5]\d)(?::[0-5]\d)?(?![\d:])))
    | (?P<round>\b24/(?:7|24)\b)
    | (?P<date>(?<![\d/.,])(?P<day>[0-3]?\d)(?P<sep>[/.-])(?P<month>[01]?\d)(?P=sep)(?P<year>\d{{4}})(?![\d/]))
    | (?P<daymonth>(?<![\d/.,])(?P<day2>\d{{1,4}})/(?P<month2>\d{{1,4}})(?![\d/]|,\d))
    | (?P<thousand>(?P<minus>(?<![^\s(])[-−])?\b(?P<num>{NUMBER})(?P<gap>[ \u00a0]?)
        (?P<unit>{UNIT})(?![\p{{L}}\p{{M}}\d/²³]))
    | (?P<acronym>(?<![\p{{L}}\p{{M}}])(?:(?:TP|TX|TT|P)\.(?=[ ]?[{CAPITAL}]\p{{Ll}})|(?:{KNOWN})(?![\p{{L}}\p{{M}}])))
    | (?P<quarter>(?<=[Qq]u[ýí][ ])(?P<quarternum>I{{1,3}}|IV)/(?P<quarteryear>\d{{4}})(?!\d))
    | (?P<roman>(?<![\p{{L}}\p{{M}}\d])[IVXLCDM]+(?![\p{{L}}\p{{M}}\d]))
    | (?P<letters>(?<![\p{{L}}\p{{M}}])[{CAPITAL}][{CAPITAL}&]*[{CAPITAL}](?![\p{{L}}\p{{M}}]))
    | (?P<number>{NUMBER})
    | (?P<ampersand>(?<=\s)&(?=\s))
    """,
    regex.VERBOSE,
)

_RANGE = regex.compile(rf"\s?{DASH}\s?")
_AFTER_DAY = regex.compile(r"(?:ngày|mùng|mồng|đêm|sáng|chiều|tối)\s+$", regex.IGNORECASE)
_AFTER_MONTH = regex.compile(r"tháng\s+$", regex.IGNORECASE)
_AFTER_ORDINAL = regex.compile(r"thứ\s+$", regex.IGNORECASE)
_AFTER_NAME_NUMBER = regex.compile(r"(?:đề án|chỉ đạo|BCĐ|chương trình|công ước)(?: số)?\s*$", regex.IGNORECASE)
_AFTER_ROMAN = regex.compile(
    r"(?:đại hội|khóa|khoá|quý|thứ|thế kỷ|chương|phần|mục|kỳ|loại|hạng|cấp|vùng|tập|đợt|giai đoạn)"
    r"(?: (?:đảng|toàn quốc))?\s+$",
    regex.IGNORECASE,
)
_CALLING = regex.compile(
    r"(?:gọi|tổng đài|đường dây nóng|điện thoại|hotline|số máy|liên hệ|cảnh sát|công an|cấp cứu|cứu hỏa|báo ngay)"
    r"[^.!?\n]{0,60}$",
    regex.IGNORECASE,
)
_COUNTED = regex.compile(rf"\s+(?:{COUNTED})\b", regex.IGNORECASE)
_PLURAL = regex.compile(
    rf"\s+(?:{COUNTED}|trường hợp|đối tượng|cơ sở|bị can|bị cáo|lượt|cuộc|tin|bài|em|chuyên án|buổi|đồng)\b",
    regex.IGNORECASE,
)
PLACES = {"TP.": "thành phố", "TX.": "thị xã", "TT.": "thị trấn", "P.": "phường"}
SHORT_NUMBERS = frozenset({"111", "112", "113", "114", "115"})

Match: TypeAlias = "regex.Match[str]"


def read_match(found: Match) -> str | None:
    """The words for one match of PATTERN, or None to leave it as written."""
    kind = found.lastgroup if found.lastgroup in READERS else _kind(found)
    return READERS[kind](found)


def _kind(found: Match) -> str:
    groups = found.groupdict()
    return next(kind for kind in READERS if groups.get(kind) is not None)


def number_text(written: str) -> str:
    """The words of a number written the Vietnamese way ("38.500", "12,7", "0,05")."""
    whole, _, fraction = written.replace(".", "").partition(",")
    return decimal_words(whole, fraction) if fraction else number_words(int(whole))


def _before(found: Match, length: int = 80) -> str:
    return found.string[max(0, found.start() - length) : found.start()]


def _web(found: Match) -> str:
    names = {".": " chấm ", "/": " gạch chéo ", "@": " a còng ", "-": " gạch ngang ", "_": " gạch dưới "}
    bare = regex.sub(r"^https?://", "", found.group()).removeprefix("www.").rstrip("/")
    return " ".join("".join(names.get(char, char) for char in bare.lower()).split())


def _document(found: Match) -> str:
    """25/KH-STTTT: the number in words, the symbols letter by letter, as document numbers are dictated."""
    number, symbols = regex.match(r"(\d+(?:/\d{4})?)[a-z]?(.*)$", found.group(), regex.DOTALL).groups()  # type: ignore[union-attr]
    head, _, year = number.partition("/")
    words = digit_words(head) if head.startswith("0") else number_words(int(head))
    if year:
        words += f" trên {number_words(int(year))}"
    spelled = [letter_words(part.replace("&", "")) for part in regex.split(r"[/-]", symbols) if part]
    return ", ".join([words, *spelled])


def _phone(found: Match) -> str:
    """Digit by digit, with a breath where the number was grouped; ungrouped ones in 4 + 3 + 3 as people say them."""
    written = found.group()
    if written.startswith("+84"):
        written = "0" + written[3:].lstrip(" .-")
    groups = regex.findall(r"\d+", written)
    if len(groups) == 1:
        digits, step = groups[0], 4 if len(groups[0]) == 8 else 3
        groups = [digits[:4], *(digits[at : at + step] for at in range(4, len(digits), step))]
    return ", ".join(digit_words(group) for group in groups)


def _clock(found: Match) -> str:
    hour, minute = int(found["hour"]), found["min"] or found["min2"]
    words = f"{number_words(hour)} giờ"
    return f"{words} {number_words(int(minute))} phút" if minute and int(minute) else words


def _round(found: Match) -> str:
    first, second = found.group().split("/")
    return f"{number_words(int(first))} trên {number_words(int(second))}"


def _date(found: Match) -> str:
    day, month, year = int(found["day"]), int(found["month"]), int(found["year"])
    if 1 <= day <= 31 and 1 <= month <= 12:
        return f"{number_words(day)} tháng {MONTHS[month]} năm {number_words(year)}"
    return " trên ".join(number_words(part) for part in (day, month, year))


def _daymonth(found: Match) -> str:
    """26/6 is a day; 6/2024 a month; "5/7 xã" and 15/20 are so many out of so many; "1/3 số hộ" a fraction."""
    first, second = found["day2"], found["month2"]
    one, two = int(first), int(second)
    counted = _COUNTED.match(found.string, found.end()) is not None and not _AFTER_DAY.search(_before(found))
    if counted and 0 < one < two <= 10 and regex.match(r"\s+(?:số|tổng|dân|diện)", found.string[found.end() :]):
        return f"{number_words(one)} phần {MONTHS.get(two, '') if two == 4 else number_words(two)}"
    if len(second) == 4 and 1 <= one <= 12 and two >= 1900:
        month = "" if _AFTER_MONTH.search(_before(found)) else "tháng "
        return f"{month}{MONTHS[one]} năm {number_words(two)}"
    if not counted and 1 <= one <= 31 and 1 <= two <= 12:
        return f"{number_words(one)} tháng {MONTHS[two]}"
    return f"{number_words(one)} trên {number_words(two)}"


def _unit(found: Match) -> str:
    """A number with its unit; a lone "s" or "tr" after a space is no unit."""
    words = ("âm " if found["minus"] else "") + number_text(found["num"])
    if found["gap"] and found["unit"] in {"s", "tr"}:
        return f"{words} {found['unit']}"
    return f"{words} {UNITS[found['unit']]}"


def _acronym(found: Match) -> str:
    written = found.group()
    return PLACES[written] if written in PLACES else ACRONYMS[written]


def _roman(found: Match) -> str | None:
    """A Roman numeral after a word that counts, or one of I, V, X that is longer than a letter ("XIII")."""
    written = found.group()
    value = roman_value(written)
    if value is None:
        return _letters(found)
    if _AFTER_ORDINAL.search(_before(found)):
        return ordinal_words(value)
    if _AFTER_ROMAN.search(_before(found)) or (len(written) > 1 and set(written) <= set("IVX")):
        return number_words(value)
    return _letters(found) if len(written) > 1 else None


def _quarter(found: Match) -> str:
    value = roman_value(found["quarternum"]) or 0
    return f"{number_words(value)} năm {number_words(int(found['quarteryear']))}"


def _letters(found: Match) -> str | None:
    written = found.group()
    if len(written) < 2 or is_syllable(written):
        return None
    parts = [ACRONYMS.get(part) or letter_words(part) for part in written.split("&")]
    return " và ".join(parts)


def _number(found: Match) -> str:
    written = found.group()
    before = _before(found)
    if written in SHORT_NUMBERS and _CALLING.search(before) and not _PLURAL.match(found.string, found.end()):
        return digit_words(written)
    if _AFTER_NAME_NUMBER.search(before) and written.isdecimal() and (written.startswith("0") or len(written) == 3):
        return digit_words(written)
    if written.isdecimal() and len(written) > 12:
        return digit_words(written)
    if _AFTER_MONTH.search(before) and written.isdecimal() and 1 <= int(written) <= 12:
        return MONTHS[int(written)]
    return number_text(written)


def _ampersand(found: Match) -> str:
    return "và"


READERS: dict[str, Callable[[Match], str | None]] = {
    "web": _web, "document": _document, "phone": _phone, "clock": _clock, "round": _round, "date": _date,
    "daymonth": _daymonth, "thousand": _unit, "acronym": _acronym, "quarter": _quarter, "roman": _roman,
    "letters": _letters,
    "number": _number, "ampersand": _ampersand,
}  # fmt: skip


def is_range(between: str) -> bool:
    """True when what stands between two read things is a dash: "3-5 phút", "1/7 – 19/8"."""
    return _RANGE.fullmatch(between) is not None
