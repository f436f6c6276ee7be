"""Editorial warnings: what an approver should look at twice before these words reach the public.

They are heuristics over the payload: each names its place and its reason, none blocks. The rules behind them: names and
pictures of minors and victims (Children Law 102/2016/QH13 art. 6, Press Law on private life), presumption of innocence
(Constitution art. 31: nobody is guilty before the verdict of a court is in force), and the house rule that a telephone
number comes from a verified row, never from the keyboard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import regex
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign, PlanBasis, PlanDocument
from campaigns.payloads import plain_text
from cms.core import clock


class WarningCode(TextChoices):
    """The kinds of warnings."""

    MINOR = "minor_named", gettext_lazy("a minor seems to be named")
    VICTIM = "victim_named", gettext_lazy("a victim seems to be named")
    GUILT = "guilt_before_verdict", gettext_lazy("somebody is called guilty")
    PHONE = "bare_phone", gettext_lazy("a telephone number typed by hand")
    DOCUMENT = "unknown_document", gettext_lazy("a document number that is not on record")
    SOURCE = "missing_source", gettext_lazy("a source is missing")


# An approver confirms each of these by hand; the others are only shown.
GRAVE = frozenset({WarningCode.MINOR, WarningCode.VICTIM, WarningCode.GUILT, WarningCode.PHONE})


@dataclass(frozen=True)
class EditorialWarning:
    """One thing to look at: where it stands (title, summary, part 3), the words, why, and what to do."""

    code: str
    where: str
    words: str
    advice: str
    block_id: str = ""

    @property
    def label(self) -> str:
        """The kind, in words."""
        return str(WarningCode(self.code).label)

    @property
    def grave(self) -> bool:
        """True when an approver must confirm it by hand."""
        return self.code in GRAVE


@dataclass(frozen=True)
class _Passage:
    where: str
    text: str
    kind: str = ""
    block_id: str = ""
    block: dict[str, Any] | None = None


# A Vietnamese or highland name: two to five capitalised syllables ("Nguyễn Thị Lan", "Rơ Châm H'Lan"); initials
# ("N.V.A", "L.T.H.") are the accepted way not to name somebody and do not match.
_SYLLABLE = r"\p{Lu}[\p{Ll}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)?"
_FULL_NAME = rf"(?P<name>{_SYLLABLE}(?:\s+{_SYLLABLE}){{1,4}})(?!\.\p{{Lu}})"
_ANY_NAME = rf"(?P<name>{_SYLLABLE}(?:\s+{_SYLLABLE}){{0,4}})(?!\.\p{{Lu}})"
_TITLE = r"(?:\s*[:,]|\s+(?:là|gồm))?\s+(?:(?:ông|bà|anh|chị|em|cháu|cô|chú|bác|thầy|bé)\s+)?"

_MINOR = (
    regex.compile(
        rf"(?<![\p{{L}}])(?:(?i:cháu|bé|cháu bé|em bé|bé gái|bé trai|cháu gái|cháu trai|em học sinh|học sinh|trẻ em))"
        rf"\s+(?:(?:tên|tên là|gái|trai)\s+)?{_ANY_NAME}"
    ),
    # "em Lan", but not "em Gia Lai": a place is no child.
    regex.compile(rf"(?<![\p{{L}}])[Ee]m\s+{_ANY_NAME}"),
    regex.compile(rf"{_FULL_NAME}\s*[,(]\s*(?:mới\s+)?(?P<age>\d{{1,2}})\s+tuổi"),
    regex.compile(rf"{_FULL_NAME}\s*[,(]\s*(?:sinh năm|SN)\s*:?\s*(?P<born>\d{{4}})"),
    regex.compile(rf"{_FULL_NAME}\s*[,(]\s*(?:là\s+)?học sinh"),
)
_VICTIM = regex.compile(
    rf"(?<![\p{{L}}])(?i:nạn nhân|người bị hại|bị hại|người bị xâm hại|người bị mua bán){_TITLE}{_FULL_NAME}"
    rf"|{_FULL_NAME}\s+(?:đã\s+)?(?i:bị\s+(?:xâm hại|hiếp dâm|dâm ô|mua bán|lừa bán|bạo hành))"
)
_LABELS = (
    r"tên trộm|tên cướp|tên lừa đảo|tên giết người|tên buôn ma túy|tên côn đồ|kẻ trộm|kẻ cắp|kẻ cướp|kẻ giết người|"
    r"kẻ lừa đảo|kẻ buôn người|kẻ buôn ma túy|kẻ hiếp dâm|kẻ phạm tội|hung thủ|thủ phạm|tội phạm|con nghiện|"
    r"tên tội phạm|trùm ma túy"
)
_GUILT = (
    regex.compile(rf"(?<![\p{{L}}])(?i:{_LABELS})\s+(?:(?:là|tên|tên là)\s+)?{_FULL_NAME}"),
    regex.compile(rf"{_FULL_NAME}\s+(?:chính\s+)?là\s+(?i:{_LABELS})"),
    # "Tên Nguyễn Văn B đã trộm …": at the start of a clause it makes somebody a villain; "người tên …" does not.
    regex.compile(
        rf"(?:^|[.;:,!?…]\s*|\b(?:bắt|giữ|thấy|thì|khi)\s+)(?i:tên)\s+(?!là\b){_FULL_NAME}"
        r"\s+(?=đã|bị|khai|lợi dụng|lẻn|đột nhập|trộm|cướp|giết|lừa)"
    ),
)
_VERDICT = regex.compile(
    r"(?i)bản án|tuyên phạt|tòa án[^.]*(?:tuyên|xử phạt)|toà án[^.]*(?:tuyên|xử phạt)|bị kết án|án tù|lĩnh án"
)
# Telephone numbers as they are typed in Viet Nam; short ones only beside a word of calling.
_PHONE = regex.compile(
    r"(?<![\d/.\-])(?:\(?(?:\+84|0)\)?(?:[\s.\-()]{0,2}\d){8,10}|1[89]00(?:[\s.\-]?\d){4,6})(?![\d/])"
    r"|(?i:(?:gọi|số|đường dây nóng|tổng đài|điện thoại|ĐT|SĐT)\s*:?\s+)(?:11[1-5]|18001\d{3})(?!\d)"
)
_DOCUMENT = regex.compile(
    r"(?<![\p{L}\d/])\d{1,5}(?:/\d{4})?/(?:\p{Lu}[\p{Lu}\d]*)(?:-\p{Lu}[\p{Lu}\d]*)*(?:/[\p{Lu}\d-]+)?"
)
_DOCUMENT_DASH = regex.compile(r"(?<![\p{L}\d/-])\d{1,4}-(?:NQ|CT|KL|QĐ|TT|HD)/\p{Lu}{2,6}")
_FIGURE = regex.compile(
    r"\d[\d.,]*\s*(?:%|phần trăm|vụ|đối tượng|người|trường hợp|tỷ đồng|tỉ đồng|triệu đồng|học sinh|hộ|lượt)(?![\p{L}])"
)
_SOURCE = regex.compile(
    r"(?i)\btheo\b|nguồn\s*:|thống kê (?:của|từ)|báo cáo (?:của|số)|số liệu (?:của|từ)|cho biết|cho hay"
)
# Words that begin with a capital and are no names of persons.
_NO_PERSON = frozenset(
    "việt nam|gia lai|đắk lắk|kon tum|tây nguyên|đảng|nhà nước|tổ quốc|ủy ban|công an|bộ|sở|tỉnh|xã|huyện|thôn|làng|"
    "trường|mặt trận|hội|đoàn|facebook|zalo|tiktok|internet|covid|jrai|ba na|bahnar|ê đê|kinh|mông|dao|nùng".split("|")
)
ADULT = 18


def warnings_for(payload: dict[str, Any], *, known_documents: Iterable[str] | None = None) -> list[EditorialWarning]:
    """The editorial warnings for one payload, grave ones first, in the order of the text.

    ``known_documents`` are numbers that need no warning; None reads the plans on record and those the campaign's plan
    stands on. Nothing is changed and nothing is refused here.
    """
    passages = list(_passages(payload))
    known = {_key(number) for number in (known_documents_of(payload) if known_documents is None else known_documents)}
    found: list[EditorialWarning] = []
    for passage in passages:
        found += _persons(passage)
        found += _phones(passage)
        found += _documents(passage, known)
        found += _sources(passage, spoken=payload.get("kind") == "script")
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda warning: not warning.grave)


def known_documents_of(payload: dict[str, Any]) -> set[str]:
    """Numbers of every plan on record, of the documents those stand on, and of those named in the campaign's plan."""
    numbers = set(PlanDocument.objects.exclude(number="").values_list("number", flat=True))
    numbers |= set(PlanBasis.objects.values_list("number", flat=True))
    campaign = Campaign.objects.filter(pk=payload.get("campaign")).select_related("plan").first()
    if campaign is not None and campaign.plan is not None:
        numbers |= set(_document_numbers(campaign.plan.source_text))
    return numbers


