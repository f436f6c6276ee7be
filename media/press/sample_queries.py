"""Queries of the five sample campaigns, good enough for the first day; a monitor changes them in the press desk.

General phrases of crime reporting, courts, prevention and the movement, as Vietnamese papers write them; the syntax is
that of media.press.matching.query. An item is about theft
when theft is a subject in the real world, not a word in a unit's name, a film or a metaphor.
"""

from typing import Any

# News about films, novels and games tells crimes that did not happen.
FICTION = [
    "bộ phim", "phim truyền hình", "phim hình sự", "phim cảnh sát hình sự", "phim điện ảnh", "tập phim", "lên sóng",
    "vai diễn", "phim trường", "tiểu thuyết", "trò chơi điện tử", "series phim", "trailer", "nữ chính", "nam chính",
]  # fmt: skip

ABROAD = (
    "(sang|qua|tại|ở|từ|khỏi|đến|vào|tới) "
    "(Campuchia|Trung Quốc|Lào|Myanmar|Thái Lan|Tam giác vàng|nước ngoài|bên kia biên giới|biên giới|"
    "Philippines|Malaysia)"
)
TOWARDS = (
    "(sang|qua|đến|ra|vượt biên) "
    "(Campuchia|Trung Quốc|Lào|Myanmar|Thái Lan|Tam giác vàng|nước ngoài|bên kia biên giới|biên giới|"
    "Philippines|Malaysia)"
)
THINGS = (
    "(xe|xe máy|xe mô tô|ô tô|điện thoại|vàng|dây chuyền|túi|túi xách|giỏ xách|ví|tiền|két|két sắt|tài sản|trang sức|"
    "nhẫn|bông tai|laptop|cáp|dây điện|ba lô)"
)
ANIMALS_AND_CROPS = (
    "(chó|mèo|trâu|bò|dê|heo|lợn|gà|vịt|chim|cá|tôm|gia súc|vật nuôi|cà phê|hồ tiêu|tiêu|sầu riêng|cây cảnh|"
    "mủ cao su|"
    "gỗ|nông sản|chuối|lúa|cây|hoa màu)"
)
BY_WIRE = (
    "(qua mạng|trên mạng|mạng xã hội|không gian mạng|trực tuyến|online|internet|qua điện thoại|cuộc gọi|"
    "gọi điện|tin nhắn|"
    "facebook|zalo|telegram|tiktok|công nghệ cao|ứng dụng|app|website|đường link|mã qr|mã otp|deepfake|video call|"
    "chuyển khoản|chuyển tiền|tài khoản|sàn|tiền ảo|tiền điện tử|tiền số|đầu tư|chứng khoán|ngoại hối|forex|"
    "giả danh|mạo danh|giả mạo|xuyên quốc gia|xuyên biên giới|việc làm|cộng tác viên|thương mại điện tử|viễn thông|"
    "campuchia|myanmar|tam giác vàng|philippines|đài loan)"
)
# The same without countries, work and borders, which people are also lured to: for words weaker than "lừa đảo".
WIRE = (
    "(qua mạng|trên mạng|không gian mạng|trực tuyến|online|qua điện thoại|cuộc gọi|gọi điện|tin nhắn|công nghệ cao|"
    "ứng dụng|website|đường link|mã qr|mã otp|deepfake|video call|chuyển khoản|chuyển tiền|tài khoản ngân hàng|"
    "sàn giao dịch|sàn chứng khoán|sàn tiền ảo|tiền ảo|tiền điện tử|tiền số|giả danh|mạo danh|giả mạo|viễn thông)"
)

