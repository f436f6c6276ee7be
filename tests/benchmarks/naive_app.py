"""What many write first: a Celery task that sends, with late acknowledgement and automatic retries, on Redis."""

import os

import redis
from celery import Celery

from tests.benchmarks.delivery_faults import Receiver

app = Celery("naive", broker=os.environ["CELERY_BROKER_URL"])
app.conf.update(
    task_ignore_result=True, worker_prefetch_multiplier=1, broker_transport_options={"visibility_timeout": 5}
)  # fmt: skip
receiver = Receiver(
    redis.Redis(unix_socket_path=os.environ["CONG_BENCH_SOCKET"]), "naive", int(os.environ["CONG_BENCH_SENDS"])
)  # fmt: skip


@app.task(acks_late=True, autoretry_for=(Exception,), retry_kwargs={"max_retries": 5, "countdown": 0.2})
def send(key: int) -> None:
    """One send."""
    receiver.accept(key)
