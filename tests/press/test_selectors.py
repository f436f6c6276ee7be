"""Coverage by week with gaps, health of feeds, what targets count; matching again."""

from datetime import date, timedelta

import pytest

from campaigns.targets import measures
from cms.core import clock, jobs
from cms.core.errors import Conflict, NotAllowed
from cms.core.models import Role
from media.press import selectors, services
from media.press.highlighting import pieces
from media.press.models import FeedDay, Mention, QueryVersion
from tests.factories.campaigns import CampaignFactory, UserFactory
from tests.factories.press import FeedFactory, MentionFactory, PressItemFactory, make_query

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def at(day: date):
    return clock.now() + timedelta(days=(day - clock.today()).days)


def test_weeks_run_from_monday_and_a_week_nobody_read_is_a_gap_not_a_zero():
    campaign = CampaignFactory(starts_on=date(2026, 10, 28), ends_on=date(2026, 12, 31))
    feed = FeedFactory(created_at=at(date(2026, 10, 1)))
    for day in (date(2026, 10, 28), date(2026, 11, 3), date(2026, 11, 17)):
        FeedDay.objects.create(feed=feed, day=day, tries=4, successes=3 if day.month == 11 else 4)
    FeedDay.objects.create(feed=feed, day=date(2026, 11, 10), tries=4, successes=0)
    for day, state in (
        (date(2026, 10, 29), "confirmed"),
        (date(2026, 11, 3), "proposed"),
        (date(2026, 11, 3), "rejected"),
    ):
        item = PressItemFactory(published_at=at(day))
        MentionFactory(item=item, campaign=campaign, **({} if state == "proposed" else {state: True}))
    weeks = selectors.mentions_per_week(campaign)
    assert [week.starts_on for week in weeks] == [
        date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16),
    ]  # fmt: skip
    assert [week.value for week in weeks] == [1, 1, None, 0]
    assert [(week.confirmed, week.proposed) for week in weeks[:2]] == [(1, 0), (0, 1)]
    assert (weeks[2].successes, weeks[2].tries, weeks[2].partial) == (0, 4, True)


def test_weeks_cost_a_fixed_number_of_queries(django_assert_max_num_queries):
    campaign = CampaignFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    FeedFactory()
    with django_assert_max_num_queries(3):
        assert len(selectors.mentions_per_week(campaign)) == 26


def test_a_campaign_that_has_not_begun_has_no_weeks():
    assert selectors.mentions_per_week(CampaignFactory(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 2))) == []


def test_targets_count_what_a_person_confirmed():
    campaign = CampaignFactory()
    MentionFactory(campaign=campaign, confirmed=True)
    MentionFactory(campaign=campaign)
    MentionFactory(confirmed=True)
    assert {measure.code: measure for measure in measures()}["mentions"].count(campaign) == 1


def test_health_in_one_word():
    now = clock.now()
    assert selectors.health(FeedFactory()) == "waiting"
    assert selectors.health(FeedFactory(parked=True)) == "parked"
    assert selectors.health(FeedFactory(last_tried_at=now, last_new_item_at=now)) == "good"
    assert selectors.health(FeedFactory(last_tried_at=now, last_new_item_at=now, failure_points=1)) == "failing"
    assert selectors.health(FeedFactory(last_tried_at=now, last_new_item_at=now - timedelta(days=4))) == "silent"


def test_only_those_who_may_judge_do():
    mention = MentionFactory()
    for role in (Role.TRANSLATOR, Role.LEADER, None):
        with pytest.raises(NotAllowed):
            services.confirm(mentions=[mention], user=UserFactory(role=role))
    assert services.confirm(mentions=[mention], user=UserFactory(role=Role.MONITOR)) == [mention.pk]
    assert services.confirm(mentions=[mention], user=UserFactory(role=Role.EDITOR)) == []


def test_a_changed_query_is_matched_again_and_judged_mentions_stay():
    campaign = CampaignFactory()
    old = make_query(campaign=campaign, any=["trộm"])
    items = [PressItemFactory(title=title) for title in ("trộm một", "trộm hai", "cướp ba")]
    assert len(services.match_items(item_ids=[item.pk for item in items])) == 2
    services.reject(mentions=[Mention.objects.get(item=items[0])], user=UserFactory(role=Role.MONITOR))
    new = make_query(campaign=campaign, any=["cướp"])
    assert (new.number, QueryVersion.objects.count()) == (old.number + 1, 2)
    services.rematch(campaign=campaign)
    jobs.run_due()
    assert {(mention.item_id, mention.state) for mention in Mention.objects.all()} == {
        (items[0].pk, "rejected"),
        (items[2].pk, "proposed"),
    }


def test_the_same_words_are_no_new_version_and_versions_never_change():
    campaign = CampaignFactory()
    version = make_query(campaign=campaign)
    assert make_query(campaign=campaign) == version
    version.definition = {"any": ["x"]}
    with pytest.raises(TypeError):
        version.save()
    services.retire_query(query=version.query)
    with pytest.raises(Conflict):
        services.retire_query(query=version.query)
    assert services.match_items(item_ids=[PressItemFactory().pk]) == []


def test_matching_twice_makes_one_mention_and_keeps_all_queries_reasons():
    campaign = CampaignFactory()
    first = make_query(campaign=campaign, name="a", any=["trộm"])
    second = make_query(campaign=campaign, name="b", any=["tài sản"])
    item = PressItemFactory()
    assert len(services.match_items(item_ids=[item.pk])) == 1
    assert services.match_items(item_ids=[item.pk]) == []
    mention = Mention.objects.get()
    assert {reason["version"] for reason in mention.reasons} == {first.pk, second.pk}


def test_pieces_join_to_the_text_and_windows_show_the_reason():
    text = "mở đầu " * 60 + "bắt trộm" + " kết thúc" * 60
    start = text.index("trộm")
    reasons = [
        {"field": "summary", "start": start, "end": start + 4},
        {"field": "summary", "start": 9999, "end": 10000},
    ]
    assert "".join(piece for piece, _marked in pieces(text, reasons, "summary")) == text
    shown = pieces(text, reasons, "summary", window=100)
    assert ("trộm", True) in shown
    assert shown[0][0] == shown[-1][0] == "…"
    overlapping = [{"field": "title", "start": 0, "end": 2}, {"field": "title", "start": 1, "end": 3}]
    assert pieces("abcd", overlapping, "title") == [("abc", True), ("d", False)]
