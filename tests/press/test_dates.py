"""Test 8 of press_translation.md: every form of date that is really served."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.press.dates import order_of, read_date

FETCHED = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Sun, 23 Aug 2026 02:00:00 +0700", "2026-08-22T19:00:00"),
        ("Sun, 23 Aug 26 05:52:00 +0700", "2026-08-22T22:52:00"),
        ("Sun, 23 Aug 2026 05:52:00 +07:00", "2026-08-22T22:52:00"),
        ("Sun, 23 Aug 2026 05:52:00 +07", "2026-08-22T22:52:00"),
        ("Mon, 04 May 2026 12:05:08 GMT+7", "2026-05-04T05:05:08"),
        ("Mon, 04 May 2026 12:05:08 GMT+07:00", "2026-05-04T05:05:08"),
        ("Mon, 04 May 2026 12:05:08 UTC+7", "2026-05-04T05:05:08"),
        ("Mon, 04 May 2026 12:05:08 ICT", "2026-05-04T05:05:08"),
        ("Mon, 04 May 2026 12:05:08 GMT", "2026-05-04T12:05:08"),
        ("Mon, 04 May 2026 12:05:08 Z", "2026-05-04T12:05:08"),
        ("Mon, 04 May 2026 12:05:08 -0500", "2026-05-04T17:05:08"),
        ("Mon, 04 May 2026 12:05:08 EST", "2026-05-04T17:05:08"),
        ("Mon, 04 May 2026 12:05:08", "2026-05-04T05:05:08"),
        ("8/23/2026 5:20:00\u202fAM", "2026-08-22T22:20:00"),
        ("8/22/2026 11:00:00 PM", "2026-08-22T16:00:00"),
        ("8/9/2026 12:30:00 AM", "2026-08-08T17:30:00"),
        ("7/30/2026 7:05:00 AM", "2026-07-30T00:05:00"),
        ("05/06/2026", "2026-06-04T17:00:00"),
        ("30/07/2026 07:05", "2026-07-30T00:05:00"),
        ("30-07-2026 07:05", "2026-07-30T00:05:00"),
        ("Thứ Năm, 30/07/2026, 07:05 (GMT+7)", "2026-07-30T00:05:00"),
        ("Thứ 5, 28/05/2026 17:00:00 GMT+7", "2026-05-28T10:00:00"),
        ("Chủ nhật, ngày 2/8/2026 lúc 7h05", "2026-08-02T00:05:00"),
        ("07:05 30/07/2026", "2026-07-30T00:05:00"),
        ("30 tháng 7, 2026 07:05", "2026-07-30T00:05:00"),
        ("Ngày 30 tháng Bảy năm 2026", "2026-07-29T17:00:00"),
        ("30 tháng mười hai 2025", "2025-12-29T17:00:00"),
        ("30 Th7 2026 07:05", "2026-07-30T00:05:00"),
        ("2026-07-30T07:05:00", "2026-07-30T00:05:00"),
        ("2026-07-30T07:05:00Z", "2026-07-30T07:05:00"),
        ("2026-07-30T07:05:00.123+07:00", "2026-07-30T00:05:00"),
        ("2026-07-30 07:05", "2026-07-30T00:05:00"),
        ("2026-07-30", "2026-07-29T17:00:00"),
        ("Sun Aug 23 02:00:00 2026", "2026-08-22T19:00:00"),
        ("August 23, 2026 7:00 PM", "2026-08-23T12:00:00"),
        ("1785369900", "2026-07-30T00:05:00"),
        ("1785369900000", "2026-07-30T00:05:00"),
        ("30/07/2026 24:00", "2026-07-30T17:00:00"),
        ("30/07/2026 7:05 CH", "2026-07-30T12:05:00"),
        ("23 Aug 2026 02:00:60 +0700", "2026-08-22T19:01:00"),
    ],
)
def test_forms_of_dates(raw, expected):
    read = read_date(raw, fetched_at=FETCHED)
    assert (read.at.replace(tzinfo=None).isoformat(), read.flag, read.raw) == (expected, "", raw)


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("", "missing"),
        (None, "missing"),
        ("hôm qua", "unreadable"),
        ("31/02/2026", "unreadable"),
        ("30/07/2026 25:00", "unreadable"),
        ("Mon, 01 Jan 0001 00:00:00 GMT", "ancient"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "ancient"),
        ("Tue, 19 Jan 2037 03:14:07 GMT", "future"),
        ("Sun, 22 Nov 2026 10:11:00 +0700", "future"),
        ("9" * 10, "future"),
    ],
)
def test_what_cannot_be_true_becomes_the_time_of_fetching(raw, flag):
    read = read_date(raw, fetched_at=FETCHED)
    assert (read.at, read.flag) == (FETCHED, flag)


def test_ten_minutes_ahead_is_a_fast_clock_not_the_future():
    assert read_date("Sun, 22 Nov 2026 10:09:00 +0700", fetched_at=FETCHED).flag == ""


def test_other_items_of_the_feed_decide_an_ambiguous_date():
    assert order_of(["8/9/2026 05:00", "8/23/2026 05:00"]) is True
    assert order_of(["8/9/2026", "23/8/2026"]) is False
    assert order_of(["8/9/2026", "Sun, 23 Aug 2026"]) is None
    assert read_date("8/9/2026 05:00", fetched_at=FETCHED, month_first=True).at.month == 8
    assert read_date("8/9/2026 05:00:00 AM", fetched_at=FETCHED, month_first=False).at.day == 7


@given(st.text(max_size=300))
def test_no_string_breaks_the_reader(raw):
    read = read_date(raw, fetched_at=FETCHED)
    assert read.at.tzinfo is not None
    assert read.at <= FETCHED + timedelta(minutes=10)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2026, 11, 20)), st.integers(-11, 13))
def test_every_zone_written_in_hours_is_read_back(moment, hours):
    moment = moment.replace(microsecond=0)
    sign = "+" if hours >= 0 else "-"
    two = f"{sign}{abs(hours):02}"
    for zone in (f"{two}00", f"{two}:00", two, f"GMT{sign}{abs(hours)}"):
        read = read_date(f"{moment:%d/%m/%Y %H:%M:%S} {zone}", fetched_at=FETCHED)
        assert read.at.replace(tzinfo=None) == moment - timedelta(hours=hours) or read.flag == "ancient"
