"""A campaign's next steps in the admin: start it, close it, call it off, begin next year's."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.enums import CAMPAIGN_TRANSITIONS, CampaignState
from campaigns.models import Campaign
from campaigns.services import campaigns
from cms.core.errors import CongError
from cms.core.models import Role
from cms.core.permissions import role_required

NEXT_YEAR = "next_year"


def _steps(campaign: Campaign) -> list[dict[str, Any]]:
    """What may be done now, each with what will happen."""
    words = {
        CampaignState.ACTIVE: (_("Start the campaign"), _("What is approved and scheduled for it leaves from now on.")),
        CampaignState.CLOSED: (_("Close the campaign"), _("Nothing of it leaves any more; what happened stays. It can be started again.")),
        CampaignState.CANCELLED: (_("Call the campaign off"), _("Nothing of it leaves any more. It can be made a draft again.")),
        CampaignState.DRAFT: (_("Make it a draft again"), _("Nothing leaves until it is started.")),
    }  # fmt: skip
    allowed = [state for state in words if state in CAMPAIGN_TRANSITIONS[campaign.state]]
    steps = [{"value": state, "label": words[state][0], "what": words[state][1]} for state in allowed]
    return [
        *steps,
        {
            "value": NEXT_YEAR, "label": _("Begin next year's campaign"),
            "what": _("A draft with the same facts, one year later, without content and without a plan."),
        },
    ]  # fmt: skip


@role_required(Role.EDITOR, Role.ADMINISTRATOR)
def campaign_steps(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the campaign's state and the steps that are open; a POST takes one."""
    campaign = get_object_or_404(Campaign.objects.select_related("issuer"), pk=pk)
    if request.method == "POST":
        wish = request.POST.get("step", "")
        try:
            if wish == NEXT_YEAR:
                new = campaigns.begin_next_year(campaign, user=request.user)
                messages.success(request, _("“%(title)s” was made as a draft.") % {"title": new.title})
                return redirect(reverse("wagtailsnippets_campaigns_campaign:edit", args=[new.pk]))
            if wish in CampaignState.values:
                campaigns.change_state(campaign, to=wish, user=request.user)
                messages.success(request, _("The campaign is now: %(state)s.") % {"state": CampaignState(wish).label})
        except CongError as error:
            messages.error(request, error.message)
        return redirect("campaigns_steps", pk=campaign.pk)
    context = {
        "campaign": campaign, "steps": _steps(campaign), "items": campaign.items.count(),
        "page_title": campaign.title, "header_icon": "calendar-alt",
    }  # fmt: skip
    return render(request, "campaigns/steps.html", context)
