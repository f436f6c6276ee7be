"""Recordings, what is made of them, and who took what."""

from media.library.models.downloads import Download
from media.library.models.recordings import Recording, Rendition

__all__ = ["Download", "Recording", "Rendition"]
