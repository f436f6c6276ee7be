"""`kill -9` at every point of a send, on every kind of channel: nothing lost, nothing twice, the unknown is said.

The acceptance is an equality: sent + unconfirmed = planned, and exactly the delivery that was in hand at the wrong
moment is unconfirmed; where repeating changes nothing, none is. The same tests run on SQLite and, with
CONG_TEST_DATABASE=postgres, on PostgreSQL.
"""

import pytest

from channels.delivery.models import Attempt, Receipt
from tests.crash.conftest import Field, stop, wait_for
from tests.crash.rigs import RIGS

pytestmark = pytest.mark.crash
COUNT = 3

# point → (unconfirmed afterwards, sends applied in all) for a channel that cannot take back
MATRIX = {
    "before_claim_commit": (0, COUNT),
    "after_claim": (0, COUNT),
    "before_intent_commit": (0, COUNT),
    "after_intent": (1, COUNT - 1),
    "after_reply_before_receipt": (1, COUNT),
    "before_receipt_commit": (1, COUNT),
    "after_receipt": (0, COUNT),
}
# What every run proves; the rest of the matrix belongs to the long run.
ALWAYS = {(point, "telegram") for point in MATRIX} | {("after_intent", kind) for kind in RIGS}


def _cases(workers: int) -> list[object]:
    cases = [(point, kind) for kind in RIGS for point in MATRIX]
    return [
        pytest.param(*case, workers, marks=() if workers == 1 and case in ALWAYS else pytest.mark.slow)
        for case in cases
    ]


@pytest.mark.parametrize(("point", "kind", "workers"), _cases(1))
def test_the_worker_dies(field_of: Field, point: str, kind: str, workers: int) -> None:
    _dies_at(field_of, point, workers)


@pytest.mark.postgres_only
@pytest.mark.parametrize(("point", "kind", "workers"), _cases(4))
def test_one_of_four_dies(field_of: Field, point: str, kind: str, workers: int) -> None:
    _dies_at(field_of, point, workers)


def _dies_at(field: Field, point: str, workers: int) -> None:
    field.plan(COUNT)
    field.dies(CONG_CRASH_AT=point)
    field.settle(workers=workers)
    unconfirmed, applied = (0, COUNT) if field.rig.repeats else MATRIX[point]
    assert field.states() == {k: v for k, v in {"sent": COUNT - unconfirmed, "unconfirmed": unconfirmed}.items() if v}
    assert set(field.rig.copies().values()) == {1}, "seen twice"
    assert len(field.rig.copies()) == applied
    if not field.rig.repeats:
        assert field.rig.accepted() == applied
    assert Receipt.objects.filter(kind="sent").count() == COUNT - unconfirmed


REMOTE = [
    pytest.param(kind, marks=() if kind == "telegram" else pytest.mark.slow) for kind, rig in RIGS.items() if rig.remote
]


@pytest.mark.parametrize("kind", REMOTE)
def test_accepted_but_the_reply_was_never_read(field_of: Field, kind: str) -> None:
    field_of.plan(COUNT)
    field_of.rig.hang(5.0)
    with field_of.worker() as process:
        wait_for(lambda: field_of.rig.accepted() == 1)
        stop(process)
    field_of.settle()
    _in_doubt(field_of, 0 if field_of.rig.repeats else 1)
    if not field_of.rig.repeats:
        assert Attempt.objects.get(delivery__state="unconfirmed").outcome == "lost"


@pytest.mark.parametrize("kind", REMOTE)
def test_the_reply_is_dropped_and_the_worker_lives(field_of: Field, kind: str) -> None:
    field_of.plan(COUNT)
    field_of.rig.drop_reply()
    field_of.settle()
    _in_doubt(field_of, 0 if field_of.rig.repeats or field_of.rig.recovers else 1)


def _in_doubt(field: Field, doubts: int) -> None:
    assert field.states() == {k: v for k, v in {"sent": COUNT - doubts, "unconfirmed": doubts}.items() if v}
    assert set(field.rig.copies().values()) == {1}
    assert len(field.rig.copies()) == COUNT
