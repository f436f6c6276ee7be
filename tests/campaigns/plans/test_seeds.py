"""The five real plans: the facts that issue 2 names."""

import pytest

from campaigns.plans.parser import read_plan
from tests.campaigns.plans.reading import basis, bodies, read, seed_text, targets, value, values


def test_000_has_no_number_seven_basis_documents_and_eight_contents() -> None:
    plan = read(seed_text("000"))
    assert plan["number"] is None and plan["signed_on"] is None and plan["place"] is None and plan["signatory"] is None
    assert value(plan["kind"]) == "Kế hoạch"
    assert basis(plan) == {
        "13-KL/TW": "2021-08-16",
        "48-CT/TW": "2010-10-22",
        "36-CT/TW": "2019-08-16",
        "12/CT-TTg": "2019-04-25",
        "49/2020/NĐ-CP": "2020-04-17",
        "1891/KH-UBND": "2023-06-22",
        "30-CT/TU": "2023-04-26",
    }
    issuers = {value(one["number"]): value(one["issuer"]) for one in plan["basis"]}
    assert issuers["13-KL/TW"] == "Bộ Chính trị" and issuers["49/2020/NĐ-CP"] == "Chính phủ"
    assert len(plan["contents"]) == 8
    assert values(plan["contents"])[1].startswith("Tuyên truyền các chính sách, giải pháp bảo đảm an sinh xã hội")
    assert values(plan["topics"])[:2] == ["theft", "movement"]
    assert {"thanh thiếu niên", "học sinh", "đồng bào dân tộc thiểu số", "người có uy tín"} <= set(
        values(plan["audiences"])
    )


def test_001_letterhead_basis_bodies_and_recipients() -> None:
    plan = read(seed_text("001"))
    assert value(plan["number"]) == "25/KH-STTTT"
    assert value(plan["signed_on"]) == "2021-02-25"
    assert value(plan["place"]) == "Gia Lai"
    assert value(plan["issuer"]) == "Sở Thông tin và Truyền thông"
    assert basis(plan) == {"07/KH-BCĐ": "2021-02-22"}
    assert value(plan["basis"][0]["issuer"]).startswith("Ban Chỉ đạo Phòng chống tội phạm")
    assert len(plan["purposes"]) == 6 and len(plan["contents"]) == 9 and len(plan["forms"]) == 3
    found = {value(task["body"]) for task in plan["tasks"]}
    assert found == {
        "Sở Thông tin và Truyền thông",
        "Cơ quan báo chí địa phương, trung ương, ngành và các tỉnh thành khác đặt văn phòng đại diện, cử phóng viên "
        "thường trú trên địa bàn tỉnh",
        "Phòng Văn hóa và Thông tin các huyện, thị xã, thành phố",
        "Trung tâm Văn hóa, Thông tin và Thể thao các huyện, thị xã, thành phố",
    }
    assert len(plan["tasks"]) == 13
    assert set(bodies(plan, "lead")) == found
    assert values(plan["recipients"]) == [
        "UBND tỉnh (báo cáo)",
        "Thường trực BCD – Công an tỉnh",
        "Ban Tuyên giáo Tỉnh ủy",
        "Cơ quan báo chí địa phương",
        "Phòng VH&TT; Trung tâm VH,TT&TT cấp huyện",
        "Lưu VT, P.TTBCXB",
    ]
    assert value(plan["signatory"]) == "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\nLê Thị Thu Hương"
    assert values(plan["topics"])[0] == "movement"


def test_002_targets_and_seven_implementers_despite_a_page_scanned_twice() -> None:
    plan = read(seed_text("002"))
    assert value(plan["number"]) == "04-NQ/TU" and value(plan["signed_on"]) == "2022-01-25"
    assert value(plan["kind"]) == "Nghị quyết" and value(plan["issuer"]) == "Ban Thường vụ Tỉnh ủy"
    assert plan["place"] is None
    assert targets(plan) == [
        ("less_than", 15, "%"),
        ("reduce_by", 5, "%"),
        ("exactly", 30, "%"),
        ("exactly", 50, "%"),
        ("exactly", 100, "%"),
        ("more_than", 90, "%"),
        ("more_than", 90, "%"),
        ("more_than", 90, "%"),
        ("more_than", 88, "%"),
        ("more_than", 60, "%"),
        ("exactly", 100, "%"),
        ("at_least", 60, "%"),
        ("exactly", 85, "%"),
        ("at_least", 50, "%"),
    ]
    leads = [value(task["body"]) for task in plan["tasks"] if value(task["role"]) == "lead"]
    assert leads == [
        "Đảng ủy Công an tỉnh",
        "Ban Cán sự đảng Ủy ban nhân dân tỉnh",
        "Đảng ủy, ban cán sự đảng các cơ quan tự pháp",
        "Các huyện ủy, Thành ủy",
        "Ban Tuyên giáo Tỉnh ủy",
        "Ủy ban Kiểm tra Tỉnh ủy",
        "Đảng ủy Công an tỉnh",
    ]
    helping = bodies(plan, "coordinate")
    assert {"Ban Nội chính Tỉnh ủy", "Văn phòng Tỉnh ủy", "Đảng ủy Công an tỉnh"} <= set(helping)


