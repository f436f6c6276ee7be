"""Verbs on outlets and feeds: taking one up, parking it, taking it up again."""

from ipaddress import ip_address
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict
from cms.core.http import Refused, check_url, is_public_address
from cms.core.http.urls import is_listed, port_of
from cms.core.text import clean_line
from media.press.enums import FeedState
from media.press.models import Feed, Outlet
from media.press.urls import host_of


def check_address(url: str) -> str:
    """The address in its normal form. Raises Invalid when it is none, Refused when its number leads inside."""
    parsed = check_url(url.strip())
    literal = parsed.host.strip("[]")
    if is_number(literal) and not is_public_address(literal) and not is_listed(parsed.host, port_of(parsed)):
        raise Refused(url=url)
    return str(parsed)


def is_number(host: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def add_feed(*, outlet: str, url: str, name: str = "", user: Any = None) -> Feed:
    """A feed that will be read from now on, under the outlet of this name (made when its host is new).

    Raises cms.core.http.Refused or Invalid when the address leads inside or is none, BadInput when it is already there.
    Where the name of its host leads is checked at every reading, by the client that connects.
    """
    address = check_address(url)
    host = host_of(address)
    title = clean_line(outlet)[:200] or host
    with transaction.atomic():
        try:
            with transaction.atomic():
                row, made = Outlet.objects.get_or_create(host=host, defaults={"name": title})
                if made:
                    audit.record(row, "press.outlet.add", user=user, data={"host": host})
                feed = Feed.objects.create(
                    outlet=row,
                    name=clean_line(name)[:200] or title,
                    url=address,
                    next_due=clock.now(),
                    created_by=user,
                    created_at=clock.now(),
                )
        except IntegrityError as error:
            raise BadInput(_("This feed is already being read: %(url)s") % {"url": address}) from error
        audit.record(feed, "press.feed.add", user=user, data={"url": address})
    return feed


@transaction.atomic
def park_feed(*, feed: Feed, reason: str, user: Any = None) -> None:
    """The feed is not read until somebody resumes it; nothing it brought is lost. Raises Conflict if it is parked."""
    reason = clean_line(reason)[:300]
    if not Feed.objects.filter(pk=feed.pk, state=FeedState.ACTIVE).update(state=FeedState.PARKED, parked_reason=reason):
        raise Conflict(_("This feed is already parked."))
    audit.record(feed, "press.feed.park", user=user, data={"reason": reason})


@transaction.atomic
def resume_feed(*, feed: Feed, user: Any = None) -> None:
    """The feed is read again from now, its failures forgotten. Raises Conflict when it is not parked."""
    if not Feed.objects.filter(pk=feed.pk, state=FeedState.PARKED).update(
        state=FeedState.ACTIVE, parked_reason="", failure_points=0, next_due=clock.now()
    ):
        raise Conflict(_("This feed is not parked."))
    audit.record(feed, "press.feed.resume", user=user, data={})