THEFT: dict[str, Any] = {
    "any": [
        "trộm", "trộm cắp", "lấy cắp", "ăn cắp", "đánh cắp", "mất cắp", "cắp tài sản", "cướp", "cướp giật", "móc túi",
        "cẩu tặc", "đạo chích", "đạo tặc", "mất trộm",
        f"(giật|giựt|cuỗm|khoắng|nẫng|phá khóa|bẻ khóa|cạy) ~3 {THINGS}",
        f"(giật|giựt|bắt) ~1 {ANIMALS_AND_CROPS} ~3 (trộm|bỏ chạy|tẩu thoát)",
        "đột nhập ~8 (nhà|nhà dân|tiệm|tiệm vàng|cửa hàng|trụ sở|két|phòng trọ|cửa tiệm|công ty|trường học|lấy|"
        "tài sản)",
        "(đập|phá) ~1 kính ~2 (xe|ô tô)",
        "(phòng|chống|phòng chống) trộm",
    ],
    "mask": [
        "(quay|chụp|nhìn|nghe|xem|hôn|đọc|vụng|học|ghi âm|ghi hình|nhớ|yêu|khóc|cười|hút|đổ|xả|bơm|khai thác|"
        "săn) trộm",
        "trộm (vía|nghĩ|nhìn|nghe|hôn|nhớ|yêu|mộ cổ|tinh trùng|long tráo phụng)",
        "(đánh cắp|lấy cắp|ăn cắp|trộm cắp|trộm|lấy trộm|đánh cắp được) ~2 "
        "(dữ liệu|thông tin|tài khoản|mật khẩu|danh tính|bản quyền|trái tim|tiền ảo|tiền số|tiền điện tử|bí mật|"
        "ý tưởng|"
        "chất xám|mã nguồn|sở hữu trí tuệ|công nghệ|bitcoin|token|mã otp|hình ảnh|thời gian|tuổi thơ)",
        "(dữ liệu|thông tin|tài khoản|mật khẩu) ~5 (đánh cắp|lấy cắp|ăn cắp)",
        "(tranh|giằng) cướp", "cướp (đất|lộc|vợ|chồng|dâu|biển|bóng|công|lời|ngôi|cò|diễn đàn|người yêu|"
        "bạn trai|bạn gái|nước|chính quyền|phết|cờ|"
        "spotlight|hào quang|sóng|hạnh phúc|thời gian|tuổi thơ|micro|hoa|mất|suất|sự chú ý|điểm)",
        "cướp ~1 đi ~5 (sinh mạng|mạng sống|tính mạng|sự sống|tuổi|mạng|cuộc đời|người|ước mơ)",
        "(ăn|như) cướp", "giá cướp", "hải tặc",
    ],
    "none": FICTION,
}  # fmt: skip

DRUGS: dict[str, Any] = {
    "any": [
        "ma túy", "chất ma túy", "heroin", "hêrôin", "cần sa", "thuốc lắc", "ketamine", "ketamin", "methamphetamine",
        "amphetamine", "cocain", "cocaine", "thuốc phiện", "cây anh túc", "cây thuốc phiện", "ngáo đá", "phê đá",
        "hàng đá", "cai nghiện", "người nghiện", "con nghiện", "nghiện hút", "bay lắc", "sử dụng ma túy", "cỏ mỹ",
        "nước vui", "pod chill", "etomidate", "cái chết trắng", "chất gây nghiện", "nghiện ma túy", "tiền chất ma túy",
        "chất hướng thần",
    ],
    "unaccented": ["ma tuy", "heroin", "can sa", "cai nghien", "ngao da"],
    "mask": [
        "(Phòng|Cục|Đội|Tổ|cán bộ|Trung tá|Đại úy|trinh sát) ~1 (Cảnh sát|CSĐT|CSĐTTP|PCTP|điều tra) ~12 ma túy",
        "(PC04|PC47|C04) ~6 ma túy",
        "(Cục|Đội|Phòng) ~2 phòng chống ma túy và tội phạm",
        "(Ủy ban Quốc gia|Cơ quan|Văn phòng|Ban Chỉ đạo) ~10 ma túy ~3 (mại dâm|tội phạm|Liên hợp quốc)",
        "(âm tính|không phải|không liên quan|không có|không chứa|không phát hiện) ~4 ma túy",
        "ma túy ~3 âm tính",
        "(nghi|tưởng|ngỡ|như) ~3 ngáo đá",
        "(không|nhưng không) ~3 (sử dụng|tàng trữ) ~2 ma túy",
    ],
    "none": FICTION,
}  # fmt: skip

