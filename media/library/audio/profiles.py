"""What a rendition sounds like and what a recording must be, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """One kind of file made from a recording. Loudness in LUFS, peak in dBTP, rates in Hz and bit/s."""

    name: str
    integrated: float
    true_peak: float
    sample_rate: int
    bit_rate: int
    suffix: str = ".mp3"
    content_type: str = "audio/mpeg"


# EBU R128: programme loudness -23 LUFS, true peak at most -1 dBTP (reference/scheduling.md A.3).
DEVICE = Profile(name="device", integrated=-23.0, true_peak=-1.0, sample_rate=24_000, bit_rate=48_000)
DOWNLOAD = Profile(name="download", integrated=-23.0, true_peak=-1.0, sample_rate=48_000, bit_rate=128_000)
# For stations whose horn speakers need a louder target; the master stays at -23. MP3 at a low rate overshoots, so the
# peak is set lower.
DEVICE_LOUD = Profile(name="device_loud", integrated=-16.0, true_peak=-1.5, sample_rate=24_000, bit_rate=48_000)
PROFILES = {profile.name: profile for profile in (DEVICE, DOWNLOAD, DEVICE_LOUD)}
# Made for every recording; louder ones on request of a station.
STANDARD = (DEVICE, DOWNLOAD)


@dataclass(frozen=True)
class Limits:
    """What a recording must be to be taken."""

    bytes: int = 300 * 1024 * 1024  # half an hour of WAV in studio quality
    shortest: float = 2.0  # seconds
    longest: float = 60 * 60.0
    # Quieter than this as a whole, or this share of it below the silence threshold, and nobody would hear a voice.
    quietest: float = -55.0  # LUFS
    silence_share: float = 0.85
    silence_threshold: float = -50.0  # dBFS, for at least half a second
    # Share of samples at full scale. Speech at a healthy level has next to none; one in two hundred is heard as rasp.
    clipping_share: float = 0.005
    # Share within one decibel of full scale: speech has a crest of 10 dB and more, so one in fifty there was cut flat.
    crowded_share: float = 0.02
    # How much of the length the file promises may be missing (encoders round to whole frames).
    missing_share: float = 0.01
    missing_seconds: float = 0.3


LIMITS = Limits()
