"""The one table of languages and orthographies: settings, formats, fonts, reading times and checks are fed from here.

Adding an orthography: one row here (and one in ``LANGUAGE_ROWS`` when the language is new), a header in
``locale/<name>/LC_MESSAGES/django.po``, ``cms/core/formats/<name>/formats.py``; the system check says what is missing.
"""

from __future__ import annotations

from . import alphabets as letters
from .profiles import Language, Orthography

LOUDSPEAKER = 165.0
"""Syllables per minute: middle of 150–180 for loudspeaker reading; television talk measures 264, newsreaders 180–220
(emcovu.com measurement and broadcasters' practice, collected in the domain notes, section 2)."""
HIGHLAND_RATE = 150.0
HIGHLAND_SOURCE = (
    "lower end of 150–180 for loudspeaker reading (words carry a pre-syllable); to be calibrated from recordings"
)
TONAL_SOURCE = "as Vietnamese, syllable for syllable; to be calibrated from recordings"
CLUSTERS_PER_SYLLABLE = 2.1
"""Measured on a parallel text (Declaration of Human Rights): 4,224 Khmer, 4,266 Tai Viet clusters, 2,022 syllables."""
CLUSTER_RATE = LOUDSPEAKER * CLUSTERS_PER_SYLLABLE
CLUSTER_SOURCE = "165 Vietnamese syllables per minute × 2.1 clusters per syllable, measured on a parallel text"

LANGUAGE_ROWS: tuple[Language, ...] = (
    Language(
        "vi",
        "Tiếng Việt",
        "Vietnamese",
        "Tiếng Việt",
        LOUDSPEAKER,
        "150–180 syllables per minute for loudspeaker reading",
        aliases=("Việt", "Kinh", "tiếng phổ thông"),
        areas="cả nước",
    ),
    Language(
        "jra",
        "Tiếng Jrai",
        "Jrai",
        "Jrai",
        HIGHLAND_RATE,
        HIGHLAND_SOURCE,
        aliases=("Gia Rai", "Jarai", "J'rai", "Jơ Rai", "Gia-rai"),
        areas="Gia Lai, Kon Tum, Đắk Lắk (tên trước 1/7/2025)",
    ),
    Language(
        "bdq",
        "Tiếng Bahnar",
        "Bahnar",
        "Bahnar",
        HIGHLAND_RATE,
        HIGHLAND_SOURCE,
        aliases=("Ba Na", "Bana", "Ba-na", "Bơhnar"),
        areas="Gia Lai, Kon Tum, Bình Định (tên trước 1/7/2025)",
    ),
    Language(
        "rad",
        "Tiếng Ê Đê",
        "Rade",
        "Êđê",
        HIGHLAND_RATE,
        HIGHLAND_SOURCE,
        aliases=("Rade", "Rađê", "Êđê", "Ê-đê", "Ede"),
        areas="Đắk Lắk",
    ),
    Language(
        "sed",
        "Tiếng Xơ Đăng",
        "Sedang",
        "Xơ Đăng",
        HIGHLAND_RATE,
        HIGHLAND_SOURCE,
        aliases=("Sêdang", "Sedang", "Xơ-đăng", "Xê Đăng"),
        areas="Kon Tum (tên trước 1/7/2025)",
    ),
    Language(
        "tyz",
        "Tiếng Tày",
        "Tày",
        "Tày",
        LOUDSPEAKER,
        TONAL_SOURCE,
        areas="Cao Bằng, Lạng Sơn, Bắc Kạn, Tuyên Quang, Hà Giang (tên trước 1/7/2025)",
    ),
    Language(
        "nut",
        "Tiếng Nùng",
        "Nung",
        "Nùng",
        LOUDSPEAKER,
        TONAL_SOURCE,
        areas="Lạng Sơn, Cao Bằng, Bắc Giang (tên trước 1/7/2025)",
    ),
    Language(
        "hmv",
        "Tiếng Mông",
        "Hmong Do",
        "Hmôngz",
        LOUDSPEAKER,
        TONAL_SOURCE,
        aliases=("H'Mông", "HMông", "Mông", "Mèo", "H’Mông"),
        areas="Hà Giang, Sơn La, Điện Biên, Lai Châu, Lào Cai (tên trước 1/7/2025)",
    ),
    Language(
        "ium",
        "Tiếng Dao",
        "Iu Mien",
        "Iu Mien",
        LOUDSPEAKER,
        TONAL_SOURCE,
        aliases=("Dao", "Iu Miền", "Mien"),
        areas="Tuyên Quang, Hà Giang, Yên Bái, Lào Cai (tên trước 1/7/2025)",
    ),
    Language(
        "blt",
        "Tiếng Thái",
        "Tai Dam",
        "ꪼꪕꪒꪾ",
        CLUSTER_RATE,
        CLUSTER_SOURCE,
        reading_unit="cluster",
        aliases=("Thái Đen", "Tai Dam", "Thái"),
        areas="Sơn La, Điện Biên, Lai Châu, Thanh Hóa, Nghệ An",
    ),
    Language(
        "km",
        "Tiếng Khmer",
        "Khmer",
        "ភាសាខ្មែរ",
        CLUSTER_RATE,
        CLUSTER_SOURCE,
        reading_unit="cluster",
        aliases=("Khơ Me", "Khmer Nam Bộ", "Khơ-me"),
        areas="Trà Vinh, Sóc Trăng, An Giang, Kiên Giang (tên trước 1/7/2025)",
    ),
    Language(
        "cjm",
        "Tiếng Chăm",
        "Eastern Cham",
        "ꨌꩌ",
        CLUSTER_RATE,
        CLUSTER_SOURCE,
        reading_unit="cluster",
        aliases=("Chàm", "Cham", "Chăm đông"),
        areas="Ninh Thuận, Bình Thuận (tên trước 1/7/2025)",
    ),
)