TRAFFICKING: dict[str, Any] = {
    "any": [
        "(mua bán|buôn bán) (người|phụ nữ|trẻ em|trẻ sơ sinh|bào thai|nội tạng|thận|trẻ em gái|cô gái)",
        "mua bán ~2 (phụ nữ|trẻ em|"
        "trẻ sơ sinh)", "buôn người", "buôn bán người", "lừa bán", "bị lừa bán", "bán người",
        "(kẻ|bọn|đường dây) buôn bán người",
        "bán ~4 (trẻ sơ sinh|con ruột|con đẻ|con mới sinh|cháu bé|bé sơ sinh)",
        f"(bán|bị bán|đem bán|đưa đi bán) ~6 {ABROAD}",
        "(bán|bị bán) ~4 (sòng bạc|casino|sòng bài|động mại dâm|nhà chứa|ổ mại dâm|quán karaoke|công ty lừa đảo|"
        "làm vợ)",
        f"(lừa|dụ|dụ dỗ|rủ|rủ rê|lôi kéo|ép|ép buộc|cưỡng ép|bẫy|lừa gạt|bắt cóc) ~10 {TOWARDS}",
        f"(bạn trai|bạn gái|người yêu|quen qua mạng|quen qua Facebook|quen qua Zalo) ~10 {TOWARDS} ~20 "
        "(giải cứu|bán|mất liên lạc|cầu cứu|giao cho)",
        f"việc nhẹ lương cao ~12 {ABROAD}",
        f"{ABROAD} ~14 việc nhẹ lương cao",
        "việc nhẹ lương cao ~20 (lừa|bẫy|bán|nạn nhân|cưỡng bức|giải cứu|biên giới|Campuchia|casino|sòng bạc|"
        "sập bẫy|dụ)",
        "(cạm bẫy|sập bẫy|bẫy|chiêu trò|ma trận|địa ngục|chiêu|lời mời|lời hứa|dính bẫy|"
        "vỡ mộng) ~6 việc nhẹ lương cao",
        f"(giải cứu|giải thoát|tháo chạy|trốn thoát|bỏ trốn|đào thoát|trốn chạy|cầu cứu|trao trả|"
        f"tiếp nhận) ~14 {ABROAD}",
        "(tháo chạy|trốn thoát|bỏ trốn|trốn|chạy thoát|giải cứu) ~8 (casino|sòng bạc|sòng bài|khu lừa đảo)",
        "(cưỡng bức|bóc lột) lao động ~12 (nạn nhân|bị|người)", "nô lệ (tình dục|thời hiện đại|lừa đảo|mạng)",
        "(ép|buộc|bắt ép) ~6 làm việc ~8 (lừa đảo|casino|Campuchia)", "(bắt|ép|buộc|cưỡng bức) ~4 lừa đảo",
        "nạn nhân ~4 mua bán", "bắt cóc ~8 (đem bán|để bán|bán)", "xuất khẩu lao động ~8 (lừa|bị bán|cưỡng bức)",
    ],
    "unaccented": ["mua ban nguoi", "buon nguoi", "lua ban"],
    "mask": ["lừa đảo", "(kéo|cướp) vợ", "(xăng|dầu|hàng|gỗ|vàng|pháo|thuốc lá|ma túy|động vật) ~4 biên giới"],
    "none": FICTION,
}  # fmt: skip

