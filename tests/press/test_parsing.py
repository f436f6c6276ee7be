"""Feeds as they really come: tests 1–8, 12, 16, 17 of press_translation.md, and that none breaks the reader."""

import gzip
import os
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.press import parsing
from media.press.decoding import decode, prepare
from media.press.parsing import FeedRefused, parse_feed

URL = "https://bao.example.vn/rss/home.rss"
TITLE = "Công an xã bắt nhóm trộm cắp tài sản, thu giữ 2 xe máy"


def rss(*items: str, declaration: str = '<?xml version="1.0" encoding="utf-8"?>', before: str = "") -> str:
    body = "".join(items) or item()
    return f'{declaration}{before}<rss version="2.0"><channel><title>Báo</title>{body}</channel></rss>'


def item(title: str = TITLE, link: str = "/bai-1.html", extra: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>{extra}</item>"


def first(body: bytes, **headers: str):
    return parse_feed(body, {name.replace("_", "-"): value for name, value in headers.items()}, URL).entries[0]


def as_cp1258(text: str) -> bytes:
    """Vietnamese in windows-1258, which has the vowels and, apart from them, the five tone marks."""
    done = bytearray()
    for char in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        done += (unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tone)) + tone).encode(
            "cp1258"
        )
    return bytes(done)


def refusal(body: bytes) -> str:
    with pytest.raises(FeedRefused) as caught:
        parse_feed(body, {"Content-Type": "text/xml"}, URL)
    assert caught.value.message
    return caught.value.code


@pytest.mark.parametrize("path", ["/etc/passwd", "file:///etc/passwd", "http://127.0.0.1/", "manage.py", __file__])
def test_01_a_body_that_is_a_path_is_never_opened(path):
    assert refusal(path.encode()) == "not_a_feed"


def test_02_entity_bomb_on_the_line_of_the_declaration():
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + "&a;" * 1000 + '"><!ENTITY c "' + "&b;" * 100 + '">]>'
    assert b"ENTITY" not in prepare(rss(item("&c;"), before=bomb))
    assert len(first(rss(item("x&c;y"), before=bomb).encode()).title) < 20


def test_02_external_entities_are_not_read():
    body = rss(item("x&e;y"), before='<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>')
    assert first(body.encode()).title in ("x&e;y", "xy")


@pytest.mark.parametrize(
    "dtd",
    ['<!DOCTYPE r [ <!ENTITY a "]>"> ]>', "<!DOCTYPE r SYSTEM '>'>", "<!DOCTYPE r [<!-- ]> ' -->]>", "<!doctype r>"],
)
def test_02_every_shape_of_dtd_goes_and_the_feed_stays(dtd):
    assert first(rss(before=dtd).encode()).title == TITLE


def test_03_gzip_bomb_is_cut_at_the_cap():
    assert refusal(gzip.compress(b"<rss>" + b" " * 60_000_000)) == "too_large"
    assert first(gzip.compress(rss().encode())).title == TITLE


def test_04_one_bad_byte_costs_one_letter():
    body = rss(*[item(TITLE, f"/{n}.html") for n in range(200)]).encode()
    assert parse_feed(body.replace(b"2 xe", b"2\xff xe", 1), {}, URL).entries[0].title == TITLE.replace(
        "2 ", "2\ufffd "
    )
    assert parse_feed(body.replace(b"2 xe", b"2\xff xe", 1), {}, URL).entries[7].title == TITLE


def test_04_utf8_cut_in_mid_character():
    body = rss(item(), item("Bắt đối tượng")).encode()
    cut = body[: body.index("tượng".encode()) + 3]
    assert parse_feed(cut, {}, URL).entries[0].title == TITLE


@pytest.mark.parametrize("declared", ["utf-16", "iso-8859-1", "windows-1252", "bogus"])
def test_05_valid_utf8_wins_over_any_declaration(declared):
    body = rss(declaration=f'<?xml version="1.0" encoding="{declared}"?>').encode()
    assert first(body, content_type=f"text/xml; charset={declared}").title == TITLE


def test_05_byte_order_marks_and_utf16():
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert first(rss(declaration='<?xml version="1.0" encoding="iso-8859-1"?>').encode(encoding)).title == TITLE


@pytest.mark.parametrize("declaration", ['<?xml version="1.0"?>', '<?xml version="1.0" encoding="windows-1258"?>', ""])
def test_06_windows_1258_declared_or_not(declaration):
    body = as_cp1258(rss(item(), declaration=declaration))
    assert first(body).title == TITLE


def test_06_french_in_windows_1252_stays_french():
    text, encoding = decode("<rss>Café à Hanoï, très élégant «ça»</rss>".encode("cp1252"), {})
    assert "très élégant" in text
    assert encoding == "cp1252"


def test_07_titles_are_nfc_and_lookalikes_survive():
    assert first(rss(item(unicodedata.normalize("NFD", TITLE))).encode()).title == TITLE
    assert first(rss(item("ho\u0340a b\u0341")).encode()).title == unicodedata.normalize("NFC", "hòa b\u0301")


def test_08_dates_are_ours_and_the_raw_string_is_kept():
    entry = first(rss(item(extra="<pubDate>Thứ 5, 28/05/2026 17:00:00 GMT+7</pubDate>")).encode())
    assert entry.published == "Thứ 5, 28/05/2026 17:00:00 GMT+7"
    assert tuple(entry.published_parsed)[:5] == (2026, 5, 28, 10, 0)
    assert entry.published_reading["method"] == "day_first"


