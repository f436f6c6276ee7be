"""What a recording really is: found by decoding all of it, never by trusting its header."""

import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .containers import ends_early
from .profiles import LIMITS, Limits
from .program import INPUT_GUARDS, ProgramFailed, local_name, run_ffmpeg
from .refusals import RecordingRefused, Refusal

FULL_SCALE_DB = -0.1
SILENT_LOUDNESS = -70.0  # the gate of BS.1770: what the meter says when it heard nothing
WORK_RATE = 48_000
DECODE_FAULTS = re.compile(r"Error submitting packet to decoder|Decoding error|corrupt input packet")
CUT_FAULTS = re.compile(r"partial file|File ended prematurely|moov atom not found|Truncat|Packet corrupt")
NO_TRACK = re.compile(r"matches no streams")


@dataclass(frozen=True)
class Measured:
    """Facts of one recording. Durations in seconds, loudness in LUFS/LU, peaks in dBTP, shares from 0 to 1.

    Loudness, range, peak and silence are those of the mono mix, which is what a loudspeaker plays.
    """

    duration: float
    promised: float | None
    integrated: float
    threshold: float
    loudness_range: float
    true_peak: float
    silence_share: float
    clipping_share: float
    crowded_share: float  # samples within one decibel of full scale
    channel_peak: float
    sample_rate: int
    channels: int
    codec: str
    container: str

    def as_json(self) -> dict[str, Any]:
        """A plain dictionary for a JSON column (what is not finite becomes null)."""
        return {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in asdict(self).items()
        }


def measure(path: Path, *, limits: Limits = LIMITS) -> Measured:
    """Decode the whole recording and give its facts; raises RecordingRefused when it is not sound, damaged or cut."""
    size = path.stat().st_size
    if size == 0:
        raise RecordingRefused(Refusal.EMPTY)
    if size > limits.bytes:
        raise RecordingRefused(Refusal.TOO_BIG, bytes=size)
    arguments = [*INPUT_GUARDS, "-t", str(limits.longest + 60), "-threads", "1", "-i", local_name(path)]
    arguments += ["-filter_complex", measuring_graph(limits)]
    for name in ("mono", "level", "crowd"):
        arguments += ["-map", f"[{name}]", "-f", "null", "-"]
    try:
        log = run_ffmpeg(arguments, timeout=120 + size / 1_000_000).log
    except ProgramFailed as failure:
        raise RecordingRefused(reason_of_failure(failure)) from failure
    measured = read_log(log)
    if measured is None:
        raise RecordingRefused(Refusal.NOT_AUDIO)
    refuse_broken(path, log, measured, limits)
    return measured


def measuring_graph(limits: Limits) -> str:
    """Three looks at the sound in one decoding. The input is named three times, not split: a split would hand the
    mono of the first look to the others."""
    wanted = "measure_perchannel=Peak_level+Peak_count:measure_overall=Number_of_samples"
    stats = "aformat=sample_fmts=s16,astats@{}=" + wanted
    return (
        "[0:a:0]aresample=48000,aformat=channel_layouts=mono,ebur128=peak=true:framelog=quiet,"
        f"silencedetect=noise={limits.silence_threshold}dB:d=0.5[mono];"
        f"[0:a:0]aresample=48000,{stats.format('level')}[level];"
        # One decibel up and clamped: its samples at full scale are those within a decibel of it. MP3 turns the flat
        # tops of a clipped recording into such a crowd.
        f"[0:a:0]aresample=48000,volume=1dB,{stats.format('crowd')}[crowd]"
    )


def reason_of_failure(failure: ProgramFailed) -> Refusal:
    """The reason that ffmpeg's last words amount to."""
    if failure.timed_out:
        return Refusal.TOOK_TOO_LONG
    if CUT_FAULTS.search(failure.log):
        return Refusal.TRUNCATED
    return Refusal.NO_SOUND_TRACK if NO_TRACK.search(failure.log) else Refusal.NOT_AUDIO


