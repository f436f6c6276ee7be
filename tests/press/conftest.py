"""What tests of the press room share."""

from collections.abc import Iterator

import pytest

from tests.press.newspaper import Newspaper, newspaper


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    """A newspaper that serves what it is told."""
    with newspaper() as running:
        yield running
