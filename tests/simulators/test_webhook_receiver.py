"""The reference receiver, which partners copy: what is signed and makes no sense is refused, and not remembered as done."""

import io
import json
from typing import Any

import pytest

from channels.website.webhook import signing
from cms.ops.simulators.webhook_receiver import Receiver

KEY, NOW = "k" * 40, 1_800_000_000


def ask(receiver: Receiver, request: Any) -> tuple[str, str]:
    body = json.dumps(request).encode()
    environ = {
        "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        "HTTP_X_CONG_TIMESTAMP": str(NOW), "HTTP_X_CONG_SIGNATURE": signing.header([KEY], NOW, body),
    }  # fmt: skip
    said: list[str] = []
    (answer,) = receiver(environ, lambda status, headers: said.append(status[:3]))
    return said[0], json.loads(answer).get("code", "")


@pytest.mark.parametrize(
    "wrong", [{"object": []}, {"object": None}, {"content": None}, {"content": "x"}, {"object": {}}, {"event": "x"}]
)
def test_what_makes_no_sense_is_refused_each_time(wrong: dict[str, Any]) -> None:
    receiver = Receiver([KEY], clock=lambda: NOW)
    good = {"event": "publish", "delivery": "o1", "version": 5, "object": {"id": "a"}, "content": {"title": "Tin"}}
    for _again in range(2):
        assert ask(receiver, good | wrong) == ("400", "not_understood")
    assert receiver.objects == {}
    assert ask(receiver, good) == ("200", "")
    assert ask(receiver, good) == ("409", "repeated")
