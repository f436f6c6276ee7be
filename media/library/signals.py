"""What rooms above may want to know of sound."""

from django.dispatch import Signal

# Sent after the commit that changed what may be aired of an item; arguments: item_id, language.
sound_changed = Signal()
