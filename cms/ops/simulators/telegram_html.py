"""The HTML dialect of the Bot API, parsed as strictly as the documentation says.

This belongs to the simulated Telegram and shares no code with our own renderer: what our renderer writes is judged by it.
Source of the rules: https://core.telegram.org/bots/api#html-style
"""

import html
import re
from dataclasses import dataclass

_SIMPLE_TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "tg-spoiler", "blockquote"}
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_LINK_SCHEMES = ("http://", "https://", "tg://", "mailto:", "tel:")


class EntityError(ValueError):
    """The text is not valid in the HTML dialect; the message is what the real API puts after "can't parse entities"."""


@dataclass(frozen=True)
class ParsedText:
    """What remains after parsing: `plain` is counted against the limits, `safe_html` may be shown on our page."""

    plain: str
    safe_html: str


def utf16_units(text: str) -> int:
    """The length Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(text: str, parse_mode: str | None) -> ParsedText:
    """The parsed message. Raises EntityError for a broken tag; without a parse mode the text is taken as it is."""
    if (parse_mode or "").upper() != "HTML":
        return ParsedText(text, html.escape(text))
    plain: list[str] = []
    safe: list[str] = []
    open_tags: list[str] = []
    position = 0
    while position < len(text):
        start = text.find("<", position)
        chunk = text[position:] if start < 0 else text[position:start]
        decoded = _ENTITY.sub(lambda match: html.unescape(match.group()), chunk)
        plain.append(decoded)
        safe.append(html.escape(decoded))
        if start < 0:
            break
        position = _take_tag(text, start, open_tags, safe)
    if open_tags:
        raise EntityError(f'Can\'t find end tag corresponding to start tag "{open_tags[-1]}"')
    return ParsedText("".join(plain), "".join(safe))


def _take_tag(text: str, start: int, open_tags: list[str], safe: list[str]) -> int:
    """Consume the tag at `start`; returns the position after it."""
    offset = len(text[:start].encode("utf-8"))
    match = _TAG.match(text, start)
    if match is None:
        raise EntityError(f"Unclosed start tag at byte offset {offset}")
    closing, name, attributes = match.group(1), match.group(2).lower(), match.group(3)
    if closing:
        if not open_tags:
            raise EntityError(f"Unexpected end tag at byte offset {offset}")
        if open_tags[-1] != name:
            raise EntityError(
                f'Unmatched end tag at byte offset {offset}, expected "</{open_tags[-1]}>", found "</{name}>"'
            )
        open_tags.pop()
        safe.append(
            "</a>" if name == "a" else "</span>" if name in {"span", "tg-spoiler", "tg-emoji"} else f"</{name}>"
        )
        return match.end()
    if name == "a":
        safe.append(_open_link(attributes))
    elif name == "span":
        if "tg-spoiler" not in attributes:
            raise EntityError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        safe.append("<span>")
    elif name in {"tg-spoiler", "tg-emoji"}:
        safe.append("<span>")
    elif name in _SIMPLE_TAGS:
        safe.append(f"<{name}>")
    else:
        raise EntityError(f'Unsupported start tag "{name}" at byte offset {offset}')
    open_tags.append(name)
    return match.end()


def _open_link(attributes: str) -> str:
    """The opening tag of a link that is harmless on our page; an address of another scheme loses its link."""
    match = _HREF.search(attributes)
    address = html.unescape(next((group for group in match.groups() if group), "")) if match else ""
    if not address.startswith(_LINK_SCHEMES):
        return "<a>"
    return f'<a href="{html.escape(address)}" rel="noopener nofollow">'
