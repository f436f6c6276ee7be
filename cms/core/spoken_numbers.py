"""Vietnamese words for numbers as a newsreader says them."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")
BILLION = 1_000_000_000
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
MONTHS = dict(enumerate((*DIGITS[1:4], "tư", *DIGITS[5:], "mười", "mười một", "mười hai"), start=1))
"""Month names: the fourth is "tháng tư"."""


def number_words(value: int) -> str:
    """``value`` in words: 105 → "một trăm linh năm", 21 → "hai mươi mốt", 1005 → "một nghìn không trăm linh năm"."""
    if value < 0:
        return f"âm {number_words(-value)}"
    if value < BILLION:
        return _below_billion(value, leading=True)
    high, low = divmod(value, BILLION)
    words = f"{number_words(high)} tỷ"
    return f"{words} {_below_billion(low, leading=False)}" if low else words


def digit_words(digits: str) -> str:
    """Every digit by itself: "113" → "một một ba"; anything that is not a decimal digit is left out."""
    return " ".join(DIGITS[int(char)] for char in digits if char.isdecimal())


def decimal_words(whole: str, fraction: str) -> str:
    """A decimal number from its digits: ("12", "75") → "mười hai phẩy bảy mươi lăm", ("0", "05") → "… không năm"."""
    if len(fraction) <= 2 and not fraction.startswith("0"):
        tail = number_words(int(fraction))
    else:
        tail = digit_words(fraction)
    return f"{number_words(int(whole))} phẩy {tail}"


def ordinal_words(value: int) -> str:
    """What follows "thứ": 1 → "nhất", 4 → "tư", others as the number."""
    return {1: "nhất", 4: "tư"}.get(value) or number_words(value)


def roman_value(numeral: str) -> int | None:
    """The value of a well-formed Roman numeral in capitals ("XIII" → 13), or None ("IIX", "XM", "")."""
    if not numeral or any(char not in ROMAN for char in numeral):
        return None
    total, previous = 0, 0
    for char in reversed(numeral):
        value = ROMAN[char]
        total += value if value >= previous else -value
        previous = max(previous, value)
    return total if total > 0 and roman_numeral(total) == numeral else None


def roman_numeral(value: int) -> str:
    """The Roman numeral of a positive number below 4000."""
    steps = (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    )
    written = ""
    for step, letters in steps:
        count, value = divmod(value, step)
        written += letters * count
    return written


def _below_billion(value: int, *, leading: bool) -> str:
    if value == 0:
        return DIGITS[0]
    groups = [value // 1_000_000, value // 1000 % 1000, value % 1000]
    words: list[str] = []
    for scale, group in zip(reversed(SCALES), groups, strict=True):
        if group:
            full = bool(words) or not leading
            words.append(f"{_group(group, full=full)} {scale}".strip())
    return " ".join(words)


def _group(value: int, *, full: bool) -> str:
    """A group of three digits; ``full`` says the hundreds even when they are zero (inside a longer number)."""
    hundreds, rest = divmod(value, 100)
    words = [DIGITS[hundreds], "trăm"] if hundreds or full else []
    tens, units = divmod(rest, 10)
    if rest == 0:
        return " ".join(words)
    if tens == 0:
        return " ".join([*words, *(["linh"] if words else []), DIGITS[units]])
    words += ["mười"] if tens == 1 else [DIGITS[tens], "mươi"]
    if units == 1 and tens > 1:
        words.append("mốt")
    elif units == 5:
        words.append("lăm")
    elif units:
        words.append(DIGITS[units])
    return " ".join(words)
