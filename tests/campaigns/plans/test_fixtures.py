"""Made-up plans of forms that the seeds do not have: columns, letters, decisions, tables, party style, PDF lines, a commune."""

from campaigns.plans.parser import read_plan
from tests.campaigns.plans.reading import basis, bodies, fixture_text, read, targets, value, values


def test_two_columns_with_legal_basis_and_figures() -> None:
    plan = read(fixture_text("ubnd_hai_cot"))
    assert value(plan["number"]) == "215/KH-UBND" and value(plan["signed_on"]) == "2023-04-05"
    assert value(plan["place"]) == "Đắk Nông" and value(plan["issuer"]) == "Ủy ban nhân dân tỉnh Đắk Nông"
    assert basis(plan) == {
        None: "2021-03-30",
        "105/2021/NĐ-CP": "2021-12-04",
        "1452/QĐ-TTg": "2021-12-31",
        "812/TTr-CAT-PC04": "2023-03-27",
    }
    assert value(plan["basis"][0]["kind"]) == "Luật Phòng, chống ma túy"
    assert targets(plan) == [
        ("exactly", 100, "%"),
        ("at_least", 2, "buổi"),
        ("more_than", 95, "%"),
        ("at_least", 4, "tin, bài"),
        ("at_most", 5, "%"),
        ("at_most", 0.3, "%"),
    ]
    leads = bodies(plan, "lead")
    assert list(leads) == [
        "Công an tỉnh",
        "Sở Thông tin và Truyền thông",
        "Sở Giáo dục và Đào tạo",
        "Tỉnh đoàn",
        "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
        "các tổ chức chính trị - xã hội",
        "UBND các huyện, thành phố",
    ]
    assert list(bodies(plan, "coordinate")) == ["Sở Thông tin và Truyền thông", "Sở Y tế", "UBND các huyện, thành phố"]
    due = {value(task["body"]): value(task["due"]) for task in plan["tasks"]}
    assert due["Tỉnh đoàn"] == "2023-11-30" and due["UBND các huyện, thành phố"] is None
    assert value(plan["signatory"]).split("\n")[-1] == "Nguyễn Văn Mẫu" and len(plan["recipients"]) == 5
    assert values(plan["topics"]) == ["drugs"] and len(plan["observances"]) == 3 and len(plan["forms"]) == 4


def test_letter_with_subject_and_addressees() -> None:
    plan = read(fixture_text("cong_van"))
    assert value(plan["number"]) == "1184/SVHTTDL-QLVH" and value(plan["kind"]) == "Công văn"
    assert value(plan["issuer"]) == "Sở Văn hóa, Thể thao và Du lịch" and value(plan["signed_on"]) == "2024-07-12"
    assert basis(plan) == {"98/KH-UBND": "2024-05-08", "2210/CAT-PC02": "2024-06-28"}
    assert len(plan["recipients"]) == 6 and len(plan["contents"]) == 2 and len(plan["forms"]) == 2
    assert set(bodies(plan, "lead")) == {
        "Trung tâm Văn hóa tỉnh",
        "Thư viện tỉnh",
        "Phòng Văn hóa và Thông tin các huyện, thị xã, thành phố",
    }
    assert "2024-08-10" in {value(task["due"]) for task in plan["tasks"]}
    assert values(plan["topics"]) == ["trafficking"]


def test_decision_with_an_attached_plan() -> None:
    plan = read(fixture_text("quyet_dinh"))
    assert value(plan["kind"]) == "Quyết định" and value(plan["number"]) == "07/QĐ-STTTT"
    assert value(plan["issuer"]) == "Sở Thông tin và Truyền thông" and value(plan["place"]) == "An Lạc"
    assert basis(plan) == {"86/2015/QH13": "2015-11-19", "12/CT-TTg": "2019-04-25", "33/2022/QĐ-UBND": "2022-10-14"}
    assert value(plan["signatory"]) == "GIÁM ĐỐC\nPhạm Quốc Mẫu"
    assert ("at_least", 80, "%") in targets(plan) and ("reduce_by", 20, "%") in targets(plan)
    leads = bodies(plan, "lead")
    assert "Phòng Thông tin, Báo chí - Xuất bản" in leads and "Trung tâm Công nghệ thông tin" in leads
    assert "Trung tâm Công nghệ thông tin" in bodies(plan, "coordinate")
    assert {"2025-02-28", "2025-06-30"} <= {value(task["due"]) for task in plan["tasks"]}
    assert values(plan["topics"]) == ["fraud"] and len(plan["contents"]) == 3


