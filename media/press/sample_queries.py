"""Queries of the five sample campaigns, good enough for the first day; a monitor changes them in the press desk.

General phrases of crime reporting, courts, prevention and the movement, as Vietnamese papers write them; the syntax is
that of media.press.matching.query. An item is about theft when theft is a subject in the real world, not a word in a
unit's name, a film or a metaphor.
"""

from typing import Any

# News about films, novels and games tells crimes that did not happen.
FICTION = [
    "bộ phim", "phim truyền hình", "phim hình sự", "phim cảnh sát hình sự", "phim điện ảnh", "tập phim", "lên sóng",
    "vai diễn", "phim trường", "tiểu thuyết", "trò chơi điện tử", "series phim", "trailer", "nữ chính", "nam chính",
]  # fmt: skip

PLACES = (
    "(Campuchia|Trung Quốc|Lào|Myanmar|Thái Lan|Tam giác vàng|nước ngoài|bên kia biên giới|biên giới|Philippines|"
    "Malaysia)"
)
ABROAD = f"(sang|qua|tại|ở|từ|khỏi|đến|vào|tới) {PLACES}"
TOWARDS = f"(sang|qua|vượt biên|vượt biên sang|trốn sang) {PLACES}"
FROM = f"(tại|ở|từ|khỏi) {PLACES}"
VICTIMS = (
    "(người|cô gái|phụ nữ|thiếu nữ|bé gái|em gái|trẻ em|cháu bé|nạn nhân|nữ sinh|nam sinh|học sinh|thanh niên|"
    "thiếu niên|lao động|công dân|bạn gái|người yêu|vợ|con)"
)
THINGS = (
    "(xe|xe máy|xe mô tô|ô tô|điện thoại|vàng|dây chuyền|túi|túi xách|giỏ xách|ví|tiền|két|két sắt|tài sản|"
    "trang sức|nhẫn|bông tai|laptop|cáp|dây điện|ba lô)"
)
ANIMALS_AND_CROPS = (
    "(chó|mèo|trâu|bò|dê|heo|lợn|gà|vịt|chim|cá|tôm|gia súc|vật nuôi|cà phê|hồ tiêu|tiêu|sầu riêng|cây cảnh|"
    "mủ cao su|gỗ|nông sản|chuối|lúa|cây|hoa màu)"
)
# By wire and without meeting: what makes fraud the fraud of the campaign.
WIRE = (
    "(qua mạng|trên mạng|không gian mạng|trực tuyến|online|qua điện thoại|cuộc gọi|gọi điện|tin nhắn|công nghệ cao|"
    "ứng dụng|website|đường link|mã qr|mã otp|deepfake|video call|chuyển khoản|chuyển tiền|tài khoản ngân hàng|"
    "sàn giao dịch|sàn chứng khoán|sàn tiền ảo|tiền ảo|tiền điện tử|tiền số|giả danh|mạo danh|giả mạo|viễn thông|"
    "deepfake|zalo|facebook|telegram)"
)
# More of it, for "lừa đảo", which is strong enough to stand beside words of other meanings.
WIDE_WIRE = (
    "(qua mạng|trên mạng|mạng xã hội|không gian mạng|trực tuyến|online|internet|qua điện thoại|cuộc gọi|gọi điện|"
    "tin nhắn|facebook|zalo|telegram|tiktok|công nghệ cao|ứng dụng|app|website|đường link|mã qr|mã otp|deepfake|"
    "video call|chuyển khoản|chuyển tiền|tài khoản|sàn|tiền ảo|tiền điện tử|tiền số|đầu tư|chứng khoán|ngoại hối|"
    "forex|giả danh|mạo danh|giả mạo|xuyên quốc gia|xuyên biên giới|việc làm|cộng tác viên|thương mại điện tử|"
    "viễn thông|campuchia|myanmar|tam giác vàng|philippines|đài loan)"
)

