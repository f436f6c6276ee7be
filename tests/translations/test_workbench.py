"""The translation desk over HTTP: who may open it, who may type, and that nothing typed is ever lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.services import items
from cms.core import clock
from cms.core.models import Role, User
from cms.core.permissions import can_enter_admin
from tests.factories.campaigns import HotlineFactory, UserFactory
from tests.factories.translations import (
    approve_source,
    fill_job,
    made_up,
    make_job,
    make_reviewer,
    make_source,
    make_submitted,
    make_translator,
)
from translations.enums import JobState
from translations.models import TranslationJob
from translations.services import make_pseudo, save_segment

pytestmark = pytest.mark.django_db


def page(client: Client, user: User, name: str, *args: Any, **query: Any) -> Any:
    client.force_login(user)
    return client.get(reverse(f"translations:{name}", args=args), query, headers={"accept-language": "vi"})


def boxes(job: TranslationJob, **typed: str) -> dict[str, str]:
    """The fields the page would post: every box with its version; ``typed`` by order ("s0", "s1")."""
    data = {}
    for segment in job.segments.all():
        data[f"target_{segment.pk}"] = typed.get(f"s{segment.order}", segment.target)
        data[f"version_{segment.pk}"] = str(segment.version)
    return data


# --- who may open what --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my_jobs", "job", "review", "coverage"])
def test_strangers_and_visitors_stay_outside(client: Client, name: str) -> None:
    args = [make_submitted().pk] if name in {"job", "review"} else []
    address = reverse(f"translations:{name}", args=args)
    answer = client.get(address)
    assert answer.status_code == 302 and "/dang-nhap/" in answer.headers["Location"]
    for role in (Role.CENTRE, Role.OPERATOR, Role.MONITOR):
        client.force_login(UserFactory(role=role))
        assert client.get(address).status_code == 403
    client.force_login(UserFactory())
    assert client.get(address).status_code == 403


def test_somebody_who_cannot_open_the_page_in_wagtail_can_work(client: Client) -> None:
    translator = make_translator()
    job = make_job(item=make_source(hotline=HotlineFactory()), translator=translator)
    assert not can_enter_admin(translator)
    client.force_login(translator)
    source_page = items.page_of(job.item, orthography="vi")
    assert source_page is not None
    refused = client.get(reverse("wagtailadmin_pages:edit", args=[source_page.pk]))
    assert refused.status_code in {302, 403, 404}
    answer = page(client, translator, "job", job.pk)
    assert answer.status_code == 200
    text = answer.content.decode()
    for segment in job.segments.all():
        assert segment.source in text
    assert "0269 3 869 999" in text and text.count('class="target"') == job.segments.count()
    assert 'lang="jra"' in text


def test_people_of_another_language_read_and_cannot_type(client: Client) -> None:
    job = make_job(translator=make_translator())
    for person in (make_translator("bdq"), make_translator(), make_reviewer(), UserFactory(role=Role.EDITOR)):
        answer = page(client, person, "job", job.pk)
        assert answer.status_code == 200
        assert 'class="target"' not in answer.content.decode()
        segment = job.segments.first()
        posted = client.post(reverse("translations:job", args=[job.pk]), {f"target_{segment.pk}": "x", "save": "all"})
        assert posted.status_code == 403
        saved = client.post(reverse("translations:autosave", args=[job.pk, segment.pk]), {"target": "x"})
        assert saved.status_code == 403 and "error" in saved.json()
    assert not job.segments.exclude(target="").exists()


def test_the_list_shows_what_waits_for_whom(client: Client) -> None:
    translator = make_translator()
    mine, other = make_job(translator=translator), make_job("bdq")
    text = page(client, translator, "my_jobs").content.decode()
    assert reverse("translations:job", args=[mine.pk]) in text
    assert reverse("translations:job", args=[other.pk]) not in text
    editor = UserFactory(role=Role.EDITOR)
    text = page(client, editor, "my_jobs").content.decode()
    assert reverse("translations:job", args=[other.pk]) in text
    text = page(client, editor, "my_jobs", chu="bdq").content.decode()
    assert reverse("translations:job", args=[mine.pk]) not in text


def test_the_list_asks_the_same_questions_for_ten_jobs_as_for_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    translator = make_translator()
    for _number in range(4):
        make_job(translator=translator)
    client.force_login(translator)
    client.get("/dich/")
    with django_assert_max_num_queries(8):
        assert client.get("/dich/").status_code == 200


# --- typing -------------------------------------------------------------------------------------------------------


def test_one_button_saves_every_box(client: Client) -> None:
    translator = make_translator()
    job = make_job(translator=translator)
    client.force_login(translator)
    first = job.segments.first()
    answer = client.post(
        reverse("translations:job", args=[job.pk]), boxes(job, s0="một", s1="hai") | {"save": str(first.pk)}
    )
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"#doan-{first.pk}")
    assert [segment.target for segment in job.segments.all()[:3]] == ["một", "hai", ""]


def test_a_conflict_keeps_what_was_typed_and_shows_the_other_text(client: Client) -> None:
    translator = make_translator()
    job = make_job(translator=translator)
    data = boxes(job, s0="của tôi", s1="ô khác")
    save_segment(segment=job.segments.first(), target="của cửa sổ kia", user=translator)
    client.force_login(translator)
    answer = client.post(reverse("translations:job", args=[job.pk]), data | {"save": "all"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "của tôi</textarea>" in text and "của cửa sổ kia" in text
    stored = [segment.target for segment in job.segments.all()[:2]]
    assert stored == ["của cửa sổ kia", "ô khác"]
    version = re.search(rf'name="version_{job.segments.first().pk}" value="(\d+)"', text)
    assert version and version.group(1) == "1"


def test_autosave_answers_with_the_new_version_and_what_to_mend(client: Client) -> None:
    translator = make_translator()
    job = make_job(item=make_source(title="Gọi 113"), translator=translator)
    segment = job.segments.get(kind="title")
    client.force_login(translator)
    address = reverse("translations:autosave", args=[job.pk, segment.pk])
    answer = client.post(address, {"target": "x mǒ", "version": "0"}, headers={"accept-language": "vi"}).json()
    assert answer["version"] == 1 and answer["done"] == 1
    assert [(note["code"], note["blocking"]) for note in answer["notes"]] == [("facts", True), ("letters", False)]
    assert "113" in answer["notes"][0]["text"] and "ǒ → ŏ" in answer["notes"][1]["text"]
    conflict = client.post(address, {"target": "y", "version": "0"})
    assert conflict.status_code == 409 and conflict.json()["current"] == "x mǒ"
    assert client.get(address).status_code == 405


def test_a_segment_of_another_job_is_not_found(client: Client) -> None:
    translator = make_translator()
    one, other = make_job(translator=translator), make_job(translator=translator)
    client.force_login(translator)
    address = reverse("translations:autosave", args=[one.pk, other.segments.first().pk])
    assert client.post(address, {"target": "x"}).status_code == 404


def test_handing_in_an_unfinished_text_saves_it_and_says_what_is_missing(client: Client) -> None:
    translator = make_translator()
    job = make_job(translator=translator)
    client.force_login(translator)
    answer = client.post(
        reverse("translations:job", args=[job.pk]), boxes(job, s0="một") | {"save": "submit"}, follow=True
    )
    job.refresh_from_db()
    assert job.state == JobState.IN_TRANSLATION and job.segments.first().target == "một"
    assert 'role="alert"' in answer.content.decode()


def test_what_is_typed_is_never_markup_on_the_page(client: Client) -> None:
    translator = make_translator()
    job = make_job(translator=translator)
    save_segment(segment=job.segments.first(), target="</textarea><script>alert(1)</script>", user=translator)
    text = page(client, translator, "job", job.pk).content.decode()
    assert "<script>alert" not in text


# --- the source moves ---------------------------------------------------------------------------------------------


def test_an_outdated_job_says_so_and_shows_what_changed(client: Client) -> None:
    translator = make_translator()
    job = fill_job(make_job(translator=translator), translator)
    source = items.page_of(job.item, orthography="vi")
    assert source is not None
    raw = source.get_latest_revision_as_object().body.get_prep_value()
    raw[1]["value"]["text"] = raw[1]["value"]["text"].replace("rẫy", "nương")
    with clock.shifted(timedelta(minutes=5)):
        items.draft_page(job.item, orthography="vi", title=source.title, user=job.item.created_by, body=raw)
        approve_source(job.item)
    refresh = reverse("translations:refresh", args=[job.pk])
    assert refresh in page(client, translator, "job", job.pk).content.decode()
    text = client.post(refresh, follow=True, headers={"accept-language": "vi"}).content.decode()
    assert "<del>rẫy</del><ins>nương</ins>" in text
    assert made_up("")[0] in text
    client.force_login(make_translator("bdq"))
    client.post(refresh)
    assert job.segments.filter(state="stale").count() == 1


# --- review -------------------------------------------------------------------------------------------------------


def test_the_reviewer_reads_and_approves_the_whole(client: Client) -> None:
    job = make_submitted()
    reviewer = make_reviewer()
    text = page(client, reviewer, "review", job.pk).content.decode()
    assert 'name="approve"' in text and job.segments.last().target in text
    answer = client.post(reverse("translations:review", args=[job.pk]), {"comment": "", "approve": "1"})
    assert answer.status_code == 302
    job.refresh_from_db()
    assert job.state == JobState.APPROVED and job.decided_by == reviewer


def test_sending_back_needs_a_comment_and_keeps_it(client: Client) -> None:
    job = make_submitted()
    reviewer = make_reviewer()
    client.force_login(reviewer)
    address = reverse("translations:review", args=[job.pk])
    assert client.post(address, {"comment": " ", "return": "1"}).status_code == 200
    client.post(address, {"comment": "Câu hai chưa rõ", "return": "1"})
    job.refresh_from_db()
    assert job.state == JobState.RETURNED
    assert "Câu hai chưa rõ" in page(client, job.translator, "job", job.pk).content.decode()


def test_the_translator_of_a_text_gets_no_button_to_approve_it(client: Client) -> None:
    translator = make_translator()
    translator.memberships.create(role=Role.REVIEWER, orthography="jra", valid_from=clock.today())
    job = make_submitted(translator=translator)
    assert 'name="approve"' not in page(client, translator, "review", job.pk).content.decode()
    client.post(reverse("translations:review", args=[job.pk]), {"comment": "", "approve": "1"})
    job.refresh_from_db()
    assert job.state == JobState.IN_REVIEW


def test_a_reviewer_of_another_language_reads_only(client: Client) -> None:
    job = make_submitted()
    stranger = make_reviewer("bdq")
    assert 'name="approve"' not in page(client, stranger, "review", job.pk).content.decode()
    client.post(reverse("translations:review", args=[job.pk]), {"comment": "", "approve": "1"})
    job.refresh_from_db()
    assert job.state == JobState.IN_REVIEW


def test_a_trial_text_is_shown_as_such_and_offers_nothing(client: Client) -> None:
    job = make_pseudo(item=make_source(), orthography="km")
    text = page(client, make_translator("km"), "job", job.pk).content.decode()
    assert "bản thử, chưa dịch" in text and 'class="target"' not in text


# --- editors ------------------------------------------------------------------------------------------------------


def test_an_editor_opens_jobs_and_one_that_fails_stops_no_other(client: Client) -> None:
    item = make_source()
    make_job("jra", item=item)
    client.force_login(UserFactory(role=Role.EDITOR))
    client.post("/dich/mo/", {"item": item.pk, "orthographies": ["jra", "bdq", "km"], "due": "2026-12-01"})
    assert set(TranslationJob.objects.values_list("orthography", flat=True)) == {"jra", "bdq", "km"}
    client.force_login(make_translator())
    assert client.get("/dich/mo/").status_code == 403
    assert client.post("/dich/mo/", {"item": item.pk, "orthographies": ["sed"]}).status_code == 403


def test_an_editor_gives_a_job_to_people_of_the_language_only(client: Client) -> None:
    job = make_job()
    translator, stranger = make_translator(), make_translator("bdq")
    client.force_login(UserFactory(role=Role.EDITOR))
    address = reverse("translations:assign", args=[job.pk])
    client.post(address, {"translator": stranger.pk})
    job.refresh_from_db()
    assert job.translator is None
    client.post(address, {"translator": translator.pk, "reviewer": make_reviewer().pk, "due": "2026-12-01"})
    job.refresh_from_db()
    assert job.translator == translator and str(job.due) == "2026-12-01"
    client.post(address, {"cancel": "1"})
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_the_matrix_shows_states_and_offers_jobs_to_editors(client: Client) -> None:
    job = make_job()
    editor = UserFactory(role=Role.EDITOR)
    text = page(client, editor, "coverage").content.decode()
    assert reverse("translations:job", args=[job.pk]) in text and "chu=bdq" in text
    assert "chu=bdq" not in page(client, make_translator(), "coverage").content.decode()
