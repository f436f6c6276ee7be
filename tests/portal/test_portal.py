"""The portal: what a centre finds, takes and confirms, and what strangers do not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns import targets
from campaigns.models import Pause
from campaigns.services import campaigns as campaign_services
from channels.manual.models import Confirmation
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import OrganisationFactory, make_campaign, make_script
from tests.factories.roof import PASSWORD, World, confirmation, make_world, person, publish, sounds, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def centre(world: World) -> Client:
    client = Client()
    assert client.login(username="coso", password=PASSWORD)
    return client


def home(client: Client, query: str = "") -> str:
    response = client.get("/co-so/" + query)
    assert response.status_code == 200
    return response.content.decode()


def form(world: World, **values: Any) -> dict[str, Any]:
    local = clock.local_now() - timedelta(hours=1)
    return {
        "organisation": world.centre.pk,
        "language": "vi",
        "place": "Loa thôn Làng Nú",
        "day": local.strftime("%Y-%m-%d"),
        "hour": local.strftime("%H:%M"),
        "outcome": "played",
        "note": "",
        **values,
    }


class TestToday:
    def test_script_with_its_downloads(self, centre: Client, world: World) -> None:
        text = home(centre)
        assert "<strong>1 kịch bản</strong>" in text and "Xã Ia Kha" in text
        assert "1:35" in text, "the recording's length"
        for path in ("van-ban.docx", "van-ban.pdf", "am-thanh.mp3"):
            assert f"/tai-ve/{world.script.pk}/vi/{path}" in text
        assert f"/tai-ve/{world.script.pk}/bo-tai-lieu.zip" in text

    def test_length_is_an_estimate_without_a_recording(self, centre: Client, world: World) -> None:
        item = make_script(user=world.people["editor"], campaign=world.campaign, title="Chưa thu")
        publish(item, editor=world.people["editor"], approver=world.people["approver"])
        text = home(centre)
        assert "nếu đọc trực tiếp" in text
        assert f"/tai-ve/{item.pk}/vi/am-thanh.mp3" not in text

    def test_languages_filter(self, centre: Client, world: World) -> None:
        translate(world.script, "jra", world=world)
        assert "Tiếng Jrai" in home(centre)
        assert "<h3>Tiếng Việt" not in home(centre, "?tieng=jra")
        assert home(centre, "?tieng=xx") and home(centre, "?tieng=km")

    def test_own_language_comes_first(self, world: World) -> None:
        translate(world.script, "jra", world=world)
        person("jrai", Role.CENTRE, organisation=world.centre, orthography="jra")
        client = Client()
        client.login(username="jrai", password=PASSWORD)
        text = home(client)
        assert text.index("<h3>Tiếng Jrai") < text.index("<h3>Tiếng Việt")

    def test_a_draft_is_not_offered(self, centre: Client, world: World) -> None:
        make_script(user=world.people["editor"], campaign=world.campaign, title="Bản nháp")
        assert "Bản nháp" not in home(centre)

    def test_a_changed_hotline_holds_the_text(self, centre: Client, world: World) -> None:
        world.hotline.verified_by = world.hotline.verified_at = None
        world.hotline.save()
        text = home(centre)
        assert "số điện thoại đang được xác minh lại" in text
        assert "van-ban.docx" not in text

    def test_a_pause_holds_the_text(self, centre: Client, world: World) -> None:
        now = clock.now()
        Pause.objects.create(
            scope="province",
            starts_at=now,
            ends_at=now + timedelta(hours=5),
            reason="Quốc tang",
            created_by=world.people["admin"],
        )
        assert "tạm dừng theo lệnh" in home(centre)

    def test_nothing_today_says_what_comes_next(self, centre: Client, world: World) -> None:
        campaign_services.close(world.campaign, user=world.people["editor"])
        assert "Hôm nay chưa có kịch bản" in home(centre)

    def test_queries_do_not_grow_with_languages(self, centre: Client, world: World) -> None:
        home(centre)
        with CaptureQueriesContext(connection) as few:
            home(centre)
        sounds(translate(world.script, "jra", world=world))
        with CaptureQueriesContext(connection) as more:
            home(centre)
        # Each approved text costs the library its own questions (hotlines, pause); the portal adds none.
        assert len(few) < 40 and len(more) - len(few) <= 4


class TestRights:
    @pytest.mark.parametrize(
        ("who", "status"),
        [("coso", 200), ("quantri", 200), ("nguoila", 403), ("theodoi", 403), ("dich", 403), ("lanhdao", 403)],
    )
    def test_who_may_open_it(self, world: World, who: str, status: int) -> None:
        client = Client()
        client.login(username=who, password=PASSWORD)
        assert client.get("/co-so/").status_code == status
        assert client.get("/co-so/lich-su/").status_code == status

    def test_visitors_are_led_to_the_log_in(self, client: Client, world: World) -> None:
        response = client.get("/co-so/")
        assert response.status_code == 302 and response["Location"].startswith("/dang-nhap/")

    def test_campaigns_of_other_areas_stay_out(self, centre: Client, world: World) -> None:
        campaign = make_campaign(slug="noi-khac")
        campaign.areas.set([world.other_commune])
        item = make_script(user=world.people["editor"], campaign=campaign, title="Chuyện xã bên")
        publish(item, editor=world.people["editor"], approver=world.people["approver"])
        assert "Chuyện xã bên" not in home(centre)
        assert centre.get(f"/co-so/xac-nhan/{item.pk}/").status_code == 404
        assert centre.get(f"/co-so/kich-ban/{item.pk}/vi/").status_code == 404

    def test_campaigns_without_areas_are_for_everybody(self, centre: Client, world: World) -> None:
        item = make_script(user=world.people["editor"], campaign=make_campaign(slug="chung"), title="Chuyện chung")
        publish(item, editor=world.people["editor"], approver=world.people["approver"])
        assert "Chuyện chung" in home(centre)

    def test_somebody_else_may_not_confirm_for_a_centre(self, world: World) -> None:
        other = OrganisationFactory(name="Trung tâm khác", area=world.commune)
        person("xakhac", Role.CENTRE, organisation=other)
        client = Client()
        client.login(username="xakhac", password=PASSWORD)
        response = client.post(f"/co-so/xac-nhan/{world.script.pk}/", form(world))
        assert response.status_code == 400 and not Confirmation.objects.exists()
        row = confirmation(world)
        assert client.post(f"/co-so/lich-su/{row.pk}/rut-lai/").status_code == 404
        row.refresh_from_db()
        assert row.withdrawn_at is None

    def test_an_assignment_without_organisation_cannot_confirm(self, world: World) -> None:
        person("khongdonvi", Role.CENTRE, area=world.commune)
        client = Client()
        client.login(username="khongdonvi", password=PASSWORD)
        response = client.get(f"/co-so/xac-nhan/{world.script.pk}/")
        assert response.status_code == 403 and "chưa ghi đơn vị" in response.content.decode()


class TestConfirming:
    def test_a_broadcast(self, centre: Client, world: World) -> None:
        response = centre.post(f"/co-so/xac-nhan/{world.script.pk}/", form(world, note="Bà con nghe đông"), follow=True)
        assert "Đã xác nhận" in response.content.decode() and "hôm nay đã xác nhận 1 lần" in response.content.decode()
        row = Confirmation.objects.get()
        assert (row.item, row.organisation, row.confirmed_by) == (world.script, world.centre, world.people["centre"])
        assert row.area == world.commune

    def test_a_second_tap_is_the_same_broadcast(self, centre: Client, world: World) -> None:
        data = form(world)
        centre.post(f"/co-so/xac-nhan/{world.script.pk}/", data)
        centre.post(f"/co-so/xac-nhan/{world.script.pk}/", data)
        assert Confirmation.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"place": "  "}, "id_place_error"),
            ({"day": "2031-01-01"}, "Thời gian này chưa tới"),
            ({"day": "2019-01-01"}, "quá hai tháng"),
            ({"day": "hôm qua"}, "Ngày"),
            ({"outcome": "200 lượt"}, "200 lượt"),
            ({"language": "xx"}, "xx"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_rest_is_kept(
        self, centre: Client, world: World, change: dict[str, str], sentence: str
    ) -> None:
        response = centre.post(f"/co-so/xac-nhan/{world.script.pk}/", form(world, note="Mất điện giữa chừng", **change))
        text = response.content.decode()
        assert response.status_code == 400 and sentence in text
        assert "Mất điện giữa chừng" in text and not Confirmation.objects.exists()

    def test_target_counts_what_was_heard(self, world: World) -> None:
        confirmation(world, hours_ago=2)
        confirmation(world, hours_ago=3, outcome="partial")
        confirmation(world, hours_ago=4, outcome="held")
        assert [line.counted for line in targets.progress(world.campaign)] == [2]

    def test_taking_back(self, centre: Client, world: World) -> None:
        row = confirmation(world)
        assert "đã rút" in centre.get(f"/co-so/lich-su/{row.pk}/rut-lai/").content.decode()
        centre.post(f"/co-so/lich-su/{row.pk}/rut-lai/")
        row.refresh_from_db()
        assert row.withdrawn_by == world.people["centre"]
        assert [line.counted for line in targets.progress(world.campaign)] == [0]
        assert "đã rút lại" in centre.get("/co-so/lich-su/").content.decode()
        assert centre.post(f"/co-so/lich-su/{row.pk}/rut-lai/", follow=True).status_code == 200

    def test_the_same_broadcast_may_be_confirmed_again_after_it_was_taken_back(
        self, centre: Client, world: World
    ) -> None:
        data = form(world)
        centre.post(f"/co-so/xac-nhan/{world.script.pk}/", data)
        centre.post(f"/co-so/lich-su/{Confirmation.objects.get().pk}/rut-lai/")
        centre.post(f"/co-so/xac-nhan/{world.script.pk}/", data)
        assert Confirmation.objects.standing().count() == 1 and Confirmation.objects.count() == 2

    def test_history_is_of_ones_own_body(self, centre: Client, world: World) -> None:
        assert "Chưa có lần phát nào" in centre.get("/co-so/lich-su/").content.decode()
        confirmation(world, place="Loa thôn Hai")
        assert "Loa thôn Hai" in centre.get("/co-so/lich-su/").content.decode()


def test_script_on_the_screen_has_voices_and_spoken_numbers(centre: Client, world: World) -> None:
    item = make_script(
        user=world.people["editor"],
        campaign=world.campaign,
        title="Số trong lời",
        body=[("turn", {"voice": "male", "text": "Sáng 26/6, gọi 113 khi thấy kẻ gian."})],
    )
    publish(item, editor=world.people["editor"], approver=world.people["approver"])
    text = centre.get(f"/co-so/kich-ban/{item.pk}/vi/").content.decode()
    assert ">NAM<" in text and "113: " in text
    assert centre.get(f"/co-so/kich-ban/{item.pk}/jra/").status_code == 404
