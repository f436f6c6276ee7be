"""A text of ours inside somebody else's page: a small page for their frame, and the oEmbed answers that lead to it.

Without cookies, scripts or anything from elsewhere; this page alone may be framed by others, and only what may leave now
is in it.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import escape as xml_escape

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from campaigns.models import ArticlePage, HomePage, ScriptPage
from channels.website.words import body_html
from cms.core.csp import HEADER
from cms.website import offered
from cms.website.offered import Offer
from cms.website.page_cache import whole_page_cache
from cms.website.views import base_url

WIDTH, HEIGHT = 600, 480
# Enough for a script of five minutes; longer texts end with a link. The whole page must stay under 30 kB.
TEXT_BYTES = 20_000
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors *"
)


@dataclass(frozen=True)
class Frame:
    """Where the framed page is, how large it is drawn, and the line of HTML that others copy."""

    url: str
    title: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def code(self) -> str:
        """The same line as text that people copy: a template escapes it."""
        return "".join(self.html)

    @property
    def html(self) -> SafeString:
        """The iframe; it asks for nothing but its own page."""
        return format_html(
            '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" referrerpolicy="no-referrer" '
            'style="border:1px solid #D9D4C7;max-width:100%"></iframe>',
            self.url, self.title, self.width, self.height,
        )  # fmt: skip


@whole_page_cache
@xframe_options_exempt
def framed(request: HttpRequest, item: int, code: str) -> HttpResponse:
    """The small page; 404, in words, for what may not be shown (any more)."""
    offer = offered.offer(item, code)
    context: dict[str, Any] = {"offer": offer, "code": code}
    if offer is not None:
        text, whole = _text(offer)
        context |= {"text": mark_safe(text), "whole": whole, "page": offer.page}
    with translation.override("vi"):
        response = render(request, "site/embed.html", context, status=404 if offer is None else 200)
    response[HEADER] = POLICY
    return response


@whole_page_cache
def oembed(request: HttpRequest) -> HttpResponse:
    """oEmbed 1.0 (oembed.com): a "rich" answer for the address of one of our texts, as JSON or XML.

    404 for any other address, 501 for another format, 400 for a size that is no number.
    """
    form = request.GET.get("format", "json")
    if form not in ("json", "xml"):
        return _refused(501)
    try:
        width, height = _size(request.GET.get("maxwidth"), WIDTH), _size(request.GET.get("maxheight"), HEIGHT)
    except ValueError:
        return _refused(400)
    offer = _offer_at(request.GET.get("url", ""), request)
    if offer is None:
        return _refused(404)
    base = base_url(request)
    frame = Frame(base + address_of(offer.page), offer.page.title, width, height)
    answer: dict[str, Any] = {
        "version": "1.0", "type": "rich", "title": offer.page.title, "author_name": offer.issuer,
        "provider_name": offer.issuer, "provider_url": base + "/", "cache_age": 300, "width": width, "height": height,
        "html": str(frame.html),
    }  # fmt: skip
    response: HttpResponse = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    if form == "xml":
        fields = "".join(f"<{name}>{xml_escape(str(value))}</{name}>" for name, value in answer.items())
        head = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'
        response = HttpResponse(f"{head}<oembed>{fields}</oembed>", content_type="text/xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def address_of(page: Any) -> str:
    """The path of the small page of a text."""
    return reverse("site:embed", args=[page.item_id, page.locale.language_code])


def discovery_of(page: Any, request: HttpRequest) -> list[dict[str, str]]:
    """{"type", "href"} of the oEmbed answers for a page; empty for pages that are no text of their own."""
    if not isinstance(page, ArticlePage | ScriptPage):
        return []
    base = base_url(request)
    url = page.full_url or base + request.path
    kinds = (("json", "application/json+oembed"), ("xml", "text/xml+oembed"))
    return [
        {"type": kind, "href": f"{base}{reverse('site:oembed')}?{urlencode({'url': url, 'format': form})}"}
        for form, kind in kinds
    ]


def frame_for(page: Any, request: HttpRequest) -> Frame:
    """The frame whose HTML the page offers to others."""
    return Frame(base_url(request) + address_of(page), page.title)


def _text(offer: Offer) -> tuple[str, bool]:
    """(HTML of as many parts as fit, whether that is all). Links open outside the frame."""
    parts, used, whole = [], 0, True
    for part in offer.document["parts"]:
        if part["type"] == "picture":
            whole = False
            continue
        used += len(part["html"].encode())
        if used > TEXT_BYTES and part["type"] != "hotline":
            whole = False
            continue
        parts.append(part)
    markup = body_html({**offer.document, "parts": parts}, picture=lambda part: "")
    return markup.replace('<a href="', '<a target="_blank" rel="noopener" href="'), whole


def _size(asked: str | None, usual: int) -> int:
    """The usual size or what is asked for, if that is less. Raises ValueError."""
    if not asked:
        return usual
    if not asked.isascii() or not asked.isdigit() or int(asked[:9]) < 1:
        raise ValueError(asked)
    return min(usual, int(asked[:9]))


def _offer_at(url: str, request: HttpRequest) -> Offer | None:
    """The text at one of our own addresses: its page, or its small page."""
    try:
        address = urlsplit(url)
    except ValueError:
        return None
    if not url.isprintable():  # a NUL or half a letter is in no address of ours, and no database may be asked for it
        return None
    ours = {urlsplit(base_url(request)).netloc, request.get_host()}
    if address.scheme not in ("http", "https") or address.netloc not in ours:
        return None
    try:
        found = resolve(address.path)
    except Resolver404:
        return None
    if found.view_name == "site:embed":
        return offered.offer(found.kwargs["item"], found.kwargs["code"])
    page = _page_at(address.path)
    return offered.offer(page.item_id, page.locale.language_code) if page is not None else None


def _page_at(path: str) -> ArticlePage | ScriptPage | None:
    """The live text at this path: the home page whose address begins it says where in the tree to look."""
    homes = [(home.get_url() or "", home) for home in HomePage.objects.live().select_related("locale")]
    homes = [(urlsplit(url).path, home) for url, home in homes if url and path.startswith(urlsplit(url).path)]
    if not homes:
        return None
    start, home = max(homes, key=lambda each: len(each[0]))
    url_path = home.url_path + path[len(start) :].strip("/") + "/"
    for model in (ArticlePage, ScriptPage):
        page = model.objects.live().filter(url_path=url_path).select_related("locale").first()
        if page is not None:
            return page
    return None


def _refused(status: int) -> HttpResponse:
    with translation.override("vi"):
        words = {
            400: _("The size is not a number."),
            404: _("This is not the address of one of our texts, or it is not shown any more."),
            501: _("Only JSON and XML are answered."),
        }
        return HttpResponse(
            str(words[status]), status=status, content_type="text/plain; charset=utf-8",
            headers={"Access-Control-Allow-Origin": "*"},
        )  # fmt: skip