def test_08_one_clear_date_decides_for_the_feed():
    dates = ("8/9/2026 5:20:00", "8/23/2026 5:20:00")
    items = [item(link=f"/{n}", extra=f"<pubDate>{date}</pubDate>") for n, date in enumerate(dates)]
    assert parse_feed(rss(*items).encode(), {}, URL).entries[0].published_parsed.tm_mon == 8


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\x00\x00\x00", "empty"),
        ("<!DOCTYPE html><html><body>Trang không tồn tại</body></html>".encode(), "html"),
        (b"<html><script>document.cookie='D1N=1';location.reload()</script></html>", "challenge"),
        (b"<!doctype html>\n<html><title>Just a moment...</title></html>", "challenge"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "json"),
        (b"<?xml version='1.0'?", "truncated"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not_a_feed"),
        (b" " * 5_000_001, "too_large"),
    ],
)
def test_12_what_is_not_a_feed_is_said(body, code):
    assert refusal(body) == code


def test_12_an_empty_channel_is_a_feed_without_items():
    feed = parse_feed(b'<rss version="2.0"><channel><title>x</title></channel></rss>', {}, URL)
    assert (feed.version, feed.entries) == ("rss20", [])


def test_12_a_truncated_feed_gives_the_items_that_arrived():
    body = rss(item(), item("Hai"), item("Ba")).encode()
    titles = [entry.title for entry in parse_feed(body[:-90], {}, URL).entries]
    assert titles[:2] == [TITLE, "Hai"]


def test_12_output_before_the_declaration_is_passed_over():
    assert first(b"\n<b>Warning</b>: mysql in <i>x.php</i>\n" + rss().encode()).title == TITLE


def test_16_twenty_thousand_items_are_cut_to_a_thousand():
    body = rss(*[f"<item><title>tin {n}</title></item>" for n in range(20_000)]).encode()
    feed = parse_feed(body, {}, URL)
    assert (len(feed.entries), feed.cut_to, feed.entries[-1].title) == (1000, 1000, "tin 999")


def test_16_a_title_of_one_megabyte_is_cut():
    feed = parse_feed(rss(item("á" * 1_000_000), item("Hai")).encode(), {}, URL)
    assert (len(feed.entries[0].title), feed.entries[1].title) == (500, "Hai")


def test_16_controls_and_scripts_in_titles():
    feed = parse_feed(
        rss(item("a\x00b\x0bc&#0;&#x1f;d<![CDATA[<script>alert(1)</script>]]>"), item("Hai")).encode(), {}, URL
    )
    assert [entry.title for entry in feed.entries] == ["abcd", "Hai"]


def test_16_scripts_in_summaries_go():
    html = '<p onclick="x()">Tin <script>x</script><a href="javascript:x()">đây</a></p>'
    entry = first(rss(item(extra=f"<description><![CDATA[{html}]]></description>")).encode())
    assert "script" not in entry.summary
    assert "onclick" not in entry.summary
    assert "đây" in entry.summary


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "JaVa\tScript:x"])
def test_17_links_that_are_not_http_go(link):
    entry = first(rss(item(link=link)).encode())
    assert entry.link == ""
    assert entry.title == TITLE


def test_17_relative_links_are_resolved():
    assert first(rss().encode()).link == "https://bao.example.vn/bai-1.html"
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://cdn.example.vn/tin/">'
        '<entry><title>a</title><link href="1.html"/></entry></feed>'
    )
    assert first(atom.encode()).link == "https://cdn.example.vn/tin/1.html"


def test_undeclared_entities_and_bare_ampersands():
    assert first(rss(item("C&ocirc;ng&nbsp;an R&D")).encode()).title == "Công an R&D"


def test_a_worker_that_hangs_is_killed_and_replaced(monkeypatch):
    monkeypatch.setattr(parsing, "TIME_LIMIT", 0.001)
    started = time.monotonic()
    assert refusal(rss(*[item(str(n)) for n in range(900)]).encode()) == "too_slow"
    assert time.monotonic() - started < 5
    monkeypatch.undo()
    assert first(rss().encode()).title == TITLE


def test_a_worker_that_was_killed_from_outside_is_replaced():
    assert first(rss().encode()).title == TITLE
    seats = [seat for seat in list(parsing._pool._seats.queue) if seat is not None]
    for seat in seats:
        os.kill(seat.process.pid, 9)
        seat.process.wait()
    assert first(rss().encode()).title == TITLE


def test_deep_nesting_does_not_break_the_next_feed():
    try:
        assert parse_feed(b"<rss>" + b"<a>" * 20_000 + b"<" * 20_000, {}, URL).entries == []
    except FeedRefused as refused:
        assert refused.code in ("too_heavy", "too_slow", "not_a_feed")
    assert first(rss().encode()).title == TITLE


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.text(max_size=300).map(lambda text: rss(item(text)).encode("utf-8", "replace"))
    )
)
def test_no_bytes_break_the_reader(body):
    try:
        feed = parse_feed(body, {"content-type": "text/xml"}, URL)
    except FeedRefused as refused:
        assert refused.code in parsing.MESSAGES
        assert refused.code not in ("parser_fault", "too_heavy", "too_slow")
    else:
        assert len(feed.entries) <= 1000
