"""What leaves as HTML: exactly the approved words, closed and escaped, whatever somebody typed."""

import html
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.payloads import plain_text
from channels.website import words
from channels.website.wordpress.markup import for_wordpress
from tests.factories.campaigns import HotlineFactory, make_article
from tests.factories.delivery import approve, approved_script

VOID = {"br", "img"}
ALLOWED = {
    "div", "p", "strong", "em", "ul", "ol", "li", "sup", "sub", "a", "br", "h2", "blockquote", "figure", "figcaption", "img",
}  # fmt: skip


class Reader(HTMLParser):
    """A browser's view: tags balanced, text unescaped, every attribute."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    for tag, name, value in reader.attributes:
        assert (tag, name) in {
            ("div", "class"), ("div", "lang"), ("p", "class"), ("p", "lang"), ("a", "href"), ("img", "src"), ("img", "alt"),
            ("img", "loading"),
        }  # fmt: skip
        if name == "href":
            assert re.match(r"(https?:|mailto:|tel:)", value or ""), value
    return reader


def payload(**more: Any) -> dict[str, Any]:
    return {
        "item": 1, "kind": "article", "orthography": "vi", "title": "T", "summary": "", "blocks": [], "hotlines": [],
        "images": [], "issuer": {"id": 1, "name": "Sở <Văn hóa> & Du lịch"}, **more,
    }  # fmt: skip


def render(given_payload: dict[str, Any], **more: Any) -> str:
    document = words.document_from_payload(given_payload, link="https://tinh.example.org/bai/?a=1&b=2")
    return words.body_html(document, picture=lambda part: words.figure_html(part, "https://x.example/a.png"), **more)


NASTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from([
        "<script>alert(1)</script>", "]]>", "<!-- x", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "&#60;b", "[gallery]",
        "ƀơ̆ng", "ꪀꪱꪙ", "a\x00b", "javascript:alert(1)", "‮đảo", "https://example.org/x", "<!-- wp:html -->", "…--...",
    ]),
)  # fmt: skip


@given(title=NASTY, text=NASTY, who=NASTY, alt=NASTY, before=NASTY)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_plain_blocks_say_just_their_words(title: str, text: str, who: str, alt: str, before: str) -> None:
    blocks = [
        {"id": "1", "type": "heading", "text": title},
        {"id": "2", "type": "quote", "text": text, "source": who},
        {"id": "3", "type": "interview", "who": who, "voice": "male", "text": text},
        {"id": "4", "type": "picture", "image": 7, "alt": alt, "caption": who},
        {"id": "5", "type": "hotline", "hotline": 3, "text_before": before},
        {"id": "6", "type": "sound", "description": text, "seconds": 3},
    ]
    lines = [{"id": 3, "label": title, "number": "0269 3 869 999", "hours": who}]
    approved = payload(summary=text, blocks=blocks, hotlines=lines, images=[{"id": 7, "sha256": "ab"}])
    markup = render(approved)
    reader = read(markup)
    squeezed = re.sub(r"\s+", "", "".join(reader.text))
    for piece in (title, text, who, before, approved["issuer"]["name"], "0269 3 869 999"):
        assert re.sub(r"\s+", "", words.clean(piece)) in squeezed
    assert ("img", "alt", words.clean(alt)) in [
        (tag, name, html.unescape(value or "") if False else value) for tag, name, value in reader.attributes
    ]
    # The spelling for WordPress reads the same and leaves it nothing to work on.
    spelled = render(approved, text=for_wordpress)
    assert "".join(read(spelled).text) == "".join(reader.text)
    between = "".join(re.split(r"<[^>]*>", spelled))
    assert "[" not in between and "://" not in between


TAGS = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<ul>", "<li>", "</li>", "</ul>", "<br/>", "<a href='https://a.example/?x=1&amp;y=2'>",
     "</a>", "<a linktype='page' id='3'>", "<a href='javascript:alert(1)'>", "<script>", "</script>", "<embed alt='x'/>",
     "<p onclick='x()'>", "<sup>", "</i>", "<i>"]
)  # fmt: skip


@given(pieces=st.lists(st.one_of(TAGS, st.text(alphabet="abcđ &<>'\"[]", max_size=8).map(html.escape)), max_size=14))
@settings(max_examples=200, deadline=None)
def test_rich_text_is_closed_and_harmless(pieces: list[str]) -> None:
    markup = "".join(pieces)
    reader = read(words.rich_text(markup))
    if "<script>" not in markup:
        seen = re.sub(r"\s+", "", "".join(reader.text))
        assert seen == re.sub(r"\s+", "", plain_text(markup)) or "<embed" in markup


@pytest.mark.django_db
def test_an_editors_words_keep_hotline_and_signature() -> None:
    item = approved_script(hotline=HotlineFactory())
    document = words.document_of(item.approvals.get())
    assert document["lang"] == "vi" and document["link"] == ""
    other = words.with_words(document, "Một & hai.\n\nBa <b>bốn</b>.\ndòng mới")
    markup = words.body_html(other, picture=lambda part: "")
    assert "<p>Một &amp; hai.</p><p>Ba &lt;b&gt;bốn&lt;/b&gt;.<br>dòng mới</p>" in markup
    assert "tel:02693869999" in markup and item.campaign.issuer.name in markup
    assert words.editable_words(other).startswith("Một & hai.")
    assert "khóa cửa" not in words.words_of(other)


@pytest.mark.django_db
def test_the_name_of_an_object_outlives_title_and_address() -> None:
    item = make_article()
    first = words.document_of(approve(item))
    page = item.articlepages.get()
    page.title, page.slug = "Tên khác", "ten-khac"
    page.save_revision()
    assert words.document_of(approve(item))["object"] == first["object"]
