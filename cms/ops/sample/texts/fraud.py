"""Online fraud and black credit."""

from typing import Any

CAMPAIGN: dict[str, Any] = {
    "code": "fraud",
    "title": "Cảnh giác lừa đảo trên mạng và “tín dụng đen”",
    "purpose": "Giúp bà con nhận ra cuộc gọi giả danh, đường dẫn lạ và lời mời vay nóng.",
    "topics": ["fraud"],
    "audiences": ["nguoi_cao_tuoi", "hoc_sinh", "cong_nhan", "ho_gia_dinh"],
    "observances": [],
    "window": (-20, 40),
    "targets": [
        ("Phát ít nhất 100 lượt trên đài truyền thanh xã", 100, "lượt phát", "at_least", "plays", False),
        ("Ít nhất 15 tin, bài trên báo", 15, "tin, bài", "at_least", "mentions", False),
    ],
}

ITEMS: list[dict[str, Any]] = [
    {
        "kind": "article",
        "title": "Công an không làm việc qua điện thoại để đòi chuyển tiền",
        "summary": "Nhận cuộc gọi tự xưng công an, tòa án, ngân hàng: tắt máy, hỏi lại, không chuyển tiền, không đọc mã OTP.",
        "purpose": "Phòng ngừa lừa đảo giả danh",
        "body": [
            (
                "paragraph",
                "<p>Kẻ gian gọi đến, xưng là cán bộ, đọc đúng họ tên và địa chỉ, rồi bảo bà con “liên quan đến vụ án”, phải chuyển tiền vào “tài khoản tạm giữ”. Đó là lừa đảo. Cơ quan Công an làm việc bằng giấy mời, tại trụ sở.</p>",
            ),
            ("heading", "Ba không"),
            (
                "paragraph",
                "<ul><li><b>Không</b> đọc mã OTP, mật khẩu cho bất cứ ai.</li><li><b>Không</b> bấm đường dẫn lạ, không cài ứng dụng ngoài kho chính thức.</li><li><b>Không</b> chuyển tiền khi chưa gặp và hỏi lại người thân.</li></ul>",
            ),
            ("heading", "Cần vốn thì hỏi đâu?"),
            (
                "paragraph",
                "<p>Đừng vay “nóng” qua tờ rơi hay ứng dụng. Xin hỏi Ngân hàng Chính sách xã hội, tổ tiết kiệm và vay vốn của hội, đoàn thể ở thôn, làng.</p>",
            ),
            ("hotline", {"text_before": "Lỡ chuyển tiền, xin báo ngay cho ngân hàng và gọi", "hotline": "113"}),
        ],
    },
    {
        "kind": "script",
        "title": "Tắt máy, hỏi lại, không chuyển tiền",
        "purpose": "Phát trên loa truyền thanh xã",
        "body": [
            (
                "lead_in",
                {
                    "text": "Kính thưa bà con! Thời gian qua, nhiều người mất tiền vì nghe cuộc gọi giả danh công an, ngân hàng, điện lực."
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Kẻ gian nói giọng dọa nạt, bắt làm ngay, không cho hỏi ai. Bà con nhớ ba việc: tắt máy, hỏi lại người nhà, không chuyển tiền.",
                },
            ),
            (
                "turn",
                {
                    "voice": "male",
                    "text": "Mã OTP trong tin nhắn là chìa khóa két tiền của mình. Không đọc cho ai, dù họ xưng là cán bộ.",
                },
            ),
            (
                "turn",
                {
                    "voice": "female",
                    "text": "Cần vốn làm ăn, xin hỏi Ngân hàng Chính sách xã hội hoặc hội, đoàn thể trong làng. Đừng vay tín dụng đen: vay một, trả mười, có khi mất cả rẫy.",
                },
            ),
            ("hotline", {"text_before": "Khi bị lừa hoặc bị đòi nợ kiểu đe dọa, xin gọi", "hotline": "113"}),
            ("closing", {"text": "Chậm một phút để hỏi, giữ được của cả đời. Xin cảm ơn bà con."}),
        ],
    },
]
