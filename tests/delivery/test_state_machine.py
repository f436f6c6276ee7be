"""No path through the engine sends twice, and the table is the only way."""

import ast
import inspect
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import ContentItem
from channels.delivery import engine, reaper, states
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable
from channels.delivery.models import Attempt, Delivery, Endpoint, Receipt, Rule
from channels.delivery.services import (
    cancel_delivery,
    change_rule,
    hold_delivery,
    materialise_due,
    release_delivery,
    resolve_unconfirmed,
    try_again,
)
from cms.core import clock
from cms.core.errors import Conflict
from cms.core.models import Role, User
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel, once_now, plan

pytestmark = pytest.mark.django_db

FAULTS = [
    "none",
    "retryable",
    "limited",
    "auth",
    "permanent",
    "ambiguous_before",
    "ambiguous_after",
    "bug_after",
    "dies",
]
STEPS = st.one_of(
    st.tuples(st.just("run"), st.sampled_from(FAULTS)),
    st.tuples(st.just("wait"), st.sampled_from([1, 40, 3600])),
    st.tuples(
        st.sampled_from(
            ["claim_and_die", "reap", "recheck", "cancel", "hold", "release", "there", "retry", "change", "tick"]
        ),
        st.none(),
    ),
)


class Died(BaseException):
    """The process is gone: nobody handles it."""


@pytest.fixture
def ready(db: None) -> tuple[ContentItem, Endpoint, User]:
    return approved_script(), EndpointFactory(), UserFactory(role=Role.EDITOR)


@given(steps=st.lists(STEPS, min_size=1, max_size=14))
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_path_sends_twice_without_a_person(
    ready: tuple[ContentItem, Endpoint, User], steps: list[tuple[str, object]]
) -> None:
    """`send_again` is left out: a person who says so takes the risk knowingly. Everything else must keep to one."""
    with transaction.atomic():
        _walk(*ready, steps)
        transaction.set_rollback(True)


def _walk(item: ContentItem, endpoint: Endpoint, editor: User, steps: list[tuple[str, object]]) -> None:
    channel = memory_channel()
    plan(item=item, endpoint=endpoint, when=once_now(useful_minutes=600), user=editor)
    offset = timedelta()
    for name, argument in steps:
        if name == "wait":
            offset += timedelta(seconds=int(argument))  # type: ignore[call-overload]
        with clock.shifted(offset):
            _step(name, argument, channel, editor)
        for delivery in Delivery.objects.all():
            posts = [p for p in channel.posted if p.delivery_id == delivery.pk]
            assert len(posts) <= 1, f"sent twice after {name} {argument}"
            if delivery.state == S.SENT:
                confirmed = Receipt.objects.filter(delivery_ref=delivery.pk, kind="confirmed").exists()
                assert len(posts) == 1 or confirmed
            if posts:
                assert delivery.state in {S.SENDING, S.SENT, S.UNCONFIRMED}, "out, yet the books say it is not"


def _step(name: str, argument: object, channel: object, editor: object) -> None:
    delivery = Delivery.objects.order_by("pk").last()
    verbs = {
        "cancel": lambda: cancel_delivery(delivery, user=editor),
        "hold": lambda: hold_delivery(delivery, user=editor),
        "release": lambda: release_delivery(delivery, user=editor),
        "there": lambda: resolve_unconfirmed(delivery, decision="there", user=editor),
        "retry": lambda: try_again(delivery, user=editor),
        "change": lambda: change_rule(Rule.objects.get(), when=once_now(useful_minutes=600), user=editor),
        "reap": lambda: reaper.reap(now=clock.now() + timedelta(hours=1)),
        "recheck": reaper.recheck_held,
        "tick": materialise_due,
        "claim_and_die": lambda: engine.claim(5, owner="dead", now=clock.now()),
        "wait": lambda: None,
    }
    if name == "run":
        _run(channel, str(argument))
        return
    try:
        verbs[name]()
    except Conflict:
        pass  # a verb that does not fit the state refuses; that is its duty


def _run(channel: object, fault: str) -> None:
    until = clock.now() + timedelta(seconds=30)
    errors = {
        "retryable": Retryable("x"), "limited": RateLimited("x", until=until), "auth": AuthFailed("x"),
        "permanent": Permanent("x"), "ambiguous_before": Ambiguous("x"), "ambiguous_after": Ambiguous("x"),
        "bug_after": RuntimeError("x"), "dies": Died(),
    }  # fmt: skip

    def fail(outgoing: object) -> None:
        raise errors[fault]

    def fine(outgoing: object) -> None:
        return

    after = fault in {"ambiguous_after", "bug_after", "dies"}
    channel.behave = fine if after or fault == "none" else fail  # type: ignore[attr-defined]
    channel.after = fail if after else fine  # type: ignore[attr-defined]
    try:
        engine.run_due()
    except Died:
        pass  # the reaper's business from here on


@pytest.mark.parametrize("before", S.values)
@pytest.mark.parametrize("after", S.values)
def test_the_table_decides(before: str, after: str) -> None:
    if after in states.TRANSITIONS[before]:
        states.check(before, after)
    else:
        with pytest.raises(Conflict):
            states.check(before, after)


def test_every_state_stands_in_the_table() -> None:
    assert set(states.TRANSITIONS) == set(S.values)
    assert states.TRANSITIONS[S.SENT] == frozenset()


def test_nobody_writes_a_state_past_the_table() -> None:
    """In the engine's code only `move` (and giving a claim back) sets `state` on deliveries."""
    from channels.delivery import intent, settle
    from channels.delivery.services import deliveries, materialise, rules

    for module in (engine, intent, settle, reaper, deliveries, rules, materialise):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update":
                names = {keyword.arg for keyword in node.keywords}
                assert "state" not in names or module is engine, module.__name__


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "leased", "lease_until": None},
        {"state": "held", "hold": ""},
        {"state": "scheduled", "hold": "paused"},
        {"state": "sending", "owner": "w", "lease_until": "now", "variant": None},
        {"state": "nonsense"},
        {"action": "take_down", "original": None},
    ],
)
def test_the_database_refuses_impossible_rows(wrong: dict[str, object]) -> None:
    memory_channel()
    plan()
    values = {k: clock.now() if v == "now" else v for k, v in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.update(**values)


def test_attempts_and_keys_are_unique() -> None:
    memory_channel()
    plan()
    engine.run_due()
    attempt = Attempt.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(delivery=attempt.delivery, n=attempt.n, owner="x", intent_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        row = Delivery.objects.get()
        row.pk = None
        row.save(force_insert=True)
