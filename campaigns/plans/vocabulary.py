"""From the words of a plan to the rows of the registers: topics, audiences, observances, bodies.

Codes are the same as in the sample registers. Rows that a department has not made yet are made on first use, with the
names below; a department may rename them, the codes stay.
"""

import re

from campaigns.enums import OrganisationKind
from campaigns.models import Audience, Observance, Organisation, Topic
from cms.core.text import fold

TOPIC_NAMES = {
    "theft": "Phòng, chống trộm cắp tài sản",
    "drugs": "Phòng, chống ma túy",
    "trafficking": "Phòng, chống mua bán người",
    "fraud": "Phòng, chống lừa đảo, “tín dụng đen”",
    "movement": "Toàn dân bảo vệ an ninh Tổ quốc",
}
# Code in the parser → code and name in the register.
AUDIENCES = {
    "youth": ("thanh_thieu_nien", "Thanh, thiếu niên"),
    "pupils": ("hoc_sinh", "Học sinh, sinh viên"),
    "students": ("hoc_sinh", "Học sinh, sinh viên"),
    "workers": ("cong_nhan", "Công nhân, người lao động"),
    "ethnic": ("dan_toc_thieu_so", "Đồng bào dân tộc thiểu số"),
    "border": ("bien_gioi", "Nhân dân khu vực biên giới"),
    "remote": ("vung_sau_vung_xa", "Nhân dân vùng sâu, vùng xa"),
    "clergy": ("chuc_sac", "Chức sắc, chức việc tôn giáo"),
    "elders": ("nguoi_co_uy_tin", "Người có uy tín trong cộng đồng"),
    "households": ("ho_gia_dinh", "Hộ gia đình"),
    "women": ("phu_nu", "Phụ nữ"),
    "children": ("tre_em", "Trẻ em"),
    "elderly": ("nguoi_cao_tuoi", "Người cao tuổi"),
    "officials": ("can_bo", "Cán bộ, công chức, viên chức"),
    "business": ("ho_kinh_doanh", "Doanh nghiệp, hộ kinh doanh"),
    "tourists": ("khach_du_lich", "Khách du lịch"),
    "veterans": ("cuu_chien_binh", "Cựu chiến binh"),
    "users": ("nguoi_dung_mang", "Người sử dụng mạng xã hội"),
}
# Code in the parser → code, name, month, day. Days of decisions: reference/domain.md 5.1.
OBSERVANCES: dict[str, tuple[str, str, int, int | None]] = {
    "drugs-june": ("thang_6", "Tháng hành động phòng, chống ma túy", 6, None),
    "drugs-2606": ("26_6", "Ngày toàn dân phòng, chống ma túy 26/6", 6, 26),
    "drugs-2606-world": ("26_6", "Ngày toàn dân phòng, chống ma túy 26/6", 6, 26),
    "trafficking-3007": ("30_7", "Ngày toàn dân phòng, chống mua bán người 30/7", 7, 30),
    "trafficking-3007-world": ("30_7", "Ngày toàn dân phòng, chống mua bán người 30/7", 7, 30),
    "festival-1908": ("19_8", "Ngày hội Toàn dân bảo vệ an ninh Tổ quốc 19/8", 8, 19),
    "law-0911": ("9_11", "Ngày Pháp luật Việt Nam 9/11", 11, 9),
    "unity-1811": ("18_11", "Ngày hội Đại đoàn kết toàn dân tộc 18/11", 11, 18),
    "aids-0112": ("1_12", "Ngày thế giới phòng, chống AIDS 1/12", 12, 1),
    "fire-0410": ("4_10", "Ngày toàn dân phòng cháy, chữa cháy 4/10", 10, 4),
    "children-06": ("thang_tre_em", "Tháng hành động vì trẻ em", 6, None),
    "digital-1010": ("10_10", "Ngày Chuyển đổi số quốc gia 10/10", 10, 10),
}
_KINDS: tuple[tuple[str, str], ...] = (
    (r"^(?:bao|dai|tap chi|co quan bao chi)\b", OrganisationKind.PRESS),
    (r"cong an", OrganisationKind.POLICE),
    (r"trung tam.*(?:van hoa|thong tin|truyen thong)", OrganisationKind.CULTURE_CENTRE),
    (r"^ban chi dao|^bcd", OrganisationKind.STEERING),
    (r"tinh uy|thanh uy|huyen uy|dang uy|ban tuyen giao|ban thuong vu|dang bo", OrganisationKind.PARTY),
    (r"^uy ban nhan dan|^ubnd", OrganisationKind.PEOPLES_COMMITTEE),
    (r"mat tran|mttq|lien doan|lien hiep|^hoi |doan thanh nien|tinh doan", OrganisationKind.UNION),
    (r"^so ", OrganisationKind.DEPARTMENT),
)


def topics(codes: list[str]) -> list[Topic]:
    """The rows of these topics."""
    return [Topic.objects.get_or_create(code=code, defaults={"name": TOPIC_NAMES[code]})[0] for code in codes]


def audiences(codes: list[str]) -> list[Audience]:
    """The rows of these audiences, each once."""
    wanted = dict(AUDIENCES[code] for code in codes if code in AUDIENCES)
    return [Audience.objects.get_or_create(code=code, defaults={"name": name})[0] for code, name in wanted.items()]


def observances(codes: list[str]) -> list[Observance]:
    """The rows of these observances, each once."""
    rows = {OBSERVANCES[code][0]: OBSERVANCES[code] for code in codes if code in OBSERVANCES}
    return [
        Observance.objects.get_or_create(code=code, defaults={"name": name, "month": month, "day": day})[0]
        for code, name, month, day in rows.values()
    ]


def organisation_kind(name: str) -> str:
    """What sort of body a printed name is."""
    key = fold(name)
    return next((kind for pattern, kind in _KINDS if re.search(pattern, key)), OrganisationKind.OTHER)


def organisation_named(name: str) -> Organisation | None:
    """The one organisation in force that bears this name or short name; None when there is none or several."""
    key = fold(name)
    if not key:
        return None
    current = Organisation.objects.filter(valid_to__isnull=True)
    found = list(current.filter(name_key=key)[:2])
    if not found:
        found = [body for body in current.exclude(short_name="") if fold(body.short_name) == key]
    return found[0] if len(found) == 1 else None
