"""The other sides of the crash tests: one for each kind of channel, each able to count what it accepted."""

from collections import Counter
from contextlib import ExitStack
from typing import Any, Self

from campaigns.models import ArticlePage, Organisation, ScriptPage
from channels.delivery.models import Endpoint
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_world import Fault
from tests.factories.delivery import CredentialFactory, EndpointFactory


class Rig:
    """A kind of channel with the other side that the test controls. Use it as a context manager."""

    kind = ""
    # Sending again changes nothing there, so the engine repeats by itself and nothing is left unconfirmed.
    repeats = False
    # The other side is reached over a network whose reply can be lost.
    remote = True

    def __enter__(self) -> Self:
        self._open = ExitStack()
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def start(self) -> None:
        """Open the other side."""

    @property
    def settings(self) -> dict[str, Any]:
        """What a worker must be told to find it."""
        return {}

    def endpoint(self, organisation: Organisation, number: int) -> Endpoint:
        """A new destination."""
        raise NotImplementedError

    def accepted(self) -> int:
        """How many sends the other side applied, repetitions included."""
        raise NotImplementedError

    def copies(self) -> Counter[str]:
        """Title → how many copies the public sees."""
        raise NotImplementedError

    def hang(self, seconds: float) -> None:
        """The next send is applied, and its reply comes after so many seconds."""
        raise NotImplementedError

    def drop_reply(self, times: int = 1) -> None:
        """The next sends are applied, and the line breaks before the reply."""
        raise NotImplementedError


class TelegramRig(Rig):
    """The simulated Bot API; each delivery goes to a chat of its own."""

    kind = "telegram"

    def start(self) -> None:
        self.simulator = self._open.enter_context(TelegramSimulator())
        self.credential: Any = None

    @property
    def settings(self) -> dict[str, Any]:
        return {"CONG_TELEGRAM_API_BASE": self.simulator.url}

    def endpoint(self, organisation: Organisation, number: int) -> Endpoint:
        self.credential = self.credential or CredentialFactory()
        return EndpointFactory(
            telegram=True, credential=self.credential, organisation=organisation, name=f"Kênh {number}",
            config={"chat_id": -1000 - number, "audio": "never"},
        )  # fmt: skip

    def accepted(self) -> int:
        return self.simulator.world.accepted

    def copies(self) -> Counter[str]:
        return Counter(message.text.split("\n")[0] for message in self.simulator.world.snapshot())

    def hang(self, seconds: float) -> None:
        self.simulator.world.order(Fault("hang", seconds=seconds))

    def drop_reply(self, times: int = 1) -> None:
        self.simulator.world.order(Fault("drop_reply", times=times))


class WebsiteRig(Rig):
    """Our own pages: publishing is a transaction of ours, and doing it again changes nothing."""

    kind = "website"
    repeats = True
    remote = False

    def endpoint(self, organisation: Organisation, number: int) -> Endpoint:
        return EndpointFactory(website=True, organisation=organisation, name=f"Trang {number}")

    def accepted(self) -> int:
        return sum(self.copies().values())

    def copies(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for kind in (ArticlePage, ScriptPage):
            found.update(kind.objects.filter(live=True).values_list("title", flat=True))
        return found


RIGS: dict[str, type[Rig]] = {rig.kind: rig for rig in (TelegramRig, WebsiteRig)}