def test_tasks_in_a_table() -> None:
    plan = read(fixture_text("bang_nhiem_vu"))
    assert value(plan["issuer"]) == "Ban Chỉ đạo 138 tỉnh Hòa Sơn" and value(plan["signed_on"]) == "2025-01-20"
    rows = [(value(t["body"]), value(t["role"]), value(t["due"])) for t in plan["tasks"]]
    assert rows[:4] == [
        ("Công an tỉnh", "lead", "2025-04-30"),
        ("Văn phòng UBND tỉnh", "coordinate", "2025-04-30"),
        ("Sở Văn hóa, Thể thao và Du lịch", "coordinate", "2025-04-30"),
        ("Sở Khoa học và Công nghệ", "lead", "2025-08-31"),
    ]
    assert ("UBND các huyện, thành phố", "lead", "2025-06-30") in rows and ("Sở Nội vụ", "lead", None) in rows
    assert ("Công an tỉnh", "lead", "2025-09-10") in rows
    assert targets(plan) == [("exactly", 100, "%"), ("at_least", 70, "%")]
    assert values(plan["observances"]) == ["Ngày hội Toàn dân bảo vệ an ninh Tổ quốc"]


def test_party_guidance() -> None:
    plan = read(fixture_text("huong_dan_dang"))
    assert value(plan["number"]) == "43-HD/BTGTU" and value(plan["kind"]) == "Hướng dẫn"
    assert value(plan["place"]) == "Tân Hải" and value(plan["signed_on"]) == "2022-06-03"
    assert basis(plan) == {"36-CT/TW": "2019-08-16", "61-KH/TU": "2019-10-10"}
    assert value(plan["basis"][1]["issuer"]) == "Ban Thường vụ Tỉnh ủy"
    leads = list(bodies(plan, "lead"))
    assert leads[1:4] == ["Sở Thông tin và Truyền thông", "Báo Tân Hải", "Đài Phát thanh - Truyền hình tỉnh"]
    assert ("at_least", 2, "tin, bài") in targets(plan)
    assert value(plan["signatory"]).endswith("Đỗ Thị Mẫu") and len(plan["recipients"]) == 4


def test_lines_broken_as_in_a_pdf() -> None:
    plan = read(fixture_text("xuong_dong_pdf"))
    assert value(plan["number"]) == "12/CTr-BCĐ" and value(plan["place"]) == "Sơn Hải"
    assert value(plan["basis"][0]["issuer"]) == "Thủ tướng Chính phủ"
    assert targets(plan) == [("reduce_by", 10, "%"), ("at_least", 75, "%"), ("exactly", 90, "%")]
    assert values(plan["contents"])[1].endswith("bảo vệ an ninh Tổ quốc.")
    assert list(bodies(plan, "coordinate")) == [
        "Công an tỉnh",
        "UBND các huyện, thị xã",
        "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
        "Hội Cựu chiến binh tỉnh",
    ]
    assert {"2022-09-30", "2022-03-31"} <= {value(task["due"]) for task in plan["tasks"]}
    assert value(plan["signatory"]).endswith("Võ Văn Mẫu") and values(plan["recipients"])[-1] == "Lưu: VT, NC"
    assert values(plan["topics"])[0] == "theft"


