"""Anti-theft: the campaign that is running when the sample is loaded."""

from typing import Any

CAMPAIGN: dict[str, Any] = {
    "code": "theft",
    "title": "Phòng, chống trộm cắp tài sản dịp cuối năm",
    "purpose": "Giúp bà con tự bảo vệ tài sản, kịp thời báo tin, góp phần kéo giảm số vụ trộm cắp trên địa bàn tỉnh.",
    "topics": ["theft"],
    "audiences": ["ho_gia_dinh", "cong_nhan", "thanh_thieu_nien", "dan_toc_thieu_so"],
    "observances": [],
    "window": (-10, 45),
    "targets": [
        ("Phát ít nhất 200 lượt trên đài truyền thanh xã", 200, "lượt phát", "at_least", "plays", False),
        ("Có ít nhất 5% số xã, phường phát chương trình của đợt", 5, "%", "at_least", "communes_reached", True),
        (
            "Ít nhất 10 tin, bài trên báo phản ánh công tác phòng, chống trộm cắp",
            10,
            "tin, bài",
            "at_least",
            "mentions",
            False,
        ),
    ],
}

ITEMS: list[dict[str, Any]] = [
    {
        "kind": "article",
        "title": "Năm việc nhỏ giữ nhà khi đi rẫy, đi làm xa",
        "summary": "Khóa cửa, gửi nhà, cất giấy tờ, sáng đèn, lưu số điện thoại: năm việc mỗi nhà làm được ngay hôm nay.",
        "purpose": "Hướng dẫn hộ gia đình tự phòng trộm",
        "body": [
            (
                "paragraph",
                "<p>Mùa thu hoạch, nhiều nhà đi rẫy từ sáng sớm đến tối mịt. Kẻ gian thường chọn đúng lúc ấy để cạy cửa lấy xe máy, máy bơm, nông sản. Phần lớn vụ mất trộm xảy ra vì nhà không khóa, hoặc khóa qua loa.</p>",
            ),
            ("heading", "Trước khi ra khỏi nhà"),
            (
                "paragraph",
                "<ol><li>Khóa cửa chính, cửa sau và cửa sổ, kể cả khi chỉ đi một lát.</li><li>Gửi nhà cho hàng xóm trông giúp; báo cho tổ tự quản biết nếu đi nhiều ngày.</li><li>Không để tiền, vàng, giấy tờ ở chỗ dễ thấy.</li><li>Buổi tối để một bóng đèn sáng phía trước nhà.</li><li>Lưu sẵn số điện thoại của Công an xã và tổ an ninh trong máy.</li></ol>",
            ),
            ("heading", "Với xe máy và máy nông nghiệp"),
            (
                "paragraph",
                "<p>Khóa cổ, khóa thêm phanh đĩa; ban đêm đưa xe vào trong nhà. Máy bơm, dây điện ngoài rẫy nên đánh dấu riêng, chụp ảnh và ghi số máy. Có dấu riêng thì tìm lại dễ hơn, và người mua đồ cũ cũng biết đó là đồ của ai.</p>",
            ),
            (
                "quote",
                {
                    "text": "Thấy người lạ dò hỏi nhà vắng, xin bà con báo ngay. Báo sớm một phút, có khi giữ được cả một mùa.",
                    "source": "Tổ bảo vệ an ninh, trật tự ở cơ sở",
                },
            ),
            ("hotline", {"text_before": "Khi thấy điều khả nghi, xin gọi", "hotline": "113"}),
        ],
    },
    {
        "kind": "article",
        "title": "Mua đồ cũ không rõ nguồn gốc: rẻ một lần, phiền lâu dài",
        "summary": "Người mua xe, máy, nông sản do trộm cắp mà có cũng phải chịu trách nhiệm trước pháp luật.",
        "purpose": "Phổ biến pháp luật về tiêu thụ tài sản trộm cắp",
        "body": [
            (
                "paragraph",
                "<p>Kẻ trộm chỉ lấy khi có người mua. Một chiếc xe không giấy tờ, một bao cà phê bán vội lúc nửa đêm với giá bằng nửa giá chợ: đó là lúc cần dừng lại và hỏi.</p>",
            ),
            ("heading", "Ba câu hỏi trước khi mua"),
            (
                "paragraph",
                "<ul><li>Người bán là ai, ở đâu, vì sao bán?</li><li>Giấy tờ có khớp với số khung, số máy không?</li><li>Giá có rẻ một cách vô lý không?</li></ul><p>Biết rõ là đồ do người khác phạm tội mà có nhưng vẫn mua, cất giữ hay bán lại là hành vi bị xử lý theo Bộ luật Hình sự.</p>",
            ),
            ("hotline", {"text_before": "Khi nghi ngờ đồ trộm cắp, xin báo", "hotline": "police"}),
        ],
    },
    {
        "kind": "script",
        "title": "Giữ nhà khi đi rẫy",
        "purpose": "Phát trên loa truyền thanh xã trước giờ bà con đi làm",
        "body": [
            (
                "lead_in",
                {
                    "text": "Kính thưa bà con! Mùa này nhà nhà đi rẫy từ sáng sớm. Nhà vắng người là lúc kẻ gian hay để ý. Xin bà con dành ít phút nghe lời nhắc sau đây."
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Trước khi ra khỏi nhà, bà con nhớ khóa cửa trước, cửa sau và cửa sổ. Đi một lát cũng khóa. Chìa khóa mang theo người, không để dưới chậu cây hay trên khung cửa.",
                },
            ),
            (
                "turn",
                {
                    "voice": "male",
                    "text": "Xe máy thì khóa cổ, khóa phanh đĩa. Ban đêm xin đưa xe vào trong nhà. Máy bơm, dây điện ngoài rẫy nên đánh dấu riêng và ghi lại số máy.",
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Đi xa nhiều ngày, bà con gửi nhà cho hàng xóm và báo cho tổ tự quản. Nhà này trông giúp nhà kia, kẻ gian khó có đường vào.",
                },
            ),
            (
                "hotline",
                {
                    "text_before": "Khi thấy người lạ, xe lạ đáng ngờ, xin bà con báo ngay cho Công an xã, hoặc gọi",
                    "hotline": "113",
                },
            ),
            ("closing", {"text": "Mỗi nhà cẩn thận một chút, cả làng được bình yên. Xin cảm ơn bà con đã lắng nghe."}),
        ],
    },
    {
        "kind": "script",
        "title": "Giữ xe máy nơi chợ, nơi lễ hội",
        "purpose": "Nhắc giữ xe ở nơi đông người dịp cuối năm",
        "body": [
            (
                "lead_in",
                {
                    "text": "Thưa bà con, cuối năm chợ đông, lễ hội nhiều. Chỗ đông người cũng là chỗ kẻ gian dễ trà trộn."
                },
            ),
            (
                "turn",
                {
                    "voice": "male",
                    "text": "Đến chợ, bà con gửi xe ở bãi có người trông và giữ vé cẩn thận. Không để chìa khóa trên xe, không treo túi xách ở móc treo.",
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Tiền, điện thoại nên để túi phía trước. Ai chen lấn, xô đẩy bất thường, xin bà con giữ chặt đồ và lùi ra chỗ thoáng.",
                },
            ),
            ("sound", {"description": "Nhạc cắt", "seconds": 4}),
            ("hotline", {"text_before": "Lỡ mất đồ, bà con đừng đuổi theo một mình mà hãy gọi", "hotline": "113"}),
            ("closing", {"text": "Chúc bà con đi chợ vui, về nhà đủ đầy."}),
        ],
    },
    {
        "kind": "script",
        "title": "Lời nhắc ngắn: nhớ khóa cửa",
        "purpose": "Lời nhắc phát xen giữa các chương trình",
        "body": [
            ("lead_in", {"text": "Thưa bà con, đi rẫy nhớ khóa cửa, gửi nhà cho hàng xóm."}),
            ("hotline", {"text_before": "Thấy điều khả nghi, xin gọi", "hotline": "113"}),
        ],
    },
]
