"""What a plan is about: topics, observances and audiences, each with the words that show it.

A topic is a subject of the plan, main or clearly second; a word inside the title of a cited document, or one crime named
in passing among ten, earns none. Audiences are groups, never named persons.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.plans.parser.flat import Flat, Leaf

TOPICS: dict[str, re.Pattern[str]] = {
    "theft": re.compile(r"trom cap|cuop giat|cuop tai san|trom,? cuop|trom cho|dot nhap"),
    "drugs": re.compile(r"ma tuy"),
    "trafficking": re.compile(r"mua,? ban (?:nguoi|tre em|phu nu)|mua ban nguoi|buon ban nguoi"),
    "fraud": re.compile(r"tin dung den|lua dao|cho vay lai nang"),
    "movement": re.compile(
        r"toan dan (?:tham gia )?bao ve (?:an ninh to quoc|antq|antt|an ninh,? trat tu)|toan dan bvantq|"
        r"(?:phong trao|ngay hoi) (?:tdbv|bvan)"
    ),
}
# A mention weighs by where it stands; a topic needs this much. Set on the five seed plans and the synthetic ones.
TITLE, PURPOSE, POINT, PASSING = 6.0, 1.5, 1.0, 0.34
ENOUGH = 3.0
SHARE = 0.12  # of the weight of all passages, for short plans
_OTHER_CRIMES = re.compile(
    r"toi pham (?:ve|su dung|xam hai|giet|co to chuc|mua ban|ma tuy|lua dao|cong nghe|kinh te|hinh su|lien quan|tren|cuop)|"
    r"mai dam|co bac|danh bac|tham nhung|giet nguoi|xam hai|vu khi|moi truong"
)


@dataclass(frozen=True, slots=True)
class _Day:
    code: str
    pattern: re.Pattern[str]


def _day(code: str, name: str, date: str) -> _Day:
    return _Day(
        code,
        re.compile(
            name + rf"(?:\s*[\"']?\s*(?:hang nam\s*)?[-,(:]?\s*\(?(?:ngay\s*)?(?:{date})(?!\d)(?:/\d{{4}}(?!\d))?)?"
        ),
    )


_PCMT = r"phong\s*,?\s*chong\s*,?\s*ma tuy"
_MBN = r"phong\s*,?\s*chong\s*,?\s*(?:nan\s+)?(?:mua,? ban|buon ban) nguoi"
OBSERVANCES: tuple[_Day, ...] = (
    _day("drugs-june", rf"thang hanh dong\s+(?:quoc gia\s+)?(?:ve\s+)?{_PCMT}", r"thang 0?6"),
    _day("drugs-2606", rf"ngay (?:toan dan\s+){_PCMT}", r"26[/.-]0?6"),
    _day("drugs-2606-world", rf"ngay (?:quoc te|the gioi)(?: va ngay toan dan)?\s+{_PCMT}", r"26[/.-]0?6"),
    _day("trafficking-3007", rf"ngay (?:toan dan|toan quoc)\s+{_MBN}", r"30[/.-]0?7"),
    _day("trafficking-3007-world", rf"ngay (?:the gioi|quoc te)(?: va ngay toan dan)?\s+{_MBN}", r"30[/.-]0?7"),
    _day(
        "festival-1908",
        r"ngay hoi\s+\"?toan dan\s+(?:bao ve (?:an ninh to quoc|antq|antt|an ninh,? trat tu)|bvantq)",
        r"19[/.-]0?8",
    ),
    _day("law-0911", r"ngay phap luat(?: nuoc cong hoa xa hoi chu nghia)?(?: viet nam)?", r"0?9[/.-]11"),
    _day("unity-1811", r"ngay hoi dai doan ket(?: toan dan)?(?: toc)?(?: o khu dan cu)?", r"18[/.-]11"),
    _day(
        "aids-0112",
        r"(?:ngay the gioi|thang hanh dong(?: quoc gia)?)\s+phong\s*,?\s*chong\s*(?:hiv/?)?\s*aids",
        r"0?1[/.-]12",
    ),
    _day("fire-0410", r"ngay toan dan (?:phong chay|pccc)(?:,? (?:va )?chua chay)?", r"0?4[/.-]10"),
    _day("children-06", r"thang hanh dong vi tre em", r"thang 0?6"),
    _day("digital-1010", r"ngay chuyen doi so quoc gia", r"10[/.-]10"),
)
_BARE_DAYS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("drugs-2606", re.compile(r"(?:ngay\s*)?(?<!\d)26[/.-]0?6(?![\d/])"), re.compile(r"ma tuy")),
    (
        "trafficking-3007",
        re.compile(r"(?:ngay\s*)?(?<!\d)30[/.-]0?7(?![\d/])"),
        re.compile(r"(?:mua,? ban|buon ban) nguoi"),
    ),
    (
        "festival-1908",
        re.compile(r"(?:ngay\s*)?(?<!\d)19[/.-]0?8(?![\d/])"),
        re.compile(r"ngay hoi|bao ve an ninh to quoc|antq"),
    ),
)
AUDIENCES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "youth",
        "thanh thiếu niên",
        re.compile(
            r"thanh\s*,?\s*thieu nien|thanh thieu nhi|doan vien,? thanh nien|gioi tre|thanh nien(?! xung| tinh| cong san)"
        ),
    ),
    ("pupils", "học sinh", re.compile(r"hoc sinh")),
    ("students", "sinh viên", re.compile(r"sinh vien(?! gioi)")),
    ("workers", "công nhân, người lao động", re.compile(r"cong nhan(?! vien)|nguoi lao dong|doan vien cong doan")),
    (
        "ethnic",
        "đồng bào dân tộc thiểu số",
        re.compile(
            r"(?:dong bao\s+)?(?:cac\s+)?(?:nguoi\s+)?dan toc thieu so|dong bao dtts|(?<!\w)dtts(?!\w)|dong bao (?:cac )?dan toc"
        ),
    ),
    (
        "border",
        "nhân dân vùng biên giới",
        re.compile(
            r"(?:vung|khu vuc|dia ban|xa|tuyen|nhan dan)\s+bien gioi|khu vuc bien gioi|(?:thieu so|mien nui|hai dao),\s*bien gioi"
        ),
    ),
    ("remote", "nhân dân vùng sâu, vùng xa", re.compile(r"vung sau\s*,?\s*(?:va\s+)?vung xa")),
    (
        "clergy",
        "chức sắc, chức việc tôn giáo",
        re.compile(r"chuc sac|chuc viec|(?:dong bao|tin do)\s+(?:cac\s+)?ton giao"),
    ),
    (
        "elders",
        "người có uy tín",
        re.compile(r"(?:nguoi|ca nhan)\s+(?:co|tieu bieu co)\s+uy tin|gia lang|truong ban(?!\w)(?! chi dao)"),
    ),
    ("households", "hộ gia đình", re.compile(r"(?<!so )ho gia dinh|cac gia dinh|moi gia dinh")),
    ("women", "phụ nữ", re.compile(r"(?<!lien hiep )(?<!lhpn )phu nu(?! tinh| viet nam| cac cap| huyen| xa)")),
    ("children", "trẻ em", re.compile(r"(?:cho|den|doi voi|bao ve|la|nhom)\s+tre em")),
    ("elderly", "người cao tuổi", re.compile(r"nguoi cao tuoi(?! tinh| viet nam| cac cap)")),
    (
        "officials",
        "cán bộ, công chức, viên chức",
        re.compile(
            r"can bo\s*,\s*(?:dang vien|cong chuc|cong nhan vien chuc|chien si)|dang vien\s*,\s*can bo|cong chuc\s*,\s*vien chuc"
        ),
    ),
    ("business", "doanh nghiệp, hộ kinh doanh", re.compile(r"ho kinh doanh|chu doanh nghiep|co so kinh doanh")),
    ("tourists", "khách du lịch", re.compile(r"khach du lich|du khach")),
    ("veterans", "cựu chiến binh", re.compile(r"(?<!hoi )cuu chien binh(?! tinh| viet nam| cac cap)")),
    ("users", "người sử dụng mạng xã hội", re.compile(r"nguoi (?:su )?dung (?:mang xa hoi|internet|mang)")),
)
# The group is spoken of, not to: as offenders, or inside the name of a law, an office or a figure.
_NOT_AUDIENCE = re.compile(r"(?:toi pham (?:trong|la|do)|xam hai|hoi|doan|lien hiep|so|ty le|ban|doi|to|ve|luat)\s*$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch in which mentions count: its weight and the parts of it that are cited documents."""

    flat: Flat
    start: int
    end: int
    weight: float
    cited: tuple[tuple[int, int], ...] = ()
    for_audience: bool = True
    is_audience_list: bool = False


