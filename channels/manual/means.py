"""What goes with each way of carrying something out: its legal form, its pack, what is counted, what stays behind."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from channels.manual.enums import LegalForm, Means


@dataclass(frozen=True)
class Way:
    """One way.

    `forms`: the legal forms it may count under, the usual one first. `sound`: a recording goes along. `short`: its words
    are a message that may be edited and copied, not a document. `sheet`: a notice is printed. `lasting`: something stays
    that can be taken down. `count`: what the number on a confirmation says ("" = not asked; the event itself counts).
    `places`: what the list of places is called. `people`: whether those who heard it can be told. `steps`: what to do.
    """

    forms: tuple[str, ...]
    steps: tuple[Any, ...]
    sound: bool = False
    short: bool = False
    sheet: bool = False
    lasting: bool = False
    count: Any = ""
    places: Any = ""
    people: bool = False


F = LegalForm
_PHOTO = _("Take a picture of the work, not of people’s faces from close by.")

WAYS: dict[str, Way] = {
    Means.STATION: Way(
        (F.STATION,), sound=True, people=False, places=_("Loudspeakers"),
        steps=(_("Play the sound, or read the text word by word."), _("Do not leave out the telephone numbers.")),
    ),
    Means.RELAY: Way(
        (F.STATION,), sound=True, places=_("Stations"),
        steps=(_("Hand the sound or the text to the station."), _("Note when it was broadcast.")),
    ),
    Means.VAN: Way(
        (F.PEOPLE, F.STATION), sound=True, people=True, places=_("Route: villages in order"),
        steps=(
            _("Try the sound before leaving."),
            _("Stop where people are; play the whole text at every stop."),
            _("Not in quiet hours, not beside schools and health posts."),
        ),
    ),
    Means.BOARD: Way(
        (F.BOARD,), sheet=True, lasting=True, count=_("Notices put up"), places=_("Boards"),
        steps=(
            _("Print the notice, put it up at eye level, out of the rain."),
            _("Take down older notices on the same matter."),
            _PHOTO,
        ),
    ),
    Means.BULLETIN: Way(
        (F.BULLETIN,), lasting=False, count=_("Copies printed"), places=_("Where it is handed out"),
        steps=(_("Set the text as it is, with the telephone numbers and the issuing body."),),
    ),
    Means.LEAFLET: Way(
        (F.MATERIAL,), sheet=True, count=_("Copies handed out"), places=_("Where they are handed out"),
        steps=(_("Print the sheet; hand it out, do not leave piles."), _PHOTO),
    ),
    Means.MEETING: Way(
        (F.PEOPLE,), people=True, sheet=False, places=_("Villages"),
        steps=(
            _("Speak along the text; read the telephone numbers twice."),
            _("Leave time for questions; note what people asked."),
            _("Count who signed in."),
        ),
    ),
    Means.HOUSE: Way(
        (F.PEOPLE,), people=True, count=_("Houses visited"), places=_("Villages"),
        steps=(_("Speak along the text; leave the sheet if there is one."), _("No names and no lists of residents.")),
    ),
    Means.WEB: Way(
        (F.WEB,), short=True, lasting=True, places=_("Addresses"),
        steps=(_("Put the text up as it is, with the issuing body."), _("Note the address of the page.")),
    ),
    Means.MESSENGER: Way(
        (F.SOCIAL,), short=True, lasting=True, count=_("Groups it was sent to"), places=_("Groups"),
        steps=(
            _("Copy the text and send it from the account of your organisation, not from a private one."),
            _("Only to groups of the organisation, never one by one to persons."),
        ),
    ),
    Means.SOCIAL: Way(
        (F.SOCIAL,), short=True, lasting=True, places=_("Pages"),
        steps=(_("Post from the official account of your organisation."), _("Note the address of the post.")),
    ),
    Means.SMS: Way(
        (F.SMS,), short=True, count=_("Messages sent"), places=_("Areas it is sent to"),
        steps=(
            _("Hand the text to the telecom operator with the area; no list of numbers leaves from here."),
            _("Note how many messages the operator reports."),
        ),
    ),
    Means.OTHER: Way(
        tuple(F), sound=True, people=True, count=_("How many"), places=_("Places"), lasting=False,
        steps=(_("Carry it out as agreed; keep to the approved text."),),
    ),
}  # fmt: skip


def way_of(means: str) -> Way:
    """What goes with this way; an unknown one is "another way"."""
    return WAYS.get(means, WAYS[Means.OTHER])


def forms_of(means: str) -> tuple[str, ...]:
    """The legal forms under which this way may be counted."""
    return way_of(means).forms
