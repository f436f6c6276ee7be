"""Counting messages as telephones do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.manual import sms


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "left"),
    [
        ("", "GSM-7", 0, 0, 160),
        ("a" * 160, "GSM-7", 160, 1, 0),
        ("a" * 161, "GSM-7", 161, 2, 145),
        ("€" * 80, "GSM-7", 160, 1, 0),
        ("a" * 152 + "€" + "a" * 10, "GSM-7", 164, 2, 141),
        ("ă" * 70, "UCS-2", 70, 1, 0),
        ("ă" * 71, "UCS-2", 71, 2, 63),
        ("ă" * 134, "UCS-2", 134, 2, 0),
        ("ă" * 135, "UCS-2", 135, 3, 66),
        ("ă" * 66 + "😀" + "ă" * 10, "UCS-2", 78, 2, 55),
        ("Giữ nhà khi đi rẫy", "UCS-2", 18, 1, 52),
        ("Khoa cua ky truoc khi di ray", "GSM-7", 28, 1, 132),
    ],
)
def test_known_texts(text: str, encoding: str, units: int, segments: int, left: int) -> None:
    assert sms.measure(text) == sms.Message(encoding, units, segments, left)


@given(st.text(max_size=400))
def test_a_message_holds_what_it_says(text: str) -> None:
    measured = sms.measure(text)
    assert 0 <= measured.left <= (160 if measured.encoding == "GSM-7" else 70)
    assert measured.units <= sms.room(measured.encoding, max(1, measured.segments))
    assert sms.fits(text, measured.segments) and (measured.segments == 0) == (text == "")
    if measured.segments > 1:
        assert not sms.fits(text, measured.segments - 1)


@given(st.text(max_size=200), st.text(max_size=20))
def test_longer_is_never_fewer(text: str, more: str) -> None:
    assert sms.measure(text + more).segments >= sms.measure(text).segments