FRAUD: dict[str, Any] = {
    "any": [
        f"lừa đảo ~14 {BY_WIRE}", f"{BY_WIRE} ~14 lừa đảo",
        f"(lừa|bị lừa|chiếm đoạt|lừa tiền|mất) ~14 {WIRE}", f"{WIRE} ~10 (chiếm đoạt|lừa|bị lừa)",
        "(bẫy|sập bẫy|dụ|dụ dỗ|dính bẫy) ~8 (đầu tư|chuyển tiền|chuyển khoản|nạp tiền|nhập mã otp|cài ứng dụng|"
        "cài app)",
        "(chiêu|chiêu thức|chiêu trò|thủ đoạn|cảnh báo|cảnh giác|bẫy|kịch bản|hình thức|phương thức|mánh khóe|"
        "kẻ|nạn|tổ chức|"
        "băng nhóm|ổ nhóm|đường dây|tập đoàn|công ty|trung tâm|khu phức hợp) ~4 lừa đảo",
        "(tín dụng đen|cho vay nặng lãi|cho vay lãi nặng|vay nặng lãi|vay lãi nặng|lãi nặng|cho vay cắt cổ|"
        "đòi nợ thuê)",
        "cho vay ~4 (lãi suất|lãi|giá) ~6 (năm|ngày|cắt cổ|tháng)", "lãi suất ~1 cắt cổ",
        "(vay|cho vay) ~3 (qua app|qua ứng dụng|tiền qua app|trực tuyến|online)", "app (vay tiền|đen|tín dụng đen)",
        "(giả danh|mạo danh|giả mạo|tự xưng) ~3 (công an|cán bộ|viện kiểm sát|nhân viên|cơ quan|ngân hàng|"
        "tòa án|shipper|"
        "điện lực|bảo hiểm|thuế|bác sĩ|giáo viên|người thân|lãnh đạo|website)",
        "lừa tình", "bắt cóc online", "bắt cóc trực tuyến", "lừa đảo trực tuyến", "tội phạm công nghệ cao ~8 lừa",
        "việc nhẹ lương cao ~14 lừa đảo",
    ],
    "title": ["lừa đảo", "lừa tiền", "sập bẫy lừa"],
    "unaccented": ["lua dao", "tin dung den"],
    "mask": [
        "(bị lừa|lừa) (bán|dối|tình cảm|sang|qua|đưa|phỉnh)", "con lừa",
        "(mất|chiếm đoạt) ~2 (dữ liệu|thông tin|quyền|tài khoản|tài liệu)",
    ],
    "none": FICTION,
}  # fmt: skip

MOVEMENT: dict[str, Any] = {
    "any": [
        "toàn dân bảo vệ (an ninh|ANTQ|an ninh tổ quốc)", "toàn dân tham gia bảo vệ (an ninh|ANTQ)",
        "(bảo vệ ANTQ|bảo vệ an ninh tổ quốc)", "ngày hội toàn dân bảo vệ",
        "quần chúng ~3 bảo vệ (an ninh|ANTQ|ANTT)",
        "lực lượng tham gia bảo vệ (an ninh|ANTT)", "(tổ|đội) bảo vệ (an ninh|ANTT)",
        "(lực lượng|tổ) ~3 (an ninh trật tự|ANTT) ~2 (cơ sở|ở cơ sở)",
        "tự phòng tự quản", "tự quản tự phòng", "(kẻng|loa|cổng|ánh sáng|tiếng kẻng|camera|đèn) ~1 (an ninh|ANTT)",
        "camera giám sát ~2 (an ninh|ANTT)",
        "(tổ|dòng họ|nhóm|thôn|làng|buôn|bản|khu phố|cụm|liên gia|mô hình|tuyến|họ đạo|xứ đạo|hội) ~3 tự quản "
        "~16 (an ninh|ANTT|trật tự|tội phạm)",
        "(an ninh trật tự|ANTT|trật tự) ~6 tự quản", "dòng họ tự quản", "mô hình tự quản",
        "mô hình ~12 (an ninh trật tự|ANTT|an ninh|phòng chống tội phạm|tội phạm)",
        "(zalo|nhóm zalo|cồng chiêng|chuông|tiếng chuông|nút) ~4 (an ninh|ANTT|báo động|tội phạm)",
        "(dân phòng|bảo vệ dân phố|công an viên) ~8 (an ninh trật tự|ANTT)",
        "(xã|phường|khu dân cư|thôn|cơ quan) ~6 (đạt chuẩn|tiêu chuẩn) ~3 an toàn về (an ninh|ANTT)",
        "an toàn về an ninh trật tự",
    ],
    "mask": [
        "(Phòng|Cục|Đội|Vụ) ~1 xây dựng phong trào ~3 (toàn dân bảo vệ an ninh tổ quốc|toàn dân bảo vệ ANTQ|"
        "bảo vệ ANTQ)",
        "công an Ninh (Thuận|Bình|Giang|Hải|Sơn|Phước|Hòa|Kiều|Hiệp|Mỹ)",
        "camera an ninh ~4 (ghi|ghi lại|cho thấy|trích xuất)", "(trích xuất|qua|hình ảnh|từ|"
        "hình ảnh từ) camera an ninh",
    ],
    "none": FICTION,
}  # fmt: skip

SAMPLE_QUERIES: dict[str, dict[str, Any]] = {
    "theft": THEFT,
    "drugs": DRUGS,
    "trafficking": TRAFFICKING,
    "fraud": FRAUD,
    "movement": MOVEMENT,
}