THEFT: dict[str, Any] = {
    "any": [
        "trộm", "trộm cắp", "lấy cắp", "ăn cắp", "đánh cắp", "mất cắp", "cắp tài sản", "mất trộm", "cướp", "cướp giật",
        "móc túi", "cẩu tặc", "khuyển tặc", "miêu tặc", "đạo chích", "đạo tặc", "nhập nha", "nghề hai ngón",
        "chôm chỉa", "(cà phê|sầu riêng|tiêu|trâu|bò) tặc",
        f"(giật|giựt|cuỗm|khoắng|nẫng) ~3 {THINGS}",
        f"(giật|giựt|bắt) ~1 {ANIMALS_AND_CROPS} ~3 (trộm|bỏ chạy|tẩu thoát)",
        "(bẻ khóa|phá khóa|cạy|đục) ~3 (xe|xe máy|cửa|nhà|két|két sắt|tủ|tường|trụ atm)",
        "kẻ gian ~8 (lấy|lấy đi|đột nhập|lẻn|cuỗm|khoắng|cạy|đục|phá khóa)",
        "đột nhập ~8 (nhà|nhà dân|tiệm|tiệm vàng|cửa hàng|trụ sở|két|phòng trọ|cửa tiệm|trường học|lấy|tài sản)",
        "(khống chế|đe dọa) ~10 (lấy|chiếm đoạt) ~3 (tài sản|tiền|vàng|xe|điện thoại)",
        "dàn cảnh ~8 (tài sản|lấy|móc|chiếm đoạt)",
        "(đập|phá) ~1 kính ~2 (xe|ô tô)",
    ],
    "unaccented": ["trom cap", "cuop giat", "an trom"],
    "mask": [
        "(quay|chụp|nhìn|nghe|xem|hôn|đọc|vụng|học|ghi âm|ghi hình|nhớ|yêu|khóc|cười|hút|đổ|xả|bơm|khai thác|săn) trộm",
        "trộm (vía|nghĩ|nhìn|nghe|hôn|nhớ|yêu|mộ cổ|tinh trùng|long tráo phụng)",
        "(đánh cắp|lấy cắp|ăn cắp|trộm cắp|trộm|lấy trộm|đánh cắp được) ~2 "
        "(dữ liệu|thông tin|tài khoản|mật khẩu|danh tính|bản quyền|trái tim|tiền ảo|tiền số|tiền điện tử|bí mật|"
        "ý tưởng|chất xám|mã nguồn|sở hữu trí tuệ|công nghệ|bitcoin|token|mã otp|hình ảnh|thời gian|tuổi thơ)",
        "(dữ liệu|thông tin|tài khoản|mật khẩu) ~5 (đánh cắp|lấy cắp|ăn cắp)",
        "(tranh|giằng) cướp",
        "cướp (đất|lộc|vợ|chồng|dâu|biển|bóng|công|lời|ngôi|cò|diễn đàn|người yêu|bạn trai|bạn gái|nước|chính quyền|"
        "phết|cờ|spotlight|hào quang|sóng|hạnh phúc|thời gian|tuổi thơ|micro|hoa|mất|suất|sự chú ý|điểm)",
        "cướp ~1 đi ~5 (sinh mạng|mạng sống|tính mạng|sự sống|tuổi|mạng|cuộc đời|người|ước mơ)",
        "(lũ|bệnh|tử thần|thần chết|tai nạn|ung thư|dịch|covid|bão|đuối nước|hỏa hoạn) ~4 cướp ~1 đi",
        "(ăn|như) cướp", "giá cướp", "hải tặc",
    ],
    "none": FICTION,
}  # fmt: skip

