"""Dates as plans print them, and deadlines.

Forms: "ngày 25 tháng 02 năm 2021", "22/02/2021", "3-6-2016", "03.6.2016"; deadlines also "tháng 01/2024",
"quý II/2024", "năm 2024", "trước ngày 15/12" (the year is then the plan's own).
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date

from campaigns.plans.parser.flat import Flat, Leaf

DATE = (
    r"(?:ngày\s*)?(?P<d{n}>\d{{1,2}})\s*(?:[/.\-]\s*(?P<m{n}>\d{{1,2}})\s*[/.\-]\s*|tháng\s*(?P<mw{n}>\d{{1,2}})\s*"
    r"(?:,\s*)?năm\s*)(?P<y{n}>\d{{4}})(?!\d)"
)
_FULL = re.compile(r"(?<![\d/.\-])" + DATE.format(n=""), re.I)
_DAY_MONTH = re.compile(
    r"(?<![\d/.\-])ngày\s*(?P<d>\d{1,2})\s*(?:/\s*(?P<m>\d{1,2})|tháng\s*(?P<mw>\d{1,2}))(?![\d/]|\s*năm)", re.I
)
_MONTH = re.compile(r"tháng\s*(?P<m>\d{1,2})\s*(?:/|\s+năm\s+|-)\s*(?P<y>\d{4})(?!\d)", re.I)
_BARE_MONTH = re.compile(r"(?<![\d/.])(?P<m>\d{1,2})/(?P<y>20\d\d)(?!\d)")
_QUARTER = re.compile(r"quý\s*(?P<q>IV|I{1,3}|[1-4])\s*(?:/|,?\s*năm\s*|-)\s*(?P<y>\d{4})(?!\d)", re.I)
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DEADLINE = re.compile(
    r"trước|chậm nhất|hoàn thành|xong|hạn chót|thời hạn|thời gian|đến hết|hết ngày|gửi về|đến ngày|kết thúc|"
    r"từ ngày|tiến độ|vào ngày|trong (?:tháng|quý)|trong\s*$",
    re.I,
)
_YEARLY = re.compile(r"h[àằ]ng (?:năm|tháng|quý|tuần)|định kỳ|mỗi (?:năm|tháng|quý)", re.I)
_ISSUED = re.compile(r"(?:số\s*)?\d+[\w\-]*[/\-][^\s]*[,;]?\s*(?:\()?$|(?:luật|bộ luật)[^;.]{0,80}$", re.I)


def as_date(year: str, month: str, day: str) -> date | None:
    """The date, or None when there is no such day."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if 1930 <= found.year <= 2100 else None


def full_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[date, int, int]]:
    """Each complete date of a text with where it stands."""
    for match in _FULL.finditer(text, start, len(text) if end is None else end):
        found = as_date(match["y"], match["m"] or match["mw"], match["d"])
        if found:
            yield found, match.start(), match.end()


def month_end(year: int, month: int) -> date | None:
    """The last day of a month."""
    if not 1 <= month <= 12 or not 1930 <= year <= 2100:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def _candidates(text: str, plan_year: int | None, bare: bool) -> Iterator[tuple[int, int, date]]:
    for found, start, end in full_dates(text):
        yield start, end, found
    for match in (_BARE_MONTH if bare else _MONTH).finditer(text):
        if not bare and re.search(r"\d\s*$", text[max(0, match.start() - 4) : match.start()]):
            continue
        last = month_end(int(match["y"]), int(match["m"]))
        if last:
            yield match.start(), match.end(), last
    for match in _QUARTER.finditer(text):
        last = month_end(int(match["y"]), _QUARTERS[match["q"].upper()] * 3)
        if last:
            yield match.start(), match.end(), last
    if plan_year:
        for match in _DAY_MONTH.finditer(text):
            found_day = as_date(str(plan_year), match["m"] or match["mw"], match["d"])
            if found_day and not _YEARLY.search(text[max(0, match.start() - 40) : match.end() + 30]):
                yield match.start(), match.end(), found_day


def deadline(flat: Flat, start: int, end: int, plan_year: int | None, *, bare: bool = False) -> Leaf | None:
    """The last day by which the task in `flat.text[start:end]` is due, or None.

    A date counts only after a word of deadline (trước, chậm nhất, hoàn thành…) in the same clause; with `bare` (a
    column or a line headed "Thời gian") any date counts. A range gives its end. The date of a cited document is none.
    """
    text = flat.norm[:end]
    best: tuple[int, int, date] | None = None
    for at, stop, found in sorted(_candidates(text, plan_year, bare), key=lambda c: c[0]):
        if at < start:
            continue
        clause = re.split(r"[.;:]\s", text[start:at])[-1]
        lead = _DEADLINE.search(clause[-60:])
        if not bare and (not lead or _ISSUED.search(clause.rstrip(" ,("))):
            continue
        if not bare and re.search(r"hiệu lực|của\s+\w+$", clause[-30:], re.I):
            continue
        if best is None or re.search(r"(?:đến|-)\s*(?:hết\s*)?(?:ngày\s*)?$", text[best[1] : at]) or bare:
            began = at - len(clause[-60:]) + lead.start() if lead and not bare else at
            best = (best[0] if best else began, stop, found)
    if best and bare and end - start <= 60:
        return flat.leaf(start, end, best[2].isoformat())
    return flat.leaf(best[0], best[1], best[2].isoformat()) if best else None
