"""Acronyms of Vietnamese officialdom as they are read out, letter names, units."""

from __future__ import annotations

import regex

ACRONYMS: dict[str, str] = {
    "ANTQ": "an ninh Tổ quốc", "ANTT": "an ninh trật tự", "TTATXH": "trật tự an toàn xã hội",
    "ANCT": "an ninh chính trị", "ATXH": "an toàn xã hội", "ANQG": "an ninh quốc gia",
    "TTATGT": "trật tự an toàn giao thông", "ATGT": "an toàn giao thông", "PCCC": "phòng cháy chữa cháy",
    "CNCH": "cứu nạn cứu hộ", "TNXH": "tệ nạn xã hội", "PCMT": "phòng chống ma túy", "PCTP": "phòng chống tội phạm",
    "PCTN": "phòng chống tham nhũng", "MBN": "mua bán người", "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân", "MTTQ": "Mặt trận Tổ quốc", "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
    "BCĐ": "Ban Chỉ đạo", "BCH": "Ban Chấp hành", "BTV": "Ban Thường vụ", "BTC": "Ban Tổ chức",
    "BGH": "Ban Giám hiệu", "CAND": "Công an nhân dân", "QĐND": "Quân đội nhân dân",
    "QĐNDVN": "Quân đội nhân dân Việt Nam", "BCA": "Bộ Công an", "CSGT": "cảnh sát giao thông",
    "CSKV": "cảnh sát khu vực", "CSĐT": "cảnh sát điều tra", "CQĐT": "cơ quan điều tra", "CSHS": "cảnh sát hình sự",
    "VKS": "Viện kiểm sát", "VKSND": "Viện kiểm sát nhân dân", "TAND": "Tòa án nhân dân",
    "TT&TT": "Thông tin và Truyền thông", "TTTT": "Thông tin và Truyền thông",
    "STTTT": "Sở Thông tin và Truyền thông", "BTTTT": "Bộ Thông tin và Truyền thông",
    "VH&TT": "Văn hóa và Thông tin", "VHTT": "văn hóa thông tin", "VH-TT": "Văn hóa, Thông tin",
    "VHTTDL": "Văn hóa, Thể thao và Du lịch", "SVHTTDL": "Sở Văn hóa, Thể thao và Du lịch",
    "VH,TT&DL": "Văn hóa, Thể thao và Du lịch", "VH-TT&TT": "Văn hóa, Thông tin và Thể thao",
    "VHTT&TT": "Văn hóa, Thông tin và Thể thao", "KH&CN": "Khoa học và Công nghệ", "KHCN": "khoa học công nghệ",
    "GD&ĐT": "Giáo dục và Đào tạo", "GDĐT": "Giáo dục và Đào tạo", "LĐTBXH": "Lao động, Thương binh và Xã hội",
    "LĐ-TB&XH": "Lao động, Thương binh và Xã hội", "NN&PTNT": "Nông nghiệp và Phát triển nông thôn",
    "NN&MT": "Nông nghiệp và Môi trường", "TN&MT": "Tài nguyên và Môi trường", "KT-XH": "kinh tế, xã hội",
    "PT-TH": "phát thanh, truyền hình", "PTTH": "phát thanh, truyền hình", "TT-TH": "truyền thanh, truyền hình",
    "ĐTN": "Đoàn Thanh niên", "TNCS": "Thanh niên Cộng sản", "LHPN": "Liên hiệp Phụ nữ", "HPN": "Hội Phụ nữ",
    "CCB": "Cựu chiến binh", "HND": "Hội Nông dân", "LĐLĐ": "Liên đoàn Lao động", "TDTT": "thể dục thể thao",
    "THCS": "trung học cơ sở", "THPT": "trung học phổ thông", "HSSV": "học sinh, sinh viên",
    "DTTS": "dân tộc thiểu số", "ĐBDTTS": "đồng bào dân tộc thiểu số", "KCN": "khu công nghiệp",
    "KDC": "khu dân cư", "NTM": "nông thôn mới", "CBCC": "cán bộ, công chức",
    "CBCCVC": "cán bộ, công chức, viên chức", "CNVC": "công nhân, viên chức",
    "CNVCLĐ": "công nhân, viên chức, lao động", "CSGDNN": "cơ sở giáo dục nghề nghiệp", "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế", "CCCD": "căn cước công dân", "CMND": "chứng minh nhân dân",
    "CNTT": "công nghệ thông tin", "CĐS": "chuyển đổi số", "MXH": "mạng xã hội", "TTĐT": "thông tin điện tử",
    "TGPL": "trợ giúp pháp lý", "PBGDPL": "phổ biến, giáo dục pháp luật", "BLHS": "Bộ luật Hình sự",
    "VPPL": "vi phạm pháp luật", "TP": "thành phố", "TP.HCM": "Thành phố Hồ Chí Minh",
    "TPHCM": "Thành phố Hồ Chí Minh", "TX": "thị xã", "TT": "thị trấn", "CHXHCN": "Cộng hòa xã hội chủ nghĩa",
    "CNXH": "chủ nghĩa xã hội", "XHCN": "xã hội chủ nghĩa", "TW": "Trung ương", "TƯ": "Trung ương",
    "VN": "Việt Nam", "TTXVN": "Thông tấn xã Việt Nam", "BĐBP": "Bộ đội Biên phòng", "QLNN": "quản lý nhà nước",
    "HTX": "hợp tác xã", "DN": "doanh nghiệp", "THTT": "truyền hình, truyền thanh",
    "TTATCC": "trật tự an toàn công cộng", "QCUT": "quần chúng ưu tú",
    "TDBVANTQ": "toàn dân bảo vệ an ninh Tổ quốc", "BVANTQ": "bảo vệ an ninh Tổ quốc", "PTV": "phát thanh viên",
    "HIV": "hát i vê", "AIDS": "ết", "HIV/AIDS": "hát i vê ết", "COVID-19": "cô vít mười chín", "COVID": "cô vít",
    "ASEAN": "a xê an", "UNESCO": "u nét xcô", "LHQ": "Liên hợp quốc", "VNeID": "vê en nờ e ai đi",
    "OTP": "ô tê pê", "ATM": "a tê em", "SIM": "xim", "QR": "quy a", "VOV": "vê ô vê", "VTV": "vê tê vê",
    "MC": "em xi", "USD": "đô la Mỹ", "VNĐ": "đồng", "VND": "đồng", "FM": "ép em", "AM": "a em",
    "CLB": "câu lạc bộ",
}  # fmt: skip
"""Read in full because a listener cannot look the letters up."""