def test_002_repeated_page_is_told_once() -> None:
    reading = read_plan(seed_text("002"))
    repeated = [part for part in reading.remainder if part.why == "repeated"]
    assert sum(part.leaf["span"][1] - part.leaf["span"][0] for part in repeated) > 6000
    assert len(reading.data["contents"]) == len(set(values(reading.data["contents"])))


def test_003_is_an_article_without_number_and_with_three_targets() -> None:
    plan = read(seed_text("003"))
    for key in ("number", "kind", "issuer", "place", "signed_on", "signatory"):
        assert plan[key] is None
    assert targets(plan) == [("at_least", 75, "%"), ("more_than", 90, "%"), ("at_least", 80, "%")]
    assert values(plan["not_understood"]) == ["PV"]


def test_004_letterhead_and_basis() -> None:
    plan = read(seed_text("004"))
    assert plan["number"] is None, "the number is blank in a draft and is not guessed"
    assert value(plan["signed_on"]) == "2024-02-21" and value(plan["place"]) == "Tuyên Quang"
    assert value(plan["issuer"]).startswith("Ban Chỉ đạo phòng, chống tội phạm")
    assert basis(plan) == {
        "18/KH-BCĐ138/CP": "2024-01-15",
        "19/KH-BCĐ138/CP": "2024-01-15",
        "02CTr-BCA-V05": "2024-01-16",
        "113-NQ/TU": "2023-12-26",
    }
    assert len(plan["recipients"]) == 9
    assert value(plan["signatory"]).endswith("Hoàng Việt Phương")


def test_004_days_targets_and_deadlines() -> None:
    plan = read(seed_text("004"))
    days = " | ".join(values(plan["observances"]))
    for words in ("Tháng 6", "26/6", "Ngày toàn dân phòng, chống mua bán người 30/7", "Ngày thế giới", "Ngày hội"):
        assert words in days
    assert set(values(plan["topics"])) == {"movement", "drugs", "trafficking"}
    found = targets(plan)
    assert ("reduce_by", 5, "%") in found and ("less_than", 3, "%") in found and found.count(("exactly", 50, "%")) == 2
    due = {value(task["due"]): value(task["body"]) for task in plan["tasks"] if task["due"]}
    assert set(due) == {"2024-01-31", "2024-02-28"}
    last = [task for task in plan["tasks"] if value(task["due"]) == "2024-02-28"]
    assert [value(task["body"]) for task in last] == [
        "Các cơ quan, đơn vị thành viên Ban Chỉ đạo tỉnh",
        "Ban Chỉ đạo các huyện, thành phố",
    ]


@pytest.mark.parametrize(
    ("begins", "lead", "coordinate"),
    [
        (
            "Đổi mới, nâng cao chất lượng, hiệu quả công tác tuyên truyền về tình hình",
            ["Công an tỉnh"],
            ["các thành viên Ban Chỉ đạo 138 tỉnh", "Ban Chỉ đạo 138 huyện, thành phố"],
        ),
        (
            "Tập trung tuyên truyền theo hướng tiếp cận",
            [
                "Sở Thông tin và Truyền thông",
                "Sở Giáo dục và Đào tạo",
                "Sở Tư pháp",
                "Sở Văn hóa - Thể thao và Du lịch",
                "Liên đoàn Lao động tỉnh",
            ],
            ["các thành viên Ban Chỉ đạo 138 tỉnh", "Ban Chỉ đạo 138 huyện, thành phố"],
        ),
        (
            "Chủ động, kịp thời triển khai thực hiện các Chương trình, Đề án",
            ["Công an tỉnh", "Sở Lao động - Thương binh và Xã hội", "Sở Y tế"],
            ["Ban Chỉ đạo 138 huyện, thành phố"],
        ),
        (
            "Thường xuyên rà soát, nghiên cứu tham gia xây dựng",
            ["Viện Kiểm sát nhân dân", "Tòa án nhân dân tỉnh", "Sở Tư pháp", "Công an tỉnh", "Bộ Chỉ huy Quân sự tỉnh"],
            [],
        ),
        (
            "Tiếp tục triển khai thực hiện nghiêm túc các Công ước",
            ["Viện Kiểm sát nhân dân tỉnh", "Tòa án nhân dân tỉnh", "Sở Ngoại vụ", "Công an tỉnh"],
            ["thành viên Ban Chỉ đạo 138 tỉnh", "Ban Chỉ đạo 138 cấp huyện"],
        ),
        (
            "Cơ quan, đơn vị, địa phương, cá nhân, quần chúng",
            ["Các thành viên Ban Chỉ đạo 138 tỉnh", "Ban Chỉ đạo 138 huyện, thành phố"],
            ["Công an tỉnh"],
        ),
        (
            "Thực hiện tốt công tác thi đua, khen thưởng",
            ["Sở Nội vụ", "Công an tỉnh"],
            ["các thành viên Ban Chỉ đạo 138 tỉnh", "Ban Chỉ đạo 138 huyện, thành phố"],
        ),
    ],
)
def test_004_bodies_of_a_task(begins: str, lead: list[str], coordinate: list[str]) -> None:
    plan = read(seed_text("004"))
    mine = [task for task in plan["tasks"] if value(task["text"]).startswith(begins)]
    assert [value(task["body"]) for task in mine if value(task["role"]) == "lead"] == lead
    assert [value(task["body"]) for task in mine if value(task["role"]) == "coordinate"] == coordinate
