"""The movement of all people protecting national security, with its festival on 19/8."""

from typing import Any

CAMPAIGN: dict[str, Any] = {
    "code": "movement",
    "title": "Toàn dân bảo vệ an ninh Tổ quốc và Ngày hội 19/8",
    "purpose": "Phát huy các mô hình tự quản, tự phòng, tự bảo vệ, tự hòa giải; chuẩn bị Ngày hội ở khu dân cư.",
    "topics": ["movement"],
    "audiences": ["ho_gia_dinh", "nguoi_co_uy_tin", "dan_toc_thieu_so", "bien_gioi"],
    "observances": ["19_8"],
    "window": "festival",
    "targets": [
        ("100% xã, phường tổ chức Ngày hội và phát chương trình", 100, "%", "at_least", "communes_reached", True),
    ],
}

ITEMS: list[dict[str, Any]] = [
    {
        "kind": "article",
        "title": "Tiếng cồng an ninh: một làng cùng giữ bình yên",
        "summary": "Nghe tiếng cồng, nhà nhà cùng ra: cách làm cũ của buôn làng trở thành mô hình tự quản hôm nay.",
        "purpose": "Giới thiệu mô hình hay",
        "body": [
            (
                "paragraph",
                "<p>Từ xưa, tiếng cồng gọi cả làng về nhà rông. Ngày nay ở nhiều nơi, khi có trộm, có cháy hay người lạc, tiếng cồng, tiếng kẻng lại gọi mọi người cùng ra giúp nhau.</p>",
            ),
            ("heading", "Bốn chữ “tự”"),
            (
                "paragraph",
                "<p>Phong trào toàn dân bảo vệ an ninh Tổ quốc ở cơ sở xây dựng theo hướng <b>tự quản, tự phòng, tự bảo vệ, tự hòa giải</b>: việc nhỏ trong làng, làng cùng bàn; mâu thuẫn nhỏ, hòa giải sớm; chuyện lớn, báo ngay cho Công an xã.</p>",
            ),
            (
                "quote",
                {
                    "text": "Một nhà có việc, cả làng cùng lo. Vậy là kẻ xấu không có chỗ đứng.",
                    "source": "Người có uy tín trong cộng đồng",
                },
            ),
        ],
    },
    {
        "kind": "script",
        "title": "Mời bà con dự Ngày hội Toàn dân bảo vệ an ninh Tổ quốc",
        "purpose": "Phát trước Ngày hội 19/8",
        "body": [
            ("lead_in", {"text": "Kính thưa bà con! Ngày 19/8 hằng năm là Ngày hội Toàn dân bảo vệ an ninh Tổ quốc."}),
            (
                "turn",
                {
                    "voice": "male",
                    "text": "Ngày hội là dịp cả thôn, làng nhìn lại một năm giữ gìn an ninh, trật tự; biểu dương người tốt, việc tốt; cùng bàn cách làm cho năm tới.",
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Xin mời bà con đến dự đông đủ. Phần lễ ngắn gọn, phần hội có văn nghệ, thể thao và bữa cơm chung của cả làng.",
                },
            ),
            ("closing", {"text": "An ninh là của mọi nhà. Hẹn gặp bà con ở Ngày hội."}),
        ],
    },
]
