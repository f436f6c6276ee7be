"""Searching what is live, with and without accents: "phong chong ma tuy" finds "phòng, chống ma túy"."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from wagtail.models import Page

from campaigns import payloads
from campaigns.models.pages import ContentPage
from cms.core import clock
from cms.core.text import fold, nfc, truncate
from cms.website.models import SearchEntry

# More words than this are a pasted paragraph, not a search.
MAX_WORDS = 12
MAX_LENGTH = 200
EXCERPT = 180


def _padded(text: str) -> str:
    return f" {fold(text)} "


def index_page(*, page: ContentPage) -> None:
    """Write the words of a live page into the index, in place of what stood there."""
    payload = payloads.build_payload(page)
    words = payloads.spoken_text(payload)
    if payload.get("summary") and payload["summary"] not in words:
        words = payload["summary"] + "\n" + words
    with transaction.atomic():
        SearchEntry.objects.update_or_create(
            page_id=page.pk,
            defaults={
                "orthography": page.locale.language_code,
                "title": page.title[:255],
                "text": words,
                "title_key": _padded(page.title)[:260],
                "text_key": _padded(f"{page.title} {words}"),
                "published_at": page.last_published_at or clock.now(),
            },
        )


def forget_page(*, page: Page) -> None:
    """Take a page out of the index."""
    SearchEntry.objects.filter(page_id=page.pk).delete()


def find(query: str, orthography: str | None = None) -> QuerySet[SearchEntry]:
    """Entries of live pages that hold every word of `query`; whole phrases and words with their accents come first.

    An empty query finds nothing.
    """
    typed = nfc(query).strip()[:MAX_LENGTH]
    words = fold(typed).split()[:MAX_WORDS]
    if not words:
        return SearchEntry.objects.none()
    phrase = " " + " ".join(words) + " "
    found = SearchEntry.objects.filter(page__live=True)
    for word in words:
        found = found.filter(text_key__contains=f" {word} ")
    if orthography:
        found = found.filter(orthography=orthography)
    rank = Case(
        When(title__icontains=typed, then=Value(0)),
        When(title_key__contains=phrase, then=Value(1)),
        When(text__contains=typed, then=Value(2)),
        When(Q(text_key__contains=phrase), then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    return found.annotate(rank=rank).order_by("rank", "-published_at", "page_id")


@dataclass(frozen=True)
class Found:
    """One line of results."""

    title: str
    url: str
    orthography: str
    excerpt: str


def results(entries: list[SearchEntry]) -> list[Found]:
    """The entries as lines to show; entries whose page has no address on this site are left out."""
    pages = Page.objects.in_bulk([entry.page_id for entry in entries])
    lines = []
    for entry in entries:
        page = pages.get(entry.page_id)
        url = page.get_url() if page else None
        if url:
            lines.append(Found(entry.title, url, entry.orthography, truncate(" ".join(entry.text.split()), EXCERPT)))
    return lines
