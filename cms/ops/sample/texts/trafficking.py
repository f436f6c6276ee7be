"""30/7: the day against trafficking in persons."""

from typing import Any

CAMPAIGN: dict[str, Any] = {
    "code": "trafficking",
    "title": "Ngày toàn dân phòng, chống mua bán người 30/7",
    "purpose": "Giúp bà con nhận ra thủ đoạn lừa bán người, nhất là lời rủ đi làm việc nhẹ lương cao ở nước ngoài.",
    "topics": ["trafficking", "fraud"],
    "audiences": ["thanh_thieu_nien", "phu_nu", "dan_toc_thieu_so", "bien_gioi"],
    "observances": ["30_7"],
    "window": "july",
    "targets": [
        ("Phát ít nhất 150 lượt trên đài truyền thanh xã", 150, "lượt phát", "at_least", "plays", False),
    ],
}

ITEMS: list[dict[str, Any]] = [
    {
        "kind": "article",
        "title": "“Việc nhẹ lương cao” ở nước ngoài: hỏi kỹ trước khi đi",
        "summary": "Lời hứa đẹp trên mạng có thể dẫn đến nơi bị giữ giấy tờ, bị ép làm việc và đòi tiền chuộc.",
        "purpose": "Phòng ngừa lừa bán người",
        "body": [
            (
                "paragraph",
                "<p>Kẻ lừa bán người thường làm quen qua mạng, tự xưng là người môi giới, hứa việc nhàn, lương cao, lo hết giấy tờ. Sang đến nơi, người đi bị giữ giấy tờ, bị ép làm việc, muốn về phải nộp tiền.</p>",
            ),
            ("heading", "Trước khi nhận lời"),
            (
                "paragraph",
                "<ul><li>Hỏi tên, địa chỉ công ty; kiểm tra với Ủy ban nhân dân xã hoặc trung tâm dịch vụ việc làm.</li><li>Chỉ đi khi có hợp đồng bằng tiếng Việt và giấy tờ hợp pháp.</li><li>Không đưa căn cước, hộ chiếu cho người khác giữ.</li><li>Cho người nhà biết mình đi đâu, với ai, số điện thoại nào.</li></ul>",
            ),
            ("hotline", {"text_before": "Đường dây nóng phòng, chống mua bán người:", "hotline": "111"}),
        ],
    },
    {
        "kind": "script",
        "title": "Đừng nghe lời hứa đẹp của người lạ",
        "purpose": "Phát dịp 30/7",
        "body": [
            ("lead_in", {"text": "Kính thưa bà con! Ngày 30/7 hằng năm là Ngày toàn dân phòng, chống mua bán người."}),
            (
                "turn",
                {
                    "voice": "male",
                    "text": "Có người lạ nhắn tin trên mạng, hứa lo việc làm nhẹ mà lương cao, hứa cưới hỏi, hứa cho đi nước ngoài không mất tiền. Bà con hãy dừng lại và hỏi: vì sao họ tốt với mình như thế?",
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Không đi theo người chưa biết rõ. Không giao giấy tờ cho người khác giữ. Muốn đi làm xa, xin hỏi Ủy ban nhân dân xã trước.",
                },
            ),
            (
                "turn",
                {
                    "voice": "male",
                    "text": "Nhà có người đi làm xa mà mất liên lạc, hoặc bị đòi tiền mới cho về, xin báo ngay, đừng tự chuyển tiền.",
                },
            ),
            ("hotline", {"text_before": "Xin gọi số miễn phí, bất kể ngày đêm:", "hotline": "111"}),
            ("closing", {"text": "Một cuộc gọi có thể cứu một con người. Xin cảm ơn bà con."}),
        ],
    },
]
