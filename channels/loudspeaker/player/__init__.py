"""The reference station player: fetch, verify, keep, play by the clock, report. Standard library and httpx only.

It runs on a small Linux box beside an amplifier, through days without a line and through power cuts; nothing here knows
the server's code, only the protocol of docs/device-protocol.md.
"""

from .config import PlayerConfig
from .station import Player

__all__ = ["Player", "PlayerConfig"]
