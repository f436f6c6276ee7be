"""The admin screens of campaigns and of the registers they draw on."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from campaigns.models import (
    Area,
    Audience,
    Campaign,
    ContentItem,
    Hotline,
    Observance,
    Organisation,
    Topic,
)


class CampaignViewSet(SnippetViewSet):
    """Campaigns: dates, bodies, audiences, tasks and targets."""

    model = Campaign
    icon = "calendar-alt"
    menu_label = _("Campaigns")
    list_display = ["title", "state", "starts_on", "ends_on", "issuer"]
    list_filter = ["state", "topics", "observances"]
    search_fields = ["title", "title_key"]
    ordering = ["-starts_on"]
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("title"),
                    FieldPanel("slug"),
                    FieldPanel("theme"),
                    FieldPanel("purpose"),
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldPanel("issuer"),
                    FieldPanel("coordinating"),
                    FieldPanel("plan", read_only=True),
                ],
                heading=_("Campaign"),
            ),
            ObjectList(
                [
                    MultiFieldPanel([FieldPanel("topics"), FieldPanel("audiences")], heading=_("About what, for whom")),
                    FieldPanel("observances"),
                    FieldPanel("areas"),
                ],
                heading=_("Reach"),
            ),
            ObjectList([InlinePanel("tasks", heading=_("Tasks"), label=_("Task"))], heading=_("Tasks")),
            ObjectList([InlinePanel("targets", heading=_("Targets"), label=_("Target"))], heading=_("Targets")),
        ]
    )


class ContentItemViewSet(SnippetViewSet):
    """What a campaign says. Items are made by "New article" and "New script", with the page of their words."""

    model = ContentItem
    icon = "doc-full"
    menu_label = _("Content")
    list_display = ["title", "kind", "campaign", "expires_at"]
    list_filter = ["kind", "campaign"]
    search_fields = ["title", "title_key"]
    panels = [
        FieldPanel("title"),
        FieldPanel("purpose"),
        FieldPanel("expires_at"),
        FieldPanel("about_safety"),
        FieldPanel("campaign", read_only=True),
        FieldPanel("kind", read_only=True),
    ]


class HotlineViewSet(SnippetViewSet):
    """Hotlines. The number of a verified line is replaced, never edited."""

    model = Hotline
    icon = "mobile-alt"
    menu_label = _("Hotlines")
    list_display = ["label", "number", "purpose", "verified_at", "valid_to"]
    search_fields = ["label", "number", "purpose"]
    panels = [
        FieldPanel("label"),
        FieldPanel("number"),
        FieldPanel("purpose"),
        FieldPanel("hours"),
        FieldPanel("area"),
        FieldPanel("organisation"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
    ]


class OrganisationViewSet(SnippetViewSet):
    """Bodies."""

    model = Organisation
    icon = "group"
    menu_label = _("Organisations")
    list_display = ["name", "kind", "area", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["name", "name_key", "short_name"]
    panels = [
        FieldPanel("name"),
        FieldPanel("short_name"),
        FieldPanel("kind"),
        FieldPanel("area"),
        FieldPanel("parent"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
    ]


class AreaViewSet(SnippetViewSet):
    """Areas with their dates."""

    model = Area
    icon = "site"
    menu_label = _("Areas")
    list_display = ["full_name", "kind", "code", "parent", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["full_name", "name_key", "code"]
    panels = [
        FieldPanel("full_name"),
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldPanel("code"),
        FieldPanel("parent"),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")]),
    ]


class ObservanceViewSet(SnippetViewSet):
    """Days and months of action, with each year's theme."""

    model = Observance
    icon = "date"
    menu_label = _("Observances")
    list_display = ["name", "day", "month", "lead_days"]
    panels = [
        FieldPanel("name"),
        FieldPanel("code"),
        FieldRowPanel([FieldPanel("day"), FieldPanel("month")]),
        FieldRowPanel([FieldPanel("window_before"), FieldPanel("window_after"), FieldPanel("lead_days")]),
        FieldPanel("basis"),
        InlinePanel("themes", heading=_("Themes"), label=_("Theme of the year")),
    ]


class TopicViewSet(SnippetViewSet):
    """Topics."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["name", "code"]


class AudienceViewSet(SnippetViewSet):
    """Audiences: groups, never persons."""

    model = Audience
    icon = "user"
    menu_label = _("Audiences")
    list_display = ["name", "code"]


class CampaignGroup(SnippetViewSetGroup):
    """Campaigns and what they say."""

    items = (CampaignViewSet, ContentItemViewSet)
    menu_label = _("Campaigns")
    menu_icon = "calendar-alt"
    menu_order = 100


class RegisterGroup(SnippetViewSetGroup):
    """What campaigns draw on."""

    items = (
        HotlineViewSet,
        OrganisationViewSet,
        AreaViewSet,
        ObservanceViewSet,
        TopicViewSet,
        AudienceViewSet,
    )
    menu_label = _("Registers")
    menu_icon = "list-ul"
    menu_order = 300


__all__ = ["CampaignGroup", "RegisterGroup"]
