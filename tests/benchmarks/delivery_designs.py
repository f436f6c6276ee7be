"""One design under the faults of delivery_faults; run as a child process: before | after | ours COUNT SOCKET."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django
import redis

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from channels.delivery import engine, reaper  # noqa: E402
from channels.delivery.contract import Outgoing  # noqa: E402
from channels.delivery.enums import Action  # noqa: E402
from channels.delivery.errors import Ambiguous  # noqa: E402
from channels.delivery.models import Delivery  # noqa: E402
from tests.benchmarks.delivery_faults import Receiver  # noqa: E402
from tests.benchmarks.delivery_rows import make, seed  # noqa: E402
from tests.factories.delivery import memory_channel  # noqa: E402

FINAL = {"sent", "unconfirmed", "failed"}


def rows() -> Any:
    """The deliveries of this run; the first is the seed's own."""
    return Delivery.objects.filter(idem_key__startswith="bench:").order_by("pk")


def mark_before(receiver: Receiver) -> None:
    """Written down as sent, then sent: a death in between loses it."""
    for number, row in enumerate(rows()):
        if row.state == "scheduled":
            Delivery.objects.filter(pk=row.pk).update(state="sent")
            try:
                receiver.accept(number)
            except ConnectionError:
                continue


def mark_after(receiver: Receiver) -> None:
    """Sent, then written down: a death or a lost reply in between sends it again."""
    for number, row in enumerate(rows()):
        while row.state == "scheduled":
            try:
                receiver.accept(number)
            except ConnectionError:
                continue
            row.state = "sent"
            Delivery.objects.filter(pk=row.pk).update(state="sent")


def ours(receiver: Receiver) -> None:
    """The product's engine and reaper."""
    channel = memory_channel()
    numbers = {pk: number for number, pk in enumerate(rows().values_list("pk", flat=True))}

    def behave(outgoing: Outgoing) -> None:
        assert outgoing.action == Action.SEND
        try:
            receiver.accept(numbers[outgoing.delivery_id])
        except ConnectionError:
            raise Ambiguous("reply_lost") from None

    channel.behave = behave
    until = time.monotonic() + 240
    while rows().exclude(state__in=FINAL).exists() and time.monotonic() < until:
        reaper.reap()
        if not engine.run_due():
            time.sleep(0.2)


DESIGNS: dict[str, Callable[[Receiver], None]] = {"before": mark_before, "after": mark_after, "ours": ours}


def main() -> None:
    """Fork workers until one ends by itself; then print what became of the sends."""
    design, count, socket = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    settings.CONG_LEASE_SECONDS = 3.0
    rule = seed()
    make(rule, count)
    deaths = 0
    while True:
        connections.close_all()
        child = os.fork()
        if not child:
            DESIGNS[design](Receiver(redis.Redis(unix_socket_path=socket), design, count))
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            break
        deaths += 1
    copies = Receiver(redis.Redis(unix_socket_path=socket), design, count).copies()
    states = list(rows().values_list("state", flat=True))
    found = Counter(states)
    print(
        json.dumps(
            {
                "lost": sum(1 for n, state in enumerate(states) if state == "sent" and not copies[n]),
                "doubled": sum(1 for n in copies.values() if n > 1),
                "stuck": sum(1 for state in states if state not in FINAL),
                "unconfirmed": found["unconfirmed"],
                "deaths": deaths,
            }
        )
    )


if __name__ == "__main__":
    main()
