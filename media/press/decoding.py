"""From the bytes of a feed to text: valid UTF-8 first, then Vietnamese ears, and no document type definition.

feedparser believes the declaration and turns a whole feed to mojibake for one bad byte; newspapers' declarations lie
(press_translation.md I.2). It also lets a DOCTYPE on the line of the XML declaration expand entities.
"""

import codecs
import re
import zlib
from collections.abc import Mapping
from html import escape
from html.entities import html5

from cms.core.text import nfc

MAX_BODY = 5_000_000
# Bytes that are not UTF-8, per character that is: fewer than this and the text is UTF-8 with accidents.
BAD_BYTES_ALLOWED = 0.1
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Charsets that servers and templates declare without meaning it; only these are doubted.
_DOUBTED = frozenset("utf-8 utf-16 utf-16-le utf-16-be utf-32 ascii iso8859-1 cp1252".split())
_DECLARED = re.compile(rb"""^[^<]{0,64}<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:\-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FORBIDDEN_REFERENCE = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.IGNORECASE)
_AMPERSAND = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?\]\]>)|&(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,31});|(?P<number>#\d{1,7};|#[xX][0-9a-fA-F]{1,6};))?",
    re.DOTALL,
)
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_FEED_ROOT = re.compile(r"<(?:rss|feed|(?:[A-Za-z][\w.\-]{0,20}:)?(?:RDF|rss|feed))[\s>]")
_ONLY_VIETNAMESE = re.compile("[ăĂđĐơƠưƯ\u1ea0-\u1ef9]")
_SHARED_LATIN = re.compile("[àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ]")
_NOISE = re.compile("[\u0080-\u009f\u0300-\u036f\ufffd¡-¿×÷ðÐþÞßåÅøØ]")


class TooLarge(ValueError):
    """The body is larger than `MAX_BODY` after decompression."""


def inflate(body: bytes) -> bytes:
    """The body, unpacked when it is gzip that the transport did not undo; TooLarge past the cap, never past memory."""
    if body[:2] != b"\x1f\x8b":
        if len(body) > MAX_BODY:
            raise TooLarge
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, MAX_BODY + 1)
    except zlib.error:
        return b""
    if len(plain) > MAX_BODY:
        raise TooLarge
    return plain


def decode(body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    """The text of a body and the encoding that was believed.

    Order: byte order mark; UTF-8 if valid, whatever is declared; UTF-8 with few bad bytes replaced; a declared charset
    that nobody declares by accident; otherwise the declared one, windows-1258 and windows-1252 compete by how
    Vietnamese the result reads.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace").lstrip("\ufeff"), name
    if (wide := _wide(body)) is not None:
        return body.decode(wide, "replace"), wide
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if _bad_bytes(body) <= BAD_BYTES_ALLOWED * len(_MULTIBYTE.findall(body)):
        return body.decode("utf-8", "replace"), "utf-8"
    declared = [name for name in (_header_charset(headers), _xml_charset(body)) if name]
    for name in declared:
        if name not in _DOUBTED:
            return nfc(body.decode(name, "replace")), name
    candidates = [*declared, "cp1252", "cp1258", "utf-8"]
    narrow = [name for name in dict.fromkeys(candidates) if not name.startswith(("utf-16", "utf-32"))]
    texts = [(nfc(body.decode(name, "replace")), name) for name in narrow]
    return max(texts, key=lambda pair: vietnamese_score(pair[0]))


def vietnamese_score(text: str) -> int:
    """How Vietnamese a reading of bytes looks: letters only Vietnamese has count most, noise of wrong pages against.

    Only comparisons between readings of the same bytes mean anything. The text must be NFC.
    """
    only = len(_ONLY_VIETNAMESE.findall(text))
    return 3 * only + len(_SHARED_LATIN.findall(text)) - 4 * len(_NOISE.findall(text))


def prepare(text: str) -> bytes:
    """UTF-8 bytes for the parser: a true XML declaration, no DTD, no characters or references that XML forbids.

    HTML's named letters and bare ampersands outside CDATA are made XML, so that one of them does not send the whole
    feed to the parser's loose mode.
    """
    plain = _FORBIDDEN_REFERENCE.sub("", _FORBIDDEN.sub("", text))
    document = _AMPERSAND.sub(_xml_ampersand, _without_prolog(plain))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + document.encode("utf-8", "replace")


def _xml_ampersand(match: re.Match[str]) -> str:
    name = match["name"]
    if match["cdata"] is not None or name in _XML_NAMES or match["number"]:
        return match.group()
    if name and (letter := html5.get(f"{name};")):
        return escape(letter)
    return "&amp;" + match.group()[1:]


def _without_prolog(text: str) -> str:
    """The document from its root element on: declaration, DTD, comments and stray output before it carry no news.

    A hand-written scan, linear in the length: regular expressions anchored at line starts are what bombs walk around.
    """
    position = 0
    while True:
        start = text.find("<", position)
        if start < 0:
            return ""
        if text.startswith("<!--", start):
            position = _after(text, "-->", start)
        elif text.startswith("<?", start):
            position = _after(text, "?>", start)
        elif text.startswith("<!", start):
            position = _after_declaration(text, start)
        elif text[start + 1 : start + 2].isalpha() or text[start + 1 : start + 2] == "_":
            root = _FEED_ROOT.search(text, start)
            return text[root.start() if root else start :]
        else:
            position = start + 1


def _after(text: str, ending: str, start: int) -> int:
    end = text.find(ending, start)
    return len(text) if end < 0 else end + len(ending)


_DECLARATION_PARTS = re.compile(r"""<!--.*?-->|"[^"]*"|'[^']*'|[\[\]>]""", re.DOTALL)


def _after_declaration(text: str, start: int) -> int:
    """Where a `<!DOCTYPE … [ … ]>` ends: the first `>` outside quotes and brackets, or the end of the text."""
    subset = False
    for part in _DECLARATION_PARTS.finditer(text, start + 2):
        if part.group() == "[":
            subset = True
        elif part.group() == "]":
            subset = False
        elif part.group() == ">" and not subset:
            return part.end()
    return len(text)


def _bad_bytes(body: bytes) -> int:
    """How many places are not UTF-8."""
    return body.decode("utf-8", "replace").count("\ufffd") - body.count(b"\xef\xbf\xbd")


def _wide(body: bytes) -> str | None:
    """UTF-16 without a byte order mark, known by the zero bytes around its first "<"."""
    head = body[:4]
    if len(head) == 4 and head[0] == 0x3C and head[1] == 0 and head[3] == 0:
        return "utf-16-le"
    if len(head) == 4 and head[0] == 0 and head[1] == 0x3C and head[2] == 0:
        return "utf-16-be"
    return None


def _header_charset(headers: Mapping[str, str]) -> str | None:
    for name, value in headers.items():
        if name.lower() == "content-type" and (match := _CHARSET.search(value)):
            return _known(match[1])
    return None


def _xml_charset(body: bytes) -> str | None:
    match = _DECLARED.search(body[:300])
    return _known(match[1].decode("ascii")) if match else None


def _known(name: str) -> str | None:
    """Python's name of a text charset that is a superset of ASCII, else None."""
    try:
        found = codecs.lookup(name)
        if b"<?xml".decode(found.name) != "<?xml":
            return None
    except (LookupError, UnicodeError, ValueError):
        return None
    return found.name
