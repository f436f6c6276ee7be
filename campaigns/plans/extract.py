"""Text from a plan's file: TXT, DOCX, or PDF with a text layer, judged by its bytes and never by its name.

DOCX and PDF come from outside and their parsers are large, so they run in a process of their own with a limit on memory,
processor time and waiting (`worker.py`).
"""

import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from campaigns.plans import errors

MAX_BYTES = 20 * 1024 * 1024
MAX_LETTERS = 600_000  # a plan of 300 pages; reading it takes seconds
WAIT_SECONDS = 30
_WORKER = Path(__file__).with_name("worker.py")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Letters that only Unicode has: â, ê, ô are left out because VNI fonts use them too.
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
# Letters that stand for Vietnamese ones in TCVN3 (.VnTime) and VNI fonts, and are rare in any real text.
_OLD_FONT = re.compile("[µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßáãâäåçêëîíìïñôóòõùøúû§¤¥¦«¬\xad]")
_VNI = re.compile("[aeiouyAEIOUYâêôơư][øûïåäëùõ]|[ñÑ][aeiouyòöô]")
_OLD_WORDS = re.compile(
    r"\b(?:c\u00f1a|cñng|nh©n|d©n|c«ng|®\w|vµ|lµ|ph¸\w|tuyªn|truyÒn|Coâng|coâng|ñ\w|vaø|laø|cuûa|ngaøy)\b"
)


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The text of a file in NFC and what sort of file it was: "txt", "docx" or "pdf"."""

    text: str
    format: str


def extract_text(data: bytes) -> ExtractedText:
    """The text of a plan. Raises a subclass of UnreadablePlan that says why there is none; nothing is written."""
    if len(data) > MAX_BYTES:
        raise errors.PlanTooLarge(size=len(data))
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise errors.EmptyPlan()
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return _checked(_in_worker("pdf", data), "pdf")
    if data[:4] == b"PK\x03\x04":
        return _checked(_in_worker("docx", data), "docx")
    if data.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise errors.ProtectedPlan() if encrypted else errors.OldWordPlan()
    return _checked(_decode(data), "txt")


def _decode(data: bytes) -> str:
    """Plain text: UTF-8, or UTF-16 with its mark. Old Vietnamese encodings are named, not guessed."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise errors.BinaryPlan() from None
    if b"\x00" in data:
        raise errors.BinaryPlan()
    if data.lstrip()[:5] == b"{\\rtf" or re.match(rb"\s*(?:<!doctype|<html|<\?xml)", data[:200], re.I):
        raise errors.BinaryPlan()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise (errors.OldEncodingPlan() if _looks_like_text(data) else errors.BinaryPlan()) from None
    controls = sum(1 for ch in text[:20000] if ord(ch) < 32 and ch not in "\t\n\r\f\x0b")
    if controls > len(text[:20000]) * 0.01:
        raise errors.BinaryPlan()
    return text


def _looks_like_text(data: bytes) -> bool:
    """Mostly printable bytes with words between spaces: text in an encoding that is not Unicode."""
    sample = data[:20000]
    controls = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f")
    return controls <= len(sample) * 0.005 and sample.count(b" ") >= len(sample) * 0.05


def _checked(text: str, kind: str) -> ExtractedText:
    plain = unicodedata.normalize("NFC", text)
    letters = sum(1 for ch in plain if ch.isalpha())
    if letters < 2:
        raise errors.ScannedPlan() if kind == "pdf" else errors.EmptyPlan()
    if len(plain) > MAX_LETTERS:
        raise errors.PlanTooLong(length=len(plain))
    if _in_old_font(plain):
        raise errors.OldEncodingPlan()
    return ExtractedText(plain, kind)


def _in_old_font(text: str) -> bool:
    """Whether the letters are those of a TCVN3 or VNI font: no Vietnamese letter of Unicode, many odd ones."""
    sample = text[:20000]
    letters = sum(1 for ch in sample if ch.isalpha()) or 1
    if len(_VIETNAMESE.findall(sample)) >= 0.03 * letters:
        return False
    odd = len(_OLD_FONT.findall(sample))
    vni = len(_VNI.findall(sample))
    return odd >= 0.08 * letters or vni >= 0.02 * letters or len(_OLD_WORDS.findall(sample)) >= 8


def _in_worker(kind: str, data: bytes) -> str:
    """The worker's text. Whatever happens to the worker, the caller gets text or one of our errors."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_WORKER), kind],
            input=data,
            capture_output=True,
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise errors.DamagedPlan(reason="timeout") from None
    try:
        answer = json.loads(done.stdout.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise errors.DamagedPlan(reason="worker", status=done.returncode) from None
    if "text" in answer:
        return str(answer["text"])
    raise errors.BY_CODE.get(str(answer.get("code")), errors.DamagedPlan)()
