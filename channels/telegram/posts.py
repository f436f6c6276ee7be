"""What one post is made of: a text; or a picture, an album, a recording or a document with words beneath it.

A caption carries 1024 units, a text 4096. Words too long for a caption: under pictures they follow whole as a reply to the
picture, in the same delivery; under a recording or a document, which carry the words themselves, the caption is cut and
its link leads to the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from channels.delivery.pictures import Picture
from channels.telegram import rendering
from channels.telegram.messages import ALBUM, AUDIO, DOCUMENT, PHOTO, TEXT
from channels.telegram.papers import Paper
from channels.telegram.sound import Sound
from cms.core.errors import BadInput


@dataclass(frozen=True)
class Enclosed:
    """What goes along with the words: at most one of the three kinds."""

    sound: Sound | None = None
    pictures: Sequence[Picture] = ()
    paper: Paper | None = None
    # Approved pictures that do not go along, for the editor to know.
    left_out: int = 0

    @property
    def mode(self) -> str:
        """The kind of the first message."""
        if self.sound:
            return AUDIO
        if self.pictures:
            return ALBUM if len(self.pictures) > 1 else PHOTO
        return DOCUMENT if self.paper else TEXT


def compose(draft: rendering.Draft, enclosed: Enclosed, *, whole: bool = False) -> dict[str, Any]:
    """The JSON form of a post: {"mode", "html", "follow", "shortened", "draft", "audio"?|"pictures"?|"document"?}.

    `html` is the text or the caption, `follow` the text that follows as a reply. `whole` refuses to leave words out: an
    editor chose them. Raises BadInput.
    """
    if enclosed.sound and enclosed.sound.is_draft:
        with override("vi"):  # the draft voice speaks Vietnamese, whoever plans the post
            draft = replace(draft, note=_("Read by a machine (draft voice)"))
    mode = enclosed.mode
    fits_caption = rendering.fits(draft, limit=rendering.CAPTION_LIMIT)
    apart = mode in {PHOTO, ALBUM} and not fits_caption
    limit = rendering.TEXT_LIMIT if mode == TEXT or apart else rendering.CAPTION_LIMIT
    words = _rendered(draft, limit)
    shortened = not rendering.fits(draft, limit=limit)
    if shortened and whole:
        raise BadInput(_("The text is longer than Telegram carries (%(limit)s characters).") % {"limit": limit})
    payload: dict[str, Any] = {
        "mode": mode,
        "html": _rendered(_title_only(draft), rendering.CAPTION_LIMIT) if apart else words,
        "follow": words if apart else "",
        "shortened": shortened,
        "left_out": enclosed.left_out,
        "draft": {
            "title": draft.title, "paragraphs": list(draft.paragraphs), "hotlines": list(draft.hotlines),
            "link": draft.link, "issuer": draft.issuer, "note": draft.note,
        },
    }  # fmt: skip
    if enclosed.sound:
        payload["audio"] = enclosed.sound.as_json()
    elif enclosed.pictures:
        payload["pictures"] = [picture.as_json() for picture in enclosed.pictures]
    elif enclosed.paper:
        payload["document"] = enclosed.paper.as_json()
    return payload


def draft_of(payload: dict[str, Any]) -> rendering.Draft:
    """The draft that a payload was made from."""
    fields = payload["draft"]
    return rendering.Draft(
        **{**fields, "paragraphs": tuple(fields["paragraphs"]), "hotlines": tuple(fields["hotlines"])}
    )


def enclosed_of(payload: dict[str, Any]) -> Enclosed:
    """What goes along in a payload."""
    return Enclosed(
        sound=Sound(**payload["audio"]) if payload.get("audio") else None,
        pictures=tuple(Picture(**row) for row in payload.get("pictures") or ()),
        paper=Paper(**payload["document"]) if payload.get("document") else None,
        left_out=int(payload.get("left_out") or 0),
    )


def words_for(payload: dict[str, Any], *, caption: bool, follow: bool) -> tuple[str, str]:
    """(words of the first message, words that follow) for a post that has, or has not, a text beneath it already.

    A correction edits the messages that stand; it cannot add one. So where no text followed, the caption carries as much
    as fits.
    """
    draft = draft_of(payload)
    if follow:
        return _rendered(_title_only(draft), rendering.CAPTION_LIMIT), _rendered(draft, rendering.TEXT_LIMIT)
    return _rendered(draft, rendering.CAPTION_LIMIT if caption else rendering.TEXT_LIMIT), ""


def _title_only(draft: rendering.Draft) -> rendering.Draft:
    """Title and signature: what stands beneath a picture whose text follows."""
    return replace(draft, paragraphs=(), hotlines=(), link="")


def _rendered(draft: rendering.Draft, limit: int) -> str:
    try:
        return rendering.render(draft, limit=limit)
    except ValueError:
        raise BadInput(_("Title, hotlines and signature alone are longer than Telegram carries.")) from None
