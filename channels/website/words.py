"""An approved payload as HTML that may stand on somebody else's page: the approved words, nothing unescaped, signed.

A document is JSON, so that it can be a variant's payload:
{"title", "summary", "lang", "parts": [...], "issuer", "link", "object", "edited"?}; each part is
{"type": "text"|"hotline", "html"} or {"type": "picture", "image", "sha256", "alt", "caption"}.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.models import Approval
from campaigns.models.pages import ContentPage
from campaigns.payloads import plain_text
from campaigns.services.items import page_of
from channels.delivery.selectors import is_planned_on_web
from cms.core import clock
from cms.core.errors import BadInput, NotReady
from cms.core.languages import ORTHOGRAPHIES

Escape = Callable[[str], str]

# What the editor's rich text can hold (campaigns.blocks.RICH_TEXT_FEATURES), and the name it gets outside.
_KEPT = {
    "p": "p", "b": "strong", "strong": "strong", "i": "em", "em": "em", "ul": "ul", "ol": "ol", "li": "li",
    "sup": "sup", "sub": "sub", "a": "a",
}  # fmt: skip
_SILENT = frozenset({"script", "style", "template", "noscript"})
_SPOKEN = frozenset({"lead_in", "turn", "interview", "closing"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def object_uuid(page: ContentPage) -> uuid.UUID:
    """The lasting name of one item in one written language: the same whatever its title, address or our domain become."""
    return uuid.uuid5(page.translation_key, page.locale.language_code)


def document_of(approval: Approval) -> dict[str, Any]:
    """The document of an approval, the same each time. Raises NotReady when its page is gone, BadInput when it says nothing."""
    page = page_of(approval.item, orthography=approval.orthography)
    if page is None:
        raise NotReady(_("The page of this text is no longer there."))
    document = document_from_payload(approval.payload, link=_link(page, approval))
    if not document["title"] or not plain_words(document["parts"]):
        raise BadInput(_("This text has no words that a page could show."))
    return {**document, "object": str(object_uuid(page))}


def document_from_payload(payload: dict[str, Any], *, link: str = "") -> dict[str, Any]:
    """The document of an approved payload (campaigns/payloads.py), without the name of the object."""
    numbers = {line["id"]: line for line in payload.get("hotlines", [])}
    hashes = {image["id"]: image["sha256"] for image in payload.get("images", [])}
    parts = []
    for block in payload.get("blocks", []):
        if block["type"] == "hotline":
            parts.append({"type": "hotline", "html": _hotline(block, numbers.get(block["hotline"], {}))})
        elif block["type"] == "picture":
            parts.append({
                "type": "picture", "image": block["image"], "sha256": hashes.get(block["image"], ""),
                "alt": clean(block.get("alt") or ""), "caption": clean(block.get("caption") or ""),
            })  # fmt: skip
        elif markup := _block(block):
            parts.append({"type": "text", "html": markup})
    row = ORTHOGRAPHIES.get(payload.get("orthography", ""))
    return {
        "title": clean(payload.get("title") or "").strip(),
        "summary": clean(payload.get("summary") or "").strip(),
        "lang": row.tag if row else str(payload.get("orthography", "")),
        "parts": parts,
        "issuer": clean((payload.get("issuer") or {}).get("name") or "").strip(),
        "link": link,
    }


def with_words(document: dict[str, Any], text: str) -> dict[str, Any]:
    """The document with an editor's paragraphs for its text; pictures, hotlines and signature stay."""
    paragraphs = [_paragraph(each) for each in re.split(r"\n\s*\n", clean(text).replace("\r\n", "\n")) if each.strip()]
    kept = [part for part in document["parts"] if part["type"] != "text"]
    return {**document, "parts": [{"type": "text", "html": each} for each in paragraphs] + kept, "edited": True}


def words_of(document: dict[str, Any]) -> str:
    """Title, summary, text, hotlines and signature as readers see them, one paragraph a line."""
    lines = [document["title"], document["summary"], plain_words(document["parts"]), document["issuer"]]
    return "\n".join(line for line in lines if line)


def plain_words(parts: Iterable[dict[str, Any]], *, only: str = "") -> str:
    """The words of the parts, one part a line; `only` one type of part."""
    wanted = [part for part in parts if not only or part["type"] == only]
    lines = [plain_text(part["html"]) if "html" in part else part["caption"] for part in wanted]
    return "\n".join(line for line in lines if line)


def editable_words(document: dict[str, Any]) -> str:
    """The paragraphs that `with_words` would replace, an empty line between them."""
    parts = [part for part in document["parts"] if part["type"] == "text"]
    return "\n\n".join(plain_text(part["html"]) for part in parts)


