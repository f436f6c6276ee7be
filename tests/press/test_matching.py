"""Tests 19–25 of press_translation.md, the query language, and that every match shows its place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.press.matching import BadQuery, Matcher, Query


def found(query: dict, title: str, summary: str = "") -> list[str]:
    """The pieces of the original text that decided."""
    texts = {"title": title, "summary": summary}
    matches = Matcher({"q": Query.from_json(query)}).match(title, summary)
    return [texts[reason.field][reason.start : reason.end] for match in matches for reason in match.reasons]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("hòa giải", "hoà giải ở cơ sở"),
        ("quý", "Quí I năm nay"),
        ("công ty", "công ti lừa đảo"),
        ("lý lịch", "lí lịch"),
        ("ma túy", "Phá đường dây MA TUÝ lớn"),
        ("ma túy", unicodedata.normalize("NFD", "bắt ma túy")),
        ("Đắk Đoa", "huyện Ðắk Ðoa"),
    ],
)
def test_19_spellings_of_one_word_match(phrase, text):
    assert len(found({"any": [phrase]}, text)) == 1


@pytest.mark.parametrize("text", ["mùa bận người", "mua bạn người", "thuê", "ma tuý giả"])
def test_20_other_words_do_not_match(text):
    assert found({"any": ["mua bán người", "thuế", "ma túy thật"]}, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "mua\u00a0bán người",
        "mua bán\nngười",
        "mua bán ng\u00adười",
        "mua bán ng\u200bười",
        "mua, bán “người”",
        "mua-bán-người",
    ],
)
def test_21_phrases_are_found_across_what_only_looks_like_a_break(text):
    assert found({"any": ["mua bán người"]}, f"vụ {text} lớn") == [text.strip("”")]


def test_21_a_phrase_does_not_cross_the_end_of_a_sentence():
    assert found({"any": ["mua bán người"]}, "Cấm mua bán. Người vi phạm bị phạt") == []
    assert found({"any": ["TP Hồ Chí Minh"]}, "Công an TP. Hồ Chí Minh bắt") == ["TP. Hồ Chí Minh"]


def test_22_a_phrase_inside_a_longer_one_is_found_too():
    assert found({"any": ["mua bán", "mua bán người", "bán người"]}, "vụ mua bán người") == [
        "mua bán", "mua bán người", "bán người",
    ]  # fmt: skip


def test_23_place_names_need_an_alias_and_choices_write_it_short():
    query = {"any": ["(Đắk|Đăk|Đak|Dak|Đác) Đoa"]}
    assert all(found(query, text) for text in ("Đắk Đoa", "Đak Đoa", "ĐĂK ĐOA", "Dak Đoa"))
    assert not found({"any": ["Đắk Đoa"]}, "Đak Đoa")


def test_24_what_stands_inside_a_mask_is_not_seen():
    query = {"any": ["ma túy"], "mask": ["không phải ma túy", "Phòng Cảnh sát ~8 ma túy"]}
    assert found(query, "Đó không phải ma túy") == []
    assert found(query, "Phòng Cảnh sát điều tra tội phạm về ma túy làm việc") == []
    assert found(query, "Phòng Cảnh sát điều tra tội phạm về ma túy bắt kẻ bán ma túy") == ["ma túy"]


def test_25_capitals_with_tone_marks():
    assert found({"any": ["trộm cắp tài sản"]}, "BẮT NHÓM TRỘM CẮP TÀI SẢN") == ["TRỘM CẮP TÀI SẢN"]


def test_gaps_are_ordered_and_bounded():
    query = {"any": ["lừa ~3 sang Campuchia"]}
    assert found(query, "lừa hai cô gái sang Campuchia") == ["lừa hai cô gái sang Campuchia"]
    assert found(query, "lừa hai cô gái trẻ sang Campuchia") == []
    assert found(query, "sang Campuchia lừa") == []
    assert found(query, "bị lừa. Sang Campuchia") == []


def test_groups_work_together():
    query = {"any": ["tín dụng đen"], "all": [["Gia Lai", "Pleiku"]], "none": ["bộ phim"]}
    assert found(query, "Tín dụng đen ở Pleiku") == ["Tín dụng đen", "Pleiku"]
    assert found(query, "Tín dụng đen ở Huế") == []
    assert found(query, "Tín dụng đen ở Pleiku", "Bộ phim mới") == []
    assert found({"title": ["lừa đảo"]}, "Tin", "lừa đảo") == []
    assert found({"some": ["a", "b", "c"], "some_at_least": 2}, "a x a") == []
    assert found({"some": ["a", "b", "c"], "some_at_least": 2}, "c x a") == ["c", "a"]


def test_unaccented_phrases_are_for_items_without_accents():
    query = {"any": ["ma túy"], "unaccented": ["ma tuy"]}
    assert found(query, "Bat 3 doi tuong buon ma tuy") == ["ma tuy"]
    assert found(query, "Bắt 3 ma tuy") == []
    assert found({"unaccented": ["mua ban nguoi"]}, "mùa bận người") == []


@pytest.mark.parametrize(
    "data",
    [
        {}, {"any": []}, {"any": "ma túy"}, {"any": [""]}, {"any": ["…"]}, {"any": ["a (b"]}, {"any": ["(a|)"]},
        {"any": ["x ~99 y"]}, {"any": ["a"], "some_at_least": 0}, {"any": [1]}, {"every": ["a"]},
        {"any": ["a"], "all": ["b"]},
        {"any": ["a" * 3000]}, {"any": [f"t{n}" for n in range(1001)]},
    ],
)  # fmt: skip
def test_a_query_that_cannot_work_is_refused_with_a_sentence(data):
    with pytest.raises(BadQuery) as caught:
        Query.from_json(data)
    assert caught.value.message


WORDS = st.lists(st.sampled_from(["ma", "túy", "tuý", "MA", "mua", "bán", "người", "x"]), max_size=12)


@given(WORDS, st.sampled_from([" ", ", ", "\n", " - ", "\u00a0"]))
def test_one_automaton_agrees_with_a_plain_search(words, separator):
    text = separator.join(words)
    phrases = ["ma túy", "mua bán", "mua bán người", "bán người", "ma"]
    folded = [{"tuý": "túy"}.get(word.lower(), word.lower()) for word in words]
    expected = {p for p in phrases if any(folded[i : i + len(p.split())] == p.split() for i in range(len(folded)))}
    matches = Matcher({p: Query.from_json({"any": [p]}) for p in phrases}).match(text)
    assert {match.query for match in matches} == expected


@given(st.text(max_size=100), st.text(max_size=100))
def test_no_text_breaks_the_matcher(title, summary):
    Matcher({"q": Query.from_json({"any": ["ma túy", "a ~5 b"], "unaccented": ["a"]})}).match(title, summary)
