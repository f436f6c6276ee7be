"""The files of a post, each named by a hash and read only when it is uploaded."""

from collections.abc import Callable
from dataclasses import dataclass

from channels.delivery.contract import Outgoing
from channels.delivery.pictures import Picture
from channels.telegram import posts
from channels.telegram.client import File
from channels.telegram.papers import load_paper
from channels.telegram.pictures import load_picture
from channels.telegram.sound import load_sound


@dataclass(frozen=True)
class Upload:
    """One file: `sha256` tells it from others (of a document: the approved text it is drawn from)."""

    sha256: str
    load: Callable[[], File]


def uploads_of(outgoing: Outgoing) -> list[Upload]:
    """What goes along with the words, in order; empty for a text."""
    enclosed = posts.enclosed_of(outgoing.payload)
    if enclosed.sound is not None:
        sound, performer = enclosed.sound, str(outgoing.payload["draft"]["issuer"])
        return [Upload(sound.sha256, lambda: File(load_sound(sound), sound.file_name, sound.title, performer))]
    if enclosed.paper is not None:
        paper = enclosed.paper
        return [Upload(paper.content, lambda: File(load_paper(paper, outgoing.approval), paper.file_name))]
    return [Upload(picture.sha256, _loader(picture)) for picture in enclosed.pictures]


def _loader(picture: Picture) -> Callable[[], File]:
    return lambda: File(load_picture(picture), f"anh-{picture.id}.jpg")
