"""Renditions: the recording brought to one loudness (EBU R128, two passes) and encoded, the same bytes every time."""

from dataclasses import dataclass
from pathlib import Path

from .files import sha256_of, whole_file
from .measure import Measured, measure
from .profiles import Profile
from .program import INPUT_GUARDS, ProgramFailed, local_name, run_ffmpeg
from .refusals import RecordingRefused

# LAME writes a little softer than it was given (0.4 to 0.5 dB with libmp3lame of ffmpeg 9.0.2).
ENCODER_LOSS = 0.45
TOLERANCE = 0.5  # LU; EBU R128 allows programmes that cannot be measured in advance ±1
LONGEST_RANGE = 50.0  # loudnorm's largest range target: above the measured one it stays linear
# No names, no dates, no encoder version: the same recording gives the same bytes and so the same address.
SAME_BYTES = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-id3v2_version", "0")


class RenderFailed(Exception):
    """A rendition could not be made on this machine now."""


@dataclass(frozen=True)
class Rendered:
    """One finished file. Duration in milliseconds, loudness in LUFS, peak in dBTP, as measured on the file itself."""

    path: Path
    profile: str
    sha256: str
    bytes: int
    duration_ms: int
    loudness: float
    true_peak: float


def render(source: Path, measured: Measured, profile: Profile, target: Path) -> Rendered:
    """Make the profile's rendition of `source` at `target`.

    The source was decoded whole before, so what fails here is this machine's fault (a full disk, a lack of memory):
    RenderFailed, to be tried again.

    First pass: what `measure` found. Second: loudnorm with those figures, linear wherever the peak allows. The result
    is measured; when the limiter had to work and left it off target, a third pass moves it by the difference.
    """
    timeout = 120 + measured.duration
    with whole_file(target) as temporary:
        encode(source, temporary, profile, loudness_filter(measured, profile), timeout)
        result = measure_result(temporary)
        missed = profile.integrated - result.integrated
        if abs(missed) > TOLERANCE:
            ceiling = 10 ** (profile.true_peak / 20)
            correction = (
                f"{loudness_filter(measured, profile)},volume={missed:.2f}dB,"
                f"alimiter=limit={ceiling:.4f}:level=false:attack=3:release=60"
            )
            encode(source, temporary, profile, correction, timeout)
            result = measure_result(temporary)
    return Rendered(
        path=target,
        profile=profile.name,
        sha256=sha256_of(target),
        bytes=target.stat().st_size,
        duration_ms=round(result.duration * 1000),
        loudness=result.integrated,
        true_peak=result.true_peak,
    )


def loudness_filter(measured: Measured, profile: Profile) -> str:
    """The mono mix, then loudnorm's second pass with the figures of the first."""
    # Zero would make loudnorm take the figure as "not measured" and leave linear mode.
    measured_range = max(measured.loudness_range, 0.1)
    range_target = min(LONGEST_RANGE, max(11.0, measured_range))
    return (
        "aresample=48000,aformat=channel_layouts=mono,"
        f"loudnorm=I={profile.integrated + ENCODER_LOSS}:TP={profile.true_peak}:LRA={range_target}"
        f":measured_I={measured.integrated}:measured_TP={measured.true_peak:.2f}"
        f":measured_LRA={measured_range}:measured_thresh={measured.threshold}:linear=true"
    )


def encode(source: Path, target: Path, profile: Profile, filters: str, timeout: float) -> None:
    """Run the encoder once, replacing what is at `target`."""
    arguments = ["-y", *INPUT_GUARDS, "-threads", "1", "-i", local_name(source), "-map", "0:a:0", "-vn"]
    arguments += ["-af", f"{filters},aresample={profile.sample_rate}", "-c:a", "libmp3lame", "-ac", "1"]
    arguments += ["-b:a", str(profile.bit_rate), *SAME_BYTES, "-f", "mp3", local_name(target)]
    try:
        run_ffmpeg(arguments, timeout=timeout)
    except ProgramFailed as failure:
        raise RenderFailed(failure.log[-400:]) from failure


def measure_result(path: Path) -> Measured:
    """The facts of what was just made; raises RenderFailed when it is no whole sound file."""
    try:
        return measure(path)
    except RecordingRefused as refused:
        raise RenderFailed(refused.reason.value) from refused
