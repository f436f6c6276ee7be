"""The register of official accounts: one row for each, who may keep it, what needs attention, what the public sees."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from channels.delivery import account_selectors as selectors
from channels.delivery.account_addresses import address_key, normal_address
from channels.delivery.account_selectors import AccountFilter
from channels.delivery.enums import CredentialState, Platform
from channels.delivery.models import OfficialAccount
from channels.delivery.services import accounts
from channels.delivery.services.accounts import AccountInput
from cms.core import clock
from cms.core.errors import BadInput, Conflict, CongError, NotAllowed
from cms.core.models import Role, User
from tests.factories.campaigns import OrganisationFactory, UserFactory
from tests.factories.delivery import EndpointFactory

pytestmark = pytest.mark.django_db
P = Platform


def values(**kwargs: Any) -> AccountInput:
    fields: dict[str, Any] = {
        "platform": P.FACEBOOK_PAGE, "name": "Công an tỉnh", "address": "https://www.facebook.com/CongAnTinh/",
    }  # fmt: skip
    if "organisation" not in kwargs:
        fields["organisation"] = OrganisationFactory()
    return AccountInput(**{**fields, **kwargs})


def registered(**kwargs: Any) -> OfficialAccount:
    return accounts.register_account(values(**kwargs), user=None)


def verified(account: OfficialAccount, days_ago: int = 0) -> OfficialAccount:
    with clock.shifted(-timedelta(days=days_ago)):
        return accounts.verify_account(account, user=UserFactory(role=Role.ADMINISTRATOR))


SAME_PAGE = [
    "https://www.facebook.com/CongAnTinh/", "http://facebook.com/congantinh", "m.facebook.com/CongAnTinh",
    "fb.com/congantinh", "https://www.facebook.com/congantinh?ref=bookmarks&fbclid=abc#x",
    " https://web.facebook.com/CONGANTINH// ", "https://vi-vn.facebook.com/congantinh/?locale=vi_VN",
]  # fmt: skip


@pytest.mark.parametrize("address", SAME_PAGE)
def test_one_page_has_one_address(address: str) -> None:
    assert normal_address(address, P.FACEBOOK_PAGE) == "https://facebook.com/congantinh"


@pytest.mark.parametrize(
    ("address", "platform", "kept"),
    [
        ("t.me/KenhTinh", P.TELEGRAM_CHANNEL, "https://t.me/kenhtinh"),
        ("@KenhTinh", P.TELEGRAM_CHANNEL, "https://t.me/kenhtinh"),
        ("https://t.me/s/kenhtinh", P.TELEGRAM_CHANNEL, "https://t.me/kenhtinh"),
        ("https://telegram.me/+AbCdEf", P.TELEGRAM_GROUP, "https://t.me/+AbCdEf"),
        ("https://zalo.me/1234567890?utm_source=x", P.ZALO_OA, "https://zalo.me/1234567890"),
        ("oa.zalo.me/1234567890", P.ZALO_OA, "https://zalo.me/1234567890"),
        ("https://zalo.me/g/AbcD12", P.ZALO_GROUP, "https://zalo.me/g/AbcD12"),
        ("facebook.com/profile.php?id=100012&sk=about", P.FACEBOOK_PAGE, "https://facebook.com/profile.php?id=100012"),
        ("https://m.youtube.com/channel/UCabcDEF", P.YOUTUBE, "https://youtube.com/channel/UCabcDEF"),
        ("https://www.youtube.com/@KenhTinh", P.YOUTUBE, "https://youtube.com/@kenhtinh"),
        ("https://www.tiktok.com/@kenh.tinh?lang=vi", P.TIKTOK, "https://tiktok.com/@kenh.tinh"),
        ("http://gialai.gov.vn/", P.WEBSITE, "http://gialai.gov.vn"),
        ("WWW.GiaLai.gov.vn/Tin-Tuc?id=5&utm_medium=z", P.WEBSITE, "https://gialai.gov.vn/Tin-Tuc?id=5"),
        ("https://làng.vn/tin", P.WEBSITE, "https://xn--lng-9ka.vn/tin"),
    ],
)
def test_addresses(address: str, platform: str, kept: str) -> None:
    assert normal_address(address, platform) == kept
    assert normal_address(kept, platform) == kept, "normal is normal"


@pytest.mark.parametrize(
    ("address", "platform"),
    [
        ("", P.WEBSITE), ("công an tỉnh", P.WEBSITE), ("javascript:alert(1)", P.WEBSITE), ("ftp://gialai.gov.vn", P.WEBSITE),
        ("https://co:quan@gialai.gov.vn", P.WEBSITE), ("http://127.0.0.1/x", P.WEBSITE), ("http://localhost", P.WEBSITE),
        ("https://facebook.com", P.FACEBOOK_PAGE), ("https://facebook.com.ke-gian.net/congan", P.FACEBOOK_PAGE),
        ("https://zalo.me/1", P.FACEBOOK_PAGE), ("https://facebook.com/congan", P.WEBSITE),
        ("https://gialai.gov.vn:8443/", P.WEBSITE), ("https://gialai.gov.vn/" + "x" * 500, P.WEBSITE),
        ("http://[::1]/", P.WEBSITE), ("https://a..b.vn", P.WEBSITE), ("@kenh", P.WEBSITE),
    ],
)  # fmt: skip
def test_what_is_no_address_of_this_kind(address: str, platform: str) -> None:
    with pytest.raises(BadInput):
        normal_address(address, platform)


@given(text=st.text(max_size=80), platform=st.sampled_from(P.values))
def test_any_text_gives_an_address_or_a_sentence(text: str, platform: str) -> None:
    try:
        kept = normal_address(text, platform)
    except BadInput as error:
        assert error.message
    else:
        assert kept.startswith(("https://", "http://"))
        assert normal_address(kept, platform) == kept


def test_an_account_is_registered_once() -> None:
    registered()
    for other in (*SAME_PAGE, "https://FACEBOOK.com/congAnTinh"):
        with pytest.raises(Conflict, match="Công an tỉnh"):
            registered(address=other)
    registered(name="Trang", platform=P.WEBSITE, address="http://gialai.gov.vn")
    with pytest.raises(Conflict):
        registered(name="Trang", platform=P.WEBSITE, address="https://www.gialai.gov.vn/")
    assert address_key("http://a.vn/B") == address_key("https://a.vn/b")
    assert OfficialAccount.objects.count() == 2


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.CENTRE, Role.MONITOR, None])
def test_only_administrators_keep_the_register(role: str | None) -> None:
    account, user = registered(), UserFactory(role=role)
    for verb in (
        lambda: accounts.register_account(values(address="fb.com/khac"), user=user),
        lambda: accounts.change_account(account, values(name="Khác"), user=user),
        lambda: accounts.verify_account(account, user=user),
        lambda: accounts.retire_account(account, user=user),
        lambda: accounts.restore_account(account, user=user),
    ):
        with pytest.raises(NotAllowed):
            verb()
    account.refresh_from_db()
    assert (account.name, account.verified_at, account.active) == ("Công an tỉnh", None, True)


def test_every_verb_is_in_the_log() -> None:
    user = UserFactory(role=Role.ADMINISTRATOR)
    account = accounts.register_account(values(), user=user)
    accounts.verify_account(account, user=user)
    accounts.change_account(account, values(name="Tên mới", organisation=account.organisation), user=user)
    accounts.retire_account(account, user=user)
    accounts.restore_account(account, user=user)
    logged = ModelLogEntry.objects.filter(action__startswith="delivery.account").values_list("action", "user")
    assert sorted(logged) == [
        (f"delivery.account.{verb}", user.pk) for verb in ("change", "register", "restore", "retire", "verify")
    ]


def test_another_address_or_owner_is_verified_anew() -> None:
    user = UserFactory(role=Role.ADMINISTRATOR)
    account = verified(registered())
    same = {"organisation": account.organisation, "address": account.address}
    kept = accounts.change_account(account, values(note="Ghi chú", **same), user=user)
    assert kept.verified_at is not None
    moved = accounts.change_account(account, values(**{**same, "address": "fb.com/khac"}), user=user)
    assert moved.verified_at is None
    verified(moved)
    owned = accounts.change_account(moved, values(address=moved.address), user=user)
    assert owned.verified_at is None, "another owner"
    retired = accounts.retire_account(verified(owned), user=user)
    with pytest.raises(Conflict):
        accounts.verify_account(retired, user=user)
    assert accounts.restore_account(retired, user=user).verified_at is None


def test_a_destination_belongs_to_one_account_of_its_kind() -> None:
    endpoint = EndpointFactory(telegram=True)
    with pytest.raises(BadInput):
        registered(endpoint=endpoint)
    registered(platform=P.TELEGRAM_CHANNEL, address="t.me/kenh", endpoint=endpoint)
    with pytest.raises(Conflict):
        registered(platform=P.TELEGRAM_GROUP, address="t.me/nhom", endpoint=endpoint)


@pytest.mark.parametrize("broken", [{"name": " \x00"}, {"platform": "myspace"}, {"address": "\x00"}])
def test_bad_input_is_told(broken: dict[str, Any]) -> None:
    with pytest.raises(CongError) as caught:
        registered(**broken)
    assert caught.value.message
    assert not OfficialAccount.objects.exists()


def test_health_is_that_of_the_destinations_key() -> None:
    endpoint = EndpointFactory(telegram=True)
    account = registered(platform=P.TELEGRAM_CHANNEL, address="t.me/kenh", endpoint=endpoint)
    assert selectors.health_of(account) == selectors.GOOD
    for state, health in (
        (CredentialState.EXPIRING, selectors.EXPIRING),
        (CredentialState.REAUTH_NEEDED, selectors.REFUSED),
    ):
        endpoint.credential.state = state
        endpoint.credential.save()
        row = selectors.account_rows(AccountFilter(health=health), at=clock.now())[0]
        assert row.health == health
    endpoint.active = False
    endpoint.save()
    assert [row.health for row in selectors.account_rows(AccountFilter(), at=clock.now())] == [selectors.OFF]
    assert selectors.health_of(registered()) == selectors.NOT_LINKED
    site = EndpointFactory(website=True)
    assert (
        selectors.health_of(registered(platform=P.WEBSITE, address="gialai.gov.vn", endpoint=site)) == selectors.NO_KEY
    )


def test_reminders() -> None:
    leader = UserFactory()
    fine = verified(registered(person_in_charge=leader))
    assert selectors.reminders_for(fine, at=clock.now()) == []
    old = verified(registered(name="Cũ", address="fb.com/cu", contact="trực ban"), days_ago=91)
    assert selectors.reminders_for(old, at=clock.now()) == ["91 ngày chưa xác minh lại"]
    new = registered(name="Mới", address="fb.com/moi")
    assert len(selectors.reminders_for(new, at=clock.now())) == 2
    assert selectors.attention_counts(at=clock.now()) == {"verify": 2, "person": 1}
    User.objects.filter(pk=leader.pk).update(is_active=False)
    assert selectors.attention_counts(at=clock.now()) == {"verify": 2, "person": 2}
    rows = selectors.account_rows(AccountFilter(), at=clock.now())
    assert all(row.reminders for row in rows)
    found = selectors.account_rows(AccountFilter(attention="verify"), at=clock.now())
    assert {row.account.name for row in found} == {"Cũ", "Mới"}
    accounts.retire_account(new, user=None)
    assert len(selectors.account_rows(AccountFilter(), at=clock.now())) == 2
    assert len(selectors.account_rows(AccountFilter(retired=True), at=clock.now())) == 1


def test_filters_find_without_accents() -> None:
    registered()
    registered(name="Sở Văn hóa", platform=P.WEBSITE, address="gialai.gov.vn")
    at = clock.now()
    assert [row.account.name for row in selectors.account_rows(AccountFilter(text="cong an"), at=at)] == [
        "Công an tỉnh"
    ]
    assert [row.account.name for row in selectors.account_rows(AccountFilter(platform=P.WEBSITE), at=at)] == [
        "Sở Văn hóa"
    ]
    owner = OfficialAccount.objects.get(name="Sở Văn hóa").organisation
    assert len(selectors.account_rows(AccountFilter(organisation=owner.pk), at=at)) == 1


def test_the_public_sees_verified_accounts_in_use_and_no_persons() -> None:
    person = UserFactory(full_name="Nguyễn Văn Kín")
    verified(registered(person_in_charge=person, contact="0905 000 111"))
    registered(name="Chưa xác minh", address="fb.com/chua")
    accounts.retire_account(verified(registered(name="Thôi dùng", address="fb.com/thoi")), user=None)
    shown = selectors.public_accounts()
    assert [row.name for row in shown] == ["Công an tỉnh"]
    assert "Kín" not in repr(shown)
    assert "0905" not in repr(shown)


# --- the screens --------------------------------------------------------------------------------------------------


def client_of(role: str | None) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**kwargs: Any) -> dict[str, Any]:
    fields = {
        "platform": "facebook_page", "name": "Công an tỉnh", "address": "m.facebook.com/CongAnTinh",
        "organisation": OrganisationFactory().pk, "person_in_charge": "", "contact": "Trực ban", "endpoint": "", "note": "",
    }  # fmt: skip
    return {**fields, **kwargs}


def test_who_reads_and_who_changes() -> None:
    account = registered()
    listed, one = reverse("delivery_accounts"), reverse("delivery_account", args=[account.pk])
    new, act = reverse("delivery_account_new"), reverse("delivery_account_act", args=[account.pk, "xac-minh"])
    export = reverse("delivery_account_export", args=["csv"])
    for role in (Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR):
        reader = client_of(role)
        assert [reader.get(url).status_code for url in (listed, one, export)] == [200, 200, 200]
    for role in (Role.EDITOR, Role.APPROVER):
        reader = client_of(role)
        assert reader.get(new).url == "/admin/"
        assert reader.post(new, typed(address="fb.com/khac")).url == "/admin/"
        assert reader.post(act).url == "/admin/"
        reader.post(one, typed(name="Chiếm"))
        assert '<form method="post" novalidate' not in reader.get(one).content.decode()
    for stranger in (client_of(Role.CENTRE), client_of(None), Client()):
        assert {stranger.get(url).status_code for url in (listed, one, new, export)} <= {302, 403, 404}
        assert stranger.post(act).status_code in {302, 403, 404}
    account.refresh_from_db()
    assert (account.name, account.verified_at, OfficialAccount.objects.count()) == ("Công an tỉnh", None, 1)


def test_the_way_of_an_account_through_the_screens() -> None:
    administrator = client_of(Role.ADMINISTRATOR)
    listed = reverse("delivery_accounts")
    assert "Chưa ghi tài khoản nào" in administrator.get(listed).content.decode()
    endpoint = EndpointFactory(telegram=True, name="Kênh tỉnh")
    page = administrator.get(listed).content.decode()
    assert f"?noi-nhan={endpoint.pk}" in page
    guess = administrator.get(f"{reverse('delivery_account_new')}?noi-nhan={endpoint.pk}").content.decode()
    assert 'value="Kênh tỉnh"' in guess
    assert administrator.post(reverse("delivery_account_new"), typed()).status_code == 302
    account = OfficialAccount.objects.get()
    assert account.address == "https://facebook.com/congantinh"
    page = administrator.get(listed).content.decode()
    assert "1 tài khoản chính thức" in page
    assert "chưa xác minh" in page
    again = administrator.post(reverse("delivery_account_new"), typed(name="Giữ lại")).content.decode()
    assert "đã có trong sổ" in again
    assert "Giữ lại" in again, "nothing typed is lost"
    administrator.post(reverse("delivery_account_act", args=[account.pk, "xac-minh"]))
    account.refresh_from_db()
    assert account.verified_at is not None
    assert administrator.get(reverse("delivery_account_act", args=[account.pk, "ngung"])).status_code == 405
    administrator.post(reverse("delivery_account_act", args=[account.pk, "ngung"]))
    assert "Chưa ghi tài khoản nào" in administrator.get(listed).content.decode()
    assert "Công an tỉnh" in administrator.get(listed, {"cu": "on"}).content.decode()
    nothing = administrator.get(listed, {"tim": "zzz"}).content.decode()
    assert "Không có tài khoản nào" in nothing
    assert "“zzz”" in nothing
    assert administrator.get(listed, {"loai": "x'", "don_vi": "9" * 40, "trang": "-1"}).status_code == 200
    assert administrator.get(f"{reverse('delivery_account_new')}?noi-nhan={'9' * 30}").status_code == 200
    assert administrator.post(reverse("delivery_account_act", args=[account.pk, "xoa"])).status_code == 404


def test_exports_are_safe_to_open() -> None:
    registered(name='=HYPERLINK("http://x")', contact="@lệnh")
    reader = client_of(Role.EDITOR)
    raw = reader.get(reverse("delivery_account_export", args=["csv"]))
    assert raw.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.content.decode("utf-8-sig"))))
    assert rows[1][1].startswith("'=")
    assert rows[1][5] == "'@lệnh"
    book = load_workbook(io.BytesIO(reader.get(reverse("delivery_account_export", args=["xlsx"])).content))
    cell = book.worksheets[0]["B2"]
    assert (cell.data_type, cell.value[:2]) == ("s", "'=")
    assert [c.value for c in book.worksheets[0][1]] == rows[0]
    assert reader.get(reverse("delivery_account_export", args=["pdf"])).status_code == 404


def test_the_list_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        registered(name=f"Trang {number}", address=f"fb.com/trang{number}", person_in_charge=UserFactory())
    reader = client_of(Role.EDITOR)
    reader.get(reverse("delivery_accounts"))
    with django_assert_max_num_queries(40):
        reader.get(reverse("delivery_accounts"))