def _weight(passage: Passage, start: int, end: int) -> float:
    """One of a row of crimes ("tội phạm …, tội phạm …, tội phạm …") is named in passing; in a title it never is."""
    if passage.weight == TITLE:
        return passage.weight
    around = passage.flat.fold[max(passage.start, start - 90) : min(passage.end, end + 90)]
    row = len(_OTHER_CRIMES.findall(around))
    return passage.weight * (PASSING if row >= 3 else 1.0)


def topics_in(passages: Iterable[Passage]) -> list[Leaf]:
    """The topics of a plan, the heaviest first; each with its first mention of the greatest weight."""
    score: dict[str, float] = {}
    best: dict[str, tuple[float, Leaf]] = {}
    total = 0.0
    for passage in passages:
        total += passage.weight if passage.weight < TITLE else 0
        for code, pattern in TOPICS.items():
            counted = 0
            for match in pattern.finditer(passage.flat.fold, passage.start, passage.end):
                if any(a <= match.start() < b for a, b in passage.cited):
                    continue
                weight = _weight(passage, *match.span()) / (1 + counted)
                counted += 1
                score[code] = score.get(code, 0.0) + weight
                if code not in best or weight > best[code][0]:
                    best[code] = (weight, passage.flat.leaf(*match.span(), code))
    enough = min(ENOUGH, max(ENOUGH / 3, SHARE * total))
    ranked = sorted((code for code in score if score[code] >= enough), key=lambda code: -score[code])
    return [best[code][1] for code in ranked]


