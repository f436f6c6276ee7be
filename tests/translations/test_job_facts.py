"""A translation is whole and keeps the facts of its source, at every door it passes."""

from typing import Any

import pytest

from campaigns.services import approvals, items
from cms.core.errors import BadInput, Conflict, NotReady
from cms.core.models import Role
from tests.factories.campaigns import UserFactory, make_article
from tests.factories.translations import (
    approve_source,
    fill_job,
    make_job,
    make_reviewer,
    make_source,
    make_translator,
)
from translations.enums import JobState
from translations.models import Segment, TranslationJob
from translations.services import (
    approve_job,
    save_segment,
    submit_for_review,
)

pytestmark = pytest.mark.django_db


def test_an_unfinished_text_is_not_handed_in() -> None:
    translator = make_translator()
    job = make_job(translator=translator)
    save_segment(segment=job.segments.first(), target="x", user=translator)
    with pytest.raises(NotReady):
        submit_for_review(job=job, user=translator)
    fill_job(job, translator)
    save_segment(segment=job.segments.first(), target="   ", user=translator)
    with pytest.raises(NotReady):
        submit_for_review(job=job, user=translator)


def facts_job() -> tuple[TranslationJob, Any, Segment]:
    body = [("turn", {"voice": "female", "text": "Gọi 0692 869 999 hoặc 113 trước ngày 26/6, cháy gọi 114."})]
    translator = make_translator()
    job = make_job(item=make_source(body=body), translator=translator)
    fill_job(job, translator)
    return job, translator, job.segments.get(kind="turn.text")


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("x 0692 896 999 y 113 z 26/6 w 114", "0692 869 999"),
        ("x 0692 869 999 y z 26/6 w 114", "113"),
        ("x 0692 869 999 y 113 z 6/26 w 114", "26/6"),
        ("x 0692 869 999 y 114 z 26/6 w 113", "113"),
        ("x 0692 869 999 y một một ba z 26/6 w 114", "113"),
    ],
)
def test_a_changed_fact_is_refused_and_named(target: str, named: str) -> None:
    job, translator, segment = facts_job()
    save_segment(segment=segment, target=target, user=translator)  # typing itself is never refused
    with pytest.raises(BadInput, match=named):
        submit_for_review(job=job, user=translator)


def test_facts_in_another_dress_are_fine() -> None:
    job, translator, segment = facts_job()
    save_segment(segment=segment, target="x +84 692.869.999 y ១១៣ z 26 blan 6 w 114", user=translator)
    assert submit_for_review(job=job, user=translator).state == JobState.IN_REVIEW


def test_facts_are_checked_again_at_approval() -> None:
    job, translator, segment = facts_job()
    job = submit_for_review(job=job, user=translator)
    Segment.objects.filter(pk=segment.pk).update(target="x")
    with pytest.raises(BadInput):
        approve_job(job=job, user=make_reviewer())


def test_a_fact_changed_in_the_page_editor_is_refused_too() -> None:
    job, _translator, _segment = facts_job()
    job = submit_for_review(job=job, user=job.translator)
    approve_job(job=job, user=make_reviewer())
    page = items.page_of(job.item, orthography="jra")
    assert page is not None
    raw = page.get_latest_revision_as_object().body.get_prep_value()
    raw[0]["value"]["text"] = raw[0]["value"]["text"].replace("869 999", "869 998")
    editor = UserFactory(role=Role.EDITOR)
    draft = items.draft_page(job.item, orthography="jra", title=page.title, user=editor, body=raw)
    with pytest.raises(BadInput, match="0692 869 999"):
        approvals.submit(draft, editor)


def test_lost_marks_of_rich_text_are_refused() -> None:
    translator = make_translator()
    item = make_article()
    approve_source(item)
    job = fill_job(make_job(item=item, translator=translator), translator)
    segment = job.segments.get(kind="paragraph.html")
    save_segment(segment=segment, target="không có dấu", user=translator)
    with pytest.raises(BadInput, match=r"\{1\}"):
        submit_for_review(job=job, user=translator)


def test_what_does_not_fit_is_refused_before_it_breaks_the_page() -> None:
    translator = make_translator()
    job = fill_job(make_job(translator=translator), translator)
    save_segment(segment=job.segments.get(kind="title"), target="x" * 300, user=translator)
    with pytest.raises(BadInput, match="255"):
        submit_for_review(job=job, user=translator)


def test_text_is_kept_in_nfc_without_control_characters() -> None:
    translator = make_translator()
    job = make_job(translator=translator)
    saved = save_segment(segment=job.segments.first(), target="bo\u031b\u0306\x00 a\u0301 ", user=translator)
    assert saved.target == "bơ̆ á"


def test_two_browsers_do_not_overwrite_each_other() -> None:
    translator = make_translator()
    job = make_job(translator=translator)
    segment = job.segments.first()
    first = save_segment(segment=segment, target="một", user=translator, version=segment.version)
    with pytest.raises(Conflict) as error:
        save_segment(segment=segment, target="hai", user=translator, version=segment.version)
    assert error.value.details["current"] == "một"
    assert save_segment(segment=segment, target="hai", user=translator, version=first.version).target == "hai"
