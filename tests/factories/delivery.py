"""Factories of the push engine. The test channel writes to memory, with every fault on demand."""

from collections.abc import Callable
from typing import Any

import factory
from factory.django import DjangoModelFactory

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentItem
from campaigns.payloads import build_payload, payload_sha256, text_sha256
from campaigns.services.items import page_of
from channels.delivery.contract import Budget, Channel, Counter, Outgoing, Sent, register
from channels.delivery.enums import Action, CredentialState
from channels.delivery.models import Credential, Endpoint, Rule
from channels.delivery.services import RuleInput, create_rule
from cms.core import clock
from cms.core.errors import BadInput
from cms.core.models import Role, User
from tests.factories.campaigns import OrganisationFactory, UserFactory, make_script

TOKEN = "123456:AAA_canary_token_0123456789abcdefghij"
ZALO_TOKEN = "at-zalo-canary-0123456789abcdefghijklmnop"


class MemoryChannel(Channel):
    """A channel without a network: `posted` is what arrived, `behave` may raise instead of or after accepting."""

    kind = "memory"
    label = "Kênh thử"
    actions = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})

    def __init__(self, *, kind: str = "memory", repeatable: bool = False, spans: bool = False) -> None:
        self.kind = kind
        self.spans = spans
        self.idempotent = frozenset({Action.TAKE_DOWN, Action.CORRECT}) | ({Action.SEND} if repeatable else set())
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.posted: list[Outgoing] = []
        self.behave: Callable[[Outgoing], None] = lambda outgoing: None
        self.after: Callable[[Outgoing], None] = lambda outgoing: None
        self.render: Callable[[Approval], None] = lambda approval: None
        self.limits: list[Budget] = []

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        self.render(approval)
        return {
            "text": approval.payload["title"], "approval": approval.pk, "issuer": approval.payload["issuer"]["name"],
        }  # fmt: skip

    def plain_text(self, payload: dict[str, Any]) -> str:
        return f"{payload['text']}\n— {payload['issuer']}"

    def editable_text(self, payload: dict[str, Any]) -> str:
        return payload["text"]

    def counters(self, payload: dict[str, Any]) -> list[Counter]:
        return [Counter("Chữ", len(payload["text"]), 500)]

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        return {**payload, "text": text}

    def budgets(self, endpoint: Endpoint) -> list[Budget]:
        return self.limits

    def send(self, outgoing: Outgoing) -> Sent:
        self.behave(outgoing)
        self.posted.append(outgoing)
        self.after(outgoing)
        return Sent(remote_id=f"m{len(self.posted)}", evidence={"seen": True})

    take_down = send
    correct = send


def memory_channel(**kwargs: Any) -> MemoryChannel:
    """A fresh test channel, registered under its kind."""
    channel = MemoryChannel(**kwargs)
    register(channel)
    return channel


class CredentialFactory(DjangoModelFactory):
    """A working key."""

    class Meta:
        model = Credential

    kind = "telegram"
    name = factory.Sequence(lambda n: f"Bot thử {n}")
    secret = TOKEN
    state = CredentialState.HEALTHY
    changed_at = factory.LazyFunction(clock.now)


class EndpointFactory(DjangoModelFactory):
    """A destination of the test channel; traits: website, telegram, wordpress, webhook."""

    class Meta:
        model = Endpoint

    kind = "memory"
    name = factory.Sequence(lambda n: f"Nơi nhận {n}")
    organisation = factory.SubFactory(OrganisationFactory)
    config = factory.LazyFunction(dict)

    class Params:
        website = factory.Trait(kind="website")
        telegram = factory.Trait(
            kind="telegram",
            credential=factory.SubFactory(CredentialFactory),
            config=factory.Sequence(lambda n: {"chat_id": -1001000 - n, "audio": "never"}),
        )
        zalo = factory.Trait(
            kind="zalo",
            credential=factory.SubFactory(CredentialFactory, kind="zalo", secret=ZALO_TOKEN),
            config=factory.LazyFunction(
                lambda: {"status": "show", "broadcast": False, "comment": False, "cover_url": ""}
            ),
        )
        # The account and key of the simulators; give their address as `config`.
        wordpress = factory.Trait(
            kind="wordpress",
            credential=factory.SubFactory(
                CredentialFactory, kind="wordpress", secret="aaaa bbbb cccc dddd eeee ffff", config={"user": "cong"}
            ),
            config={"site": "https://tin.example.org", "take_down": "draft"},
        )
        webhook = factory.Trait(
            kind="webhook",
            credential=factory.SubFactory(
                CredentialFactory, kind="webhook", secret="khoa-mo-phong-0123456789-abcdefghijkl"
            ),
            config={"url": "https://doi-tac.example.org/cong"},
        )


def approve(item: ContentItem, *, orthography: str = "vi") -> Approval:
    """The item's draft, approved by a second person, as rows: the verbs of campaigns have their own tests."""
    page = page_of(item, orthography=orthography)
    assert page is not None
    payload = build_payload(page.get_latest_revision_as_object())
    Approval.objects.filter(item=item, orthography=orthography, status=ApprovalStatus.APPROVED).update(
        status=ApprovalStatus.SUPERSEDED, ended_at=clock.now()
    )
    return Approval.objects.create(
        item=item,
        orthography=orthography,
        revision_id=page.latest_revision_id,
        payload=payload,
        payload_sha256=payload_sha256(payload),
        text_sha256=text_sha256(payload),
        status=ApprovalStatus.APPROVED,
        submitted_by=UserFactory(),
        submitted_at=clock.now(),
        decided_by=UserFactory(),
        decided_at=clock.now(),
    )


def approved_script(**kwargs: Any) -> ContentItem:
    """A script whose Vietnamese text is approved and may be aired."""
    item = make_script(**kwargs)
    approve(item)
    return item


def once_now(**kwargs: Any) -> RuleInput:
    """A plan that fires once, in the present minute."""
    local = clock.local_now()
    fields: dict[str, Any] = {
        "times": (local.strftime("%H:%M"),),
        "date_from": local.date(),
        "date_to": local.date(),
    }
    return RuleInput(**{**fields, **kwargs})


def plan(
    *, item: ContentItem | None = None, endpoint: Endpoint | None = None, user: User | None = None, **kwargs: Any
) -> Rule:
    """A rule made by the product's verb; without more it fires once, now."""
    item, endpoint = item or approved_script(), endpoint or EndpointFactory()
    user, when = user or UserFactory(role=Role.EDITOR), kwargs.pop("when", None)

    def create(when: RuleInput) -> Rule:
        return create_rule(item=item, endpoints=[endpoint], orthography="vi", when=when, user=user)[0]

    if when is not None:
        return create(when)
    try:
        return create(once_now(**kwargs))
    except BadInput:
        return create(once_now(**kwargs))  # the minute may have turned between the two looks at the clock