def _passages(payload: dict[str, Any]) -> Iterator[_Passage]:
    if payload.get("title"):
        yield _Passage(_("title"), payload["title"])
    if payload.get("summary"):
        yield _Passage(_("summary"), payload["summary"])
    for number, block in enumerate(payload.get("blocks", []), start=1):
        where = _("part %(number)d") % {"number": number}
        texts = [plain_text(block["html"])] if "html" in block else []
        texts += [str(block[name]) for name in ("text", "text_before", "caption", "alt", "who") if block.get(name)]
        yield _Passage(where, " \n ".join(texts), block.get("type", ""), str(block.get("id", "")), block)


def _is_person(name: str) -> bool:
    lowered = name.lower()
    return not any(lowered == word or lowered.startswith(word + " ") for word in _NO_PERSON)


def _persons(passage: _Passage) -> Iterator[EditorialWarning]:
    year = clock.today().year
    for pattern in _MINOR:
        for match in pattern.finditer(passage.text):
            groups = match.groupdict()
            grown = (groups.get("age") and int(groups["age"]) >= ADULT) or (
                groups.get("born") and year - int(groups["born"]) >= ADULT
            )
            if not grown and _is_person(match["name"]):
                yield _warn(
                    WarningCode.MINOR,
                    passage,
                    match,
                    _("Do not name a minor or say what makes them recognisable; write “cháu N.” or “một học sinh”."),
                )
    for match in _VICTIM.finditer(passage.text):
        if _is_person(match["name"]):
            yield _warn(
                WarningCode.VICTIM, passage, match, _("Do not name victims without their consent; use initials.")
            )
    for pattern in _GUILT:
        for match in pattern.finditer(passage.text):
            if _is_person(match["name"]) and not _VERDICT.search(passage.text):
                yield _warn(
                    WarningCode.GUILT,
                    passage,
                    match,
                    _("Nobody is guilty before a verdict: write “nghi phạm”, “bị can” or “người bị tạm giữ”."),
                )


