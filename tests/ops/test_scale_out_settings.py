"""The settings for brokers say what Celery understands, and what quorum queues need."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ASKED = """
import json, django
django.setup()
from cms.celery import app
from celery.utils.quorum_queues import detect_quorum_queues
queue = app.amqp.queues.select_add("celery") if "celery" not in app.amqp.queues else app.amqp.queues["celery"]
print(json.dumps({
    "transport": app.connection_for_write().transport.driver_type,
    "arguments": queue.queue_arguments or {},
    "durable": queue.durable,
    "options": app.conf.broker_transport_options,
    "quorum": detect_quorum_queues(app, app.connection_for_write().transport.driver_type)[0],
    "late": app.conf.task_acks_late,
}))
"""


def asked(broker: str) -> dict[str, object]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test", "CELERY_BROKER_URL": broker}
    environment.pop("CONG_TEST_DATABASE", None)
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_rabbitmq_gets_quorum_queues_and_confirmed_rings() -> None:
    found = asked("amqp://guest@localhost//")
    assert found["arguments"] == {"x-queue-type": "quorum"}
    assert found["durable"] is True, "a quorum queue that is not durable is refused"
    assert found["options"] == {"confirm_publish": True}
    assert found["quorum"] is True, "the worker then asks for no global QoS"
    assert found["late"] is False


@pytest.mark.parametrize(("broker", "transport"), [("redis://localhost/0", "redis"), ("memory://", "memory")])
def test_other_brokers_are_left_plain(broker: str, transport: str) -> None:
    found = asked(broker)
    assert found["transport"] == transport
    assert found["quorum"] is False
    assert found["late"] is False
