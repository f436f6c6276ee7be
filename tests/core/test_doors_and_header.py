"""Signing in, the header's links, the content policy, the faces, the pages for errors."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from cms.core import navigation, staticfinders
from cms.core.csp import ADMIN, HEADER, STRICT
from cms.core.models import Role
from tests.factories.roof import PASSWORD, person


class TestSigningIn:
    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("role", "page"),
        [
            (Role.CENTRE, "/co-so/"),
            (Role.LEADER, "/dieu-hanh/"),
            (Role.EDITOR, "/dieu-hanh/"),
            (Role.MONITOR, "/bao-chi/"),
        ],
    )
    def test_everybody_lands_on_their_own_page(self, client: Client, role: str, page: str) -> None:
        person("ai", role)
        response = client.post(reverse("login"), {"username": "ai", "password": PASSWORD}, follow=True)
        assert response.redirect_chain[-1][0] == page

    @pytest.mark.django_db
    def test_the_page_that_was_asked_for_comes_first(self, client: Client) -> None:
        person("ai", Role.LEADER)
        data = {"username": "ai", "password": PASSWORD, "next": "/dieu-hanh/lich/"}
        assert client.post(reverse("login"), data)["Location"] == "/dieu-hanh/lich/"

    @pytest.mark.django_db
    @pytest.mark.parametrize("elsewhere", ["https://xau.example/", "//xau.example/", "javascript:alert(1)"])
    def test_nobody_is_sent_elsewhere(self, client: Client, elsewhere: str) -> None:
        person("ai", Role.LEADER)
        response = client.post(reverse("login"), {"username": "ai", "password": PASSWORD, "next": elsewhere})
        assert response["Location"] == reverse("start")

    @pytest.mark.django_db
    def test_without_an_assignment_the_page_says_what_to_do(self, client: Client) -> None:
        person("ai")
        response = client.post(reverse("login"), {"username": "ai", "password": PASSWORD}, follow=True)
        assert response.status_code == 200 and "Chưa được phân công" in response.content.decode()

    @pytest.mark.django_db
    def test_a_wrong_password_keeps_the_name(self, client: Client) -> None:
        person("ai", Role.LEADER)
        response = client.post(reverse("login"), {"username": "ai", "password": "sai"})
        text = response.content.decode()
        assert 'value="ai"' in text and "notice-error" in text and "sai" not in text.split("notice-error")[1][:40]

    @pytest.mark.django_db
    def test_signing_out_is_no_link(self, client: Client) -> None:
        person("ai", Role.LEADER)
        client.login(username="ai", password=PASSWORD)
        assert client.get(reverse("logout")).status_code == 405
        assert client.post(reverse("logout")).status_code == 302

    @pytest.mark.django_db
    def test_working_pages_are_vietnamese_whatever_the_browser_asks(self, client: Client) -> None:
        text = client.get(reverse("login"), headers={"Accept-Language": "en-US,en"}).content.decode()
        assert '<html lang="vi"' in text and "Đăng nhập" in text


class TestHeader:
    @pytest.mark.django_db
    def test_only_pages_that_may_be_opened(self) -> None:
        labels = {link.url for link in navigation.links_for(person("ai", Role.CENTRE))}
        assert "/co-so/" in labels and "/dieu-hanh/" not in labels and "/admin/" not in labels

    def test_visitors_see_none(self) -> None:
        assert navigation.links_for(None) == []

    @pytest.mark.django_db
    def test_the_current_page_is_the_longest_that_fits(self) -> None:
        current = [
            link.url for link in navigation.links_for(person("ai", Role.LEADER), "/dieu-hanh/lich/") if link.current
        ]
        assert current == ["/dieu-hanh/"]

    @pytest.mark.django_db
    def test_a_room_that_is_not_mounted_is_left_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(navigation, "_items", dict(navigation._items))
        navigation.register_nav("Nowhere", "nowhere:home")
        assert "Nowhere" not in {link.label for link in navigation.links_for(person("ai", Role.LEADER))}


class TestPolicy:
    @pytest.mark.django_db
    def test_strict_everywhere_but_in_the_admin(self, client: Client) -> None:
        assert client.get("/dang-nhap/")[HEADER] == STRICT
        assert client.get("/robots.txt")[HEADER] == STRICT
        assert client.get("/admin/")[HEADER] == ADMIN
        assert "'unsafe-inline'" not in STRICT and "frame-ancestors 'none'" in STRICT


class TestFaces:
    def test_faces_come_from_wheels(self) -> None:
        for name in ("NotoSans.ttf", "NotoSansKhmer.ttf", "NotoSerif.ttf"):
            path = finders.find(f"fonts/{name}")
            assert path and Path(path).read_bytes()[:4] in {b"\x00\x01\x00\x00", b"OTTO"}

    @pytest.mark.parametrize(
        "name", ["fonts/../settings.py", "fonts/khong-co.ttf", "NotoSans.ttf", "fonts//etc/passwd"]
    )
    def test_nothing_else_does(self, name: str) -> None:
        assert not staticfinders.FontWheelFinder().find(name)

    def test_a_sheet_is_offered_only_with_its_face(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(staticfinders, "DEBIAN_FOLDER", tmp_path)
        assert staticfinders.sheet_for_script("Tavt") is None
        assert staticfinders.sheet_for_script("Khmr") == "fonts/khmer.css"
        assert staticfinders.sheet_for_script("Latn") is None


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500"])
def test_pages_for_errors_need_nothing_and_say_what_to_do(status: str) -> None:
    text = render_to_string(f"{status}.html")
    assert '<html lang="vi"' in text and "<h1>" in text and 'class="button' in text
    assert "Traceback" not in text and "Django" not in text
