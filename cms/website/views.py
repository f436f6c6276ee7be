"""The public pages that are not Wagtail's: searching, the map for search engines, robots."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from wagtail.models import Page

from campaigns.models import HomePage
from cms.core.languages import ORTHOGRAPHIES
from cms.website import search, selectors
from cms.website.page_cache import whole_page_cache

RESULTS_PER_PAGE = 20
# The protocol's own limit for one file.
SITEMAP_LIMIT = 50_000


def find(request: HttpRequest) -> HttpResponse:
    """Results for ?q=… (and ?tieng=<written language>), with or without accents."""
    query = request.GET.get("q", "")[: search.MAX_LENGTH]
    code = request.GET.get("tieng", "")
    code = code if code in ORTHOGRAPHIES else ""
    page = Paginator(search.find(query, code or None), RESULTS_PER_PAGE).get_page(request.GET.get("trang"))
    with translation.override("vi"):
        return render(
            request,
            "site/search.html",
            {
                "query": query,
                "code": code,
                "results": search.results(list(page.object_list)),
                "page_obj": page,
                "total": page.paginator.count,
                "languages": [ORTHOGRAPHIES[home.locale.language_code] for home in _homes()],
            },
        )


def _homes() -> list[HomePage]:
    homes = HomePage.objects.select_related("locale")
    return [home for home in homes if home.locale.language_code in ORTHOGRAPHIES]


@whole_page_cache
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may fetch: the public pages, nothing of the working rooms."""
    closed = (
        "/admin/",
        "/api/",
        "/bao-chi/",
        "/co-so/",
        "/dai/",
        "/dang-nhap/",
        "/dich/",
        "/dieu-hanh/",
        "/ghi-am/",
        "/tai-ve/",
        "/tim-kiem/",
    )
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "",
        f"Sitemap: {base_url(request)}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@whole_page_cache
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every live page with its other languages (xhtml:link), as search engines read it."""
    base = base_url(request)
    pages = list(selectors.live_pages()[:SITEMAP_LIMIT].specific())
    groups: dict[object, list[tuple[Page, str]]] = {}
    for page in pages:
        url = page.get_url(request)
        if url:
            groups.setdefault(getattr(page, "item_id", "home"), []).append((page, url))
    entries = []
    for group in groups.values():
        links = [
            (ORTHOGRAPHIES[page.locale.language_code].tag, _absolute(base, url))
            for page, url in group
            if page.locale.language_code in ORTHOGRAPHIES
        ]
        entries += [
            {"url": _absolute(base, url), "changed": page.last_published_at, "links": links if len(links) > 1 else []}
            for page, url in group
        ]
    return render(request, "site/sitemap.xml", {"entries": entries}, content_type="application/xml")


def base_url(request: HttpRequest) -> str:
    """The address of this installation as it is given out, without a slash at its end."""
    return (getattr(settings, "CONG_BASE_URL", "") or f"{request.scheme}://{request.get_host()}").rstrip("/")


def _absolute(base: str, url: str) -> str:
    return url if url.startswith(("http://", "https://")) else base + url
