"""The other sides of the crash tests: one for each kind of channel, each able to count what it accepted."""

from collections import Counter
from contextlib import ExitStack
from typing import Any, Self

from campaigns.models import ArticlePage, Organisation, ScriptPage
from channels.delivery.models import Endpoint
from channels.delivery.services.endpoints import create_endpoint
from channels.manual.models import ManualTask
from cms.ops.simulators import facebook_world, webhook, wordpress_world, zalo_world
from cms.ops.simulators.facebook import FacebookSimulator
from cms.ops.simulators.telegram import TelegramSimulator
from cms.ops.simulators.telegram_world import Fault
from cms.ops.simulators.webhook import WebhookSimulator
from cms.ops.simulators.wordpress import WordPressSimulator
from cms.ops.simulators.zalo import ZaloSimulator
from tests.factories.delivery import CredentialFactory, EndpointFactory


class Rig:
    """A kind of channel with the other side that the test controls. Use it as a context manager."""

    kind = ""
    # Sending again changes nothing there, so the engine repeats by itself and nothing is left unconfirmed.
    repeats = False
    # When the reply is lost and the worker lives, the channel finds out by itself what became of the send.
    recovers = False
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
        self.simulator.world.order(Fault("hang", method="sendMessage", seconds=seconds))

    def drop_reply(self, times: int = 1) -> None:
        self.simulator.world.order(Fault("drop_reply", method="sendMessage", times=times))


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


class FacebookRig(Rig):
    """The simulated Graph API; each delivery goes to a page of its own."""

    kind = "facebook"

    def start(self) -> None:
        self.simulator = self._open.enter_context(FacebookSimulator())

    @property
    def settings(self) -> dict[str, Any]:
        return {"CONG_FACEBOOK_API_BASE": self.simulator.url}

    def endpoint(self, organisation: Organisation, number: int) -> Endpoint:
        page = str(100_200_300_000 + number)
        self.simulator.world.pages[page] = f"Trang {number}"
        return EndpointFactory(
            kind="facebook", credential=CredentialFactory(kind="facebook"), organisation=organisation,
            name=f"Trang {number}", config={"page_id": page, "pictures": "none", "hashtags": ""},
        )  # fmt: skip

    def accepted(self) -> int:
        return self.simulator.world.accepted

    def copies(self) -> Counter[str]:
        return Counter(post.message.split("\n")[0] for post in self.simulator.world.snapshot() if not post.deleted)

    def hang(self, seconds: float) -> None:
        self.simulator.world.order(facebook_world.Fault("hang", seconds=seconds))

    def drop_reply(self, times: int = 1) -> None:
        self.simulator.world.order(facebook_world.Fault("drop_reply", times=times))


class ZaloRig(Rig):
    """The simulated official account. An article is made unseen and shown by a change, which may be repeated."""

    kind = "zalo"
    recovers = True

    def start(self) -> None:
        self.simulator = self._open.enter_context(ZaloSimulator())

    @property
    def settings(self) -> dict[str, Any]:
        return {"CONG_ZALO_API_BASE": self.simulator.url, "CONG_ZALO_OAUTH_BASE": self.simulator.url}

    def endpoint(self, organisation: Organisation, number: int) -> Endpoint:
        return EndpointFactory(zalo=True, organisation=organisation, name=f"Tài khoản {number}")

    def accepted(self) -> int:
        return sum(self.copies().values())

    def copies(self) -> Counter[str]:
        return Counter(article.content["title"] for article in self.simulator.world.standing() if article.shown)

    def hang(self, seconds: float) -> None:
        self.simulator.world.order(zalo_world.Fault("hang", step="update", seconds=seconds))

    def drop_reply(self, times: int = 1) -> None:
        self.simulator.world.order(zalo_world.Fault("drop_reply", step="create", times=times))


class ManualRig(Rig):
    """Tasks for people: rows of our own under the delivery's key, so handing over again changes nothing."""

    kind = "manual"
    repeats = True
    remote = False

    def endpoint(self, organisation: Organisation, number: int) -> Endpoint:
        config = {"means": "van", "place": f"Thôn {number}", "due_hours": 24}
        return create_endpoint(kind="manual", name=f"Xe {number}", organisation=organisation, config=config, user=None)

    def accepted(self) -> int:
        return ManualTask.objects.count()

    def copies(self) -> Counter[str]:
        return Counter(ManualTask.objects.values_list("delivery__variant__approval__payload__title", flat=True))


class WordPressRig(Rig):
    """The simulated WordPress."""

    kind = "wordpress"

    def start(self) -> None:
        self.simulator = self._open.enter_context(WordPressSimulator())

    def endpoint(self, organisation: Organisation, number: int) -> Endpoint:
        site = {"site": self.simulator.url, "take_down": "draft"}
        return EndpointFactory(wordpress=True, organisation=organisation, name=f"Cổng {number}", config=site)

    def _posts(self) -> list[Any]:
        with self.simulator.world.lock:
            return [item for item in self.simulator.world.items.values() if item.kind == "post"]

    def accepted(self) -> int:
        return len(self._posts())

    def copies(self) -> Counter[str]:
        return Counter(str(post.fields["title"]) for post in self._posts() if post.status == "publish")

    def hang(self, seconds: float) -> None:
        self.simulator.world.order(wordpress_world.Fault("hang", operation="create_post", seconds=seconds))

    def drop_reply(self, times: int = 1) -> None:
        self.simulator.world.order(wordpress_world.Fault("drop_reply", operation="create_post", times=times))


class WebhookRig(Rig):
    """The reference receiver: a request that comes again under its number changes nothing there."""

    kind = "webhook"
    repeats = True

    def start(self) -> None:
        self.simulator = self._open.enter_context(WebhookSimulator())

    def endpoint(self, organisation: Organisation, number: int) -> Endpoint:
        address = {"url": self.simulator.url}
        return EndpointFactory(webhook=True, organisation=organisation, name=f"Đối tác {number}", config=address)

    def accepted(self) -> int:
        return self.simulator.receiver.accepted

    def copies(self) -> Counter[str]:
        objects = list(self.simulator.receiver.objects.values())
        return Counter(standing["content"]["title"] for standing in objects if standing["content"])

    def hang(self, seconds: float) -> None:
        self.simulator.order(webhook.Fault("hang", seconds=seconds))

    def drop_reply(self, times: int = 1) -> None:
        self.simulator.order(webhook.Fault("drop_reply", times=times))


RIGS: dict[str, type[Rig]] = {
    rig.kind: rig for rig in (TelegramRig, WebsiteRig, FacebookRig, ZaloRig, ManualRig, WordPressRig, WebhookRig)
}
