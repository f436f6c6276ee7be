"""What this machine must have for sound and documents: said at start-up, not when a village waits."""

import os
from importlib.util import find_spec
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from PIL import features

from cms.core.errors import NotReady
from media.library.audio.program import ProgramFailed, ffmpeg_path, run_ffmpeg
from media.library.speech.draft import run_voice


@register(Tags.compatibility)
def check_programs_present(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The programs lie where their wheels put them. Whether they run, `check --deploy` asks."""
    hint = "Install the locked packages again."
    found: list[CheckMessage] = []
    try:
        if not os.access(ffmpeg_path(), os.X_OK):
            found.append(Error("ffmpeg may not be run: its file is not executable.", hint=hint, id="library.E002"))
    except NotReady as error:
        found.append(Error(f"ffmpeg is missing: {error}", hint=hint, id="library.E002"))
    if find_spec("espeakng_loader") is None:
        found.append(Warning("The draft voice (espeakng-loader) is missing.", hint=hint, id="library.W003"))
    return found


@register(Tags.compatibility, deploy=True)
def check_ffmpeg(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """ffmpeg from its wheel starts and has what the renditions need."""
    probe = ["-f", "lavfi", "-i", "sine=d=0.2", "-af", "loudnorm", "-c:a", "libmp3lame", "-f", "null", "-"]
    try:
        ffmpeg_path()
        run_ffmpeg(probe, timeout=30)
    except (NotReady, ProgramFailed, OSError) as error:
        hint = "Install the locked packages again (imageio-ffmpeg carries the program)."
        return [Error(f"ffmpeg cannot be used: {error}", hint=hint, id="library.E001")]
    return []


@register(Tags.compatibility, deploy=True)
def check_draft_voice(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """espeak-ng speaks, in its own process. Without it only the draft voice is missing."""
    try:
        run_voice(["check"], timeout=30)
    except (NotReady, OSError) as error:
        hint = "The wheel espeakng-loader carries the library for common machines; other recordings are not affected."
        return [Warning(f"The draft voice cannot be used: {error}", hint=hint, id="library.W001")]
    return []


@register(Tags.compatibility)
def check_shaping(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Pictures with text are shaped: Pillow falls back in silence when the host lacks libfribidi."""
    if features.check("raqm") and features.check("fribidi"):
        return []
    return [
        Warning(
            "Text on posters cannot be shaped on this machine (Pillow without raqm).",
            hint="apt install libfribidi0",
            id="library.W002",
        )
    ]
