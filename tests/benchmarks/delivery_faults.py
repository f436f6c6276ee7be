"""A receiver that counts by key, and the faults of one seed: who is killed when, whose reply is dropped.

One in a hundred sends meets `kill -9` (half of them before the receiver accepted, half after), one in a hundred is accepted
without an answer. The same keys for every design; each fault happens once.
"""

import os
import random
import signal
from typing import Any

SEED = int(os.environ.get("CONG_BENCH_SEED", "20261122"))


class Receiver:
    """What is out there; `redis` keeps the counts, so that they outlive those who are killed."""

    def __init__(self, redis: Any, name: str, count: int) -> None:
        self.redis, self.name, self.count = redis, name, count
        chance = random.Random(SEED)
        chosen = chance.sample(range(count), 2 * max(2, count // 100))
        half = len(chosen) // 2
        self.dropped = set(chosen[half:])
        self.killed_before, self.killed_after = set(chosen[:half:2]), set(chosen[1:half:2])

    def accept(self, key: int) -> None:
        """One send. Raises ConnectionError when the reply is dropped; may not return at all."""
        if key in self.killed_before and self._once("kill", key):
            os.kill(os.getpid(), signal.SIGKILL)
        self.redis.hincrby(f"{self.name}:accepted", str(key), 1)
        if key in self.killed_after and self._once("kill", key):
            os.kill(os.getpid(), signal.SIGKILL)
        if key in self.dropped and self._once("drop", key):
            raise ConnectionError("the reply was dropped")

    def copies(self) -> dict[int, int]:
        """Key → how often it arrived."""
        found = self.redis.hgetall(f"{self.name}:accepted")
        return {key: int(found.get(str(key).encode(), 0)) for key in range(self.count)}

    def _once(self, fault: str, key: int) -> bool:
        return bool(self.redis.sadd(f"{self.name}:{fault}", key))
