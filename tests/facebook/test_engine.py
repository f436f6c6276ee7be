"""Facebook behind the engine: a lost answer, the read-back, rates, a refused key, and the key in no place where it may be read."""

import io
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from channels.delivery import engine, reaper
from channels.delivery.enums import CredentialState, Hold, ReadBack
from channels.delivery.enums import DeliveryState as S
from channels.delivery.intent import outgoing_of
from channels.delivery.models import Attempt, Delivery, RateBucket, Receipt
from channels.delivery.services import save_credential
from channels.delivery.services.readback import look_due
from cms.core import clock
from cms.core.logs import build_logging
from cms.core.models import Role
from cms.ops.simulators.facebook import FacebookSimulator
from cms.ops.simulators.facebook_world import Allowance, Fault, Token
from tests.facebook.conftest import PAGE, SECRET, TOKEN, page_endpoint, the_channel
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import approved_script, plan

pytestmark = pytest.mark.django_db


def test_a_lost_answer_is_unconfirmed_and_reading_the_page_settles_it(facebook: FacebookSimulator) -> None:
    plan(item=approved_script(), endpoint=page_endpoint())
    facebook.world.order(Fault("drop_reply", path="feed"))
    for _again in range(3):
        engine.run_due()
        reaper.reap(now=clock.now() + timedelta(hours=1))
    delivery = Delivery.objects.get()
    assert (delivery.state, facebook.world.accepted) == (S.UNCONFIRMED, 1), "never sent twice"
    attempt = Attempt.objects.get()
    outgoing = outgoing_of(delivery, delivery.variant, the_channel())
    look = the_channel().look(outgoing, since=attempt.intent_at, noted=attempt.evidence)
    assert look.verdict == ReadBack.THERE and look.sent is not None
    assert look.sent.remote_id == facebook.world.snapshot()[0].id


def test_a_worker_that_died_after_the_page_accepted(facebook: FacebookSimulator) -> None:
    endpoint = page_endpoint()
    plan(item=approved_script(), endpoint=endpoint)
    claimed = engine.claim(1, owner="dead", now=clock.now())[0]
    intent = engine._prepare(claimed)
    assert intent is not None
    the_channel().send(intent.outgoing)  # and then the process is gone
    reaper.reap(now=clock.now() + timedelta(hours=1))
    delivery = Delivery.objects.get()
    assert delivery.state == S.UNCONFIRMED
    look = the_channel().look(intent.outgoing, since=intent.attempt.intent_at, noted={})
    assert look.verdict == ReadBack.THERE and facebook.world.accepted == 1


def test_the_tick_reads_the_page_and_the_delivery_is_sent(facebook: FacebookSimulator) -> None:
    plan(item=approved_script(), endpoint=page_endpoint())
    facebook.world.order(Fault("drop_reply", path="feed"))
    engine.run_due()
    with clock.shifted(timedelta(seconds=11)):
        assert look_due() == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, facebook.world.accepted) == (S.SENT, 1)
    receipt = Receipt.objects.get()
    assert receipt.remote_id == facebook.world.snapshot()[0].id and receipt.remote_url.startswith(
        "https://www.facebook.com/"
    )


def test_posted_already_is_looked_at_and_not_failed(facebook: FacebookSimulator) -> None:
    endpoint = page_endpoint()
    plan(item=approved_script(), endpoint=endpoint)
    facebook.world.order(Fault("error", code=506, path="feed"))
    engine.run_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_error) == (S.UNCONFIRMED, "fb_probably_there")
    assert Attempt.objects.get().evidence["reason"] == "fb_probably_there"


def test_asked_to_wait_holds_every_post_of_the_key_and_burns_no_try(facebook: FacebookSimulator) -> None:
    endpoint = page_endpoint()
    plan(item=approved_script(title="Một"), endpoint=endpoint)
    plan(item=approved_script(title="Hai"), endpoint=endpoint)
    facebook.world.allowance = Allowance(business=100, regain_minutes=34)
    facebook.world.order(Fault("error", code=80001, path="feed"))
    engine.run_due()
    assert facebook.world.calls == {"POST feed": 1}
    assert {d.failures for d in Delivery.objects.all()} == {0}
    assert all(d.not_before > clock.now() + timedelta(minutes=33) for d in Delivery.objects.all())
    assert RateBucket.objects.get(key=f"facebook:{endpoint.credential_id}").blocked_until is not None


