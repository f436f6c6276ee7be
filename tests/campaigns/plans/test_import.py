"""From a file to a draft campaign: the service, the command, and the screens for those who may use them."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.enums import CampaignState, PlanStatus
from campaigns.models import Campaign, PlanDocument
from campaigns.plans import errors, services, wagtail_hooks_plans  # noqa: F401  (registers the screens)
from campaigns.plans.marks import stretches
from cms.core.errors import Conflict
from cms.core.models import Role
from tests.campaigns.plans.reading import FIXTURES, KEYS, fixture_text
from tests.factories.campaigns import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path: Path) -> None:  # noqa: ANN001
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def editor():  # noqa: ANN201
    return UserFactory(role=Role.EDITOR)


def client_of(user) -> Client:  # noqa: ANN001
    client = Client()
    client.force_login(user)
    return client


def imported(name: str = "ubnd_hai_cot", user=None) -> PlanDocument:  # noqa: ANN001
    return services.import_plan(file=io.BytesIO(fixture_text(name).encode()), file_name=f"{name}.txt", user=user)


def test_a_plan_is_kept_and_read(editor) -> None:  # noqa: ANN001
    plan = imported(user=editor)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.READ and plan.number == "215/KH-UBND" and plan.signed_on == date(2023, 4, 5)
    assert plan.title.startswith("Tuyên truyền phòng, chống ma túy") and plan.received_by == editor
    assert plan.basis.count() == 4 and plan.basis.first().kind == "Luật Phòng, chống ma túy"
    with plan.file.open("rb") as kept:
        assert kept.read().decode() == fixture_text("ubnd_hai_cot")
    assert ModelLogEntry.objects.filter(action="campaigns.plan.read", object_id=str(plan.pk), user=editor).exists()


def test_the_same_file_is_not_kept_twice() -> None:
    assert imported().pk == imported().pk
    assert PlanDocument.objects.count() == 1


def test_a_file_that_cannot_be_read_is_kept_with_the_reason() -> None:
    plan = services.import_plan(file=b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, file_name="anh.docx", user=None)
    assert plan.status == PlanStatus.UNREADABLE and plan.file and plan.failure == errors.BinaryPlan().message
    with pytest.raises(Conflict):
        services.create_campaign_from_plan(plan=plan, user=None)


def test_too_large_a_file_is_refused_before_it_is_kept() -> None:
    with pytest.raises(errors.PlanTooLarge):
        services.import_plan(file=b"a" * (50 * 1024 * 1024), file_name="to.txt", user=None)
    assert not PlanDocument.objects.exists()


def test_a_draft_campaign_takes_over_what_was_understood(editor) -> None:  # noqa: ANN001
    police = OrganisationFactory(name="Công an tỉnh")
    issuer = OrganisationFactory(name="Ủy ban nhân dân tỉnh Đắk Nông")
    campaign = services.create_campaign_from_plan(plan=imported(user=editor), user=editor)
    assert campaign.state == CampaignState.DRAFT and campaign.issuer == issuer
    assert (campaign.starts_on, campaign.ends_on) == (date(2023, 4, 5), date(2023, 12, 31))
    assert campaign.tasks.count() == 11 and campaign.tasks.first().body == police
    assert [str(target.value) for target in campaign.targets.all()] == [
        "100.00",
        "2.00",
        "95.00",
        "4.00",
        "5.00",
        "0.30",
    ]
    assert [topic.code for topic in campaign.topics.all()] == ["drugs"]
    assert {row.code for row in campaign.observances.all()} == {"thang_6", "26_6"}
    assert {"thanh_thieu_nien", "hoc_sinh"} <= {row.code for row in campaign.audiences.all()}
    with pytest.raises(Conflict):
        services.create_campaign_from_plan(plan=campaign.plan, user=editor)


def test_two_bodies_of_one_name_are_not_mixed_up() -> None:
    OrganisationFactory(name="Công an tỉnh")
    OrganisationFactory(name="Công an tỉnh")
    campaign = services.create_campaign_from_plan(plan=imported(), user=None)
    assert campaign.tasks.first().body is None and campaign.tasks.first().body_text == "Công an tỉnh"


@pytest.mark.parametrize("name", [path.stem for path in sorted(FIXTURES.glob("*.txt"))])
def test_every_plan_becomes_a_campaign_and_a_screen(name: str, editor) -> None:  # noqa: ANN001
    plan = imported(name, editor)
    joined = "".join(stretch.text for stretch in stretches(plan.source_text, plan.understood))
    assert joined == plan.source_text
    page = client_of(editor).get(reverse("campaigns_plan", args=[plan.pk]))
    assert page.status_code == 200
    services.create_campaign_from_plan(plan=plan, user=editor)


def test_the_command_prints_one_object_and_changes_nothing() -> None:
    out = io.StringIO()
    call_command("import_plan", str(FIXTURES / "cap_xa.txt"), "--json", stdout=out)
    assert set(json.loads(out.getvalue())) == KEYS
    assert not PlanDocument.objects.exists() and not Campaign.objects.exists()


def test_the_command_makes_a_draft_and_says_what_it_understood(editor) -> None:  # noqa: ANN001
    out = io.StringIO()
    call_command("import_plan", str(FIXTURES / "cap_xa.txt"), user=editor.username, stdout=out)
    campaign = Campaign.objects.get()
    assert campaign.plan.received_by == editor
    for words in ("46/KH-UBND", "Công an xã – chủ trì", "Chưa hiểu", "Cơ quan ban hành"):
        assert words in out.getvalue()


def test_the_command_says_why_not(tmp_path: Path) -> None:
    empty = tmp_path / "rong.txt"
    empty.write_bytes(b"")
    for arguments in ([str(empty)], [str(empty), "--json"], [str(tmp_path / "khong-co.txt")]):
        with pytest.raises(CommandError):
            call_command("import_plan", *arguments)
    with pytest.raises(CommandError, match="Không có người dùng"):
        call_command("import_plan", str(FIXTURES / "cap_xa.txt"), user="ai-do")


def test_upload_shows_the_plan_and_makes_the_campaign(editor) -> None:  # noqa: ANN001
    client = client_of(editor)
    upload = io.BytesIO(fixture_text("nhan_chu_tri").encode())
    upload.name = "ke-hoach.txt"
    answer = client.post(reverse("campaigns_plans"), {"file": upload, "text": ""})
    plan = PlanDocument.objects.get()
    assert answer["Location"] == reverse("campaigns_plan", args=[plan.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "Chưa hiểu" in page and 'class="plan-open"' in page and "Phòng Văn hóa cơ sở" in page
    issuer = OrganisationFactory(name="Sở Văn hóa và Thể thao thành phố")
    facts = {
        "title": plan.title,
        "number": "9/KH-SVHTT",
        "kind": plan.kind,
        "issuer_text": plan.issuer_text,
        "place": plan.place,
        "signed_on": "2025-04-02",
        "signatory": plan.signatory,
    }
    answer = client.post(
        reverse("campaigns_plan", args=[plan.pk]),
        {
            **facts,
            "create": "1",
            "campaign_title": "Không để ai bị lừa bán",
            "starts_on": "2025-07-01",
            "ends_on": "2025-07-30",
            "issuer": issuer.pk,
        },
    )
    campaign = Campaign.objects.get()
    assert answer["Location"].endswith(f"/{campaign.pk}/") and campaign.issuer == issuer and campaign.tasks.count() == 8
    plan.refresh_from_db()
    assert plan.number == "9/KH-SVHTT" and plan.signed_on == date(2025, 4, 2) and plan.status == PlanStatus.ACCEPTED
    assert plan.understood["number"] is None, "what the parser read stays as it was"


def test_pasted_text_and_nothing_at_all(editor) -> None:  # noqa: ANN001
    client = client_of(editor)
    client.post(reverse("campaigns_plans"), {"text": fixture_text("cap_xa")})
    assert PlanDocument.objects.get().number == "46/KH-UBND"
    page = client.post(reverse("campaigns_plans"), {"text": "  "})
    assert page.status_code == 200 and "Hãy chọn tệp" in page.content.decode()


def test_an_unreadable_upload_is_told_and_can_be_fetched_again(editor) -> None:  # noqa: ANN001
    client = client_of(editor)
    upload = io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    upload.name = "kế hoạch.doc"
    page = client.post(reverse("campaigns_plans"), {"file": upload}, follow=True).content.decode()
    assert "Tệp đã được giữ lại" in page and "lưu thành DOCX" in page
    answer = client.get(reverse("campaigns_plan_file", args=[PlanDocument.objects.get().pk]))
    assert b"".join(answer.streaming_content)[:4] == b"\xd0\xcf\x11\xe0"
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Disposition"].startswith("attachment")


def test_text_of_a_plan_is_never_markup(editor) -> None:  # noqa: ANN001
    text = fixture_text("cap_xa").replace("Nhóm Zalo", "<script>alert(1)</script> Nhóm Zalo")
    plan = services.import_plan(file=text.encode(), file_name="x.txt", user=editor)
    page = client_of(editor).get(reverse("campaigns_plan", args=[plan.pk])).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.ADMINISTRATOR, True), (Role.EDITOR, True), (Role.APPROVER, False), (Role.TRANSLATOR, False), (None, False)],
)
def test_who_may_see_the_screens(role: str | None, allowed: bool) -> None:
    plan = imported()
    client = client_of(UserFactory(role=role) if role else UserFactory())
    for address in (
        reverse("campaigns_plans"),
        reverse("campaigns_plan", args=[plan.pk]),
        reverse("campaigns_plan_file", args=[plan.pk]),
    ):
        answer = client.get(address)
        assert (answer.status_code == 200) is allowed, (role, address)
    assert Client().get(reverse("campaigns_plans")).status_code in (302, 403)
