"""How many messages a text becomes on a telephone (3GPP TS 23.038 and 23.040).

Letters of the GSM alphabet: 160 in one message, 153 in each part of a longer one; some signs take two places. Any other
letter, so nearly every Vietnamese text, makes the whole text UCS-2: 70 in one message, 67 in each part, counted in
UTF-16 units. A letter of two units is never cut in two.
"""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
GSM, UCS2 = "GSM-7", "UCS-2"
_LIMITS = {GSM: (160, 153), UCS2: (70, 67)}


@dataclass(frozen=True)
class Message:
    """How a text is sent: `units` counted in `encoding`, in `segments` messages; `left` units are free in the last."""

    encoding: str
    units: int
    segments: int
    left: int


def measure(text: str) -> Message:
    """The measure of a text. An empty text is no message."""
    gsm = all(letter in _BASIC or letter in _EXTENDED for letter in text)
    encoding = GSM if gsm else UCS2
    one, part = _LIMITS[encoding]
    sizes = [_size(letter, gsm) for letter in text]
    units = sum(sizes)
    if units <= one:
        return Message(encoding, units, 1 if text else 0, one - units)
    segments, filled = 1, 0
    for size in sizes:
        if filled + size > part:
            segments, filled = segments + 1, 0
        filled += size
    return Message(encoding, units, segments, part - filled)


def _size(letter: str, gsm: bool) -> int:
    if gsm:
        return 2 if letter in _EXTENDED else 1
    return 2 if ord(letter) > 0xFFFF else 1


def fits(text: str, segments: int) -> bool:
    """True when the text goes into at most so many messages."""
    return measure(text).segments <= segments


def room(encoding: str, segments: int) -> int:
    """How many units so many messages hold at most."""
    one, part = _LIMITS[encoding]
    return one if segments == 1 else part * segments
