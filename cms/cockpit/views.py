"""The cockpit's pages: the first screen, the calendar, one campaign."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from campaigns.selectors import running_campaigns
from channels.delivery import selectors as delivery
from channels.loudspeaker import selectors as loudspeaker
from channels.manual.selectors import count_confirmed
from cms.cockpit import calendar, campaign, mine, now, soon
from cms.cockpit.permissions import COCKPIT_ROLES
from cms.cockpit.states import delivery_counts, slot_counts
from cms.core import clock
from cms.core.permissions import role_required
from media.library.selectors import count_downloads


@require_safe
@role_required(*COCKPIT_ROLES)
def home(request: HttpRequest) -> HttpResponse:
    """On air now · what will fail soon · what waits for me · are we on target."""
    campaigns = list(running_campaigns().select_related("issuer").order_by("ends_on", "pk"))
    return render(
        request,
        "cockpit/home.html",
        {
            "on_air": now.on_air(),
            "troubles": soon.troubles(),
            "waiting": mine.waits_for(request.user),
            "only_looks": mine.is_leader_only(request.user),
            "aims": [(each, campaign.target_lines(each)) for each in campaigns],
            "other_campaigns": Campaign.objects.exclude(pk__in=[each.pk for each in campaigns]).order_by("-starts_on")[
                :20
            ],
        },
    )


@require_safe
@role_required(*COCKPIT_ROLES)
def month(request: HttpRequest) -> HttpResponse:
    """The calendar of all campaigns; ?thang=2026-11 and ?ngay=2026-11-22."""
    return render(request, "cockpit/month.html", _calendar(request, None))


@require_safe
@role_required(*COCKPIT_ROLES)
def one_campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """One campaign: targets, calendar, deliveries and slots by state, languages missing, echo in the press."""
    row = get_object_or_404(
        Campaign.objects.select_related("issuer", "plan").prefetch_related(
            "coordinating", "areas", "topics", "audiences"
        ),
        slug=slug,
    )
    return render(
        request,
        "cockpit/campaign.html",
        {
            **_calendar(request, row),
            "targets": campaign.target_lines(row),
            "deliveries": delivery_counts(delivery.count_by_shown_state(delivery.deliveries_of(row))),
            "slots": slot_counts(loudspeaker.outcome_counts(row)),
            "heard_minutes": loudspeaker.heard_minutes(row),
            "confirmed": count_confirmed(row),
            "downloads": count_downloads(row),
            "coverage": campaign.coverage(row),
            "press": campaign.press_chart(row),
            "tasks": row.tasks.select_related("body").order_by("due", "order", "pk"),
        },
    )


def _calendar(request: HttpRequest, row: Campaign | None) -> dict[str, object]:
    today = clock.today()
    first = _date(f"{request.GET.get('thang', '')}-01") or _first_month(row, today)
    day = _date(request.GET.get("ngay", ""))
    return {
        "campaign": row,
        "month": calendar.month(first, row),
        "day": day,
        "lists": calendar.day_lists(day, row) if day else None,
    }


def _first_month(row: Campaign | None, today: date) -> date:
    """This month, or the nearest month of a campaign that does not run now."""
    if row is None or row.starts_on <= today <= row.ends_on:
        return today
    return row.starts_on if today < row.starts_on else row.ends_on


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # Months around the ends of the calendar cannot be drawn.
    return found if 2000 <= found.year <= 2100 else None