def _phones(passage: _Passage) -> Iterator[EditorialWarning]:
    for match in _PHONE.finditer(passage.text):
        yield _warn(
            WarningCode.PHONE,
            passage,
            match,
            _("Use a hotline block: only verified numbers are corrected everywhere when they change."),
        )


def _documents(passage: _Passage, known: set[str]) -> Iterator[EditorialWarning]:
    for number in _document_numbers(passage.text):
        if _key(number) not in known:
            yield EditorialWarning(
                WarningCode.DOCUMENT,
                passage.where,
                number,
                _("This number is on no plan on record. Compare it with the signed document."),
                passage.block_id,
            )


def _document_numbers(text: str) -> list[str]:
    return [match.group() for pattern in (_DOCUMENT, _DOCUMENT_DASH) for match in pattern.finditer(text)]


def _key(number: str) -> str:
    return regex.sub(r"[\s.]+", "", number).upper().removeprefix("SỐ").lstrip("0")


def _sources(passage: _Passage, *, spoken: bool) -> Iterator[EditorialWarning]:
    block = passage.block or {}
    if passage.kind == "quote" and not str(block.get("source", "")).strip():
        yield EditorialWarning(
            WarningCode.SOURCE, passage.where, passage.text.strip()[:80], _("Say who said this."), passage.block_id
        )
    if passage.kind == "interview" and not str(block.get("who", "")).strip():
        yield EditorialWarning(
            WarningCode.SOURCE, passage.where, passage.text.strip()[:80], _("Say who speaks."), passage.block_id
        )
    figure = _FIGURE.search(passage.text)
    if figure and not _SOURCE.search(passage.text) and passage.kind not in ("quote", "sound"):
        yield _warn(WarningCode.SOURCE, passage, figure, _("Say where this figure comes from (“theo …”)."))


def _warn(code: str, passage: _Passage, match: Any, advice: str) -> EditorialWarning:
    words = " ".join(match.group().split())
    return EditorialWarning(code, passage.where, words[:120], advice, passage.block_id)
