"""The list of those who plan: rights, filters, the table to take; counting by the eight forms; the cockpit's lines."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from channels.manual import services
from channels.manual.counting import count_people, rows_by_form
from channels.manual.enums import LegalForm
from channels.manual.models import ManualTask
from channels.manual.services.confirming import Said
from cms.cockpit import mine, soon
from cms.core import clock
from tests.factories.manual import hand_over
from tests.factories.roof import PASSWORD, World, confirmation, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def editor(world: World) -> Client:
    client = Client()
    client.login(username="bientap", password=PASSWORD)
    return client


def done(world: World, task: ManualTask, **values: Any) -> None:
    said = Said(**{"aired_at": clock.now(), "place": "Thôn Làng Nú", **values})
    services.confirm_task(user=world.people["centre"], task=task, said=said)


@pytest.mark.parametrize(("who", "status"), [("bientap", 200), ("duyet", 200), ("quantri", 200), ("coso", 302)])
def test_who_opens_the_list(world: World, who: str, status: int) -> None:
    task = hand_over(world)
    client = Client()
    client.login(username=who, password=PASSWORD)
    for address in (
        reverse("manual_tasks"), reverse("manual_task", args=[task.pk]), reverse("manual_tasks_export", args=["csv"])
    ):  # fmt: skip
        answer = client.get(address).status_code
        assert answer == status if status == 200 else answer in (302, 403)


def test_filters(editor: Client, world: World) -> None:
    van, board = hand_over(world, due_hours=1), hand_over(world, "board", place="Bảng tin cổng chợ")
    list_of = reverse("manual_tasks")

    def shown(query: str) -> set[int]:
        response = editor.get(list_of + query)
        assert response.status_code == 200
        return {task.pk for task in response.context["page"].object_list}

    assert shown("") == {van.pk, board.pk} == shown("?dot=khong&trang_thai=x")
    assert shown("?hinh_thuc=board") == {board.pk} and shown("?hinh_thuc=people") == {van.pk}
    assert shown(f"?dot={world.campaign.pk}&dia_ban={world.commune.pk}") == {van.pk, board.pk}
    assert shown(f"?dia_ban={world.province.pk}") == {van.pk, board.pk}
    with clock.shifted(timedelta(hours=2)):
        assert shown("?trang_thai=late") == {van.pk}
    done(world, board, count=2)
    assert shown("?trang_thai=done") == {board.pk} and shown("?trang_thai=waiting") == {van.pk}


def test_the_table_is_no_formula(editor: Client, world: World) -> None:
    task = hand_over(world)
    done(world, task, place="=HYPERLINK(1)", note="@SUM(1)", people=30)
    text = editor.get(reverse("manual_tasks_export", args=["csv"])).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text and "'@SUM(1)" in text and "\n=" not in text and ",=" not in text
    book = load_workbook(io.BytesIO(editor.get(reverse("manual_tasks_export", args=["xlsx"])).content))
    cells = [cell.value for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert "'=HYPERLINK(1)" in cells and 30 in cells
    assert editor.get(reverse("manual_tasks_export", args=["exe"])).status_code == 404


def test_queries_do_not_grow_with_tasks(editor: Client, world: World) -> None:
    done(world, hand_over(world))
    address = reverse("manual_tasks")
    editor.get(address)
    with CaptureQueriesContext(connection) as few:
        editor.get(address)
    for _n in range(3):
        done(world, hand_over(world))
    with CaptureQueriesContext(connection) as many:
        editor.get(address)
    assert len(many) == len(few)


def test_the_detail_shows_every_word(editor: Client, world: World) -> None:
    task = hand_over(world, "board")
    done(world, task, count=30)
    first = task.confirmations.get()
    said = Said(clock.now(), "Cổng chợ", count=3)
    services.confirm_task(user=world.people["centre"], task=task, said=said, corrects=first)
    text = editor.get(reverse("manual_task", args=[task.pk])).content.decode()
    assert "30" in text and "Cổng chợ" in text and "đã rút lại" in text


def test_calling_off_from_the_list(editor: Client, world: World) -> None:
    from channels.delivery.engine import run_due

    task = hand_over(world)
    assert "Hủy việc này" in editor.get(reverse("manual_task", args=[task.pk])).content.decode()
    editor.post(reverse("delivery_act", args=[task.delivery_id, "go"]))
    run_due()
    task.refresh_from_db()
    assert task.state == "cancelled"


def test_rows_by_the_eight_forms(world: World) -> None:
    van, board = hand_over(world), hand_over(world, "board")
    services.mark_not_done(user=world.people["centre"], task=hand_over(world, "meeting"), reason="weather")
    done(world, van, people=120)
    done(world, board, count=4)
    confirmation(world)
    with CaptureQueriesContext(connection) as queries:
        rows = rows_by_form(world.campaign)
    assert [row.form for row in rows] == list(LegalForm) and len(queries) == 2
    found = {row.form: row for row in rows}
    people, notices = found[LegalForm.PEOPLE], found[LegalForm.BOARD]
    assert (people.planned, people.done, people.not_done, people.events, people.people) == (2, 1, 1, 1, 120)
    assert (notices.planned, notices.done, notices.events, notices.people) == (1, 1, 1, 0)
    assert found[LegalForm.STATION].events == 1, "what a centre confirms without a task was read or played"
    assert count_people(world.campaign) == 120


def test_the_cockpit_says_what_is_late(world: World) -> None:
    task = hand_over(world, due_hours=1)
    with clock.shifted(timedelta(hours=2)):
        sentences = [trouble.sentence for trouble in soon.troubles()]
        assert any("quá hạn" in sentence for sentence in sentences)
        waiting = mine.waits_for(world.people["editor"])
        assert any("trang_thai=late" in each.url for each in waiting)
        assert not any("trang_thai" in each.url for each in mine.waits_for(world.people["leader"]))
        done(world, task)
        assert not any("quá hạn" in trouble.sentence for trouble in soon.troubles())