LETTERS: dict[str, str] = {
    "A": "a", "Ă": "á", "Â": "ớ", "B": "bê", "C": "xê", "D": "dê", "Đ": "đê", "E": "e", "Ê": "ê", "F": "ép",
    "G": "giê", "H": "hát", "I": "i", "J": "gi", "K": "ca", "L": "lờ", "M": "mờ", "N": "nờ", "O": "o", "Ô": "ô",
    "Ơ": "ơ", "P": "pê", "Q": "quy", "R": "rờ", "S": "ét", "T": "tê", "U": "u", "Ư": "ư", "V": "vê", "W": "vê kép",
    "X": "ích", "Y": "i", "Z": "dét",
}  # fmt: skip

UNITS: dict[str, str] = {
    "km": "ki-lô-mét", "m": "mét", "cm": "xăng-ti-mét", "mm": "mi-li-mét", "km²": "ki-lô-mét vuông",
    "km2": "ki-lô-mét vuông", "m²": "mét vuông", "m2": "mét vuông", "m³": "mét khối", "m3": "mét khối",
    "ha": "héc-ta", "kg": "ki-lô-gam", "g": "gam", "mg": "mi-li-gam", "l": "lít", "ml": "mi-li-lít",
    "km/h": "ki-lô-mét trên giờ", "°C": "độ xê", "%": "phần trăm", "‰": "phần nghìn", "đ": "đồng",
    "kWh": "ki-lô-oát giờ", "kW": "ki-lô-oát", "MB": "mê-ga-bai", "GB": "ghi-ga-bai", "s": "giây", "tr": "triệu",
    "$": "đô la Mỹ",
}  # fmt: skip

_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
_VOWEL = r"[aeiouyăâêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]{1,3}"
_SYLLABLE = regex.compile(rf"{_ONSET}{_VOWEL}(?:ng|nh|ch|[cmnpt])?", regex.IGNORECASE)


def is_syllable(word: str) -> bool:
    """True when ``word`` could be a Vietnamese syllable (a heading in capitals, "MA TÚY"), not an acronym ("ANTQ")."""
    return _SYLLABLE.fullmatch(word) is not None


def letter_words(symbol: str) -> str:
    """The letter names of ``symbol``, digits as digits: "STTTT" → "ét tê tê tê tê"; other characters are a pause."""
    from cms.core.spoken_numbers import DIGITS

    words = [LETTERS.get(char.upper()) or (DIGITS[int(char)] if char.isdecimal() else ",") for char in symbol]
    return " ".join(words).replace(" ,", ",").strip(" ,")