def observances_in(passages: Iterable[Passage]) -> list[tuple[str, Leaf]]:
    """The days and months of action that a plan names, once each, as printed; with the code of each."""
    found: dict[str, Leaf] = {}
    for passage in passages:
        taken: list[tuple[int, int]] = []
        for day in OBSERVANCES:
            for match in day.pattern.finditer(passage.flat.fold, passage.start, passage.end):
                taken.append(match.span())
                dated = bool(re.search(r"\d", match.group()))
                known = found.get(day.code)
                stop = match.end()
                if "(" in match.group() and ")" not in match.group() and passage.flat.norm[stop : stop + 1] == ")":
                    stop += 1
                if known is None or (dated and not re.search(r"\d", str(known["value"]))):
                    found[day.code] = passage.flat.leaf(match.start(), stop)
        for code, bare, about in _BARE_DAYS:
            for match in bare.finditer(passage.flat.fold, passage.start, passage.end):
                near = passage.flat.fold[max(0, match.start() - 160) : match.end() + 60]
                inside = any(a <= match.start() < b for a, b in taken)
                cited = any(a <= match.start() < b for a, b in passage.cited)
                if code not in found and not inside and not cited and about.search(near):
                    found[code] = passage.flat.leaf(*match.span())
    return list(found.items())


def audiences_in(passages: Iterable[Passage], *, everywhere: bool = False) -> list[tuple[str, Leaf]]:
    """The groups that a plan wants to reach, once each, with the code of each; `everywhere` looks among the tasks too."""
    found: dict[str, Leaf] = {}
    for passage in passages:
        if not passage.for_audience and not (everywhere and passage.weight < TITLE):
            continue
        for code, name, pattern in AUDIENCES:
            if code in found:
                continue
            for match in pattern.finditer(passage.flat.fold, passage.start, passage.end):
                before = passage.flat.fold[max(0, match.start() - 24) : match.start()]
                cited = any(a <= match.start() < b for a, b in passage.cited)
                recognised = passage.flat.norm.find("ận", *match.span()) >= 0  # "công nhận" is no "công nhân"
                if cited or recognised or _NOT_AUDIENCE.search(before):
                    continue
                whole = (passage.start, passage.end) if passage.is_audience_list else match.span()
                found[code] = passage.flat.leaf(*whole, name)
                break
    return list(found.items())
