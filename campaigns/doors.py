"""The one door to going live: pages refuse every other way in, whoever comes.

``campaigns.services.publishing`` opens the door for one page for as long as it works on it. While it is shut, a page's
permission tester says no to publishing, copying, moving and unpublishing, and the page itself refuses to be saved in a
way that visitors could notice: also for superusers, commands and code that never asks for permissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import COMMENTS_RELATION_NAME, Page, PagePermissionTester

from cms.core.errors import NotAllowed

# Columns that Wagtail writes on live pages without changing anything that a visitor sees.
BOOKKEEPING = frozenset(
    {
        "latest_revision",
        "latest_revision_id",
        "latest_revision_created_at",
        "draft_title",
        "has_unpublished_changes",
        "locked",
        "locked_by",
        "locked_at",
        "numchild",
        COMMENTS_RELATION_NAME,  # notes in the margin of a draft
    }
)

_open_for: ContextVar[frozenset[int]] = ContextVar("campaigns_open_door", default=frozenset())


class DoorShut(NotAllowed, PermissionDenied):
    """Somebody tried to change what is on the web past the approval. Wagtail's admin shows it as a refusal."""

    def __init__(self) -> None:
        NotAllowed.__init__(
            self, _("Going live and coming off the web is done by approval and schedule only, never by hand.")
        )


@contextmanager
def open_door(page_id: int) -> Iterator[None]:
    """Let this page, in this thread, go live or come off the web inside the block. For services.publishing alone."""
    token = _open_for.set(_open_for.get() | {page_id})
    try:
        yield
    finally:
        _open_for.reset(token)


def is_open(page_id: int | None) -> bool:
    """True while services.publishing works on this page."""
    return page_id is not None and page_id in _open_for.get()


class OneDoorTester(PagePermissionTester):
    """Says no to everything that would make words visible or take them away, superusers included."""

    def can_publish(self) -> bool:
        """Never: approval and schedule publish."""
        return False

    def can_unpublish(self) -> bool:
        """Never by hand: revoking the approval takes a page off the web."""
        return False

    def can_publish_subpage(self) -> bool:
        """Never: pages are born as drafts."""
        return False

    def can_unschedule(self) -> bool:
        """Wagtail's own schedule is not used."""
        return False

    def can_submit_for_moderation(self) -> bool:
        """Wagtail's own workflow is not used."""
        return False

    def can_set_view_restrictions(self) -> bool:
        """What is approved for the public is public."""
        return False

    def can_copy(self) -> bool:
        """A copy would be a second page of the same item."""
        return False

    def can_copy_to(self, destination: Any, recursive: bool = False) -> bool:
        """As can_copy; aliases ask here too."""
        return False

    def can_move(self) -> bool:
        """A page stands under its campaign."""
        return False

    def can_move_to(self, destination: Any) -> bool:
        """As can_move."""
        return False

    def can_reorder_children(self) -> bool:
        """The order comes from the items."""
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Drafts only: nothing that is on the web, or has something on the web below it, is deleted."""
        if self.page.get_descendants(inclusive=True).live().exists():
            return False
        return bool(super().can_delete(ignore_bulk))


class OneDoorMixin(models.Model):
    """Put in front of Page: the page keeps what is on the web as it is while the door is shut."""

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Return the tester that refuses every other door."""
        return OneDoorTester(user, self)

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save a draft or bookkeeping; DoorShut for anything that visitors would notice."""
        self._refuse_past_the_door(kwargs.get("update_fields"))
        return super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete a draft; DoorShut while this page or one below it is on the web."""
        if not is_open(self.pk) and self.get_descendants(inclusive=True).live().exists():  # type: ignore[attr-defined]
            raise DoorShut
        return super().delete(*args, **kwargs)

    def _refuse_past_the_door(self, update_fields: Iterable[str] | None) -> None:
        if is_open(self.pk) or (update_fields is not None and set(update_fields) <= BOOKKEEPING):
            return
        if self.live or (self.pk and Page.objects.filter(pk=self.pk, live=True).exists()):  # type: ignore[attr-defined]
            raise DoorShut
