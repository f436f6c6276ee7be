"""`make soak`: workers die at random moments on random channels for as long as one likes; the seed is printed.

CONG_SOAK_MINUTES says how long (one round in the long run of .ci/run), CONG_SOAK_SEED repeats a run.
"""

import os
import random
import time
from collections.abc import Iterator

import pytest

from channels.delivery.crash import POINTS
from tests.crash.conftest import LEASE, PATIENCE, Field, stop, wait_for
from tests.crash.rigs import RIGS

pytestmark = [pytest.mark.crash, pytest.mark.slow]
ROUNDS_PLANNED = 6


def _seeds() -> Iterator[int]:
    first = int(os.environ.get("CONG_SOAK_SEED") or random.SystemRandom().randrange(10**6))
    until = time.monotonic() + 60 * float(os.environ.get("CONG_SOAK_MINUTES") or 0)
    yield first
    while time.monotonic() < until:
        first += 1
        yield first


@pytest.mark.timeout(0)
@pytest.mark.parametrize("kind", list(RIGS))
def test_soak(field_of: Field, kind: str) -> None:
    planned = 0
    for seed in _seeds():
        print(f"soak: kind {kind}, seed {seed}")
        planned += _round(field_of, random.Random(seed))
        states = field_of.states()
        assert states["sent"] + states["unconfirmed"] == planned, (seed, states)
        copies = field_of.rig.copies()
        assert not copies or max(copies.values()) == 1, (seed, copies)
        assert len(copies) >= states["sent"], (seed, states)
        if field_of.rig.repeats:
            assert states["unconfirmed"] == 0, seed


def _round(field: Field, chance: random.Random) -> int:
    """Deliveries that are disturbed three times before they may settle; returns how many."""
    count = chance.randint(2, ROUNDS_PLANNED)
    field.plan(count)
    for _disturbance in range(3):
        if field.rig.remote and chance.random() < 0.3:
            field.rig.drop_reply()
        if chance.random() < 0.5:
            point = chance.choice(sorted(POINTS))
            with field.worker(threads=chance.randint(1, 3), CONG_CRASH_AT=point) as process:
                process.join(LEASE)
        else:
            with field.worker(threads=chance.randint(1, 3)) as process:
                time.sleep(chance.uniform(0.05, 1.0))
                stop(process)
    field.settle(workers=chance.randint(1, 2))
    wait_for(lambda: set(field.states()) <= {"sent", "unconfirmed"}, seconds=PATIENCE)
    return count
