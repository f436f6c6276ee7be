"""Lost, doubled, stuck: four designs under the same one per cent of killed workers and one per cent of dropped replies.

Naive: a Celery task on Redis with late acknowledgement and automatic retries. Mark before: written down, then sent.
Mark after: sent, then written down. Ours: claim, intent, send, receipt; what cannot be known is *unconfirmed*.
"""

import os
import subprocess
import sys
import time
from typing import Any

from tests.benchmarks.delivery_faults import SEED, Receiver
from tests.benchmarks.rooms import ROOT, child, room

SENDS = int(os.environ.get("CONG_BENCH_SENDS", "300"))


def run() -> list[tuple[str, str]]:
    """Printable rows (design, what became of its sends)."""
    from tests.postgres import redis_url

    address = redis_url()
    socket = address.removeprefix("redis+socket://")
    rows = [("sends, seed", f"{SENDS}, {SEED}"), ("naive Celery + Redis", _words(_naive(address, socket)))]
    labels = {"before": "mark before sending", "after": "mark after sending", "ours": "ours: claim, intent, receipt"}
    for design, label in labels.items():
        with room("sqlite") as env:
            rows.append((label, _words(child("delivery_designs", design, SENDS, socket, env=env))))
    return rows


def _words(found: dict[str, Any]) -> str:
    names = ("lost", "doubled", "stuck", "unconfirmed")
    return ", ".join(f"{name} {found[name]}" for name in names) + f" ({found['deaths']} workers killed)"


def _naive(address: str, socket: str) -> dict[str, Any]:
    import redis

    store = redis.Redis(unix_socket_path=socket)
    env = {
        **os.environ, "CELERY_BROKER_URL": address, "CONG_BENCH_SOCKET": socket, "CONG_BENCH_SENDS": str(SENDS),
    }  # fmt: skip
    post = f"from tests.benchmarks.naive_app import send\nfor key in range({SENDS}): send.delay(key)"
    subprocess.run([sys.executable, "-c", post], cwd=ROOT, env=env, check=True)
    command = [
        sys.executable, "-m", "celery", "-A", "tests.benchmarks.naive_app", "worker", "-P", "prefork", "-c", "2",
        "--without-gossip", "--without-mingle", "-l", "CRITICAL",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    receiver = Receiver(store, "naive", SENDS)
    try:
        quiet, before = 0.0, -1
        while quiet < 15.0:
            time.sleep(0.5)
            now = sum(receiver.copies().values())
            idle = now == before and now > 0 and not store.llen("celery")
            quiet, before = (quiet + 0.5 if idle else 0.0), now
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
    copies = receiver.copies()
    return {
        "lost": sum(1 for n in copies.values() if not n), "doubled": sum(1 for n in copies.values() if n > 1),
        "stuck": int(store.hlen("unacked")), "unconfirmed": 0, "deaths": int(store.scard("naive:kill")),
    }  # fmt: skip
