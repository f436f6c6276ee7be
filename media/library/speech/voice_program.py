"""The draft voice as a program of its own: reads JSON from its input, writes one WAV file. Never imported by Cồng.

espeak-ng is GPL-3.0-or-later; this file is the only one that touches it and it is only ever started as a process:

    python voice_program.py speak TARGET.wav < request.json     python voice_program.py check

A request is {"voice": "vi", "rate": words per minute, "turns": [{"variant": "f2", "pitch": 0-100, "text": "…",
"pause_ms": silence after it}]}. Exit codes: 0 done, 2 bad request, 3 the voice is not usable here, 4 it failed.
Only the standard library and the wheel that carries espeak-ng are used here; no Django, nothing of Cồng.
"""

import array
import ctypes
import json
import os
import sys
import tempfile
import wave
from pathlib import Path

SYNCHRONOUS = 2
CHARS_UTF8 = 1
POSITION_CHARACTER = 1
RATE, VOLUME, PITCH = 1, 2, 3
# Of 100, its default: there some vowels touch full scale (measured +0.3 dBTP; at 50, -3.4 dBTP).
QUIETER = 50
# espeak-ng keeps the path of its data in a buffer of 160 bytes; a deep environment would be cut off silently.
LONGEST_DATA_PATH = 140
ALLOWED_VARIANT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class VoiceFault(Exception):
    """The reason that goes to the error stream, and the exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Voice:
    """espeak-ng, loaded once; `speak` gives 16-bit samples at `rate` Hz."""

    def __init__(self, folder: Path) -> None:
        import espeakng_loader

        try:
            self.library = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise VoiceFault(f"library: {error}", 3) from error
        data = espeakng_loader.get_data_path()
        if len(os.fsencode(data)) > LONGEST_DATA_PATH:
            link = folder / "espeak-ng-data"
            link.symlink_to(data)
            data = str(link)
        self.rate = self.library.espeak_Initialize(SYNCHRONOUS, 0, os.fsencode(data), 0)
        if self.rate <= 0:
            raise VoiceFault("data: espeak-ng could not be initialised", 3)
        self.samples = array.array("h")
        self.callback = SynthCallback(self.take)
        self.library.espeak_SetSynthCallback(self.callback)

    def take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        """espeak-ng hands over a piece of sound; 0 asks for the next."""
        if samples and count > 0:
            self.samples.frombytes(ctypes.string_at(samples, count * 2))
        return 0

    def speak(self, name: str, rate: int, pitch: int, text: str) -> array.array:
        """The samples of `text` spoken by the voice `name`."""
        if self.library.espeak_SetVoiceByName(name.encode()) != 0:
            raise VoiceFault(f"voice: {name}", 3)
        self.library.espeak_SetParameter(RATE, rate, 0)
        self.library.espeak_SetParameter(PITCH, pitch, 0)
        self.library.espeak_SetParameter(VOLUME, QUIETER, 0)
        self.samples = array.array("h")
        data = text.encode("utf-8") + b"\0"
        # No SSML and no phoneme flag: what stands in the text is read, never obeyed.
        failed = self.library.espeak_Synth(data, len(data), 0, POSITION_CHARACTER, 0, CHARS_UTF8, None, None)
        if failed or self.library.espeak_Synchronize() != 0:
            raise VoiceFault("synthesis failed", 4)
        return self.samples


def write_wave(voice: Voice, request: dict, target: Path) -> None:
    """Speak every turn into one mono WAV file."""
    with wave.open(str(target), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(voice.rate)
        for turn in request["turns"]:
            variant = str(turn["variant"])
            if not variant or any(letter not in ALLOWED_VARIANT for letter in variant):
                raise VoiceFault("variant", 2)
            name = f"{request['voice']}+{variant}"
            sound.writeframes(voice.speak(name, int(request["rate"]), int(turn["pitch"]), str(turn["text"])).tobytes())
            sound.writeframes(bytes(2 * (voice.rate * int(turn["pause_ms"]) // 1000)))


def main(arguments: list[str]) -> int:
    """Run one command; gives the exit code."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            if arguments == ["check"]:
                samples = Voice(Path(folder)).speak("vi", 150, 50, "cồng")
                return 0 if len(samples) else 4
            if len(arguments) == 2 and arguments[0] == "speak":
                request = json.load(sys.stdin)
                write_wave(Voice(Path(folder)), request, Path(arguments[1]))
                return 0
    except VoiceFault as fault:
        sys.stderr.write(f"{fault}\n")
        return fault.code
    except (KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"request: {error}\n")
        return 2
    sys.stderr.write("usage: speak TARGET.wav | check\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
