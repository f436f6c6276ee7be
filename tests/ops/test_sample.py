"""The sample province loads twice without a change, rolls its dates, and never on a real installation."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Area, AreaSuccession, Campaign, ContentItem, Target
from campaigns.targets import measures
from channels.loudspeaker.models import Station
from cms.core import clock
from cms.core.models import Membership, User
from cms.ops.sample import registers, texts
from cms.ops.sample.load import load
from translations.models import TranslationJob

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

COUNTED = (Area, Campaign, ContentItem, Target, Station, User, Membership, TranslationJob)


@pytest.fixture
def quick_voices(monkeypatch):
    """Speaking takes seconds; the voices have their own tests."""
    monkeypatch.setattr("cms.ops.sample.sound.load_voices", lambda cast: [])


def test_loading_twice_changes_nothing(quick_voices):
    load()
    before = {model: model.objects.count() for model in COUNTED}
    load()
    assert {model: model.objects.count() for model in COUNTED} == before
    assert before[Campaign] == 5 and before[Station] == 10


def test_areas_of_both_times_and_no_invented_succession(quick_voices):
    registers.load_areas()
    assert Area.objects.filter(valid_to__isnull=False, kind="district").count() == 17
    assert Area.objects.get(kind="province", valid_to__isnull=True).code == "52"
    assert Area.objects.get(kind="province", valid_to__isnull=False).code == "64"
    assert not AreaSuccession.objects.exists()


def test_refresh_rolls_the_dates(quick_voices):
    load()
    with clock.shifted(timedelta(days=90)):
        load(refresh=True)
        theft = Campaign.objects.get(title=texts.theft.CAMPAIGN["title"])
        assert theft.starts_on <= clock.today() <= theft.ends_on


def test_the_sample_is_refused_where_it_is_not_allowed(settings):
    settings.CONG_SAMPLE_ALLOWED = False
    with pytest.raises(CommandError):
        call_command("sample_data")
    assert not User.objects.exists()


def test_every_measure_of_the_sample_is_counted_by_somebody():
    known = {measure.code for measure in measures()}
    wanted = {target[4] for module in texts.ALL for target in module.CAMPAIGN["targets"]}
    assert wanted <= known
