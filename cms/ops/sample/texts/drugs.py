"""June, month of action against drugs, with 26/6."""

from typing import Any

CAMPAIGN: dict[str, Any] = {
    "code": "drugs",
    "title": "Tháng hành động phòng, chống ma túy",
    "purpose": "Nâng cao nhận thức về tác hại của ma túy, giữ xã, phường không có ma túy; vận động người nghiện đi cai.",
    "topics": ["drugs"],
    "audiences": ["thanh_thieu_nien", "hoc_sinh", "ho_gia_dinh", "dan_toc_thieu_so"],
    "observances": ["thang_6", "26_6"],
    "window": "june",
    "targets": [
        ("Phát ít nhất 300 lượt trên đài truyền thanh xã", 300, "lượt phát", "at_least", "plays", False),
        ("100% xã, phường phát chương trình hưởng ứng", 100, "%", "at_least", "communes_reached", True),
    ],
}

ITEMS: list[dict[str, Any]] = [
    {
        "kind": "article",
        "title": "Nhận ra sớm để giữ con em khỏi ma túy",
        "summary": "Những thay đổi cha mẹ có thể nhận thấy, và cách nói chuyện để con không giấu.",
        "purpose": "Hướng dẫn gia đình",
        "body": [
            (
                "paragraph",
                "<p>Ma túy ngày nay không chỉ là viên, là bột. Có loại tẩm vào thuốc lá, pha vào nước uống, vào tinh dầu của thuốc lá điện tử. Người trẻ có khi dùng mà không biết.</p>",
            ),
            ("heading", "Dấu hiệu cần để ý"),
            (
                "paragraph",
                "<ul><li>Thức khuya, ngủ ngày; ăn uống thất thường, sút cân.</li><li>Hay xin tiền, đồ trong nhà mất dần.</li><li>Bỏ học, bỏ làm; có nhóm bạn mới không muốn cho ai biết.</li><li>Lúc nói nhiều khác thường, lúc lầm lì, cáu gắt vô cớ.</li></ul>",
            ),
            (
                "paragraph",
                "<p>Một dấu hiệu chưa nói lên điều gì. Nhiều dấu hiệu cùng lúc thì cha mẹ hãy ngồi xuống nói chuyện, hỏi han trước, trách mắng sau. Cai nghiện sớm là cách cứu con mình.</p>",
            ),
            ("hotline", {"text_before": "Cần giúp đỡ trẻ em, xin gọi", "hotline": "111"}),
        ],
    },
    {
        "kind": "script",
        "title": "Hưởng ứng Ngày toàn dân phòng, chống ma túy 26/6",
        "purpose": "Phát trong tháng 6",
        "body": [
            (
                "lead_in",
                {
                    "text": "Kính thưa bà con! Tháng 6 hằng năm là Tháng hành động phòng, chống ma túy. Ngày 26/6 là Ngày toàn dân phòng, chống ma túy."
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Ma túy làm hại sức khỏe, làm tan nát gia đình. Người nghiện mất sức lao động, nhà có của cũng hóa nghèo.",
                },
            ),
            (
                "turn",
                {
                    "voice": "male",
                    "text": "Không thử dù chỉ một lần. Không hút thuốc, không uống nước do người lạ mời. Không trồng cây có chất ma túy. Ai rủ rê vận chuyển hàng qua biên giới để lấy tiền công cao, xin bà con từ chối và báo ngay.",
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Nhà có người lỡ nghiện, xin đừng giấu. Trạm y tế xã sẽ giúp xác định tình trạng nghiện và hướng dẫn cách cai. Cai được thì làng vẫn là nhà.",
                },
            ),
            (
                "hotline",
                {
                    "text_before": "Phát hiện mua bán, tàng trữ ma túy, xin báo cho Công an xã hoặc gọi",
                    "hotline": "113",
                },
            ),
            ("closing", {"text": "Chung tay giữ thôn, làng không có ma túy. Xin cảm ơn bà con."}),
        ],
    },
]
