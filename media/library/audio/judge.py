"""Whether a measured recording may be used."""

from .measure import Measured
from .profiles import LIMITS, Limits
from .refusals import RecordingRefused, Refusal


def refusal_of(measured: Measured, *, limits: Limits = LIMITS) -> Refusal | None:
    """The first reason against this recording, or None. Order: what the sender should mend first."""
    if measured.duration < limits.shortest:
        return Refusal.TOO_SHORT
    if measured.duration > limits.longest:
        return Refusal.TOO_LONG
    if measured.integrated <= limits.quietest or measured.silence_share >= limits.silence_share:
        audible_apart = measured.channels > 1 and measured.channel_peak > limits.silence_threshold + 10
        cancelled = audible_apart and measured.true_peak < limits.silence_threshold
        return Refusal.OUT_OF_PHASE if cancelled else Refusal.SILENT
    if measured.clipping_share >= limits.clipping_share or measured.crowded_share >= limits.crowded_share:
        return Refusal.CLIPPED
    return None


def accept(measured: Measured, *, limits: Limits = LIMITS) -> None:
    """Raise RecordingRefused with the reason when the recording cannot be used."""
    reason = refusal_of(measured, limits=limits)
    if reason is not None:
        raise RecordingRefused(reason, **measured.as_json())
