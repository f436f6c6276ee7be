"""Areas, bodies, people, hotlines and vocabularies of the sample province. Loading twice changes nothing."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from campaigns.enums import AreaKind, OrganisationKind
from campaigns.models import Area, Audience, Hotline, Observance, ObservanceTheme, Organisation, Topic
from campaigns.services import hotlines as hotline_services
from cms.core import clock
from cms.core.models import Membership, Role, User
from cms.core.services.memberships import sync_groups

DATA = Path(__file__).parent / "data"
# One password for all sample log-ins, printed at the start. Production settings refuse to load the sample.
PASSWORD = "cong-mau-gia-lai"
REFORM = date(2025, 7, 1)

TOPICS = {
    "theft": "Phòng, chống trộm cắp tài sản",
    "drugs": "Phòng, chống ma túy",
    "trafficking": "Phòng, chống mua bán người",
    "fraud": "Phòng, chống lừa đảo, “tín dụng đen”",
    "movement": "Toàn dân bảo vệ an ninh Tổ quốc",
}
AUDIENCES = {
    "ho_gia_dinh": "Hộ gia đình",
    "thanh_thieu_nien": "Thanh, thiếu niên",
    "hoc_sinh": "Học sinh, sinh viên",
    "cong_nhan": "Công nhân, người lao động",
    "phu_nu": "Phụ nữ",
    "nguoi_cao_tuoi": "Người cao tuổi",
    "nguoi_co_uy_tin": "Người có uy tín trong cộng đồng",
    "dan_toc_thieu_so": "Đồng bào dân tộc thiểu số",
    "bien_gioi": "Nhân dân khu vực biên giới",
}
# code, name, month, day, window before, window after, lead days, basis
OBSERVANCES = [
    ("thang_6", "Tháng hành động phòng, chống ma túy", 6, None, 0, 0, 30, ""),
    ("26_6", "Ngày toàn dân phòng, chống ma túy 26/6", 6, 26, 25, 4, 30, "93/2001/QĐ-TTg"),
    ("30_7", "Ngày toàn dân phòng, chống mua bán người 30/7", 7, 30, 29, 0, 30, "793/QĐ-TTg"),
    ("19_8", "Ngày hội Toàn dân bảo vệ an ninh Tổ quốc 19/8", 8, 19, 49, 0, 45, "521/QĐ-TTg"),
]
# Themes as published for June 2021 and 2024; other years are left to the department.
THEMES = {
    "thang_6": {
        2021: "Vì sức khỏe của mọi người, hạnh phúc của mọi nhà – Hãy tránh xa ma túy",
        2024: "Chung tay xây dựng xã, phường, thị trấn sạch ma túy",
    }
}
# key, name, short name, kind, area code (2025)
ORGANISATIONS = [
    ("department", "Sở Văn hóa, Thể thao và Du lịch tỉnh Gia Lai", "Sở VHTTDL", OrganisationKind.DEPARTMENT, "52"),
    ("police", "Công an tỉnh Gia Lai", "Công an tỉnh", OrganisationKind.POLICE, "52"),
    ("press", "Báo và phát thanh, truyền hình Gia Lai", "", OrganisationKind.PRESS, "52"),
    (
        "centre",
        "Trung tâm Văn hóa, Thông tin và Thể thao Pleiku",
        "TTVH Pleiku",
        OrganisationKind.CULTURE_CENTRE,
        "23575",
    ),
    (
        "commune_pleiku",
        "Ủy ban nhân dân phường Pleiku",
        "UBND phường Pleiku",
        OrganisationKind.PEOPLES_COMMITTEE,
        "23575",
    ),
    ("commune_dakdoa", "Ủy ban nhân dân xã Đak Đoa", "UBND xã Đak Đoa", OrganisationKind.PEOPLES_COMMITTEE, "23677"),
]
# username, name, role, organisation key, area code, written language
PEOPLE = [
    ("quantri", "Trần Quản Trị", Role.ADMINISTRATOR, "department", "", ""),
    ("bientap", "Nguyễn Biên Tập", Role.EDITOR, "department", "", ""),
    ("pheduyet", "Lê Phê Duyệt", Role.APPROVER, "department", "", ""),
    ("dich.jrai", "Rơ Châm Dịch", Role.TRANSLATOR, "department", "", "jra"),
    ("duyet.jrai", "Ksor Duyệt", Role.REVIEWER, "department", "", "jra"),
    ("trungtam", "Phạm Trung Tâm", Role.CENTRE, "centre", "", ""),
    ("dai.pleiku", "Võ Đài Xã", Role.OPERATOR, "commune_pleiku", "23575", ""),
    ("baochi", "Đỗ Theo Dõi", Role.MONITOR, "department", "", ""),
    ("lanhdao", "Hoàng Lãnh Đạo", Role.LEADER, "department", "", ""),
]
# key, label, number, purpose, hours. 113 and 111 are the national numbers; the third is made up and says so.
HOTLINES = [
    ("113", "Cảnh sát 113", "113", "Báo tin về tội phạm, an ninh, trật tự", "24/24"),
    ("111", "Tổng đài 111", "111", "Bảo vệ trẻ em; phòng, chống mua bán người", "24/24"),
    ("police", "Trực ban Công an tỉnh (số mẫu)", "0269 000 0113", "Tiếp nhận tố giác, tin báo về tội phạm", "24/24"),
]


def load_areas() -> dict[str, Area]:
    """Areas of Gia Lai before and after the reform; gives today's by code. No succession is invented."""
    with (DATA / "areas_gia_lai.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_period: dict[tuple[str, str], Area] = {
        (area.valid_from.isoformat(), area.code): area for area in Area.objects.all()
    }
    for kind in (AreaKind.PROVINCE, AreaKind.DISTRICT, AreaKind.COMMUNE):
        for row in rows:
            key = (row["valid_from"], row["code"])
            if row["kind"] != kind or (key in by_period and by_period[key].kind == kind):
                continue
            by_period[key] = Area.objects.create(
                code=row["code"],
                kind=kind,
                name=row["name"],
                full_name=row["full_name"],
                parent=by_period.get((row["valid_from"], row["parent_code"])),
                valid_from=row["valid_from"],
                valid_to=row["valid_to"] or None,
            )
    return {code: area for (start, code), area in by_period.items() if start == REFORM.isoformat()}


