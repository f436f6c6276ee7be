"""The cockpit: the four answers, the calendar, one campaign; rights; numbers from what happened alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import CampaignTask
from campaigns.services import approvals, items
from channels.loudspeaker.services.compiling import compile_due
from cms.cockpit import calendar, campaign, mine, now, soon
from cms.core import clock
from tests.factories.campaigns import make_campaign, make_script
from tests.factories.delivery import EndpointFactory, memory_channel, plan
from tests.factories.roof import PASSWORD, World, all_day_station, bulletin_of, confirmation, make_world, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    memory_channel()
    return make_world()


def signed_in(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


class TestRights:
    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("lanhdao", 200),
            ("bientap", 200),
            ("duyet", 200),
            ("quantri", 200),
            ("coso", 403),
            ("dich", 403),
            ("nguoila", 403),
        ],
    )
    def test_who_may_look(self, world: World, who: str, status: int) -> None:
        client = signed_in(who)
        for path in ("/dieu-hanh/", "/dieu-hanh/lich/", f"/dieu-hanh/dot/{world.campaign.slug}/"):
            assert client.get(path).status_code == status, path

    def test_visitors_are_led_to_the_log_in(self, client: Client, world: World) -> None:
        assert client.get("/dieu-hanh/")["Location"].startswith("/dang-nhap/")

    def test_unknown_campaign(self, world: World) -> None:
        assert signed_in("lanhdao").get("/dieu-hanh/dot/khong-co/").status_code == 404


class TestFirstScreen:
    def test_the_four_answers_stand_in_their_order(self, world: World) -> None:
        text = text_of(signed_in("lanhdao"), "/dieu-hanh/")
        places = [
            text.index(words) for words in ("Đang phát và sắp gửi", "Sắp hỏng việc", "Chờ tôi", "Có đạt chỉ tiêu không")
        ]
        assert places == sorted(places)

    def test_on_air_and_leaving(self, world: World) -> None:
        all_day_station(world)
        bulletin_of(world, repeat_minutes=20)
        compile_due()
        plan(item=world.script, endpoint=EndpointFactory(name="Kênh thử"))
        answer = now.on_air()
        assert answer.playing_total + answer.coming_total >= 2
        assert answer.leaving_total == 1 and answer.leaving[0].endpoint.name == "Kênh thử"
        assert "Kênh thử" in text_of(signed_in("bientap"), "/dieu-hanh/")

    def test_nothing_on_air_says_so(self, world: World) -> None:
        assert "Không có gì đang phát" in text_of(signed_in("lanhdao"), "/dieu-hanh/")

    def test_a_programme_without_sound_in_the_first_language_will_fail(self, world: World) -> None:
        all_day_station(world, languages=["jra", "vi"])
        bulletin_of(world)
        sentences = [trouble.sentence for trouble in soon.troubles()]
        assert any("chưa có bản ghi" in sentence for sentence in sentences)
        assert "Tiếng Jrai" in text_of(signed_in("lanhdao"), "/dieu-hanh/")

    def test_a_programme_with_sound_will_not(self, world: World) -> None:
        all_day_station(world, languages=["vi", "jra"])
        bulletin_of(world)
        assert not [trouble for trouble in soon.troubles() if trouble.shape == "failed"]

    def test_a_changed_hotline_and_an_older_translation(self, world: World) -> None:
        translate(world.article, "jra", world=world)
        editor, approver = world.people["editor"], world.people["approver"]
        items.draft_page(world.article, orthography="vi", title="Sáu việc giữ tài sản", user=editor)
        approvals.approve(approvals.submit(items.page_of(world.article, orthography="vi"), editor), approver)
        world.hotline.verified_by = world.hotline.verified_at = None
        world.hotline.save()
        troubles = {trouble.sentence: trouble.cases for trouble in soon.troubles()}
        assert [cases for sentence, cases in troubles.items() if "đường dây nóng" in sentence][0] == [
            "Giữ nhà khi đi rẫy · Tiếng Việt"
        ]
        assert any("bản dịch cũ hơn" in sentence for sentence in troubles)

    def test_what_waits_for_an_approver_and_not_for_the_author(self, world: World) -> None:
        item = make_script(user=world.people["editor"], campaign=world.campaign, title="Chờ duyệt")
        approvals.submit(items.page_of(item, orthography="vi"), world.people["editor"])
        assert [each.what for each in mine.waits_for(world.people["approver"])] == ["Duyệt: Chờ duyệt"]
        assert mine.waits_for(world.people["editor"]) == []
        assert mine.waits_for(world.people["leader"]) == []

    def test_what_was_sent_back_waits_for_its_author_until_handed_in_again(self, world: World) -> None:
        editor, approver = world.people["editor"], world.people["approver"]
        item = make_script(user=editor, campaign=world.campaign, title="Làm lại")
        page = items.page_of(item, orthography="vi")
        approvals.send_back(approvals.submit(page, editor), approver, comment="Thiếu nguồn")
        waiting = mine.waits_for(editor)
        assert [each.what for each in waiting] == ["Bị trả lại: Làm lại"] and "Thiếu nguồn" in waiting[0].detail
        approvals.submit(page, editor)
        assert mine.waits_for(editor) == []


class TestCampaign:
    def test_targets_are_counted_from_what_happened(self, world: World) -> None:
        confirmation(world)
        line = campaign.target_lines(world.campaign)[0]
        assert (line.reached, line.shape) == ("1", "waiting")
        text = text_of(signed_in("lanhdao"), f"/dieu-hanh/dot/{world.campaign.slug}/")
        assert "Phát thanh ít nhất 20 lượt" in text and "chưa đạt" in text

    def test_a_target_nobody_counts_is_not_invented(self, world: World) -> None:
        world.campaign.targets.update(measure="")
        line = campaign.target_lines(world.campaign)[0]
        assert line.reached == "–" and "chưa đếm được" in line.word

    def test_languages_missing(self, world: World) -> None:
        all_day_station(world, languages=["jra", "vi"])
        found = campaign.coverage(world.campaign)
        assert found.languages == ["Việt", "Jrai"]
        cells = {row.item.title: [cell.word for cell in row.cells] for row in found.rows}
        assert cells["Giữ nhà khi đi rẫy"] == ["sẵn sàng", "thiếu"]
        translate(world.script, "jra", world=world)
        cells = {row.item.title: [cell.word for cell in row.cells] for row in campaign.coverage(world.campaign).rows}
        assert cells["Giữ nhà khi đi rẫy"] == ["sẵn sàng", "mới có lời"]

    def test_press_that_was_never_read_is_no_zero(self, world: World) -> None:
        text = text_of(signed_in("lanhdao"), f"/dieu-hanh/dot/{world.campaign.slug}/")
        assert "Chưa đọc báo cho đợt này" in text

    def test_numbers_of_plays_and_downloads_are_three_different_ones(self, world: World) -> None:
        confirmation(world)
        text = text_of(signed_in("lanhdao"), f"/dieu-hanh/dot/{world.campaign.slug}/")
        for words in ("Số phút đã phát", "Lần phát do cán bộ xác nhận", "Lượt tải"):
            assert words in text


class TestCalendar:
    def test_days_hold_what_happened_and_what_is_planned(self, world: World) -> None:
        all_day_station(world)
        bulletin_of(world)
        compile_due()
        plan(item=world.script, endpoint=EndpointFactory(name="Kênh thử"))
        confirmation(world, hours_ago=0)
        today = clock.today()
        days = {day.date: day for week in calendar.month(today, world.campaign).weeks for day in week}
        day = days[today]
        assert day.today and not day.quiet
        assert sum(count.number for count in day.deliveries) == 1
        assert sum(count.number for count in day.slots) >= 1
        assert day.approved == 3 and day.confirmed == 1

    def test_weeks_are_whole_and_begin_on_monday(self, world: World) -> None:
        month = calendar.month(clock.today().replace(month=2, day=17, year=2027))
        assert all(len(week) == 7 and week[0].date.weekday() == 0 for week in month.weeks)
        assert month.first.day == 1 and month.before.month == 1 and month.after.month == 3

    def test_another_campaign_is_not_in_it(self, world: World) -> None:
        other = make_campaign(slug="khac")
        confirmation(world, hours_ago=0)
        days = [day for week in calendar.month(clock.today(), other).weeks for day in week]
        assert all(day.confirmed == 0 and day.approved == 0 for day in days)

    @pytest.mark.parametrize(
        "query", ["?thang=2026-11", "?thang=x", "?thang=0001-01", "?thang=9999-12", "?ngay=hôm nay", "?ngay=2026-02-30"]
    )
    def test_odd_dates_are_forgiven(self, world: World, query: str) -> None:
        assert signed_in("lanhdao").get("/dieu-hanh/lich/" + query).status_code == 200

    def test_one_day_in_full(self, world: World) -> None:
        confirmation(world, hours_ago=0, place="Nhà rông")
        text = text_of(signed_in("lanhdao"), f"/dieu-hanh/lich/?ngay={clock.today():%Y-%m-%d}")
        assert "Nhà rông" in text

    def test_a_task_due_is_on_its_day(self, world: World) -> None:
        due = clock.today() + timedelta(days=1)
        CampaignTask.objects.create(campaign=world.campaign, text="Báo cáo kết quả", body_text="UBND xã", due=due)
        days = {day.date: day for week in calendar.month(due, world.campaign).weeks for day in week}
        assert [task.text for task in days[due].tasks] == ["Báo cáo kết quả"]


@pytest.mark.parametrize("path", ["/dieu-hanh/", "/dieu-hanh/lich/", "/dieu-hanh/dot/phong-chong-trom-cap/"])
def test_queries_do_not_grow_with_what_happens(world: World, path: str) -> None:
    client = signed_in("bientap")
    all_day_station(world)
    bulletin_of(world, repeat_minutes=60)
    compile_due()
    confirmation(world)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(6):
        confirmation(world, hours_ago=number + 3)
        plan(item=world.script, endpoint=EndpointFactory())
        all_day_station(world, name=f"Đài {number}")
    compile_due()
    with CaptureQueriesContext(connection) as more:
        client.get(path)
    assert len(few) <= 60, "\n".join(query["sql"][:120] for query in few.captured_queries)
    assert len(more) <= len(few) + 1
