"""What an approver is warned of, and what is left in peace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.models import PlanBasis, PlanDocument
from campaigns.warnings import GRAVE, WarningCode, warnings_for
from cms.core import clock

KNOWN: tuple[str, ...] = ("25/KH-STTTT",)


def payload(*texts: str, **extra: Any) -> dict[str, Any]:
    blocks = [{"id": str(number), "type": "turn", "text": text} for number, text in enumerate(texts)]
    return {"kind": "article", "title": "", "summary": "", "blocks": blocks, "campaign": None} | extra


def codes(*texts: str, **extra: Any) -> set[str]:
    return {warning.code for warning in warnings_for(payload(*texts, **extra), known_documents=KNOWN)}


@pytest.mark.parametrize(
    "text",
    [
        "Cháu Nguyễn Thị Lan bị lạc trong rẫy.",
        "Gia đình báo tin bé Na mất tích.",
        "Cháu bé Siu H’Nhi được đưa về nhà.",
        "Đêm qua, em Lan đi học thêm về muộn.",
        "Rơ Châm Hyit (14 tuổi) nghỉ học đã một tháng.",
        "Ksor Thu, sinh năm 2014, trú tại xã Ia Dom.",
        "Nguyễn Văn Nam, học sinh lớp 8, bị rủ rê.",
        "Hai học sinh Trần Văn Tí đánh nhau.",
    ],
)
def test_minors_are_not_named(text: str) -> None:
    assert WarningCode.MINOR in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cháu N.T.L bị lạc trong rẫy.",
        "Một học sinh lớp 8 bị rủ rê.",
        "Bé trai 5 tuổi đã về nhà.",
        "Nguyễn Văn An (45 tuổi), trưởng thôn, cho biết.",
        "Các em học sinh Gia Lai hưởng ứng.",
        "Ông Rơ Châm Hyuk, sinh năm 1970, già làng.",
        "Trẻ em Việt Nam cần được bảo vệ.",
    ],
)
def test_what_names_no_minor_is_left_in_peace(text: str) -> None:
    assert WarningCode.MINOR not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nạn nhân là chị Nguyễn Thị Hoa, trú tại xã Ia Krái.",
        "Người bị hại: bà Siu H’Bleng.",
        "Rơ Lan H’Mai bị lừa bán sang bên kia biên giới.",
    ],
)
def test_victims_are_not_named(text: str) -> None:
    assert WarningCode.VICTIM in codes(text)


@pytest.mark.parametrize("text", ["Nạn nhân là chị N.T.H.", "Nạn nhân được đưa về nhà an toàn."])
def test_victims_without_a_name_are_left_in_peace(text: str) -> None:
    assert WarningCode.VICTIM not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tên trộm Nguyễn Văn Bình bị bắt lúc nửa đêm.",
        "Công an đã bắt kẻ giết người là Trần Văn Cường.",
        "Hung thủ Lê Văn Dũng bỏ trốn.",
        "Nguyễn Văn Bình chính là thủ phạm.",
        "Khoảng 2 giờ, tên Nguyễn Văn Bình lẻn vào nhà dân.",
    ],
)
def test_nobody_is_guilty_before_a_verdict(text: str) -> None:
    assert WarningCode.GUILT in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tòa án nhân dân tỉnh tuyên phạt kẻ trộm Nguyễn Văn Bình 3 năm tù.",
        "Nghi phạm Nguyễn Văn Bình đang bị tạm giữ.",
        "Kẻ trộm thường lợi dụng lúc vắng nhà.",
        "Người đàn ông tên Nguyễn Văn Bình bị mất xe.",
        "Tội phạm ma túy diễn biến phức tạp.",
    ],
)
def test_neutral_words_are_left_in_peace(text: str) -> None:
    assert WarningCode.GUILT not in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Gọi ngay 0269 3 869 999.",
        "Liên hệ 0269.3869.999 để được giúp.",
        "Số máy 0905123456.",
        "Gọi +84 905 123 456.",
        "Gọi (0269) 3869999.",
        "Tổng đài 1900 1234.",
        "Khi thấy kẻ gian, gọi 113.",
        "Đường dây nóng: 111",
    ],
)
def test_numbers_typed_by_hand(text: str) -> None:
    assert WarningCode.PHONE in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Kế hoạch 25/KH-STTTT ngày 25/02/2021.",
        "Hơn 1.000.000.000 đồng.",
        "Ngày 22/11/2026 lúc 05 giờ 30.",
        "Từ 2021 đến 2025, xã có 113 hộ.",
        "Mã hồ sơ 000.00.16.H21-240221-0001",
    ],
)
def test_other_figures_are_no_telephone_numbers(text: str) -> None:
    assert WarningCode.PHONE not in codes(text)


@pytest.mark.parametrize(
    "text", ["Theo Quyết định 999/QĐ-UBND.", "Theo Nghị quyết 18-NQ/TU.", "Luật số 100/2015/QH13."]
)
def test_documents_that_are_not_on_record(text: str) -> None:
    assert WarningCode.DOCUMENT in codes(text)


@pytest.mark.parametrize("text", ["Theo Kế hoạch 25/KH-STTTT.", "Ngày 26/6/2026.", "Lúc 24/24 giờ.", "Tỷ lệ 3/4."])
def test_documents_on_record_and_dates_are_left_in_peace(text: str) -> None:
    assert WarningCode.DOCUMENT not in codes(text)


@pytest.mark.django_db
def test_plans_and_their_basis_are_on_record() -> None:
    plan = PlanDocument.objects.create(number="25/KH-STTTT", received_at=clock.now())
    PlanBasis.objects.create(plan=plan, number="07/KH-BCĐ")
    found = warnings_for(payload("Theo 25/KH-STTTT và 07/KH-BCĐ, không phải 8/KH-BCĐ."))
    assert [warning.words for warning in found] == ["8/KH-BCĐ"]


def test_sources() -> None:
    assert WarningCode.SOURCE in codes("Năm qua xảy ra 120 vụ trộm cắp.")
    assert WarningCode.SOURCE not in codes("Theo Công an tỉnh, năm qua xảy ra 120 vụ trộm cắp.")
    quote = [{"id": "1", "type": "quote", "text": "Tôi rất vui.", "source": ""}]
    assert WarningCode.SOURCE in {w.code for w in warnings_for(payload(blocks=quote), known_documents=())}


def test_titles_summaries_rich_text_and_captions_are_read_too() -> None:
    blocks = [
        {"id": "1", "type": "paragraph", "html": "<p>Kẻ trộm <b>Nguyễn Văn</b> Bình bị bắt.</p>"},
        {"id": "2", "type": "picture", "image": 1, "alt": "Cháu Nguyễn Thị Lan", "caption": ""},
    ]
    found = warnings_for(payload(title="Gọi 0905123456", blocks=blocks), known_documents=())
    assert {warning.code for warning in found} == {WarningCode.GUILT, WarningCode.MINOR, WarningCode.PHONE}
    assert {warning.block_id for warning in found} == {"", "1", "2"}
    assert all(warning.label and warning.advice and warning.where for warning in found)


def test_grave_ones_come_first() -> None:
    found = warnings_for(payload("Theo 9/QĐ-UBND. Gọi 0905123456."), known_documents=())
    assert [warning.code in GRAVE for warning in found] == [True, False]


@settings(max_examples=80, deadline=500)
@given(st.text(max_size=400))
def test_any_text_is_read_quickly(text: str) -> None:
    warnings_for(payload(text), known_documents=())


def test_a_long_text_of_names_is_read_quickly() -> None:
    warnings_for(payload("Nguyễn Văn Bình " * 3000, "0 " * 5000, "A/B-" * 3000), known_documents=())