def test_blank_number_labelled_lines_and_no_name() -> None:
    plan = read(fixture_text("nhan_chu_tri"))
    assert plan["number"] is None and plan["signed_on"] is None and value(plan["place"]) == "Nam Thành"
    assert value(plan["issuer"]) == "Sở Văn hóa và Thể thao"
    rows = [(value(t["body"]), value(t["role"]), value(t["due"])) for t in plan["tasks"]]
    assert rows == [
        ("Phòng Văn hóa cơ sở", "lead", "2025-06-30"),
        ("Hội Liên hiệp Phụ nữ thành phố", "coordinate", "2025-06-30"),
        ("Sở Nội vụ", "coordinate", "2025-06-30"),
        ("Công an thành phố", "coordinate", "2025-06-30"),
        ("Trung tâm Văn hóa - Điện ảnh", "lead", "2025-07-31"),
        ("UBND các phường, xã", "coordinate", "2025-07-31"),
        ("Trung tâm Thông tin, Xúc tiến du lịch", "lead", "2025-09-30"),
        ("Báo và Đài Phát thanh, Truyền hình thành phố", "coordinate", "2025-09-30"),
    ]
    assert len(plan["contents"]) == 3 and value(plan["signatory"]) == "GIÁM ĐỐC"
    assert {"phụ nữ", "thanh thiếu niên", "công nhân, người lao động"} <= set(values(plan["audiences"]))


def test_a_commune_after_the_reform() -> None:
    plan = read(fixture_text("cap_xa"))
    assert value(plan["issuer"]) == "Ủy ban nhân dân xã Đăk Mường" and value(plan["signed_on"]) == "2025-08-11"
    assert basis(plan) == {"130/KH-UBND": "2025-07-25"}
    assert len(plan["contents"]) == 3 and len(plan["forms"]) == 3
    assert list(bodies(plan, "lead")) == ["Công an xã", "UBMTTQVN xã", "các hội, đoàn thể", "Trưởng các thôn, làng"]
    assert list(bodies(plan, "coordinate")) == ["Phòng Văn hoá - Xã hội"]
    assert set(values(plan["topics"])) == {"fraud", "theft"}
    assert value(plan["signatory"]).split("\n")[-1] == "A Mẫu"


def test_the_title_is_kept_beside_the_object() -> None:
    reading = read_plan(fixture_text("ubnd_hai_cot"))
    assert reading.title and reading.title["value"].startswith("Tuyên truyền phòng, chống ma túy")
    assert reading.year == 2023


def test_directive_of_a_chairman() -> None:
    plan = read(fixture_text("chi_thi"))
    assert value(plan["kind"]) == "Chỉ thị" and value(plan["number"]) == "09/CT-UBND"
    assert value(plan["issuer"]) == "Chủ tịch Ủy ban nhân dân tỉnh Sông Trà" and value(plan["place"]) == "Sông Trà"
    assert basis(plan) == {"1270/CĐ-TTg": "2023-11-28"}
    leads = bodies(plan, "lead")
    assert list(leads) == [
        "Giám đốc Công an tỉnh",
        "Giám đốc Sở Thông tin và Truyền thông",
        "Chủ tịch UBND các huyện, thành phố",
        "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
        "các tổ chức chính trị - xã hội",
        "Thủ trưởng các sở, ban, ngành",
    ]
    assert list(bodies(plan, "coordinate")) == ["Sở Thông tin và Truyền thông", "Đài Phát thanh và Truyền hình tỉnh"]
    assert targets(plan) == [("more_than", 80, "%"), ("at_least", 10, "lượt")], (
        "what was reached last year is no target"
    )
    assert {value(task["due"]) for task in plan["tasks"]} == {None, "2024-02-14", "2024-02-20"}
    assert value(plan["signatory"]).endswith("Bùi Thị Mẫu") and len(plan["recipients"]) == 5


def test_joint_plan_with_two_signers_and_notes_without_a_verb() -> None:
    plan = read(fixture_text("phoi_hop"))
    assert value(plan["number"]) == "05/KHPH-CAT-TĐTN" and value(plan["issuer"]) == "Công an tỉnh – Tỉnh đoàn"
    assert basis(plan) == {"01/NQLT/BCA-TWĐTN": "2021-11-25"} and len(plan["contents"]) == 4
    rows = [(value(t["body"]), value(t["role"]), value(t["due"])) for t in plan["tasks"]]
    assert rows[0] == ("Tỉnh đoàn", "lead", "2024-04-30") and rows[2] == ("Tỉnh đoàn", "lead", None)
    assert rows[3:5] == [("Công an cấp huyện", "lead", None), ("Huyện đoàn", "coordinate", None)]
    assert rows[-1] == ("Tỉnh đoàn", "lead", "2024-11-15")
    assert "Lý Văn Mẫu" in value(plan["signatory"]) and "Cao Văn Mẫu" in value(plan["signatory"])
    assert len(plan["recipients"]) == 4 and values(plan["topics"]) == ["fraud"]


