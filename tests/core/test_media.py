"""Uploaded files go out by permission, typed by their bytes; the admin's forms refuse what is broken with a sentence."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from PIL import Image as Picture
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form
from wagtail.images.models import Filter

from cms.core.image_forms import SafeDocumentForm
from cms.core.media_views import file_response, local_path, may_read_document, register_media, serve_media
from cms.core.models import Document, Image, Membership, Role, User
from tests.core.test_files import OOXML, archive, exif_with_gps, mutants, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def media(settings, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path / "media"
    for name, data in {
        "images/a.width-100.jpg": picture(),
        "images/evil.jpg": b"<html><script>alert(1)</script>",
        "original_images/a.jpg": picture(),
        "documents/plan.pdf": b"%PDF-1.7 plan",
        "documents/page.pdf": b"<html><script>alert(1)</script>",
        "recordings/a.mp3": b"ID3" + bytes(range(256)) * 40,
        "cong.sqlite3": b"SQLite format 3\0",
    }.items():
        target = settings.MEDIA_ROOT / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (tmp_path / "outside.jpg").write_bytes(picture())
    (settings.MEDIA_ROOT / "images" / "link.jpg").symlink_to(tmp_path / "outside.jpg")
    return settings.MEDIA_ROOT


def person(name: str, role: str | None) -> User:
    user = User.objects.create_user(username=name)
    if role:
        Membership.objects.create(user=user, role=role, valid_from=date(2020, 1, 1))
    return user


def ask(path: str, user: object, **headers: str):  # type: ignore[no-untyped-def]
    request = RequestFactory().get(f"/media/{path}", headers=headers)
    request.user = user
    return serve_media(request, path)


def body(response) -> bytes:  # type: ignore[no-untyped-def]
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_renditions_are_public_and_nothing_else_is(media: Path) -> None:
    nobody = AnonymousUser()
    reply = ask("images/a.width-100.jpg", nobody)
    assert (
        reply.status_code == 200
        and reply["Content-Type"] == "image/jpeg"
        and reply["X-Content-Type-Options"] == "nosniff"
    )
    for path in ("images/evil.jpg", "original_images/a.jpg", "documents/plan.pdf", "recordings/a.mp3", "cong.sqlite3"):
        with pytest.raises(Http404):
            ask(path, nobody)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.EDITOR, True),
        (Role.APPROVER, True),
        (Role.ADMINISTRATOR, True),
        (Role.CENTRE, False),
        (Role.TRANSLATOR, False),
        (None, False),
    ],
)
def test_originals_need_a_role_at_the_editing_desk(media: Path, role: str | None, may: bool) -> None:
    user = person("an", role)
    for path in ("original_images/a.jpg", "documents/plan.pdf"):
        if may:
            assert ask(path, user).status_code == 200
        else:
            with pytest.raises(Http404):
                ask(path, user)


def test_documents_are_downloads_whatever_their_name(media: Path) -> None:
    editor = person("an", Role.EDITOR)
    for path in ("documents/plan.pdf", "documents/page.pdf"):
        reply = ask(path, editor)
        assert reply["Content-Disposition"].startswith("attachment")
        assert reply["Content-Security-Policy"].startswith("default-src 'none'")
        assert "html" not in reply["Content-Type"]


@pytest.mark.parametrize(
    "path",
    [
        "../cong.sqlite3",
        "images/../original_images/a.jpg",
        "images/../../outside.jpg",
        "images//a.width-100.jpg",
        "images/./a.width-100.jpg",
        "/etc/passwd",
        "images/..\\..\\outside.jpg",
        "images/link.jpg",
        "images/a\0.jpg",
        "images",
        "images/",
        "images/" + "a" * 5000,
        "",
    ],
)
def test_no_path_leads_out(media: Path, path: str) -> None:
    assert local_path(path) is None
    with pytest.raises(Http404):
        ask(path, person("an", Role.ADMINISTRATOR))


def test_a_room_opens_its_own_folder(media: Path) -> None:
    register_media("recordings/", lambda request, path: request.user.is_authenticated)
    reply = ask("recordings/a.mp3", person("an", Role.CENTRE))
    assert reply["Content-Type"] == "audio/mpeg" and reply["Content-Disposition"].startswith("inline")
    with pytest.raises(Http404):
        ask("recordings/a.mp3", AnonymousUser())
    register_media("recordings/", lambda request, path: False)


def test_downloads_can_be_resumed_and_revalidated(media: Path) -> None:
    local = media / "recordings" / "a.mp3"
    data = local.read_bytes()

    def get(**headers: str):  # type: ignore[no-untyped-def]
        return file_response(RequestFactory().get("/", headers=headers), local, name="Bản tin số 1.mp3")

    whole = get()
    assert body(whole) == data and whole["Accept-Ranges"] == "bytes"
    assert "B%E1%BA%A3n%20tin" in whole["Content-Disposition"]
    part = get(Range="bytes=100-199")
    assert (part.status_code, body(part)) == (206, data[100:200])
    assert part["Content-Range"] == f"bytes 100-199/{len(data)}" and part["Content-Length"] == "100"
    assert body(get(Range="bytes=10200-")) == data[10200:]
    assert body(get(Range="bytes=-5")) == data[-5:]
    assert get(Range=f"bytes={len(data)}-").status_code == 416
    assert get(Range="bytes=5-2").status_code == 200 and get(Range="items=1-2").status_code == 200
    changed = get(Range="bytes=0-1", **{"If-Range": '"other"'})
    assert changed.status_code == 200 and body(changed) == data
    assert get(**{"If-None-Match": whole["ETag"]}).status_code == 304


def test_a_document_is_public_when_a_live_page_refers_to_it(media: Path) -> None:
    document = Document.objects.create(title="Kế hoạch", file=SimpleUploadedFile("plan.pdf", b"%PDF-1.7"))
    assert not may_read_document(AnonymousUser(), document)
    assert not may_read_document(person("binh", Role.CENTRE), document)
    assert may_read_document(person("an", Role.EDITOR), document)


def upload_form(data: bytes, name: str):  # type: ignore[no-untyped-def]
    boss = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser(username="boss")
    form_class = get_image_form(Image)
    return form_class({"title": "Ảnh"}, {"file": SimpleUploadedFile(name, data)}, user=boss)


def test_the_image_form_keeps_a_clean_picture(media: Path) -> None:
    form = upload_form(picture(exif=exif_with_gps().tobytes()), "Ảnh đẹp.JPG")
    assert form.is_valid(), form.errors
    image = form.save()
    assert (image.width, image.height) == (40, 64)
    with image.open_file() as source, Picture.open(source) as opened:
        assert dict(opened.getexif()) == {}
    rendition = image.get_rendition(Filter("width-20"))
    with rendition.file.open() as source, Picture.open(source) as opened:
        assert dict(opened.getexif()) == {} and opened.width == 20


def test_the_image_form_judges_by_bytes_not_by_name(media: Path) -> None:
    form = upload_form(picture("PNG"), "photo.jpg")
    assert form.is_valid() and form.save().filename.endswith(".png")
    for data in (b"", b"<svg onload=alert(1)>", b"GIF89a", picture()[:200]):
        form = upload_form(data, "photo.jpg")
        assert not form.is_valid() and form.errors["file"]


def test_the_image_form_survives_mutants(media: Path) -> None:
    answers = [upload_form(data, "photo.png").is_valid() for data in mutants(seed=7, count=200)]
    assert answers.count(False) > 50


def test_a_huge_picture_is_refused_by_the_form(media: Path) -> None:
    target = io.BytesIO()
    Picture.new("1", (11_000, 11_000)).save(target, "PNG")
    form = upload_form(target.getvalue(), "bomb.png")
    assert not form.is_valid()


@pytest.mark.parametrize(
    ("name", "data", "good"),
    [
        ("plan.pdf", b"%PDF-1.7 x", True),
        ("plan.docx", archive(OOXML), True),
        ("note.txt", "Ghi chú".encode(), True),
        ("plan.pdf", b"<html><script>alert(1)</script>", False),
        ("plan.docx", b"%PDF-1.7 x", False),
        ("plan.exe", b"MZ\x90\0", False),
        ("plan.html", b"plain text", False),
        ("plan.pdf", b"%PDF-1.7 /Encrypt 5 0 R", False),
        ("bomb.docx", archive(OOXML | {"word/a.xml": b"\0" * 3_000_000}), False),
    ],
)
def test_the_document_form_judges_by_bytes(media: Path, settings, name: str, data: bytes, good: bool) -> None:
    settings.WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.core.image_forms.SafeDocumentForm"
    form_class = get_document_form(Document)
    assert issubclass(form_class, SafeDocumentForm)
    boss = User.objects.create_superuser(username="boss")
    form = form_class({"title": "Tệp"}, {"file": SimpleUploadedFile(name, data)}, user=boss)
    assert form.is_valid() is good, form.errors


def test_the_document_address_asks_the_same(media: Path, client) -> None:  # type: ignore[no-untyped-def]
    document = Document.objects.create(title="Kế hoạch", file=SimpleUploadedFile("plan.html", b"<script>1</script>"))
    url = reverse("wagtaildocs_serve", args=[document.pk, document.filename])
    assert client.get(url).status_code == 404
    client.force_login(person("an", Role.EDITOR))
    reply = client.get(url)
    assert reply.status_code == 200 and reply["Content-Disposition"].startswith("attachment")
    assert "html" not in reply["Content-Type"]


def test_the_choosers_listing_is_closed_to_people_who_may_not_choose(client) -> None:  # type: ignore[no-untyped-def]
    url = reverse("wagtailadmin_api:images:listing")
    client.force_login(person("binh", Role.APPROVER))
    assert client.get(url).status_code == 403
    client.force_login(User.objects.create_superuser(username="boss"))
    assert client.get(url).status_code == 200