DRUGS: dict[str, Any] = {
    "any": [
        "ma túy", "chất ma túy", "heroin", "hêrôin", "cần sa", "thuốc lắc", "ketamine", "ketamin", "methamphetamine",
        "amphetamine", "cocain", "cocaine", "thuốc phiện", "cây anh túc", "cây thuốc phiện", "ngáo đá", "phê đá",
        "hàng đá", "cai nghiện", "người nghiện", "con nghiện", "nghiện hút", "bay lắc", "sử dụng ma túy", "cỏ mỹ",
        "nước vui", "pod chill", "etomidate", "cái chết trắng", "nghiện ma túy", "tiền chất ma túy",
    ],
    "unaccented": ["ma tuy", "heroin", "can sa", "cai nghien", "ngao da"],
    "mask": [
        "(Phòng|Cục|Đội|Tổ|cán bộ|Trung tá|Đại úy|trinh sát) ~1 (Cảnh sát|CSĐT|CSĐTTP|PCTP|điều tra) ~12 ma túy",
        "(PC04|PC47|C04) ~6 ma túy",
        "(Cục|Đội|Phòng) ~2 phòng chống ma túy và tội phạm",
        "(Ủy ban Quốc gia|Cơ quan|Văn phòng|Ban Chỉ đạo) ~10 ma túy ~3 (mại dâm|tội phạm|Liên hợp quốc)",
        "(âm tính|không phải|không liên quan|không có|không chứa|không phát hiện) ~4 ma túy", "ma túy ~3 âm tính",
        "(nghi|tưởng|ngỡ|như) ~3 ngáo đá", "(không|nhưng không) ~3 (sử dụng|tàng trữ) ~2 ma túy",
        "(giống|như|ví như|được ví như|chẳng khác|chẳng khác gì) (ma túy|thuốc phiện)",
        "(con nghiện|người nghiện|cai nghiện) (game|trò chơi|rượu|bia|thuốc lá|điện thoại|smartphone|mua sắm|cà phê|"
        "trà sữa|mạng xã hội|internet|cờ bạc|facebook|tiktok|công việc)",
        "chiến tranh (thuốc phiện|nha phiến)",
    ],
    "none": FICTION,
}  # fmt: skip

TRAFFICKING: dict[str, Any] = {
    "any": [
        "(mua bán|buôn bán) (người|phụ nữ|trẻ em|trẻ sơ sinh|bào thai|trẻ em gái|cô gái)",
        "mua bán ~2 (phụ nữ|trẻ em|trẻ sơ sinh|con nuôi)", "buôn người", "lừa bán", "bán người",
        "bán ~4 (trẻ sơ sinh|con ruột|con đẻ|con mới sinh|cháu bé|bé sơ sinh)",
        f"(bị bán|đem bán|đưa đi bán|bắt bán|bán trót lọt) ~6 {ABROAD}", f"bán ~1 {VICTIMS} ~4 {TOWARDS}",
        f"(cô gái|phụ nữ|thiếu nữ|bé gái|em gái|nữ sinh|nạn nhân|trẻ em) ~8 bán ~2 {TOWARDS}",
        "(bán|bị bán) ~4 (sòng bạc|casino|sòng bài|động mại dâm|nhà chứa|ổ mại dâm|quán karaoke|công ty lừa đảo|"
        "làm vợ)",
        f"(lừa|dụ|dụ dỗ|bị rủ|rủ rê|lôi kéo|ép buộc|bị ép|cưỡng ép|bẫy|lừa gạt|bắt cóc) ~10 {TOWARDS}",
        f"(bạn trai|bạn gái|người yêu|quen qua mạng|quen qua Facebook|quen qua Zalo) ~10 {TOWARDS} ~20 "
        "(giải cứu|bán|mất liên lạc|cầu cứu|giao cho)",
        f"việc nhẹ lương cao ~12 {ABROAD}", f"{ABROAD} ~14 việc nhẹ lương cao",
        "việc nhẹ lương cao ~20 (lừa|bẫy|bán|nạn nhân|cưỡng bức|giải cứu|biên giới|Campuchia|casino|sòng bạc|"
        "sập bẫy|dụ)",
        "(cạm bẫy|sập bẫy|bẫy|chiêu trò|ma trận|địa ngục|chiêu|lời mời|lời hứa|dính bẫy|vỡ mộng) ~6 việc nhẹ lương cao",
        f"(giải cứu|giải thoát) ~8 {VICTIMS} ~12 {FROM}",
        "(tháo chạy|trốn thoát|đào thoát|trốn chạy|cầu cứu|chạy trốn) ~10 (khỏi|từ|ở|tại) "
        "(Campuchia|Myanmar|Tam giác vàng|đất Campuchia|nước bạn Campuchia)",
        "(tháo chạy|trốn thoát|bỏ trốn|trốn|chạy thoát|giải cứu) ~8 (casino|sòng bạc|sòng bài|khu lừa đảo|"
        "công ty lừa đảo)",
        f"(trao trả|tiếp nhận) ~6 nạn nhân ~12 {PLACES}",
        "(cưỡng bức|bóc lột) lao động ~12 (nạn nhân|bị|người)", "nô lệ (tình dục|lừa đảo)",
        "(bị ép|ép buộc|bị buộc|bị cưỡng ép|cưỡng bức|bị bắt|bắt làm|bị bắt làm) ~6 lừa đảo ~10 "
        "(Campuchia|Myanmar|nước ngoài|Tam giác vàng)",
        "nạn nhân ~4 mua bán", "bắt cóc ~8 (đem bán|để bán|bán)", "xuất khẩu lao động ~8 (bị bán|cưỡng bức)",
    ],
    "unaccented": ["mua ban nguoi", "buon nguoi", "lua ban"],
    "mask": ["lừa đảo", "(kéo|cướp) vợ", "(xăng|dầu|hàng|gỗ|vàng|pháo|thuốc lá|ma túy|động vật) ~4 biên giới"],
    "none": FICTION,
}  # fmt: skip

