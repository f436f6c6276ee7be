"""What becomes of a translation whose source moves."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.services import items
from cms.core import clock
from cms.core.errors import NotReady
from tests.factories.translations import (
    approve_source,
    fill_job,
    made_up,
    make_job,
    make_reviewer,
    make_submitted,
    make_translator,
)
from translations.enums import JobState, SegmentState, TranslationState
from translations.selectors import translation_state
from translations.services import (
    approve_job,
    refresh_job,
    save_segment,
    submit_for_review,
)

pytestmark = pytest.mark.django_db


def edit_source(item: Any, body: list[tuple[str, Any]] | None = None, **changes: str) -> None:
    """A person changes the Vietnamese draft: ``changes`` replaces words in every block; then it is approved anew."""
    page = items.page_of(item, orthography="vi")
    assert page is not None
    raw = page.get_latest_revision_as_object().body.get_prep_value()
    for block in raw:
        for old, new in changes.items():
            if isinstance(block["value"], dict):
                block["value"] = {
                    name: value.replace(old, new) if isinstance(value, str) else value
                    for name, value in block["value"].items()
                }
    with clock.shifted(timedelta(minutes=5)):
        items.draft_page(item, orthography="vi", title=page.title, user=item.created_by, body=raw)
        approve_source(item)


def test_an_approved_translation_is_outdated_when_its_source_is_approved_anew() -> None:
    job = make_submitted()
    approve_job(job=job, user=make_reviewer())
    edit_source(job.item, rẫy="nương")
    assert translation_state(job.item, "jra") == TranslationState.OUTDATED

    again = make_job(item=job.item, translator=job.translator)
    states = {segment.kind: segment.state for segment in again.segments.all()}
    stale = again.segments.get(state=SegmentState.STALE)
    assert states["title"] == SegmentState.CARRIED
    assert "rẫy" in stale.previous_source and "nương" in stale.source and "rẫy" in stale.target
    with pytest.raises(NotReady):
        submit_for_review(job=again, user=job.translator)
    save_segment(segment=stale, target=made_up(stale.source), user=job.translator)
    with clock.shifted(timedelta(minutes=9)):
        approve_job(job=submit_for_review(job=again, user=job.translator), user=make_reviewer())
    assert translation_state(job.item, "jra") == TranslationState.UP_TO_DATE


def test_a_source_that_moves_during_the_work_is_taken_over_without_losing_a_word() -> None:
    translator = make_translator()
    job = fill_job(make_job(translator=translator), translator)
    before = {segment.key: segment.target for segment in job.segments.all()}
    edit_source(job.item, rẫy="nương")
    job.refresh_from_db()
    assert translation_state(job.item, "jra") == TranslationState.OUTDATED
    with pytest.raises(NotReady):
        submit_for_review(job=job, user=translator)
    assert refresh_job(job=job, user=translator) == 1
    assert refresh_job(job=job, user=translator) == 0
    assert {segment.key: segment.target for segment in job.segments.all()} == before
    assert job.segments.filter(state=SegmentState.STALE).count() == 1


def test_a_review_is_stopped_by_a_source_that_moved() -> None:
    job = make_submitted()
    edit_source(job.item, rẫy="nương")
    with pytest.raises(NotReady):
        approve_job(job=job, user=make_reviewer())
    refresh_job(job=job, user=job.translator)
    job.refresh_from_db()
    assert job.state == JobState.IN_TRANSLATION


def test_a_block_moved_to_another_place_keeps_its_translation() -> None:
    translator = make_translator()
    job = fill_job(make_job(translator=translator), translator)
    page = items.page_of(job.item, orthography="vi")
    assert page is not None
    raw = page.get_latest_revision_as_object().body.get_prep_value()
    raw[1], raw[2] = raw[2], raw[1]
    with clock.shifted(timedelta(minutes=5)):
        items.draft_page(job.item, orthography="vi", title=page.title, user=job.item.created_by, body=raw)
        approve_source(job.item)
    assert refresh_job(job=job, user=translator) == 0
