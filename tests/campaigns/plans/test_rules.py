"""Single rules of the reader, each with the sentence it is for."""

import pytest

from campaigns.plans.parser import parse_plan
from campaigns.plans.parser.blocks import mark_of, split_blocks
from campaigns.plans.parser.bodies import proper_name, split_bodies
from campaigns.plans.parser.dates import deadline
from campaigns.plans.parser.documents import citations
from campaigns.plans.parser.flat import flatten, pattern
from campaigns.plans.parser.roles import roles_in_note, subject_of
from campaigns.plans.parser.targets import targets_in
from tests.campaigns.plans.reading import value, values


def flat_of(text: str):  # noqa: ANN201
    return flatten(text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Công an tỉnh, Sở Y tế", ["Công an tỉnh", "Sở Y tế"]),
        ("Sở Văn hóa, Thể thao và Du lịch và Sở Y tế", ["Sở Văn hóa, Thể thao và Du lịch", "Sở Y tế"]),
        ("Sở Lao động - Thương binh và Xã hội, Tỉnh đoàn", ["Sở Lao động - Thương binh và Xã hội", "Tỉnh đoàn"]),
        (
            "các sở, ban, ngành, UBND các huyện, thị xã, thành phố",
            ["các sở, ban, ngành", "UBND các huyện, thị xã, thành phố"],
        ),
        ("Báo và Đài Phát thanh, Truyền hình tỉnh", ["Báo và Đài Phát thanh, Truyền hình tỉnh"]),
        (
            "Các sở: Tư pháp, Văn hóa, Thể thao và Du lịch; Công an tỉnh",
            ["Sở Tư pháp", "Sở Văn hóa, Thể thao và Du lịch", "Công an tỉnh"],
        ),
        ("Trung tâm VH, TT&TT; Phòng VH&TT", ["Trung tâm VH, TT&TT", "Phòng VH&TT"]),
        ("Toà án nhân dân tỉnh; Uỷ ban MTTQ Việt Nam tỉnh", ["Toà án nhân dân tỉnh", "Uỷ ban MTTQ Việt Nam tỉnh"]),
        ("phòng, chống tội phạm", []),
        ("Ban hành kèm theo Quyết định này", []),
    ],
)
def test_lists_of_bodies(text: str, expected: list[str]) -> None:
    flat = flat_of(text)
    assert [body.leaf["value"] for body in split_bodies(flat, 0, len(flat.text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(Công an tỉnh chủ trì; Sở Y tế phối hợp thực hiện)", {"Công an tỉnh": "lead", "Sở Y tế": "coordinate"}),
        (
            "(Công an tỉnh, Sở Y tế đồng chủ trì; UBND các xã phối hợp)",
            {"Công an tỉnh": "lead", "Sở Y tế": "lead", "UBND các xã": "coordinate"},
        ),
        ("(Sở Nội vụ phối hợp với Công an tỉnh chủ trì)", {"Sở Nội vụ": "lead", "Công an tỉnh": "lead"}),
        (
            "(Đề nghị Viện Kiểm sát nhân dân tỉnh; Công an tỉnh chủ động thực hiện)",
            {"Viện Kiểm sát nhân dân tỉnh": "lead", "Công an tỉnh": "lead"},
        ),
        ("(Công an tỉnh, Sở Y tế phối hợp thực hiện)", {"Công an tỉnh": "coordinate", "Sở Y tế": "coordinate"}),
        ("(Công an tỉnh chủ trì, phối hợp với Sở Y tế thực hiện)", {"Công an tỉnh": "lead", "Sở Y tế": "coordinate"}),
        ("(Công an tỉnh chủ trì, phối hợp thực hiện)", {"Công an tỉnh": "both"}),
    ],
)
def test_notes_of_responsibility(text: str, expected: dict[str, str]) -> None:
    flat = flat_of(text)
    assert {r.body.leaf["value"]: r.role for r in roles_in_note(flat, 0, len(flat.text))} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sở Y tế: Tổ chức tập huấn.", ["Sở Y tế"]),
        ("Giao Công an tỉnh chủ trì, phối hợp với Sở Y tế xây dựng kế hoạch.", ["Công an tỉnh"]),
        ("Ban Tổ chức Tỉnh ủy tham mưu việc đánh giá cán bộ.", ["Ban Tổ chức Tỉnh ủy"]),
        (
            "Mặt trận Tổ quốc và các tổ chức chính trị - xã hội tỉnh vận động nhân dân.",
            ["Mặt trận Tổ quốc", "các tổ chức chính trị - xã hội tỉnh"],
        ),
        ("Tuyên truyền về tác hại của ma túy.", None),
        ("Phòng, chống tội phạm là nhiệm vụ của toàn dân.", None),
    ],
)
def test_who_a_sentence_is_about(text: str, expected: list[str] | None) -> None:
    found = subject_of(flat_of(text), 0)
    assert (found and [body.leaf["value"] for body in found.bodies]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kế hoạch số 18/KH-BCĐ138/CP ngày 15/01/2024 của Ban Chỉ đạo 138/CP", ("18/KH-BCĐ138/CP", "2024-01-15")),
        ("Chương trình số 02CTr-BCA-V05 ngày 16/01/2024 của Bộ Công an", ("02CTr-BCA-V05", "2024-01-16")),
        ("Thông tư số 39/2020/TT-BTTTT ngày 24 tháng 11 năm 2020 của Bộ trưởng", ("39/2020/TT-BTTTT", "2020-11-24")),
        ("Luật Phòng, chống mua bán người ngày 28/11/2024", (None, "2024-11-28")),
        ("Luật An ninh mạng số 24/2018/QH14 ngày 12 tháng 6 năm 2018", ("24/2018/QH14", "2018-06-12")),
        ("Kết luận số 13-KL/TW, ngày 16/8/2021 của Bộ Chính trị", ("13-KL/TW", "2021-08-16")),
        ("Kế hoạch số 12 /KH-UBND ngày 03.6.2016 của UBND tỉnh", ("12/KH-UBND", "2016-06-03")),
        ("Chỉ thị 09-CT/TW ngày 31/02/2011", ("09-CT/TW", None)),
    ],
)
def test_cited_documents(text: str, expected: tuple[str | None, str | None]) -> None:
    found = next(iter(citations(flat_of(text))))
    assert (value(found.number), value(found.signed_on)) == expected


