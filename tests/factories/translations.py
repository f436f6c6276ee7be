"""Factories of translations. They call the product's own verbs, so that no row exists that the product cannot make."""

from typing import Any

from campaigns.models import Approval, ContentItem
from campaigns.services import approvals, items
from cms.core.models import Role, User
from tests.factories.campaigns import UserFactory, make_script
from translations.models import TranslationJob
from translations.services import open_job, save_segment, submit_for_review


def make_translator(orthography: str = "jra", **kwargs: Any) -> User:
    """A translator of one written language."""
    return UserFactory(role=Role.TRANSLATOR, role__orthography=orthography, **kwargs)


def make_reviewer(orthography: str = "jra", **kwargs: Any) -> User:
    """A native reviewer of one written language."""
    return UserFactory(role=Role.REVIEWER, role__orthography=orthography, **kwargs)


def approve_source(item: ContentItem) -> Approval:
    """The item's Vietnamese draft, handed in by one person and approved by another."""
    page = items.page_of(item, orthography=item.source_orthography)
    assert page is not None
    request = approvals.submit(page, item.created_by or UserFactory(role=Role.EDITOR))
    return approvals.approve(request, UserFactory(role=Role.APPROVER))


def make_source(**kwargs: Any) -> ContentItem:
    """A radio script whose Vietnamese words are approved."""
    item = make_script(**kwargs)
    approve_source(item)
    return item


def make_job(orthography: str = "jra", *, item: ContentItem | None = None, **kwargs: Any) -> TranslationJob:
    """A job under way, opened by an editor."""
    user = kwargs.pop("user", None) or UserFactory(role=Role.EDITOR)
    return open_job(item=item or make_source(), orthography=orthography, user=user, **kwargs)


def made_up(source: str) -> str:
    """Something for a target that is no language: the facts and marks of the source between dashes."""
    return f"– {source} –"


def fill_job(job: TranslationJob, user: User) -> TranslationJob:
    """Every segment typed by this person, facts kept."""
    for segment in job.segments.all():
        save_segment(segment=segment, target=made_up(segment.source), user=user)
    job.refresh_from_db()
    return job


def make_submitted(orthography: str = "jra", **kwargs: Any) -> TranslationJob:
    """A job that waits for review; ``translator`` may be given."""
    translator = kwargs.pop("translator", None) or make_translator(orthography)
    job = fill_job(make_job(orthography, translator=translator, **kwargs), translator)
    return submit_for_review(job=job, user=translator)
