"""Whether this process was asked to end: whoever takes up work asks first, and takes no more.

What is in hand is finished (its client has a time limit), what was claimed and not begun is given back.
"""

import threading

_asked = threading.Event()


def begin() -> None:
    """Take no more work in this process."""
    _asked.set()


def is_asked() -> bool:
    """True when this process takes no more work."""
    return _asked.is_set()


def called_off() -> None:
    """Take work again: for a worker that is started anew in the same process."""
    _asked.clear()