def test_a_word_for_a_document_without_number_or_date_is_no_citation() -> None:
    assert not list(citations(flat_of("Tiếp tục thực hiện Nghị quyết Đại hội Đảng; Kế hoạch này; 4 giảm; ngày 26/6")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gửi báo cáo trước ngày 28/02/2024", "2024-02-28"),
        ("(hoàn thành xong trong tháng 01/2024)", "2024-01-31"),
        ("hoàn thành trong quý II/2025", "2025-06-30"),
        ("chậm nhất ngày 05 tháng 3 năm 2024", "2024-03-05"),
        ("báo cáo trước ngày 15/12", "2024-12-15"),
        ("định kỳ hằng năm báo cáo trước ngày 15/12 hằng năm", None),
        ("thực hiện Chỉ thị số 05/CT-TTg ngày 28/02/2024", None),
        ("khi Luật có hiệu lực từ 01/7/2024", None),
        ("hưởng ứng Ngày toàn dân phòng, chống ma túy 26/6", None),
    ],
)
def test_deadlines(text: str, expected: str | None) -> None:
    flat = flat_of(text)
    assert value(deadline(flat, 0, len(flat.text), 2024)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phấn đấu đạt được ít nhất 75% khu dân cư", [("at_least", 75)]),
        ("phần đầu tỷ lệ chuyển hóa đạt từ 60% trở lên", [("at_least", 60)]),
        ("giảm tỷ lệ tái phạm tội xuống dưới 15%", [("less_than", 15)]),
        ("kéo giảm ít nhất 5% số vụ", [("reduce_by", 5)]),
        ("tăng 10% số tin, bài so với năm trước", [("increase_by", 10)]),
        ("không dưới 80,5% số hộ", [("at_least", 80.5)]),
        ("thu hút từ 70% số hộ gia đình trở lên", [("at_least", 70)]),
        ("mỗi tháng đăng 04 tin, bài", [("exactly", 4)]),
        ("phát ít nhất 1.200 tờ rơi", [("at_least", 1200)]),
        ("03 loại thủ đoạn; tổng kết 10 năm; Đề án 06; ngày 26/6; 138 tỉnh", []),
        ("lãi suất trên 100%/năm", []),
    ],
)
def test_figures(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(value(t["comparison"]), value(t["value"])) for t in targets_in(flat_of(text))] == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I. MỤC ĐÍCH", "roman"),
        ("II- QUAN ĐIỂM", "roman"),
        ("1- Quan điểm", "number"),
        ("2.1.1. Công tác", "number"),
        ("a) Mục đích", "letter"),
        ("- Tuyên truyền", "dash"),
        ("+ Cơ quan", "plus"),
        ("25/02/2021 của Ban", "plain"),
        ("26/6 là ngày", "plain"),
        ("100% xã, phường", "plain"),
        ("V/v tuyên truyền", "plain"),
        ("Điều 1. Ban hành", "article"),
        ("1.200 vụ", "plain"),
    ],
)
def test_list_marks(text: str, kind: str) -> None:
    assert mark_of(text)[0] == kind


def test_a_sentence_broken_by_a_page_is_whole_again() -> None:
    text = "- Tăng cường huy động sự tham gia\n\n12\n\ncủa các doanh nghiệp.\n\n- Điểm khác."
    assert [block.flat.text for block in split_blocks(text)] == [
        "- Tăng cường huy động sự tham gia của các doanh nghiệp.",
        "- Điểm khác.",
    ]


def test_capitals_become_a_name() -> None:
    assert proper_name("ỦY BAN NHÂN DÂN TỈNH ĐẮK NÔNG", "") == "Ủy ban nhân dân tỉnh Đắk Nông"
    assert proper_name("SỞ Y TẾ", "theo đề nghị của Sở Y tế") == "Sở Y tế"
    assert values([]) == []


def test_an_article_about_a_plan_names_it() -> None:
    plan = parse_plan(
        "Tăng cường phòng, chống mua bán người\n\n17:16, Thứ Năm, 25-3-2021\n\nNgày 22/3/2021, UBND tỉnh đã ban hành Kế hoạch "
        "số 61/KH-UBND về phòng, chống mua bán người.\n\nUBND tỉnh yêu cầu thực hiện một số nhiệm vụ sau:\n- Công an tỉnh "
        "chủ trì, phối hợp với Sở Y tế rà soát nạn nhân.\n"
    )
    assert value(plan["number"]) == "61/KH-UBND" and value(plan["signed_on"]) == "2021-03-22"
    assert value(plan["issuer"]) == "UBND tỉnh" and plan["place"] is None and plan["basis"] == []
    assert [(value(t["body"]), value(t["role"])) for t in plan["tasks"]] == [
        ("Công an tỉnh", "lead"),
        ("Sở Y tế", "coordinate"),
    ]


def test_small_letters_with_marks_are_no_capitals() -> None:
    assert pattern("[À-Ỹ]").match("Ứ") and not pattern("[À-Ỹ]").match("ứ")
