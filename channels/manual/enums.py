"""The words of what people carry out: the forms the law names, the ways to do them, where a task stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BroadcastOutcome(models.TextChoices):
    """How it went."""

    PLAYED = "played", _("played whole")
    PARTIAL = "partial", _("played in part")
    HELD = "held", _("not played, put off")


# What counts as having been heard. "Put off" is a fact of its own and counts towards nothing.
HEARD = frozenset({BroadcastOutcome.PLAYED, BroadcastOutcome.PARTIAL})


class LegalForm(models.TextChoices):
    """The eight forms of grassroots information of Decree 49/2024/NĐ-CP (in force from 1 July 2024), in its order.

    The Vietnamese names are those of the decree; reports are made by them.
    """

    STATION = "station", _("Commune radio station")
    BOARD = "board", _("Public notice board")
    BULLETIN = "bulletin", _("Grassroots information bulletin")
    MATERIAL = "material", _("Non-commercial printed and recorded material")
    PEOPLE = "people", _("Grassroots information workers speaking to people")
    WEB = "web", _("Portal or website")
    SOCIAL = "social", _("Social networks and messaging applications")
    SMS = "sms", _("Telecom text messages")


class Means(models.TextChoices):
    """How people carry it out; channels/manual/means.py knows what goes with each."""

    STATION = "station", _("read or played at the station")
    RELAY = "relay", _("relayed by radio or television")
    VAN = "van", _("mobile loudspeaker van")
    BOARD = "board", _("notice put on a board")
    BULLETIN = "bulletin", _("printed in a bulletin")
    LEAFLET = "leaflet", _("leaflets, posters, discs handed out")
    MEETING = "meeting", _("village meeting or conference")
    HOUSE = "house", _("from house to house")
    WEB = "web", _("put on a website by hand")
    MESSENGER = "messenger", _("sent to a messenger group by hand")
    SOCIAL = "social", _("posted on a social network by hand")
    SMS = "sms", _("text messages through the telecom operator")
    OTHER = "other", _("another way")


class TaskKind(models.TextChoices):
    """What somebody is asked to do."""

    CARRY_OUT = "carry_out", _("carry out")
    TAKE_BACK = "take_back", _("take back")
    CORRECT = "correct", _("correct")


class TaskState(models.TextChoices):
    """Where a task stands; the one transition table is below."""

    OPEN = "open", _("handed over")
    TAKEN = "taken", _("taken on")
    DONE = "done", _("done")
    NOT_DONE = "not_done", _("not done")
    CANCELLED = "cancelled", _("called off")


TRANSITIONS: dict[str, frozenset[str]] = {
    TaskState.OPEN: frozenset({TaskState.TAKEN, TaskState.NOT_DONE, TaskState.CANCELLED}),
    TaskState.TAKEN: frozenset({TaskState.DONE, TaskState.NOT_DONE, TaskState.CANCELLED}),
    # A confirmation that was a mistake is taken back: the work is still to be done, unless it was called off.
    TaskState.DONE: frozenset({TaskState.TAKEN, TaskState.CANCELLED}),
    # It could be done after all.
    TaskState.NOT_DONE: frozenset({TaskState.TAKEN, TaskState.CANCELLED}),
    # It had been done before the word came that it was called off.
    TaskState.CANCELLED: frozenset({TaskState.DONE}),
}
# Somebody still has to do something.
WAITING = frozenset({TaskState.OPEN, TaskState.TAKEN})


class NotDoneReason(models.TextChoices):
    """Why it was not done."""

    WEATHER = "weather", _("weather")
    POWER = "power", _("power cut or broken equipment")
    NOBODY = "nobody", _("nobody was there to do it or to hear it")
    PACK = "pack", _("the pack was not usable")
    OTHER = "other", _("another reason")


class Paper(models.TextChoices):
    """The sheet a notice is printed on."""

    A4 = "a4", "A4"
    A3 = "a3", "A3"