def load_vocabularies() -> None:
    """Topics, audiences and observances with the themes that were published."""
    for code, name in TOPICS.items():
        Topic.objects.get_or_create(code=code, defaults={"name": name})
    for code, name in AUDIENCES.items():
        Audience.objects.get_or_create(code=code, defaults={"name": name})
    for code, name, month, day, before, after, lead, basis in OBSERVANCES:
        observance, _made = Observance.objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "month": month,
                "day": day,
                "window_before": before,
                "window_after": after,
                "lead_days": lead,
                "basis": basis,
            },
        )
        for year, theme in THEMES.get(code, {}).items():
            ObservanceTheme.objects.get_or_create(observance=observance, year=year, defaults={"theme": theme})


def load_organisations(areas: dict[str, Area]) -> dict[str, Organisation]:
    """The bodies of the sample, by key."""
    found = {}
    for key, name, short, kind, area in ORGANISATIONS:
        found[key] = Organisation.objects.get_or_create(
            name=name, defaults={"short_name": short, "kind": kind, "area": areas[area]}
        )[0]
    return found


def load_people(organisations: dict[str, Organisation], areas: dict[str, Area]) -> dict[str, User]:
    """One person for each role, by log-in name."""
    people = {}
    for username, name, role, organisation, area, orthography in PEOPLE:
        user, made = User.objects.get_or_create(
            username=username, defaults={"full_name": name, "email": f"{username}@cong.example"}
        )
        if made:
            user.set_password(PASSWORD)
            user.save()
        Membership.objects.get_or_create(
            user=user,
            role=role,
            orthography=orthography,
            defaults={
                "organisation": organisations[organisation],
                "area": areas[area] if area else None,
                "valid_from": date(2026, 1, 1),
            },
        )
        sync_groups(user)
        people[username] = user
    return people


def load_hotlines(user: Any, organisations: dict[str, Organisation]) -> dict[str, Hotline]:
    """The hotlines by key, each verified by an editor of the sample."""
    found = {}
    for key, label, number, purpose, hours in HOTLINES:
        line = Hotline.objects.filter(label=label, replaced_by__isnull=True).first()
        if line is None:
            line = Hotline.objects.create(
                label=label,
                number=number,
                purpose=purpose,
                hours=hours,
                valid_from=clock.today(),
                organisation=organisations["police"],
            )
            hotline_services.verify(line, user=user)
        found[key] = line
    return found
