"""The fixed vocabularies of campaigns, with the sets that code asks about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaKind(models.TextChoices):
    """Levels of administration. Districts ended on 1 July 2025; older campaigns still name them."""

    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district")
    COMMUNE = "commune", _("commune")
    VILLAGE = "village", _("village")


class OrganisationKind(models.TextChoices):
    """What sort of body an organisation is."""

    DEPARTMENT = "department", _("department")
    POLICE = "police", _("police")
    PEOPLES_COMMITTEE = "peoples_committee", _("people's committee")
    CULTURE_CENTRE = "culture_centre", _("culture centre")
    PRESS = "press", _("press agency")
    PARTY = "party", _("party body")
    UNION = "union", _("front or union")
    STEERING = "steering", _("steering committee")
    OTHER = "other", _("other")


class PlanStatus(models.TextChoices):
    """Where an imported plan stands."""

    RECEIVED = "received", _("received")
    READ = "read", _("read")
    UNREADABLE = "unreadable", _("could not be read")
    ACCEPTED = "accepted", _("turned into a campaign")


class CampaignState(models.TextChoices):
    """The life of a campaign."""

    DRAFT = "draft", _("draft")
    ACTIVE = "active", _("active")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


CAMPAIGN_TRANSITIONS: dict[str, frozenset[str]] = {
    CampaignState.DRAFT: frozenset({CampaignState.ACTIVE, CampaignState.CANCELLED}),
    CampaignState.ACTIVE: frozenset({CampaignState.CLOSED, CampaignState.CANCELLED}),
    CampaignState.CLOSED: frozenset({CampaignState.ACTIVE}),
    CampaignState.CANCELLED: frozenset({CampaignState.DRAFT}),
}


class TaskRole(models.TextChoices):
    """Who leads and who coordinates a task of the plan."""

    LEAD = "lead", _("leads")
    COORDINATE = "coordinate", _("coordinates")
    BOTH = "both", _("leads and coordinates")


class ContentKind(models.TextChoices):
    """What an item is."""

    LANDING = "landing", _("campaign page")
    ARTICLE = "article", _("article")
    SCRIPT = "script", _("radio script")


SPOKEN_KINDS = frozenset({ContentKind.SCRIPT})


class ApprovalStatus(models.TextChoices):
    """Where a text stands on its way to the public."""

    PENDING = "pending", _("waiting for approval")
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("sent back")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    REVOKED = "revoked", _("approval revoked")
    SUPERSEDED = "superseded", _("replaced by a newer approval")


APPROVAL_TRANSITIONS: dict[str, frozenset[str]] = {
    ApprovalStatus.PENDING: frozenset({ApprovalStatus.APPROVED, ApprovalStatus.RETURNED, ApprovalStatus.WITHDRAWN}),
    ApprovalStatus.APPROVED: frozenset({ApprovalStatus.REVOKED, ApprovalStatus.SUPERSEDED}),
    ApprovalStatus.RETURNED: frozenset(),
    ApprovalStatus.WITHDRAWN: frozenset(),
    ApprovalStatus.REVOKED: frozenset(),
    ApprovalStatus.SUPERSEDED: frozenset(),
}


class PauseScope(models.TextChoices):
    """How far a pause reaches."""

    PROVINCE = "province", _("whole province")
    AREA = "area", _("one area")
    CAMPAIGN = "campaign", _("one campaign")


class Comparison(models.TextChoices):
    """How a target's figure is to be read."""

    AT_LEAST = "at_least", _("at least")
    MORE_THAN = "more_than", _("more than")
    AT_MOST = "at_most", _("at most")
    LESS_THAN = "less_than", _("less than")
    EXACTLY = "exactly", _("exactly")
    REDUCE_BY = "reduce_by", _("reduced by at least")
    INCREASE_BY = "increase_by", _("increased by at least")
