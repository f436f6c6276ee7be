"""Log lines carry ids and never a secret: in messages, arguments, extras and tracebacks."""

from __future__ import annotations

import io
import json
import logging
import logging.config

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cms.core.logs import JsonFormatter, PlainFormatter, RedactingFilter, build_logging, request_id
from cms.core.middleware import RequestIdMiddleware
from cms.core.redaction import redact

# In two pieces, so that nobody scanning the repository takes it for a real one.
TOKEN = "123456789:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
SECRETS = [
    (f"https://api.telegram.org/bot{TOKEN}/sendMessage", "AAHdqTcv"),
    ("bot123456789%3AAAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", "AAHdqTcv"),
    ("Authorization: Bearer abc.def-ghi_jkl", "abc.def"),
    ("{'Authorization': 'Device s3cr3t-t0ken'}", "s3cr3t"),
    ('{"authorization": "Basic dXNlcjpwYXNz"}', "dXNlcjpw"),
    ("headers={'X': 1} bearer abcdefghijklmnop", "abcdefghijkl"),
    ("GET /me?access_token=EAABsbCS1iHgBA&fields=id", "EAABsbCS"),
    ("access_token: 'EAABsbCS1iHgBA'", "EAABsbCS"),
    ('{"refresh_token":"zalo-r3fresh"}', "r3fresh"),
    ("secret_key=my-zalo-secret", "my-zalo"),
    ("app_secret=abcdef012345", "abcdef0"),
    ("password=hunter22222", "hunter2"),
    ("postgres://cong:p4ssw0rd@db/cong", "p4ssw0rd"),
    ("enc:v1:gAAAAABnabcdefghijklmnopqrstuvwxyz==", "gAAAAABn"),
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_every_known_form_is_hidden(text: str, secret: str) -> None:
    assert secret not in redact(text)
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "delivery 12 sent to chat -100123456789 at 10:20:30",
        "token expired",
        "the password is wrong",
        "Công an tỉnh: 0269.3824.110",
        "sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("tests.logs")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.DEBUG)
    return logger, stream


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_nothing_leaks_through_a_handler(log, text: str, secret: str) -> None:  # type: ignore[no-untyped-def]
    logger, stream = log
    logger.info(text)
    logger.info("called %s", text)
    logger.info("called", extra={"event": "x", "url": text, "nested": {"deep": [text]}, "token": secret})
    try:
        try:
            raise ValueError(text)
        except ValueError as inner:
            raise RuntimeError("outer") from inner
    except RuntimeError:
        logger.exception("failed")
    assert secret not in stream.getvalue()
    assert all(json.loads(line) for line in stream.getvalue().splitlines())
    assert "RuntimeError" in stream.getvalue()


def test_a_line_has_its_event_ids_and_request(log) -> None:  # type: ignore[no-untyped-def]
    logger, stream = log
    token = request_id.set("req-12345")
    logger.info("delivery sent", extra={"event": "delivery_sent", "delivery_id": 7, "token_id": 3})
    request_id.reset(token)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["delivery_id"], line["token_id"], line["request_id"]) == (
        "delivery_sent",
        7,
        3,
        "req-12345",
    )
    assert line["level"] == "INFO" and line["message"] == "delivery sent" and line["time"].endswith("+00:00")


def test_a_wrong_argument_does_not_lose_the_line(log) -> None:  # type: ignore[no-untyped-def]
    logger, stream = log
    logger.info("%d items", "many")
    assert "%d items" in stream.getvalue()


def test_plain_lines_for_a_terminal() -> None:
    record = logging.makeLogRecord({"name": "a", "levelname": "INFO", "msg": "hello", "delivery_id": 7})
    assert PlainFormatter().format(record).endswith("INFO    a: hello  delivery_id=7")


def test_client_libraries_are_quiet_and_every_way_out_is_filtered() -> None:
    config = build_logging(json=True)
    assert all(config["loggers"][name]["level"] == "WARNING" for name in ("httpx", "httpcore", "telegram"))
    assert all("redact" in handler["filters"] for handler in config["handlers"].values())
    logging.config.DictConfigurator(config)


def test_every_response_names_its_request() -> None:
    seen: list[str] = []

    def view(request):  # type: ignore[no-untyped-def]
        seen.append(request_id.get())
        return HttpResponse()

    middleware = RequestIdMiddleware(view)
    response = middleware(RequestFactory().get("/", headers={"X-Request-ID": "abc-12345678"}))
    assert response["X-Request-ID"] == "abc-12345678" == seen[0]
    response = middleware(RequestFactory().get("/", headers={"X-Request-ID": "bad id\nx"}))
    assert response["X-Request-ID"] == seen[1] != "bad id\nx"
    assert request_id.get() == ""