@pytest.mark.parametrize(("code", "subcode"), [(190, 463), (368, 0), (200, 0)])
def test_a_refused_key_holds_in_order_and_a_new_one_lets_go(
    facebook: FacebookSimulator, code: int, subcode: int
) -> None:
    endpoint = page_endpoint()
    for title in ("Một", "Hai", "Ba"):
        plan(item=approved_script(title=title), endpoint=endpoint)
    facebook.world.order(Fault("error", code=code, subcode=subcode, path="feed"))
    engine.run_due()
    assert {(d.state, d.hold) for d in Delivery.objects.all()} == {(S.HELD, Hold.CREDENTIAL)}
    assert facebook.world.calls == {"POST feed": 1}, "the others do not even ask"
    endpoint.credential.refresh_from_db()
    assert endpoint.credential.state == CredentialState.REAUTH_NEEDED
    save_credential(kind="facebook", name=endpoint.credential.name, secret=TOKEN + "2")
    assert reaper.recheck_held() == 3
    engine.run_due()
    titles = [post.message.split("\n")[0] for post in facebook.world.snapshot()]
    assert titles == ["Một", "Hai", "Ba"]
    assert Receipt.objects.filter(kind="sent").count() == 3


def test_the_key_is_to_be_read_nowhere(
    facebook: FacebookSimulator, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    """Logs in both forms, audit, evidence, receipts, admin pages and errors: the canary is in none of them."""
    facebook.world.tokens = {TOKEN: Token("Công an tỉnh", page=PAGE)}
    caplog.set_level(logging.DEBUG)
    handler, out = _json_handler()
    logging.getLogger().addHandler(handler)
    try:
        endpoint = page_endpoint(app_secret=SECRET)
        save_credential(kind="facebook", name=endpoint.credential.name, secret=TOKEN, app_secret=SECRET)
        faults = [None, Fault("drop_reply"), Fault("error", code=190, message=f"bad {TOKEN}"), Fault("5xx", status=500)]
        for number, fault in enumerate(faults):
            plan(item=approved_script(title=f"Tin {number}"), endpoint=endpoint)
            if fault is not None:
                facebook.world.order(fault)
            engine.run_due()
        client = Client()
        administrator = UserFactory(role=Role.ADMINISTRATOR)
        client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
        pages = [
            client.get(reverse("delivery_destinations")),
            client.get(reverse("delivery_destination_change", args=[endpoint.pk])),
            *(client.get(reverse("delivery_detail", args=[row.pk])) for row in Delivery.objects.all()),
            client.post(reverse("delivery_destination_change", args=[endpoint.pk]), {"secret": TOKEN, "name": ""}),
            client.post(reverse("delivery_destination_test", args=[endpoint.pk]), follow=True),
        ]
    finally:
        logging.getLogger().removeHandler(handler)
    rows = [*ModelLogEntry.objects.values_list("data", flat=True), *Attempt.objects.values_list("evidence", flat=True),
            *Receipt.objects.values_list("evidence", flat=True)]  # fmt: skip
    said = {
        "log": caplog.text + out.getvalue(),
        "rows": json.dumps(rows, default=str),
        "pages": "".join(page.content.decode() for page in pages),
        "models": repr([repr(d.__dict__) for d in Delivery.objects.select_related("endpoint__credential")]),
    }
    assert len(said["log"]) > 100 and len(said["pages"]) > 1000
    for where, text in said.items():
        assert "canary" not in text.lower(), where
    assert facebook.world.secrets_in_addresses == 0


def _json_handler() -> tuple[logging.Handler, io.StringIO]:
    """The product's own formatter, into memory."""
    from logging.config import DictConfigurator

    config = build_logging(json=True, level="DEBUG")
    made = DictConfigurator(config)
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    name = next(iter(config["formatters"]))
    handler.setFormatter(made.configure_formatter(config["formatters"][name]))
    for each in config.get("filters", {}):
        handler.addFilter(made.configure_filter(config["filters"][each]))
    return handler, out
