"""What campaigns tell the rooms above. Sent after the commit; a listener that fails is logged and stops nobody."""

from django.dispatch import Signal

# hotline, replacement
hotline_changed = Signal()
# approval
approval_granted = Signal()
# approval (revoked or superseded)
approval_ended = Signal()
# approval, page
item_published = Signal()
# item, orthography
item_unpublished = Signal()
# campaign, or None for the whole province; what is due must be looked at again
pause_changed = Signal()
