"""Addresses and identities: tests 9, 10, 11 of press_translation.md and the rules of I.4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.press.identity import Marks, choose_rung, identity
from media.press.urls import canonical_url, host_of, safe_link


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://VnExpress.net/Bai-1.html", "https://vnexpress.net/Bai-1.html"),
        ("https://vnexpress.net:443/bai.html#box", "https://vnexpress.net/bai.html"),
        ("http://vnexpress.net:8080/bai", "https://vnexpress.net:8080/bai"),
        ("https://24h.com.vn/x", "https://24h.com.vn/x"),
        ("https://mt.gov.vn/x", "https://mt.gov.vn/x"),
        ("https://m.bao.vn/x", "https://m.bao.vn/x"),
        ("https://bao.vn/?id=10&utm_source=zalo&zarsrc=30", "https://bao.vn/?id=10"),
        ("https://bao.vn/?b=2&a=1&fbclid=x&gidzl=y&mtm_campaign=z", "https://bao.vn/?a=1&b=2"),
        ("https://bao.vn/x?ref=bao.vn", "https://bao.vn/x"),
        ("https://bao.vn/x?ref=https://www.bao.vn/", "https://bao.vn/x"),
        ("https://bao.vn/x?ref=10", "https://bao.vn/x?ref=10"),
        ("https://bao.vn/t%e1%bb%99i", "https://bao.vn/t%E1%BB%99i"),
        ("https://bao.vn/tội", "https://bao.vn/t%E1%BB%99i"),
        ("https://bao.vn/to\u0302\u0323i", "https://bao.vn/t%E1%BB%99i"),
        ("https://bao.vn/a%2Fb%7Ec", "https://bao.vn/a%2Fb~c"),
        ("https://user:pass@bao.vn/x", "https://bao.vn/x"),
        ("https://bao.vn", "https://bao.vn/"),
        (" https://bao.vn/a\n ", "https://bao.vn/a"),
        ("https://báo.vn/x", "https://xn--bo-mia.vn/x"),
        ("http://[::1]/x", "https://[::1]/x"),
    ],
)
def test_canonical_addresses(url, key):
    assert canonical_url(url, feed_host="bao.vn") == key


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "ftp://bao.vn/x", "/bai.html", "https://", "https:\\\\bao.vn", "https://bao.vn:x/",
            "https://" + "a" * 3000, "http://exa mple", "tag:bao.vn,2026:1", "https://bao_vn\u0000/", "http://[::1"],
)  # fmt: skip
def test_what_is_no_address_has_no_key(url):
    assert canonical_url(url) in (None, "https://example/")


def test_only_the_outlets_own_table_joins_hosts():
    aliases = {"m.bao.vn": "bao.vn", "www.bao.vn": "bao.vn"}
    assert canonical_url("https://m.bao.vn/x", host_aliases=aliases) == canonical_url(
        "http://www.bao.vn/x", host_aliases=aliases
    )


def test_10_links_that_differ_by_id_are_two_and_by_fragment_one():
    assert canonical_url("https://bao.vn/x?id=10") != canonical_url("https://bao.vn/x?id=11")
    assert canonical_url("https://bao.vn/x#0") == canonical_url("https://bao.vn/x")


def test_links_are_made_absolute_or_dropped():
    assert safe_link("../a.html", base="https://bao.vn/rss/home.rss") == "https://bao.vn/a.html"
    assert safe_link("//cdn.vn/a", base="https://bao.vn/") == "https://cdn.vn/a"
    assert safe_link("java\tscript:x", base="https://bao.vn/") == ""
    assert host_of("HTTPS://WWW.Bao.vn./x") == "www.bao.vn"


@given(st.text(max_size=120))
def test_no_address_breaks_and_keys_are_stable(url):
    for candidate in (url, "https://bao.vn/" + url):
        key = canonical_url(candidate)
        assert key is None or canonical_url(key) == key


def marks(number: int, **changes: str) -> Marks:
    usual = {
        "guid": f"g{number}",
        "url_key": f"https://bao.vn/{number}",
        "raw_date": f"{number}/7/2026",
        "title": f"Tin {number}",
    }
    return Marks(**(usual | changes))


def test_09_one_guid_on_all_items_steps_down_to_the_address():
    items = [marks(number, guid="home") for number in range(20)]
    assert choose_rung(items, "guid") == "url"
    assert len({identity(item, "url") for item in items}) == 20


def test_09_one_guid_and_one_address_step_down_to_date_and_title():
    same = {"guid": "home", "url_key": "https://bao.vn/"}
    assert choose_rung([marks(number, **same) for number in range(20)], "guid") == "url_date"
    items = [marks(number, **same, raw_date="hôm nay") for number in range(20)]
    assert choose_rung(items, "guid") == "url_date_title"


def test_09_a_few_repeats_do_not_move_a_feed_and_it_never_steps_up():
    items = [marks(number) for number in range(40)] + [marks(41, guid="g1")]
    assert choose_rung(items, "guid") == "guid"
    assert choose_rung(items, "url_date") == "url_date"
    assert choose_rung([], "guid") == "guid"


def test_09_guid_that_flips_scheme_is_the_same_item():
    one, other = (marks(1, guid=f"{scheme}://bao.vn/1?utm_source=rss") for scheme in ("http", "https"))
    assert identity(one, "guid") == identity(other, "guid")


def test_items_without_any_mark_are_known_by_date_and_title():
    one, other = (Marks(guid="", url_key="", raw_date="1/7", title=title) for title in ("a", "b"))
    assert identity(one, "guid") != identity(other, "guid")
    assert identity(one, "guid") == identity(Marks("", "", "1/7", "A!"), "guid")