FRAUD: dict[str, Any] = {
    "any": [
        f"lừa đảo ~14 {WIDE_WIRE}", f"{WIDE_WIRE} ~14 lừa đảo", f"(lừa|bị lừa|chiếm đoạt|lừa tiền) ~14 {WIRE}",
        f"mất ~4 (tiền|triệu|tỷ|tỉ|đồng) ~10 {WIRE}", f"{WIRE} ~10 mất ~4 (tiền|triệu|tỷ|tỉ)",
        f"{WIRE} ~10 (chiếm đoạt|lừa|bị lừa)",
        "(bẫy|sập bẫy|dụ|dụ dỗ|dính bẫy) ~8 (đầu tư|chuyển tiền|chuyển khoản|nạp tiền|nhập mã otp|cài ứng dụng|"
        "cài app)",
        "(chiêu|chiêu thức|chiêu trò|thủ đoạn|cảnh báo|cảnh giác|bẫy|kịch bản|hình thức|phương thức|mánh khóe|kẻ|nạn|"
        "tổ chức|băng nhóm|ổ nhóm|đường dây|tập đoàn|công ty|trung tâm|khu phức hợp) ~4 lừa đảo",
        "(tín dụng đen|cho vay nặng lãi|cho vay lãi nặng|vay nặng lãi|vay lãi nặng|lãi nặng|cho vay cắt cổ|"
        "đòi nợ thuê)",
        "(nhóm|đối tượng|băng|băng nhóm|khởi tố|bắt|bắt giữ|tạm giữ|triệt phá|triệt xóa|xử lý) ~12 cho vay ~4 "
        "(lãi|lãi suất)",
        "(lãi suất|cho vay|lãi) ~5 cắt cổ",
        "(vay|vay tiền|cho vay) ~2 (qua app|qua ứng dụng|app) ~14 (đòi nợ|lãi|khủng bố|bẫy|lừa|đe dọa|khởi tố|công an)",
        "app (đen|tín dụng đen)",
        "(giả danh|mạo danh|giả mạo|tự xưng) ~3 (công an|cán bộ|viện kiểm sát|nhân viên|cơ quan|ngân hàng|tòa án|"
        "shipper|điện lực|bảo hiểm|thuế|bác sĩ|giáo viên|người thân|lãnh đạo|website)",
        "lừa tình", "bắt cóc (online|trực tuyến)", "việc nhẹ lương cao ~14 lừa đảo",
    ],
    "title": ["lừa đảo", "lừa tiền", "sập bẫy lừa"],
    "unaccented": ["lua dao", "tin dung den"],
    "mask": [
        "(bị lừa|lừa) (bán|dối|tình cảm|sang|qua|đưa|phỉnh)", "con lừa",
        "(mất|chiếm đoạt) ~2 (dữ liệu|thông tin|quyền|tài khoản|tài liệu)",
    ],
    "none": FICTION,
}  # fmt: skip

