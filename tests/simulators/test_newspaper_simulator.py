"""The newspaper behaves like one: validators, faults on demand, a page for each item."""

import io
import json
import urllib.error
import urllib.request

import feedparser
import pytest

from cms.ops.simulators.newspaper import NewspaperSimulator


@pytest.fixture
def paper():
    with NewspaperSimulator() as running:
        yield running


def _get(url, headers=None):
    return urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=5)


def _order(paper, path, **body):
    request = urllib.request.Request(paper.url + path, data=json.dumps(body).encode(), method="POST")
    return urllib.request.urlopen(request, timeout=5).status


def test_feed_reads_and_answers_304_to_its_own_validators(paper):
    with _get(paper.feed_url) as answer:
        feed = feedparser.parse(io.BytesIO(answer.read()))
        etag, modified = answer.headers["ETag"], answer.headers["Last-Modified"]
    assert len(feed.entries) >= 5 and not feed.bozo
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        with pytest.raises(urllib.error.HTTPError) as not_modified:
            _get(paper.feed_url, headers)
        assert not_modified.value.code == 304


def test_a_new_story_changes_the_validator(paper):
    with _get(paper.feed_url) as answer:
        before = answer.headers["ETag"]
    assert _order(paper, "/control/story", title="Tin nóng", summary="Vừa xảy ra") == 200
    with _get(paper.feed_url, {"If-None-Match": before}) as answer:
        assert "Tin nóng" in answer.read().decode()


def test_faults_come_once_each(paper):
    _order(paper, "/control/fault", kind="html", count=1)
    with _get(paper.feed_url) as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
    with _get(paper.feed_url) as answer:
        assert answer.headers["Content-Type"].startswith("application/rss+xml")


def test_pages_say_that_they_are_a_simulation(paper):
    for path in ("/", "/tin/1.html"):
        with _get(paper.url + path) as answer:
            assert "mô phỏng" in answer.read().decode()
