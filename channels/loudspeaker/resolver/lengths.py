"""How much longer than planned a programme may be."""

from __future__ import annotations

TEN_MINUTES_MS = 600_000
THIRTY_SECONDS_MS = 30_000


def tolerance_ms(planned_ms: int) -> int:
    """The permitted overrun in milliseconds: 3 %, and never more than 30 s for programmes of ten minutes and more.

    Source: Circular 09/2020/TT-BTTTT (norms for radio programmes).
    """
    share = planned_ms * 3 // 100
    return min(share, THIRTY_SECONDS_MS) if planned_ms >= TEN_MINUTES_MS else share


def excess_ms(length_ms: int, planned_ms: int | None) -> int:
    """How many milliseconds must be cut before the programme may air; 0 when it may. Without a planned length: 0."""
    if planned_ms is None:
        return 0
    return max(0, length_ms - planned_ms - tolerance_ms(planned_ms))
