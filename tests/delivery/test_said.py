"""What another server says may be anything: it never stops a receipt, and never becomes more than text in the admin."""

import pytest

from channels.delivery import engine
from channels.delivery.contract import Look, Outgoing, Sent, register
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Permanent, Retryable
from channels.delivery.models import Attempt, Delivery, Receipt
from tests.factories.delivery import EndpointFactory, MemoryChannel, plan

pytestmark = pytest.mark.django_db

# Each of them is refused by a database: NUL by PostgreSQL, half a character by both.
_ODD = ("so\x00mot", "so\ud800mot")


class Saying(MemoryChannel):
    """A channel whose other side says just this."""

    answer = Sent()

    def send(self, outgoing: Outgoing) -> Sent:
        """The answer, noted on the way."""
        super().send(outgoing)
        outgoing.note({"step": self.answer.evidence.get("id", "")})
        return self.answer


def sent_with(answer: Sent) -> Delivery:
    channel = Saying()
    channel.answer = answer
    register(channel)
    plan(endpoint=EndpointFactory(kind="memory"))
    engine.run_due()
    return Delivery.objects.get()


@pytest.mark.parametrize("odd", _ODD)
def test_no_answer_makes_a_receipt_impossible(odd: str) -> None:
    delivery = sent_with(Sent(odd, f"https://vanhoa.example/{odd}", evidence={"id": odd, "more": [{"slug": odd}]}))
    assert delivery.state == S.SENT
    receipt = Receipt.objects.get()
    assert receipt.remote_id == "somot" and receipt.remote_url == "https://vanhoa.example/somot"
    assert receipt.evidence["more"] == [{"slug": "somot"}]
    attempt = Attempt.objects.get()
    assert attempt.evidence["id"] == attempt.evidence["step"] == "somot"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " JavaScript:alert(1)//https://", "data:text/html,x", "//evil.example", "x"]
)
def test_an_address_that_is_none_of_the_web_is_no_link(address: str) -> None:
    delivery = sent_with(Sent("5", address))
    assert delivery.state == S.SENT and Receipt.objects.get().remote_url == ""


@pytest.mark.parametrize("odd", _ODD)
def test_refusals_and_looks_are_kept_as_well(odd: str) -> None:
    assert Permanent("refused", evidence={"message": odd}).evidence == {"message": "somot"}
    assert Retryable("server_error", evidence={"said": {odd: 5}}).evidence == {"said": {"somot": 5}}
    assert Look(evidence={"link": odd}).evidence == {"link": "somot"}