def refuse_broken(path: Path, log: str, measured: Measured, limits: Limits) -> None:
    """Raise RecordingRefused when the end is missing or parts could not be decoded."""
    promised = measured.promised
    allowed = max(limits.missing_seconds, (promised or 0) * limits.missing_share)
    short = promised is not None and promised < limits.longest and promised - measured.duration > allowed
    if short or CUT_FAULTS.search(log) or ends_early(path):
        raise RecordingRefused(Refusal.TRUNCATED, duration=measured.duration, promised=promised)
    if DECODE_FAULTS.search(log):
        raise RecordingRefused(Refusal.DAMAGED, duration=measured.duration)


def read_log(log: str) -> Measured | None:
    """The facts in ffmpeg's log, or None when it decoded no sound."""
    stream = re.search(r"Input #0, (\S+?),? from .*?Stream #0:\d+.*?Audio: (\w+).*?, (\d+) Hz, ([^,\n]+)", log, re.S)
    level, crowd = statistics("level", log), statistics("crowd", log)
    samples = max(level.get("Number of samples", [0.0]))
    if stream is None or not samples:
        return None
    duration = samples / WORK_RATE
    silence = sum(float(seconds) for seconds in re.findall(r"silence_duration: ([\d.]+)", log))
    return Measured(
        duration=round(duration, 3),
        promised=promised_duration(log),
        integrated=float_after(r"\n\s+I:", log, default=SILENT_LOUDNESS),
        threshold=float_after(r"Integrated loudness:.*?Threshold:", log, default=SILENT_LOUDNESS),
        loudness_range=float_after(r"\n\s+LRA:", log, default=0.0),
        true_peak=float_after(r"True peak:\s+Peak:", log, default=-math.inf),
        silence_share=round(min(1.0, silence / duration), 4),
        clipping_share=full_scale_share(level, samples),
        crowded_share=full_scale_share(crowd, samples),
        channel_peak=max(level.get("Peak level dB", []), default=-math.inf),
        sample_rate=int(stream.group(3)),
        channels=channel_count(stream.group(4)),
        codec=stream.group(2),
        container=stream.group(1),
    )


def statistics(name: str, log: str) -> dict[str, list[float]]:
    """What the astats filter called `name` said: per label its figures, one per channel (samples: one in all)."""
    lines = re.findall(rf"astats@{name} @ \S+\] \[info\] ([A-Za-z ]+): (-?(?:inf|nan|[\d.]+))", log)
    figures: dict[str, list[float]] = {}
    for label, value in lines:
        figures.setdefault(label, []).append(float(value))
    return figures


def full_scale_share(figures: dict[str, list[float]], samples: float) -> float:
    """The share of samples at full scale in the worst channel; a channel that never reaches it counts as 0."""
    channels = zip(figures.get("Peak level dB", []), figures.get("Peak count", []), strict=True)
    shares = (count / samples for peak, count in channels if peak >= FULL_SCALE_DB)
    return round(min(1.0, max(shares, default=0.0)), 6)


def float_after(label: str, log: str, *, default: float = math.nan) -> float:
    """The last number that follows `label` (a pattern) in the log."""
    found = re.findall(label + r"\s*(-?(?:inf|nan|[\d.]+))", log, re.S)
    if not found:
        return default
    value = float(found[-1])
    return default if math.isnan(value) else value


def promised_duration(log: str) -> float | None:
    """What the header says, in seconds; None when it says nothing or ffmpeg only guessed from the bit rate."""
    if "Estimating duration from bitrate" in log:
        return None
    match = re.search(r"Duration: (\d+):(\d\d):(\d\d\.\d+)", log)
    return None if match is None else int(match[1]) * 3600 + int(match[2]) * 60 + float(match[3])


def channel_count(layout: str) -> int:
    """The number of channels that ffmpeg's name for a layout means."""
    known = {"mono": 1, "stereo": 2}
    if layout in known:
        return known[layout]
    numbers = re.findall(r"\d+", layout)
    return sum(int(number) for number in numbers[:2]) or 1
