"""WHAT is said: plain rows own the facts, pages own the words."""

from campaigns.models.approval import Approval, ApprovalDelegation, ContentEdit
from campaigns.models.areas import Area, AreaSuccession
from campaigns.models.campaign import (
    Audience,
    Campaign,
    CampaignTask,
    Observance,
    ObservanceTheme,
    Target,
    Topic,
)
from campaigns.models.content import ContentItem
from campaigns.models.hotlines import Hotline
from campaigns.models.organisations import Organisation
from campaigns.models.pages import ArticlePage, CampaignPage, ContentPage, HomePage, ScriptPage
from campaigns.models.pause import Pause
from campaigns.models.plans import PlanBasis, PlanDocument

__all__ = [
    "Approval",
    "ApprovalDelegation",
    "Area",
    "AreaSuccession",
    "ArticlePage",
    "Audience",
    "Campaign",
    "CampaignPage",
    "CampaignTask",
    "ContentEdit",
    "ContentItem",
    "ContentPage",
    "HomePage",
    "Hotline",
    "Observance",
    "ObservanceTheme",
    "Organisation",
    "Pause",
    "PlanBasis",
    "PlanDocument",
    "ScriptPage",
    "Target",
    "Topic",
]
