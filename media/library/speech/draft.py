"""A script in the draft voice: which turns, which voices, how fast; the speaking is done by a separate program."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from campaigns.payloads import spoken_parts
from cms.core.errors import BadInput, NotReady
from cms.core.spoken import spoken

from ..audio.files import whole_file
from ..audio.program import ProgramFailed, run_program

PROGRAM = Path(__file__).with_name("voice_program.py")
VOICE = "vi"
# A loudspeaker announcer reads 150 to 180 syllables a minute (reference/domain.md section 2). At 135 of its own units
# espeak-ng reads 168 Vietnamese syllables a minute (measured on a script of 7 200).
RATE = 135
LONGEST_TEXT = 30_000  # characters; about an hour of speech
SECONDS_PER_CHARACTER = 0.02  # of computing, with a wide margin (measured: 0.0003)
TURN_PAUSE_MS = 700
LONG_PAUSE_MS = 1200
LONGEST_SILENCE_MS = 3000


@dataclass(frozen=True)
class Turn:
    """One piece of speech: text as it is to be spoken, who speaks, and the silence after it in milliseconds."""

    text: str
    variant: str
    pitch: int
    pause_ms: int


# espeak-ng's variants: one woman and one man who can be told apart through a horn speaker.
FEMALE = ("f2", 55)
MALE = ("m3", 40)


def turns_of(payload: dict[str, Any]) -> list[Turn]:
    """The spoken turns of an approved Vietnamese payload, in order; raises BadInput when it has none.

    Sound and music are left as a pause: the draft is for hearing the words.
    """
    if payload.get("orthography") != "vi":
        raise BadInput(_("The draft voice can only speak Vietnamese."))
    turns: list[Turn] = []
    for block in [None, *payload["blocks"]]:
        if block is not None and block["type"] == "sound":
            lengthen_last_pause(turns, float(block.get("seconds") or 0))
        turns += [turn_of(part) for part in parts_of(block, payload)]
    if not turns:
        raise BadInput(_("This script has no text to speak yet."))
    if sum(len(turn.text) for turn in turns) > LONGEST_TEXT:
        raise BadInput(_("This script is too long for the draft voice."))
    return turns


def parts_of(block: dict[str, Any] | None, payload: dict[str, Any]) -> list[dict[str, str]]:
    """What is read aloud of one block; of None: what stands before the blocks (an article's title and summary)."""
    if block is None:
        return spoken_parts({**payload, "blocks": []})
    return spoken_parts({**payload, "kind": "script", "blocks": [block]})


def turn_of(part: dict[str, str]) -> Turn:
    """One part as it is spoken. Who has no voice given is read by the woman."""
    variant, pitch = MALE if part["voice"] == "male" else FEMALE
    return Turn(spoken(part["text"]), variant, pitch, TURN_PAUSE_MS if part["type"] == "turn" else LONG_PAUSE_MS)


def lengthen_last_pause(turns: list[Turn], seconds: float) -> None:
    """Leave a silence where music or a noise will be, cut to what an impatient listener bears."""
    if turns:
        pause = max(turns[-1].pause_ms, min(LONGEST_SILENCE_MS, int(seconds * 1000)))
        turns[-1] = replace(turns[-1], pause_ms=pause)


def speak(turns: Sequence[Turn], target: Path) -> None:
    """Write the turns to `target` (WAV, mono, 16 bit, 22.05 kHz); raises NotReady when the voice cannot be used."""
    request = {"voice": VOICE, "rate": RATE, "turns": [asdict(turn) for turn in turns]}
    length = sum(len(turn.text) for turn in turns)
    with whole_file(target) as temporary:
        timeout = 30 + length * SECONDS_PER_CHARACTER
        run_voice(["speak", str(temporary)], given=json.dumps(request).encode(), timeout=timeout)


def run_voice(arguments: list[str], *, timeout: float, given: bytes = b"") -> None:
    """Start the voice program (isolated: it sees the wheels and nothing of Cồng); raises NotReady with the reason."""
    try:
        run_program([sys.executable, "-I", str(PROGRAM), *arguments], timeout=timeout, given=given)
    except ProgramFailed as failure:
        if failure.timed_out:
            raise NotReady(_("The draft voice took too long and was stopped. Try a shorter script.")) from failure
        raise NotReady(_("The draft voice does not work on this machine."), log=failure.log[-500:]) from failure