ORDER = "(an ninh trật tự|ANTT|trật tự|an ninh cơ sở)"

MOVEMENT: dict[str, Any] = {
    "any": [
        "toàn dân ~1 bảo vệ (an ninh|ANTQ|ANTT)", "ngày hội toàn dân bảo vệ",
        "(phong trào|phát động) ~8 bảo vệ (ANTQ|an ninh tổ quốc|an ninh trật tự|ANTT)",
        "quần chúng ~3 bảo vệ (an ninh|ANTQ|ANTT)",
        "lực lượng tham gia bảo vệ (an ninh|ANTT)", "(tổ|đội) bảo vệ (an ninh|ANTT)",
        "(lực lượng|tổ) ~3 (an ninh trật tự|ANTT) ~2 (cơ sở|ở cơ sở)",
        "tự phòng tự quản", "tự quản tự phòng", "dòng họ tự quản", "mô hình tự quản",
        "(kẻng|loa|cổng|ánh sáng|tiếng kẻng|đèn) ~1 (an ninh|ANTT)",
        "(mô hình|lắp|lắp đặt|gắn|ra mắt|nhân rộng|xã hội hóa|phong trào) ~8 "
        "(camera an ninh|camera giám sát an ninh|camera ANTT|mắt thần)",
        "camera an ninh ~12 (mô hình|an ninh trật tự|ANTT)", "camera giám sát ~2 (an ninh|ANTT)",
        "(an ninh trật tự|ANTT) ~6 camera", "camera ~8 (an ninh trật tự|ANTT)",
        "(tổ|dòng họ|nhóm|thôn|làng|buôn|bản|khu phố|cụm|liên gia|mô hình|tuyến|họ đạo|xứ đạo|hội) ~3 tự quản "
        f"~16 (an ninh|tội phạm|{ORDER[1:]}",
        f"{ORDER} ~6 tự quản",
        "mô hình ~12 (an ninh trật tự|ANTT|bảo đảm an ninh|giữ gìn an ninh|về an ninh|phòng chống tội phạm|"
        "tố giác tội phạm|báo tội phạm)",
        "(zalo|nhóm zalo|cồng chiêng|chuông|tiếng chuông|nút) ~4 (an ninh|ANTT|báo động|tội phạm)",
        "(dân phòng|bảo vệ dân phố|công an viên) ~8 (an ninh trật tự|ANTT)",
        "(xã|phường|khu dân cư|thôn|cơ quan|đạt chuẩn|tiêu chuẩn) ~6 an toàn về (an ninh|ANTT)",
    ],
    "unaccented": ["toan dan bao ve an ninh"],
    "mask": [
        "(Phòng|Cục|Đội|Vụ) ~1 xây dựng phong trào ~3 "
        "(toàn dân bảo vệ an ninh tổ quốc|toàn dân bảo vệ ANTQ|bảo vệ ANTQ)",
        "công an Ninh (Thuận|Bình|Giang|Hải|Sơn|Phước|Hòa|Kiều|Hiệp|Mỹ)",
        "camera an ninh ~4 (ghi|ghi lại|cho thấy|trích xuất)",
        "(trích xuất|qua|hình ảnh|từ|hình ảnh từ|theo) camera an ninh", "cổng an ninh ~6 sân bay",
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
