"""The sample's register of official accounts: made-up addresses, one that waits for its verification, one out of use."""

from datetime import timedelta
from typing import Any

from channels.delivery.enums import Platform
from channels.delivery.models import Endpoint, OfficialAccount
from channels.delivery.services import accounts
from channels.delivery.services.accounts import AccountInput
from cms.core import clock
from cms.ops.sample.content import Cast

P = Platform
# kind, name, address (of domains that belong to nobody), owner, log-in of the person in charge, contact, kind of
# destination, verified how many days ago (None: not yet), in use
ACCOUNTS: list[tuple[str, str, str, str, str, str, str, int | None, bool]] = [
    (P.WEBSITE, "Trang thông tin của tỉnh (mẫu)", "https://cong.example", "department", "bientap", "", "website", 5, True),
    (P.TELEGRAM_CHANNEL, "Kênh tin của Sở (mẫu)", "https://t.me/cong_mau_gia_lai", "department", "bientap", "", "telegram", 12, True),
    (P.FACEBOOK_PAGE, "Sở Văn hóa, Thể thao và Du lịch (mẫu)", "https://facebook.com/cong.mau.so", "department", "bientap", "", "", 97, True),
    (P.ZALO_OA, "Công an tỉnh (mẫu)", "https://zalo.me/1000000000000000001", "police", "", "Trực ban Công an tỉnh", "", 20, True),
    (P.FACEBOOK_PAGE, "Công an tỉnh (mẫu)", "https://facebook.com/cong.mau.congan", "police", "", "", "", 3, True),
    (P.FACEBOOK_GROUP, "Phường Pleiku – tin phường (mẫu)", "https://facebook.com/groups/cong.mau.pleiku", "commune_pleiku", "dai.pleiku", "", "", None, True),
    (P.ZALO_GROUP, "Tổ dân phố 1 (mẫu)", "https://zalo.me/g/congmau01", "commune_pleiku", "dai.pleiku", "", "", 40, False),
]  # fmt: skip


def load_accounts(cast: Cast, endpoints: dict[str, Endpoint]) -> None:
    """The register, made where it is empty; every row goes through the product's own verbs."""
    if OfficialAccount.objects.exists():
        return
    admin = cast.people["quantri"]
    for kind, name, address, owner, person, contact, destination, days, in_use in ACCOUNTS:
        endpoint: Any = endpoints.get(destination)
        account = accounts.register_account(
            AccountInput(
                platform=kind, name=name, address=address, organisation=cast.organisations[owner],
                person_in_charge=cast.people.get(person), contact=contact, endpoint=endpoint,
            ),
            user=admin,
        )  # fmt: skip
        if days is not None:
            accounts.verify_account(account, user=admin)
            OfficialAccount.objects.filter(pk=account.pk).update(verified_at=clock.now() - timedelta(days=days))
        if not in_use:
            accounts.retire_account(account, user=admin)
