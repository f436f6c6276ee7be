"""One campaign on one page: what was reached, in which languages it cannot be heard yet, its echo in the press."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Campaign, ContentItem
from campaigns.selectors import current_approvals, is_outdated
from campaigns.targets import Progress, progress
from channels.loudspeaker.models import Station
from cms.core.charts import Point, by_week
from cms.core.languages import LANGUAGES, ORTHOGRAPHIES
from media.library import selectors as library
from media.press import selectors as press
from media.press.selectors import Week


@dataclass(frozen=True)
class TargetLine:
    """One target in words and figures."""

    progress: Progress
    reached: str
    wanted: str
    shape: str
    word: str


def target_lines(campaign: Campaign) -> list[TargetLine]:
    """The targets of a campaign, counted from what happened, in the order of the plan."""
    return [_line(each) for each in progress(campaign)]


def _line(each: Progress) -> TargetLine:
    wanted = f"{each.target.get_comparison_display()} {_figure(each.target.value)} {each.target.unit}"
    if each.reached is None:
        return TargetLine(each, "–", wanted, "planned", _("not counted by the system"))
    if each.met is None:
        return TargetLine(each, _figure(each.reached), wanted, "unsure", _("needs last year’s figure"))
    shape, word = ("done", _("reached")) if each.met else ("waiting", _("not yet"))
    return TargetLine(each, _figure(each.reached), wanted, shape, word)


def _figure(value: Any) -> str:
    whole = value == value.to_integral_value()
    return number_format(value, decimal_pos=0 if whole else 1, force_grouping=True)


@dataclass(frozen=True)
class Cell:
    """One item in one language: is there a text, is there sound."""

    shape: str
    word: str


@dataclass(frozen=True)
class CoverageRow:
    """One item across the languages."""

    item: ContentItem
    cells: list[Cell]


@dataclass(frozen=True)
class Coverage:
    """Items × languages; `missing` is how many cells have nothing that may go out."""

    languages: list[str]
    rows: list[CoverageRow]
    missing: int


def coverage(campaign: Campaign) -> Coverage:
    """Which items are ready in which of the languages that the campaign's stations listen to or that it has begun.

    A script is ready with an approved text and a sound, an article with an approved text.
    """
    items = list(campaign.items.exclude(kind="landing").order_by("kind", "pk"))
    approvals = current_approvals(items)
    sounds = library.airable_renditions(items, profile="device") if items else {}
    spoken = {
        language
        for languages in Station.objects.filter(active=True).values_list("languages", flat=True)
        for language in languages
    }
    begun = {ORTHOGRAPHIES[code].language for _item, code in approvals if code in ORTHOGRAPHIES}
    wanted = [code for code in LANGUAGES if code in spoken | begun | {"vi"}]
    rows, missing = [], 0
    for item in items:
        cells = []
        for language in wanted:
            texts = [
                approval
                for (item_id, code), approval in approvals.items()
                if item_id == item.pk and code in ORTHOGRAPHIES and ORTHOGRAPHIES[code].language == language
            ]
            cell = _cell(item, texts, (item.pk, language) in sounds)
            missing += cell.shape != "done"
            cells.append(cell)
        rows.append(CoverageRow(item, cells))
    return Coverage([str(LANGUAGES[code].name_vi).removeprefix("Tiếng ") for code in wanted], rows, missing)


def _cell(item: ContentItem, texts: list[Any], has_sound: bool) -> Cell:
    if not texts:
        return Cell("planned", _("missing"))
    if all(is_outdated(text) for text in texts):
        return Cell("stale", _("outdated"))
    if item.kind == "script" and not has_sound:
        return Cell("waiting", _("text only"))
    return Cell("done", _("ready"))


def press_chart(campaign: Campaign) -> SafeString:
    """Confirmed and proposed mentions by week as a figure; weeks in which no feed could be read are gaps."""
    weeks = press.mentions_per_week(campaign)
    points = [Point(_week(week.starts_on), week.value, _note(week)) for week in weeks]
    known = [week for week in weeks if week.value is not None]
    if not known:
        sentence = _("The press has not been read for this campaign yet.")
    else:
        last = known[-1]
        sentence = ngettext(
            "Week of %(week)s: %(n)s press item, %(confirmed)s confirmed by a person",
            "Week of %(week)s: %(n)s press items, %(confirmed)s confirmed by a person",
            last.value or 0,
        ) % {"week": _week(last.starts_on), "n": last.value, "confirmed": last.confirmed}
    return by_week(sentence, points, label_head=_("Week of"), value_head=_("Press items"))


def _note(week: Week) -> str:
    if week.value is None:
        return _("no feed could be read")
    return _("some readings are missing") if week.partial else ""


def _week(start: date) -> str:
    return f"{start.day}/{start.month}"