LATIN_SANS, LATIN_SERIF = ("Noto Sans",), ("Noto Serif",)


def _latin(code: str, name_vi: str, name_en: str, own: str, alphabet: tuple[str, ...], **more: object) -> Orthography:
    return Orthography(
        code=code,
        language=code,
        tag=code,
        name_vi=name_vi,
        name_en=name_en,
        name_own=own,
        script="Latn",
        alphabet=alphabet,
        fonts_sans=LATIN_SANS,
        fonts_serif=LATIN_SERIF,
        **{"token_pattern": letters.WORD, **more},  # type: ignore[arg-type]
    )


HIGHLAND = {
    "canonical": letters.HIGHLAND_CANONICAL,
    "extra_characters": letters.APOSTROPHES,
    "token_pattern": letters.GLOTTAL_WORD,
}
GLOTTAL = {**HIGHLAND, "canonical": letters.GLOTTAL_CANONICAL}
TONED = {"extra_characters": letters.VIETNAMESE_EXTRA}

ORTHOGRAPHY_ROWS: tuple[Orthography, ...] = (
    _latin("vi", "Tiếng Việt", "Vietnamese", "Tiếng Việt", letters.VIETNAMESE, **TONED, source=None),
    _latin("jra", "Tiếng Jrai", "Jrai", "Jrai", letters.HIGHLANDS, **HIGHLAND),
    _latin(
        "bdq", "Tiếng Bahnar", "Bahnar", "Bahnar", letters.BAHNAR, **GLOTTAL, alphabet_note="rộng hơn bảng chữ đang dạy"
    ),
    _latin("rad", "Tiếng Ê Đê", "Rade", "Êđê", letters.HIGHLANDS, **HIGHLAND),
    _latin(
        "sed",
        "Tiếng Xơ Đăng",
        "Sedang",
        "Xơ Đăng",
        letters.SEDANG,
        **{**GLOTTAL, "extra_characters": letters.APOSTROPHES + letters.toned("aeêioôơuư")},
        alphabet_note="rộng hơn bảng chữ đang dạy",
    ),
    _latin("tyz", "Tiếng Tày", "Tày", "Tày", letters.TAY_NUNG, **TONED),
    _latin("nut", "Tiếng Nùng", "Nung", "Nùng", letters.TAY_NUNG, **TONED),
    _latin("hmv", "Tiếng Mông (chữ Mông Việt)", "Hmong (Vietnamese alphabet)", "Hmôngz", letters.HMONG_VIET),
    _latin("ium", "Tiếng Dao", "Iu Mien", "Iu Mien", letters.DAO, alphabet_note="chữ Dao dùng chữ cái La-tinh cơ bản"),
    Orthography(
        "blt-tavt",
        "blt",
        "blt-Tavt",
        "Tiếng Thái (chữ Thái Việt)",
        "Tai Dam (Tai Viet script)",
        "ꪼꪕꪒꪾ",
        "Tavt",
        letters.TAI_VIET,
        letters.WORD,
        ("Noto Sans Tai Viet", "Noto Sans"),
        ("Noto Sans Tai Viet", "Noto Serif"),
        line_height=1.8,
    ),
    Orthography(
        "km",
        "km",
        "km",
        "Tiếng Khmer",
        "Khmer",
        "ភាសាខ្មែរ",
        "Khmr",
        letters.KHMER,
        letters.WORD,
        ("Noto Sans Khmer", "Noto Sans"),
        ("Noto Sans Khmer", "Noto Serif"),
        digits=letters.KHMER_DIGITS,
        extra_characters="0123456789\u200b",
        line_height=1.8,
    ),
    Orthography(
        "cjm-cham",
        "cjm",
        "cjm-Cham",
        "Tiếng Chăm (chữ Chăm)",
        "Cham (Cham script)",
        "ꨌꩌ",
        "Cham",
        letters.CHAM,
        letters.WORD,
        ("Noto Sans Cham", "Noto Sans"),
        ("Noto Sans Cham", "Noto Serif"),
        digits=letters.CHAM_DIGITS,
        extra_characters="0123456789",
        line_height=1.8,
    ),
)

LANGUAGES: dict[str, Language] = {row.code: row for row in LANGUAGE_ROWS}
ORTHOGRAPHIES: dict[str, Orthography] = {row.code: row for row in ORTHOGRAPHY_ROWS}
SOURCE_ORTHOGRAPHY = "vi"
ADMIN_LANGUAGES: tuple[tuple[str, str], ...] = (("vi", "Tiếng Việt"), ("en", "English"))