def body_html(
    document: dict[str, Any],
    *,
    picture: Callable[[dict[str, Any]], str],
    text: Escape | None = None,
    mark: str = "",
) -> str:
    """The whole as HTML without its title: text, hotlines, pictures by `picture`, who issues it, the way back.

    `text` changes the words between the tags once more (they are escaped already) for a reader with habits of its own;
    `mark` is one more class on the whole.
    """
    lines = [f"<p><strong>{_safe(document['summary'])}</strong></p>"] if document["summary"] else []
    lines += [picture(part) if part["type"] == "picture" else part["html"] for part in document["parts"]]
    lines.append(signature_html(document))
    name = f"cong {_safe(mark)}".strip()
    whole = f'<div class="{name}" lang="{_safe(document["lang"])}">{"".join(lines)}</div>'
    return whole if text is None else _between_tags(whole, text)


def signature_html(document: dict[str, Any]) -> str:
    """Who issues it and, when it stands on our own pages, the way there. In Vietnamese, whatever the text is written in."""
    with override("vi"):
        issued, way = _("Issued by"), _("Read it at the issuing body's own site")
    lines = [f'<p class="cong-issuer" lang="vi">{_safe(issued)}: <strong>{_safe(document["issuer"])}</strong></p>']
    if document["link"]:
        lines.append(f'<p class="cong-link" lang="vi"><a href="{_safe(document["link"])}">{_safe(way)}</a></p>')
    return "".join(lines)


def figure_html(part: dict[str, Any], url: str) -> str:
    """A picture with its description and caption."""
    caption = f"<figcaption>{_safe(part['caption'])}</figcaption>" if part["caption"] else ""
    return f'<figure><img src="{_safe(url)}" alt="{_safe(part["alt"])}" loading="lazy">{caption}</figure>'


def clean(text: str) -> str:
    """The text without control characters, which neither HTML nor XML can carry."""
    return _CONTROL.sub("", text)


def rich_text(markup: str) -> str:
    """Stored rich text as closed, escaped HTML of a few plain tags; links only to web addresses, mail and telephone."""
    cleaner = _Cleaner()
    cleaner.feed(clean(markup))
    cleaner.close()
    return cleaner.result()


def _safe(text: str) -> str:
    return escape(text, quote=True)


def _between_tags(markup: str, change: Escape) -> str:
    return "".join(piece if piece.startswith("<") else change(piece) for piece in re.split(r"(<[^>]*>)", markup))


def _paragraph(text: str) -> str:
    return "<p>" + "<br>".join(_safe(line.strip()) for line in text.strip().splitlines()) + "</p>"


def _block(block: dict[str, Any]) -> str:
    kind = block["type"]
    if "html" in block:
        return rich_text(block["html"])
    text = clean(str(block.get("text") or "")).strip()
    if not text:
        return ""
    if kind == "heading":
        return f"<h2>{_safe(text)}</h2>"
    if kind == "quote":
        source = clean(block.get("source") or "").strip()
        return f"<blockquote>{_paragraph(text)}" + (f"<p>— {_safe(source)}</p>" if source else "") + "</blockquote>"
    if kind in _SPOKEN:
        who = clean(block.get("who") or "").strip()
        return (f"<p><strong>{_safe(who)}</strong></p>" if who else "") + _paragraph(text)
    return ""


def _hotline(block: dict[str, Any], line: dict[str, Any]) -> str:
    number = clean(line.get("number", ""))
    dial = re.sub(r"[^\d+]", "", number)
    hours = f" ({_safe(clean(line['hours']))})" if line.get("hours") else ""
    return (
        f"<p>{_safe(clean(block.get('text_before') or ''))} <strong>{_safe(clean(line.get('label', '')))}</strong>{hours}: "
        f'<strong><a href="tel:{dial}">{_safe(number)}</a></strong></p>'
    )


def _link(page: ContentPage, approval: Approval) -> str:
    """The address on our own website, when the text stands there or is planned to."""
    stands = page.live or is_planned_on_web(approval.item, approval.orthography, at=clock.now())
    return (page.full_url or "") if stands else ""


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br" and not self._silent:
            self._out.append("<br>")
        elif tag in _KEPT and not self._silent:
            href = dict(attrs).get("href") or ""
            if tag == "a" and not _is_plain_link(href):
                return
            self._out.append(f'<a href="{_safe(href)}">' if tag == "a" else f"<{_KEPT[tag]}>")
            self._open.append(_KEPT[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        name = _KEPT.get(tag)
        if name is None or self._silent or name not in self._open:
            return
        while self._open:
            last = self._open.pop()
            self._out.append(f"</{last}>")
            if last == name:
                return

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._out.append(_safe(data))

    def result(self) -> str:
        """All that was kept, every tag closed; text outside any block becomes a paragraph."""
        tail = "".join(f"</{name}>" for name in reversed(self._open))
        markup = "".join(self._out).strip() + tail
        bare = bool(markup) and not markup.startswith(("<p>", "<ul>", "<ol>", "<h2>", "<blockquote>"))
        return f"<p>{markup}</p>" if bare else markup


def _is_plain_link(href: str) -> bool:
    try:
        return urlsplit(href.strip()).scheme in {"http", "https", "mailto", "tel"}
    except ValueError:
        return False
