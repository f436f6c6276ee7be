"""From an approved source to an approved translation, and everything that must not happen on the way."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from campaigns.blocks import ArticleBody, ScriptBody
from campaigns.enums import ApprovalStatus
from campaigns.models import ScriptPage
from campaigns.payloads import build_payload
from campaigns.services import approvals, items
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed, NotReady
from cms.core.models import Role
from tests.factories.campaigns import HotlineFactory, UserFactory, make_article, make_script
from tests.factories.translations import (
    fill_job,
    made_up,
    make_job,
    make_reviewer,
    make_source,
    make_submitted,
    make_translator,
)
from translations import segments as segments_module
from translations.enums import DONE_SEGMENTS, JOB_TRANSITIONS, JobState, SegmentState, TranslationState
from translations.models import Segment, TranslationJob
from translations.segments import extract, rebuild
from translations.selectors import coverage_matrix, jobs_of, missing_languages, translation_state
from translations.services import (
    approve_job,
    assign_job,
    cancel_job,
    make_pseudo,
    open_job,
    return_job,
    save_segment,
    submit_for_review,
)

pytestmark = pytest.mark.django_db


def payload_of(item: Any, orthography: str = "vi") -> dict[str, Any]:
    page = items.page_of(item, orthography=orthography)
    assert page is not None
    return build_payload(page.get_latest_revision_as_object())


# --- segments -----------------------------------------------------------------------------------------------------


def test_every_block_of_ours_is_known_to_the_segments() -> None:
    known = set(segments_module.WORDS)
    assert set(ArticleBody().child_blocks) | set(ScriptBody().child_blocks) == known
    assert {f"{block}.{name}" for block, names in segments_module.WORDS.items() for name in names} <= set(
        segments_module.LABELS
    )


def test_segments_are_the_words_and_nothing_else() -> None:
    hotline = HotlineFactory()
    item = make_script(hotline=hotline)
    found = [(segment.kind, segment.text) for segment in extract(payload_of(item))]
    assert [kind for kind, _text in found] == [
        "title", "lead_in.text", "turn.text", "turn.text", "hotline.text_before", "closing.text",
    ]  # fmt: skip
    assert all(hotline.number not in text for _kind, text in found)


def test_rich_text_round_trips_through_segments() -> None:
    body = [("paragraph", "<p>Khóa cửa <b>cẩn thận</b> &amp; gọi.</p><ul><li>Một</li><li>Hai<br/>ba</li></ul>")]
    payload = payload_of(make_article(body=body))
    targets = {segment.key: segment.text for segment in extract(payload)}
    words = rebuild(payload, targets)
    assert words["body"][0]["value"] == payload["blocks"][0]["html"]
    assert words["body"][0]["id"] == payload["blocks"][0]["id"]
    assert words["title"] == payload["title"] and words["summary"] == payload["summary"]


def test_a_missing_target_is_never_filled_with_the_source() -> None:
    payload = payload_of(make_script())
    targets = {segment.key: "x" for segment in extract(payload)[:-1]}
    with pytest.raises(KeyError):
        rebuild(payload, targets)


# --- the way through ----------------------------------------------------------------------------------------------


def test_one_person_translates_another_approves_and_the_page_stands_in_its_tree() -> None:
    hotline = HotlineFactory()
    item = make_source(hotline=hotline)
    translator, reviewer = make_translator(), make_reviewer()
    job = make_job(item=item, translator=translator, reviewer=reviewer)
    assert translation_state(item, "jra") == TranslationState.IN_TRANSLATION
    fill_job(job, translator)
    job = submit_for_review(job=job, user=translator)
    assert translation_state(item, "jra") == TranslationState.IN_REVIEW

    approval = approve_job(job=job, user=reviewer)

    assert translation_state(item, "jra") == TranslationState.UP_TO_DATE
    assert approval.status == ApprovalStatus.APPROVED
    assert approval.source_approval == job.source_approval
    assert (approval.submitted_by, approval.decided_by) == (translator, reviewer)
    page = ScriptPage.objects.get(item=item, orthography="jra")
    assert page.locale.language_code == "jra" and not page.live
    source, target = job.source_approval.payload, approval.payload
    assert [block["id"] for block in target["blocks"]] == [block["id"] for block in source["blocks"]]
    assert target["hotlines"] == source["hotlines"]
    assert target["title"] == made_up(source["title"])
    voices = [block.get("voice") for block in source["blocks"]]
    assert [block.get("voice") for block in target["blocks"]] == voices
    job.refresh_from_db()
    assert job.state == JobState.APPROVED and job.approval == approval


@pytest.mark.parametrize("orthography", ["km", "blt-tavt", "cjm-cham", "hmv"])
def test_other_scripts_take_the_same_way(orthography: str) -> None:
    job = make_submitted(orthography, item=make_source())
    approval = approve_job(job=job, user=make_reviewer(orthography))
    assert approval.orthography == orthography
    assert ScriptPage.objects.get(item=job.item, orthography=orthography).locale.language_code == orthography


def test_no_translation_without_an_approved_source() -> None:
    with pytest.raises(NotReady):
        make_job(item=make_script())


def test_no_second_job_and_none_into_the_source_language() -> None:
    job = make_job()
    with pytest.raises(Conflict):
        make_job(item=job.item)
    with pytest.raises(BadInput):
        make_job("vi", item=job.item)
    with pytest.raises(BadInput):
        make_job("xx", item=job.item)
    with pytest.raises(IntegrityError), transaction.atomic():
        TranslationJob.objects.create(
            item=job.item, orthography="jra", source_approval=job.source_approval, opened_at=clock.now()
        )


def test_only_people_of_the_language_are_given_a_job() -> None:
    item = make_source()
    with pytest.raises(BadInput):
        make_job("jra", item=item, translator=make_translator("bdq"))
    with pytest.raises(BadInput):
        make_job("jra", item=item, reviewer=make_translator("jra"))
    both = make_translator("jra")
    both.memberships.create(role=Role.REVIEWER, orthography="jra", valid_from=clock.today())
    with pytest.raises(BadInput):
        make_job("jra", item=item, translator=both, reviewer=both)


# --- rights: owner, member, stranger ------------------------------------------------------------------------------


def test_typing_owner_member_stranger() -> None:
    owner, member, stranger = make_translator(), make_translator(), make_translator("bdq")
    job = make_job(translator=owner)
    segment = job.segments.first()
    save_segment(segment=segment, target="x", user=owner)
    for person in (member, stranger, make_reviewer(), UserFactory(role=Role.CENTRE), UserFactory()):
        with pytest.raises(NotAllowed):
            save_segment(segment=segment, target="y", user=person)
    assert Segment.objects.get(pk=segment.pk).target == "x"


def test_a_free_job_belongs_to_who_types_first() -> None:
    first, second = make_translator(), make_translator()
    job = make_job()
    save_segment(segment=job.segments.first(), target="x", user=first)
    job.refresh_from_db()
    assert job.translator == first and job.state == JobState.IN_TRANSLATION
    with pytest.raises(NotAllowed):
        save_segment(segment=job.segments.last(), target="y", user=second)


def test_reviewing_owner_member_stranger() -> None:
    owner, member, stranger = make_reviewer(), make_reviewer(), make_reviewer("bdq")
    job = make_submitted(reviewer=owner)
    for person in (member, stranger, UserFactory(role=Role.EDITOR), UserFactory()):
        with pytest.raises(NotAllowed):
            approve_job(job=job, user=person)
        with pytest.raises(NotAllowed):
            return_job(job=job, user=person, comment="x")
    assert approve_job(job=job, user=owner).decided_by == owner


def test_jobs_are_opened_and_given_by_editors_only() -> None:
    item = make_source()
    for person in (make_translator(), make_reviewer(), UserFactory(role=Role.CENTRE), UserFactory()):
        with pytest.raises(NotAllowed):
            open_job(item=item, orthography="jra", user=person)
    job = make_job(item=item)
    with pytest.raises(NotAllowed):
        assign_job(job=job, user=make_translator(), translator=None)
    with pytest.raises(NotAllowed):
        cancel_job(job=job, user=make_translator())
    translator = make_translator()
    assert assign_job(job=job, user=UserFactory(role=Role.EDITOR), translator=translator).translator == translator


# --- four eyes ----------------------------------------------------------------------------------------------------


def test_nobody_approves_their_own_translation_superusers_included() -> None:
    boss = UserFactory(is_superuser=True)
    job = make_submitted(translator=boss)
    with pytest.raises(NotAllowed):
        approve_job(job=job, user=boss)


def test_nobody_approves_who_ever_typed_in_it_even_if_others_wrote_over_it() -> None:
    helper, translator = make_translator(), make_translator()
    helper.memberships.create(role=Role.REVIEWER, orthography="jra", valid_from=clock.today())
    job = make_job(translator=helper)
    save_segment(segment=job.segments.first(), target=made_up(job.segments.first().source), user=helper)
    assign_job(job=job, user=UserFactory(role=Role.EDITOR), translator=translator)
    fill_job(job, translator)
    job = submit_for_review(job=job, user=translator)
    with pytest.raises(NotAllowed):
        approve_job(job=job, user=helper)
    assert approve_job(job=job, user=make_reviewer())


def test_the_database_keeps_four_eyes_too() -> None:
    job = make_submitted()
    approval = approve_job(job=job, user=make_reviewer())
    with pytest.raises(IntegrityError), transaction.atomic():
        TranslationJob.objects.filter(pk=job.pk).update(decided_by=job.submitted_by, approval=approval)


# --- trial text ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("orthography", ["jra", "km", "blt-tavt"])
def test_trial_text_says_so_and_can_never_be_approved(orthography: str) -> None:
    item = make_source(hotline=HotlineFactory())
    job = make_pseudo(item=item, orthography=orthography)
    assert make_pseudo(item=item, orthography=orthography) == job
    assert all("bản thử, chưa dịch" in segment.target for segment in job.segments.all())
    page = items.page_of(item, orthography=orthography)
    assert page is not None and "bản thử, chưa dịch" in page.get_latest_revision_as_object().title
    assert translation_state(item, orthography) == TranslationState.MISSING

    with pytest.raises(NotAllowed):
        approve_job(job=job, user=make_reviewer(orthography))
    with pytest.raises(NotAllowed):
        approve_job(job=job, user=UserFactory(is_superuser=True))
    with pytest.raises(NotAllowed):
        submit_for_review(job=job, user=make_translator(orthography))
    with pytest.raises(BadInput):  # nor past the workbench, from the page editor
        approvals.submit(page, UserFactory(role=Role.EDITOR))
    with pytest.raises(IntegrityError), transaction.atomic():
        TranslationJob.objects.filter(pk=job.pk).update(state=JobState.APPROVED)


def test_a_trial_text_does_not_stand_in_the_way_of_a_real_translation() -> None:
    item = make_source()
    make_pseudo(item=item, orthography="jra")
    approval = approve_job(job=make_submitted(item=item), user=make_reviewer())
    assert "bản thử" not in approval.payload["title"]


def test_trial_text_typed_by_hand_is_refused() -> None:
    translator = make_translator()
    job = fill_job(make_job(translator=translator), translator)
    save_segment(segment=job.segments.last(), target="[bản thử, chưa dịch: x]", user=translator)
    with pytest.raises(BadInput):
        submit_for_review(job=job, user=translator)


# --- sending back -------------------------------------------------------------------------------------------------


def test_sent_back_with_a_comment_and_handed_in_again() -> None:
    job = make_submitted()
    reviewer = make_reviewer()
    with pytest.raises(BadInput):
        return_job(job=job, user=reviewer, comment=" ")
    job = return_job(job=job, user=reviewer, comment="Câu hai chưa tự nhiên")
    assert job.state == JobState.RETURNED
    with pytest.raises(Conflict):
        approve_job(job=job, user=reviewer)
    save_segment(segment=job.segments.first(), target="mới", user=job.translator)
    job.refresh_from_db()
    assert job.state == JobState.IN_TRANSLATION
    job = submit_for_review(job=job, user=job.translator)
    assert approve_job(job=job, user=reviewer).status == ApprovalStatus.APPROVED


def test_nothing_is_typed_while_it_is_being_reviewed() -> None:
    job = make_submitted()
    with pytest.raises(NotAllowed):
        save_segment(segment=job.segments.first(), target="x", user=job.translator)


# --- questions ----------------------------------------------------------------------------------------------------


def test_the_matrix_takes_two_queries_however_many_items(django_assert_num_queries: Any) -> None:
    items_ = [make_source() for _ in range(3)]
    make_job("bdq", item=items_[0])
    with django_assert_num_queries(2):
        rows = coverage_matrix(items_)
    assert len(rows) == 3 and len(rows[0].cells) == 12
    states = {cell.orthography: cell.state for cell in rows[0].cells}
    assert states["vi"] == TranslationState.SOURCE
    assert states["bdq"] == TranslationState.IN_TRANSLATION and states["jra"] == TranslationState.MISSING
    assert missing_languages(items_[0], ["vi", "jra"]) == ["jra"]


def test_my_jobs_are_mine_and_those_free_in_my_language() -> None:
    translator, reviewer = make_translator(), make_reviewer()
    mine = make_job(translator=translator)
    free = make_job()
    other = make_job("bdq")
    waiting = make_submitted()
    assert set(jobs_of(translator)) == {mine, free}
    assert set(jobs_of(reviewer)) == {waiting}
    assert other not in jobs_of(translator)
    assert jobs_of(UserFactory(role=Role.CENTRE)).count() == 0
    counted = jobs_of(translator).get(pk=mine.pk)
    assert (counted.total, counted.done) == (mine.segments.count(), 0)  # type: ignore[attr-defined]


def test_a_cancelled_job_makes_room() -> None:
    job = make_job()
    cancel_job(job=job, user=UserFactory(role=Role.EDITOR))
    assert translation_state(job.item, "jra") == TranslationState.MISSING
    assert make_job(item=job.item)


# --- the transition table -----------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(JobState.values), max_size=12))
def test_whatever_is_tried_an_approved_job_came_from_review(path: list[str]) -> None:
    state, seen = str(JobState.OPEN), [str(JobState.OPEN)]
    for wanted in path:
        if wanted in JOB_TRANSITIONS[state]:
            state = wanted
            seen.append(state)
    if JobState.APPROVED in seen:
        assert seen[seen.index(JobState.APPROVED) - 1] == JobState.IN_REVIEW
        assert seen[-1] == JobState.APPROVED
    assert SegmentState.STALE not in DONE_SEGMENTS
