"""What stands in the header of the working pages: each room registers its own page, a person sees only what they may open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from cms.core.permissions import has_role


@dataclass(frozen=True)
class NavItem:
    """One page in the header."""

    label: Any
    url_name: str
    roles: tuple[str, ...]
    order: int
    allowed: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class NavLink:
    """One link as drawn for one person on one page."""

    label: str
    url: str
    current: bool


_items: dict[str, NavItem] = {}


def register_nav(
    label: Any,
    url_name: str,
    roles: tuple[str, ...] | list[str] | frozenset[str] = (),
    order: int = 100,
    allowed: Callable[[Any], bool] | None = None,
) -> None:
    """Put a page into the header of the working pages.

    `label` is a lazy translation; `roles` says who sees it (empty: everybody who signed in); `allowed` may narrow it further.
    Called from AppConfig.ready(); registering a `url_name` again replaces it, so that tests may reload.
    """
    _items[url_name] = NavItem(label=label, url_name=url_name, roles=tuple(roles), order=order, allowed=allowed)


def items_for(user: Any) -> list[NavItem]:
    """The registered pages this person may open, in order; empty for visitors."""
    if not getattr(user, "is_authenticated", False):
        return []
    ordered = sorted(_items.values(), key=lambda item: (item.order, item.url_name))
    return [
        item
        for item in ordered
        if (not item.roles or has_role(user, *item.roles)) and (item.allowed is None or item.allowed(user))
    ]


def links_for(user: Any, path: str = "") -> list[NavLink]:
    """The links of the header; the one whose address `path` begins with (the longest such) is the current one."""
    found: list[tuple[NavItem, str]] = []
    for item in items_for(user):
        try:
            found.append((item, reverse(item.url_name)))
        except NoReverseMatch:
            # A room that is not mounted in this installation has no page to show.
            continue
    matching = [url for _item, url in found if path.startswith(url)]
    current = max(matching, key=len, default=None)
    return [NavLink(label=str(item.label), url=url, current=url == current) for item, url in found]


def first_page_of(user: Any) -> str | None:
    """The address of the first page this person may open after signing in, or None when nothing was given to them yet."""
    links = links_for(user)
    return links[0].url if links else None
