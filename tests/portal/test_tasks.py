"""Tasks on the telephone: what its owner sees and does, what strangers do not, and that nothing typed is lost."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from channels.delivery.engine import run_due
from channels.delivery.services import take_down_delivery
from channels.manual import services
from channels.manual.models import Confirmation, ManualTask, TaskPhoto
from channels.manual.services.handing import renew_outdated
from channels.manual.services.photos import forget_unused, photo_path
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import OrganisationFactory
from tests.factories.delivery import approve, plan
from tests.factories.manual import hand_over, place
from tests.factories.roof import PASSWORD, World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def centre(world: World) -> Client:
    return signed_in("coso")


def signed_in(name: str) -> Client:
    client = Client()
    assert client.login(username=name, password=PASSWORD)
    return client


def page(client: Client, path: str = "", status: int = 200) -> str:
    response = client.get(f"/co-so/viec/{path}")
    assert response.status_code == status
    return response.content.decode() if not response.streaming else ""


def form(**values: Any) -> dict[str, Any]:
    local = clock.local_now()
    return {
        "day": local.strftime("%Y-%m-%d"), "hour": local.strftime("%H:%M"), "place": "Thôn Làng Nú",
        "outcome": "played", "note": "", **values,
    }  # fmt: skip


def picture(name: str = "anh.jpg", *, gps: bool = True, colour: str = "red") -> SimpleUploadedFile:
    image = Image.new("RGB", (2400, 1200), colour)
    exif = image.getexif()
    if gps:
        exif[0x010F] = "MayAnhCuaToi"
        exif.get_ifd(0x8825).update({1: "N", 2: (13.0, 58.0, 0.0), 3: "E", 4: (108.0, 0.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


class TestSeeing:
    def test_the_list_says_what_by_when(self, centre: Client, world: World) -> None:
        assert "Việc sẽ hiện ở đây" in page(centre)
        task = hand_over(world)
        text = page(centre)
        assert "<strong>1 việc</strong>" in text and world.script.title in text and "xe loa lưu động" in text
        assert f"/co-so/viec/{task.pk}/" in text
        assert "Việc được giao (1)" in centre.get("/co-so/").content.decode()

    def test_the_late_stand_first(self, centre: Client, world: World) -> None:
        hand_over(world, due_hours=1)
        with clock.shifted(timedelta(hours=2)):
            assert "Quá hạn: đã làm chưa?" in page(centre)

    def test_what_comes_is_announced(self, centre: Client, world: World) -> None:
        tomorrow = clock.local_now() + timedelta(days=1)
        plan(
            item=world.script, endpoint=place(world, name="Xe loa ngày mai"), user=world.people["editor"],
            times=("07:30",), date_from=tomorrow.date(), date_to=tomorrow.date(),
        )  # fmt: skip
        assert "Xe loa ngày mai" in page(centre)

    def test_a_task_shows_its_words_and_files(self, centre: Client, world: World) -> None:
        task = hand_over(world, places=["Làng Nú", "Làng Ốp"])
        text = page(centre, f"{task.pk}/")
        for name in ("goi.zip", "van-ban.docx", "van-ban.pdf", "am-thanh.mp3", "phieu-viec.pdf"):
            assert f"/co-so/viec/{task.pk}/goi/{name}" in text
        assert "Làng Nú · Làng Ốp" in text

    def test_a_message_can_be_copied(self, centre: Client, world: World) -> None:
        task = hand_over(world, "sms", item=world.article)
        text = page(centre, f"{task.pk}/")
        assert "UCS-2" in text and "data-copy" in text and "readonly" in text

    def test_queries_do_not_grow_with_tasks(self, centre: Client, world: World) -> None:
        hand_over(world)
        page(centre)
        with CaptureQueriesContext(connection) as few:
            page(centre)
        for _n in range(6):
            hand_over(world)
        with CaptureQueriesContext(connection) as many:
            page(centre)
        # Each text costs the library its own questions (hotlines, pauses); lists add none.
        per_task = (len(many) - len(few)) / 6
        assert per_task <= 4 and len(few) < 40, (len(few), len(many))


class TestRights:
    def test_strangers_learn_nothing(self, world: World) -> None:
        task = hand_over(world)
        other = OrganisationFactory(name="Trung tâm khác", area=world.other_commune)
        person("xakhac", Role.CENTRE, organisation=other)
        client = signed_in("xakhac")
        assert world.script.title not in page(client)
        for path in ("", "goi/goi.zip", "xac-nhan/", "khong-lam/"):
            page(client, f"{task.pk}/{path}", status=404)
        for path in ("nhan/", "da-biet/", "xac-nhan/", "khong-lam/"):
            assert client.post(f"/co-so/viec/{task.pk}/{path}", form(reason="weather")).status_code == 404
        task.refresh_from_db()
        assert task.state == "open" and not Confirmation.objects.exists()

    @pytest.mark.parametrize("who", ["nguoila", "theodoi", "dich", "lanhdao"])
    def test_other_roles_do_not_enter(self, world: World, who: str) -> None:
        task = hand_over(world)
        assert signed_in(who).get(f"/co-so/viec/{task.pk}/").status_code == 403

    def test_visitors_are_led_to_the_log_in(self, client: Client, world: World) -> None:
        assert client.get("/co-so/viec/")["Location"].startswith("/dang-nhap/")

    def test_an_administrator_sees_and_does_not_act(self, world: World) -> None:
        task = hand_over(world)
        client = signed_in("quantri")
        assert "Đã nhận việc" not in page(client, f"{task.pk}/")
        assert client.post(f"/co-so/viec/{task.pk}/nhan/").status_code == 404

    def test_the_same_body_in_another_area(self, world: World) -> None:
        task = hand_over(world, area=world.commune.pk)
        person("xabencanh", Role.CENTRE, organisation=world.centre, area=world.other_commune)
        page(signed_in("xabencanh"), f"{task.pk}/", status=404)
        person("dungxa", Role.CENTRE, organisation=world.centre, area=world.commune)
        page(signed_in("dungxa"), f"{task.pk}/")

    def test_an_assignment_to_the_area_alone(self, world: World) -> None:
        task = hand_over(world, area=world.commune.pk)
        person("theodiaban", Role.OPERATOR, area=world.commune)
        person("tinh", Role.CENTRE, area=world.province)
        person("diabankhac", Role.OPERATOR, area=world.other_commune)
        page(signed_in("theodiaban"), f"{task.pk}/")
        page(signed_in("tinh"), f"{task.pk}/")
        page(signed_in("diabankhac"), f"{task.pk}/", status=404)

    def test_pictures_are_for_those_whose_task_it_is(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        photo = services.save_photo(user=world.people["centre"], task=task, data=picture().read())
        person("xakhac", Role.CENTRE, organisation=OrganisationFactory(area=world.other_commune))
        assert centre.get(photo.url).status_code == 200 and signed_in("bientap").get(photo.url).status_code == 200
        assert signed_in("xakhac").get(photo.url).status_code == 404 and Client().get(photo.url).status_code == 404


class TestDoing:
    def test_taking_it_on(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        for _n in range(2):
            assert "Đã nhận việc. Cảm ơn." in centre.post(f"/co-so/viec/{task.pk}/nhan/", follow=True).content.decode()
        task.refresh_from_db()
        assert task.state == "taken" and task.taken_by == world.people["centre"]

    def test_confirming_with_pictures(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        data = form(people="85", note="Mưa nhỏ", photos=[picture(colour="red"), picture("b.jpg", colour="blue")])
        response = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", data, follow=True)
        text = response.content.decode()
        assert "Đã xác nhận" in text and "85" in text and text.count("/media/manual/photos/") == 4
        row = Confirmation.objects.get()
        assert 'width="1600" height="800"' in text
        assert row.photos.count() == 2 and row.people == 85 and row.task == task

    def test_camera_data_are_gone(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form(photos=[picture()]))
        kept = photo_path(TaskPhoto.objects.get().sha256).read_bytes()
        assert b"MayAnhCuaToi" not in kept and not Image.open(io.BytesIO(kept)).getexif()
        assert max(Image.open(io.BytesIO(kept)).size) == 1600

    def test_a_second_tap_is_the_same_fact(self, centre: Client, world: World) -> None:
        task, data = hand_over(world), form(people="10")
        for _n in range(2):
            response = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", {**data, "photos": [picture()]}, follow=True)
            assert "Đã xác nhận" in response.content.decode()
        assert Confirmation.objects.count() == 1 and TaskPhoto.objects.count() == 1

    def test_a_mistake_costs_no_second_upload(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        wrong = form(place=" ", note="Bà con nghe đông", photos=[picture()])
        response = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", wrong)
        text = response.content.decode()
        assert response.status_code == 400 and "Bà con nghe đông" in text and "Ảnh đã gửi" in text
        photo = TaskPhoto.objects.get()
        assert f'value="{photo.pk}" checked' in text
        # A thousand has a point in Vietnamese, a number in an address or a box must not.
        TaskPhoto.objects.filter(pk=photo.pk).update(id=1234)
        photo = TaskPhoto.objects.get()
        assert 'value="1234" checked' in page(centre, f"{task.pk}/xac-nhan/")
        centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form(keep=[photo.pk]))
        assert list(Confirmation.objects.get().photos.all()) == [photo]

    def test_only_the_pictures_first(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        data = form(note="Viết dở", upload="1", photos=[picture()])
        text = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", data).content.decode()
        assert "Viết dở" in text and "Ảnh đã gửi" in text and not Confirmation.objects.exists()

    @pytest.mark.parametrize(
        "content",
        [b"", b"GIF89a", b"\xff\xd8\xff" + b"\0" * 40, b"<svg onload=alert(1)>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n"],
    )
    def test_an_odd_picture_stops_none_of_the_others(self, centre: Client, world: World, content: bytes) -> None:
        task = hand_over(world)
        odd = SimpleUploadedFile("la.jpg", content, content_type="image/jpeg")
        data = form(note="Giữ lại nhé", photos=[picture(), odd])
        response = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", data)
        text = response.content.decode()
        if content:  # an empty file never reaches the form of a browser
            assert response.status_code == 400 and "la.jpg" in text and "Giữ lại nhé" in text
        assert TaskPhoto.objects.count() == 1

    def test_pictures_nobody_refers_to_are_forgotten(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form(photos=[picture()]))
        loose = services.save_photo(user=world.people["centre"], task=task, data=picture(colour="blue").read())
        assert forget_unused() == 0
        with clock.shifted(timedelta(days=15)):
            assert forget_unused() == 1
        kept = TaskPhoto.objects.get()
        assert photo_path(kept.sha256).exists() and not photo_path(loose.sha256).exists()

    def test_a_picture_number_that_is_none(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        for odd in ("9" * 5000, "٣", "-1", "x"):
            response = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form(keep=[odd], place=""))
            assert response.status_code == 400

    def test_a_picture_that_is_too_large(self, centre: Client, world: World, monkeypatch: Any) -> None:
        from channels.manual.services import photos

        monkeypatch.setattr(photos, "LARGEST", 1000)
        task = hand_over(world)
        response = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form(photos=[picture()]))
        assert response.status_code == 400 and "Ảnh này lớn hơn" in response.content.decode()
        assert not TaskPhoto.objects.exists()

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"day": "2031-01-01"}, "Thời gian này chưa tới"),
            ({"day": "2026-01-01"}, "quá hai tháng"),
            ({"day": "hôm qua"}, "Ngày"),
            ({"outcome": "200 lượt"}, "200 lượt"),
            ({"people": "-4"}, "id_people"),
            ({"place": ""}, "id_place"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_rest_is_kept(
        self, centre: Client, world: World, change: dict[str, str], sentence: str
    ) -> None:
        task = hand_over(world)
        response = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form(note="Mất điện giữa chừng", **change))
        text = response.content.decode()
        assert response.status_code == 400 and sentence in text and "Mất điện giữa chừng" in text

    def test_before_the_hand_over_cannot_be(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        earlier = clock.local_now() - timedelta(hours=5)
        data = form(day=earlier.strftime("%Y-%m-%d"), hour=earlier.strftime("%H:%M"))
        response = centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", data)
        assert response.status_code == 400 and "trước khi việc được giao" in response.content.decode()

    def test_not_done_says_why(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        response = centre.post(f"/co-so/viec/{task.pk}/khong-lam/", {"reason": "other", "note": ""})
        assert response.status_code == 400
        centre.post(f"/co-so/viec/{task.pk}/khong-lam/", {"reason": "weather", "note": "Mưa to"})
        task.refresh_from_db()
        assert (task.state, task.not_done_reason, task.not_done_note) == ("not_done", "weather", "Mưa to")
        assert "thời tiết" in page(centre, f"{task.pk}/")

    def test_correcting_a_mistake(self, centre: Client, world: World) -> None:
        task = hand_over(world, "board")
        centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form(count="30"))
        first = Confirmation.objects.get()
        path = f"/co-so/viec/{task.pk}/sua/{first.pk}/"
        assert 'value="30"' in centre.get(path).content.decode()
        for _n in range(2):
            centre.post(path, form(count="3"))
        assert list(Confirmation.objects.standing().values_list("count", "corrects")) == [(3, first.pk)]
        assert Confirmation.objects.count() == 2

    def test_after_a_week_only_administrators_correct(self, centre: Client, world: World) -> None:
        task = hand_over(world, "board")
        centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form(count="30"))
        first = Confirmation.objects.get()
        local = clock.local_now()
        with clock.shifted(timedelta(days=8)):
            data = form(count="3", day=local.strftime("%Y-%m-%d"), hour=local.strftime("%H:%M"))
            response = centre.post(f"/co-so/viec/{task.pk}/sua/{first.pk}/", data)
            assert response.status_code == 400 and Confirmation.objects.count() == 1
            signed_in("quantri").post(f"/co-so/viec/{task.pk}/sua/{first.pk}/", data)
        assert Confirmation.objects.standing().get().confirmed_by == world.people["admin"]

    def test_taking_the_word_back(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        centre.post(f"/co-so/viec/{task.pk}/xac-nhan/", form())
        centre.post(f"/co-so/lich-su/{Confirmation.objects.get().pk}/rut-lai/")
        task.refresh_from_db()
        assert task.state == "taken"


class TestPack:
    def test_the_whole_pack_is_the_same_bytes_every_time(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        path = f"/co-so/viec/{task.pk}/goi/goi.zip"
        first = centre.get(path)
        content = b"".join(first.streaming_content)  # type: ignore[arg-type]
        rest = centre.get(path, headers={"Range": "bytes=100-", "If-Range": first["ETag"]})
        assert rest.status_code == 206 and b"".join(rest.streaming_content) == content[100:]  # type: ignore[arg-type]
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        assert {"van-ban.docx", "van-ban.pdf", "phieu-viec.pdf"} <= set(names)

    def test_an_outdated_text_is_withheld(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        approve(world.script)
        assert "không dùng bộ tài liệu đang có" in page(centre, f"{task.pk}/")
        for name in ("goi.zip", "van-ban.pdf", "am-thanh.mp3", "phieu-viec.pdf"):
            page(centre, f"{task.pk}/goi/{name}", status=409)
        renew_outdated()
        text = page(centre, f"{task.pk}/")
        assert "lấy bộ tài liệu mới" in text and "Tôi đã nhận bộ mới" in text
        page(centre, f"{task.pk}/goi/van-ban.pdf")
        centre.post(f"/co-so/viec/{task.pk}/da-biet/")
        assert "Tôi đã nhận bộ mới" not in page(centre, f"{task.pk}/")

    def test_called_off_is_seen_and_acknowledged(self, centre: Client, world: World) -> None:
        task = hand_over(world)
        take_down_delivery(task.delivery, user=None)
        assert run_due() == 1
        assert "đã hủy: đề nghị không thực hiện" in page(centre)
        assert "Tôi đã biết" in page(centre, f"{task.pk}/")
        page(centre, f"{task.pk}/goi/goi.zip", status=409)
        centre.post(f"/co-so/viec/{task.pk}/da-biet/")
        text = page(centre, f"{task.pk}/")
        assert "Tôi đã biết" not in text and "đã biết" in text
        assert ManualTask.objects.get().called_off_seen_by == world.people["centre"]

    def test_unknown_files_are_not_found(self, centre: Client, world: World) -> None:
        task = hand_over(world, "meeting")
        for name in ("tin-nhan.txt", "am-thanh.mp3", "..%2Fsettings.py", "thong-bao.pdf"):
            page(centre, f"{task.pk}/goi/{name}", status=404)
