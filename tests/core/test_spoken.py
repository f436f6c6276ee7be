"""How Vietnamese sounds: every kind of thing that is not read as it is written."""

from unicodedata import normalize

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from cms.core.spoken import annotations, pieces, reading_seconds, spoken, syllable_count
from cms.core.spoken_numbers import number_words, roman_numeral, roman_value

CASES = {
    "26/6": "hai mươi sáu tháng sáu",
    "ngày 25/02/2021": "ngày hai mươi lăm tháng hai năm hai nghìn không trăm hai mươi mốt",
    "từ 01/7-30/9/2025": "từ một tháng bảy đến ba mươi tháng chín năm hai nghìn không trăm hai mươi lăm",
    "1-30/6": "một đến ba mươi tháng sáu",
    "tháng 4": "tháng tư",
    "tháng 6/2024": "tháng sáu năm hai nghìn không trăm hai mươi bốn",
    "quý I/2024": "quý một năm hai nghìn không trăm hai mươi bốn",
    "lúc 05:30 và 17h00": "lúc năm giờ ba mươi phút và mười bảy giờ",
    "đạt 75%": "đạt bảy mươi lăm phần trăm",
    "0,5%": "không phẩy năm phần trăm",
    "0,05": "không phẩy không năm",
    "1.000.000 đồng": "một triệu đồng",
    "38.500 tin": "ba mươi tám nghìn năm trăm tin",
    "3-5 phút": "ba đến năm phút",
    "2021–2025": "hai nghìn không trăm hai mươi mốt đến hai nghìn không trăm hai mươi lăm",
    "Gọi 0692 869 999": "Gọi không sáu chín hai, tám sáu chín, chín chín chín",
    "Gọi +84 692.869.999": "Gọi không sáu chín hai, tám sáu chín, chín chín chín",
    "Hãy gọi 113 hoặc 114.": "Hãy gọi một một ba hoặc một một bốn.",
    "có 113 trường hợp": "có một trăm mười ba trường hợp",
    "Công an bắt 113 đối tượng": "Công an bắt một trăm mười ba đối tượng",
    "18001567": "một tám không không, một năm sáu bảy",
    "số 25/KH-STTTT": "số hai mươi lăm, ca hát, ét tê tê tê tê",
    "04-NQ/TU": "không bốn, nờ quy, tê u",
    "49/2024/NĐ-CP": "bốn mươi chín trên hai nghìn không trăm hai mươi bốn, nờ đê, xê pê",
    "Đại hội XIII": "Đại hội mười ba",
    "lần thứ IV": "lần thứ tư",
    "lần thứ I": "lần thứ nhất",
    "60 m²": "sáu mươi mét vuông",
    "12km": "mười hai ki-lô-mét",
    "-5°C": "âm năm độ xê",
    "500.000đ": "năm trăm nghìn đồng",
    "ANTQ": "an ninh Tổ quốc",
    "UBND, HĐND, MTTQ": "Ủy ban nhân dân, Hội đồng nhân dân, Mặt trận Tổ quốc",
    "Sở TT&TT": "Sở Thông tin và Truyền thông",
    "BCĐ 138": "Ban Chỉ đạo một ba tám",
    "Đề án 06": "Đề án không sáu",
    "01 vụ": "một vụ",
    "XYZW": "ích i dét vê kép",
    "PHÒNG, CHỐNG MA TÚY": "PHÒNG, CHỐNG MA TÚY",
    "15/20 xã": "mười lăm trên hai mươi xã",
    "1/3 số hộ": "một phần ba số hộ",
    "24/7": "hai mươi bốn trên bảy",
    "TP. Pleiku": "thành phố Pleiku",
    "congan.gov.vn": "congan chấm gov chấm vn",
    "hoà-hợp": "hoà-hợp",
    "31/13/2024": "ba mươi mốt trên mười ba trên hai nghìn không trăm hai mươi bốn",
    "": "",
}


@pytest.mark.parametrize(("written", "read"), CASES.items())
def test_reads(written: str, read: str) -> None:
    assert spoken(written) == read


def test_a_decomposed_text_is_read_like_a_composed_one() -> None:
    assert spoken(normalize("NFD", "Hội đồng nhân dân, HĐND, 26/6")) == spoken("Hội đồng nhân dân, HĐND, 26/6")


def test_annotations_pair_what_is_written_with_what_is_said() -> None:
    assert annotations("Gọi 113 trước ngày 26/6, ANTQ") == [
        ("113", "một một ba"), ("26/6", "hai mươi sáu tháng sáu"), ("ANTQ", "an ninh Tổ quốc"),
    ]  # fmt: skip


def test_a_document_number_takes_about_its_nine_syllables() -> None:
    assert 9 <= syllable_count("25/KH-STTTT", "vi") <= 11


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "không"), (10, "mười"), (15, "mười lăm"), (21, "hai mươi mốt"), (105, "một trăm linh năm"),
     (1005, "một nghìn không trăm linh năm"), (1_000_000_000, "một tỷ"), (2_500_000_000_000, "hai nghìn năm trăm tỷ")],
)  # fmt: skip
def test_numbers(number: int, words: str) -> None:
    assert number_words(number) == words


def test_reading_time_uses_the_rate_of_the_language() -> None:
    text = "bà con " * 165
    assert reading_seconds(text, "vi") == pytest.approx(120)
    assert reading_seconds("ꪀꪾꪚ " * 50, "blt-tavt") > 0
    assert reading_seconds("ខ្មែរ ១១៣", "km") > reading_seconds("ខ្មែរ", "km")
    with pytest.raises(KeyError):
        reading_seconds("x", "xx")


def test_highland_words_are_counted_by_the_space_not_by_the_broken_letter() -> None:
    assert syllable_count("pơ̆k mơ̆ng ƀuôn", "jra") == 3
    assert syllable_count("'nao hơ’nêh", "bdq") == 2


@given(st.text(max_size=200))
def test_pieces_give_the_text_back(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == normalize("NFC", text)


@given(st.text(alphabet="abưđ XIVTBNDĐ&0123456789.,:/-%h\nm²", max_size=60))
def test_no_digit_survives_reading(text: str) -> None:
    assert regex.search(r"[0-9]", spoken(text)) is None


@given(st.lists(st.sampled_from(sorted(CASES)), max_size=6))
def test_reading_what_was_read_changes_nothing(parts: list[str]) -> None:
    once = spoken("; ".join(parts))
    assert spoken(once) == once


@given(st.integers(min_value=1, max_value=3999))
def test_roman_numerals_round_trip(value: int) -> None:
    assert roman_value(roman_numeral(value)) == value


@given(st.text(max_size=120), st.text(max_size=120))
def test_more_text_never_takes_less_time(first: str, second: str) -> None:
    assert reading_seconds(f"{first}\n{second}", "vi") + 20 >= reading_seconds(first, "vi") >= 0


@pytest.mark.parametrize("text", ["\U0001ccf0", "ngày \U0001ccf0/\U0001ccf1", "5 \U0001ccf0km"])
def test_a_digit_that_python_does_not_know_breaks_nothing(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text
    assert spoken(text)