def test_letter_of_a_district_office_with_broken_lines() -> None:
    plan = read(fixture_text("phong_huyen"))
    assert value(plan["number"]) == "87/PVHTT-TTBC" and value(plan["signed_on"]) == "2024-05-24"
    assert value(plan["issuer"]) == "Phòng Văn hoá và Thông tin" and basis(plan) == {"655/STTTT-TTBCXB": "2024-05-20"}
    assert len(plan["contents"]) == 3 and len(plan["forms"]) == 1
    assert list(bodies(plan, "lead")) == ["Trung tâm Truyền thông - Văn hoá huyện", "UBND các xã, thị trấn"]
    assert targets(plan) == [("at_least", 2, "lần"), ("at_least", 3, "băng rôn")]
    assert value(plan["signatory"]) == "TRƯỞNG PHÒNG\nCầm Văn Mẫu"


def test_letterhead_torn_over_many_lines_and_bodies_under_headings() -> None:
    plan = read(fixture_text("cot_vo"))
    assert value(plan["number"]) == "41/KH-BCĐ138" and value(plan["issuer"]) == "Ban Chỉ đạo 138 tỉnh"
    assert value(plan["place"]) == "Hải Tân" and value(plan["signed_on"]) == "2023-02-09"
    assert basis(plan) == {"193/QĐ-TTg": "2021-02-09", "28/KH-BCĐ": "2023-01-24"}
    assert targets(plan) == [("exactly", 100, "%"), ("more_than", 90, "%"), ("exactly", 95, "%")]
    rows = [(value(t["body"]), value(t["role"])) for t in plan["tasks"]]
    assert rows == [
        ("Sở Thông tin và Truyền thông", "lead"),
        ("Công an tỉnh", "coordinate"),
        ("Hội Liên hiệp Phụ nữ tỉnh", "coordinate"),
        ("Báo Hải Tân", "coordinate"),
        ("Sở Lao động - Thương binh và Xã hội", "lead"),
        ("Bộ Chỉ huy Bộ đội Biên phòng tỉnh", "coordinate"),
        ("UBND các huyện, thị xã", "coordinate"),
    ]
    assert len(plan["contents"]) == 2 and len(plan["recipients"]) == 3
    assert value(plan["signatory"]) == "TRƯỞNG BAN\nPHÓ CHỦ TỊCH UBND TỈNH\nTrịnh Văn Mẫu"
    assert values(plan["topics"]) == ["trafficking"] and len(plan["observances"]) == 2


def test_cells_run_together_on_one_line() -> None:
    plan = read(fixture_text("bang_mot_dong"))
    assert value(plan["number"]) == "310/QĐ-UBND" and value(plan["issuer"]) == "Ủy ban nhân dân tỉnh Hòa Trung"
    assert value(plan["place"]) == "Hòa Trung" and value(plan["signed_on"]) == "2024-03-07"
    assert basis(plan) == {None: "2015-06-19", "06/2014/NĐ-CP": "2014-01-21", "77/TTr-CAT-PV05": "2024-03-01"}
    assert value(plan["basis"][1]["issuer"]) == "Chính phủ"
    assert values(plan["recipients"]) == [
        "Bộ Công an (để b/c)",
        "Thường trực Tỉnh ủy (để b/c)",
        "Như Điều 2",
        "Lưu: VT, NC",
    ]
    assert value(plan["signatory"]) == "CHỦ TỊCH\nNông Văn Mẫu"
    leads = bodies(plan, "lead")
    assert list(leads) == [
        "Chánh Văn phòng UBND tỉnh",
        "Giám đốc Công an tỉnh",
        "Thủ trưởng các sở, ban, ngành",
        "Công an tỉnh",
        "Sở Tài chính",
    ]
    assert list(bodies(plan, "coordinate")) == ["Sở Nội vụ", "các cơ quan, tổ chức có liên quan"]
    assert targets(plan) == [("at_least", 1, "mô hình")] and values(plan["topics"]) == ["movement"]
    assert "2024-11-30" in {value(task["due"]) for task in plan["tasks"]}
