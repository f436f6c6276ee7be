"""WordPress changes the words of a post when it shows them; these spellings leave it nothing to change.

What it would do: run [shortcodes], put a player in the place of an address that stands alone, draw faces for ":)", and
set other quotation marks, dashes, dots and crosses (wptexturize). All of it looks at characters, none at their numeric
references, and a reader sees the same either way.
"""

import re

# A web address, a face, brackets, "--", "...", "(tm)", "9x9", and what wptexturize takes for a prime or an apostrophe.
_TEMPTING = re.compile(
    r":(?=[^\s\d])|[\[\]]|-{2,}|\.{3,}|(?<=\()tm(?=\))|(?<=\d)x(?=\d)|(?<=\s)-(?=\s)|(?<=\s)[8;](?=-?[)(])"
)


def for_wordpress(escaped: str) -> str:
    """Escaped words, spelled so that WordPress shows just these."""
    return _TEMPTING.sub(lambda found: "".join(f"&#{ord(character)};" for character in found[0]), escaped)
