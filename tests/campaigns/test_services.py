"""Campaigns, hotlines, pauses and targets: what the verbs promise."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from campaigns import selectors, targets
from campaigns.enums import CampaignState
from campaigns.models import Campaign, ContentEdit, HomePage, Hotline, Target
from campaigns.services import approvals, campaigns, hotlines, items, pauses
from cms.core import clock
from cms.core.errors import BadInput, Conflict
from cms.core.models import Role
from tests.factories.campaigns import (
    AreaFactory,
    HotlineFactory,
    OrganisationFactory,
    UserFactory,
    make_article,
    make_campaign,
    make_script,
)

pytestmark = pytest.mark.django_db


def _approved(item):
    editor, approver = UserFactory(role=Role.EDITOR), UserFactory(role=Role.APPROVER)
    return approvals.approve(approvals.submit(items.page_of(item, orthography="vi"), editor), approver)


class TestCampaigns:
    def test_dates_the_wrong_way_round_are_refused_in_words_and_by_the_database(self):
        with pytest.raises(BadInput):
            campaigns.create_campaign(
                title="Đợt",
                starts_on=date(2026, 6, 30),
                ends_on=date(2026, 6, 1),
                issuer=OrganisationFactory(),
                user=None,
            )
        campaign = make_campaign()
        with pytest.raises(IntegrityError), transaction.atomic():
            Campaign.objects.filter(pk=campaign.pk).update(ends_on=campaign.starts_on - timedelta(days=1))

    def test_addresses_are_ascii_and_unique(self):
        made = [
            campaigns.create_campaign(
                title="Phòng, chống ma túy ở Đắk Đoa",
                starts_on=date(2026, 6, 1),
                ends_on=date(2026, 6, 30),
                issuer=OrganisationFactory(),
                user=None,
            )
            for _ in range(2)
        ]
        assert [each.slug for each in made] == ["phong-chong-ma-tuy-o-dak-doa", "phong-chong-ma-tuy-o-dak-doa-2"]

    def test_states_follow_the_table(self):
        campaign = make_campaign(draft=True)
        with pytest.raises(Conflict):
            campaigns.close(campaign, user=None)
        campaigns.activate(campaign, user=None)
        campaigns.close(campaign, user=None)
        assert campaign.state == CampaignState.CLOSED

    def test_next_year_is_a_draft_with_the_same_facts_a_year_later(self):
        campaign = make_campaign(title="Tháng hành động 2026", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 30))
        Target.objects.create(campaign=campaign, text="100 lượt", value=100, unit="lượt phát", measure="plays")
        new = campaigns.begin_next_year(campaign, user=None)
        assert (new.title, new.starts_on, new.state) == ("Tháng hành động 2027", date(2027, 6, 1), "draft")
        assert new.previous == campaign and new.targets.count() == 1 and campaign.targets.count() == 1


class TestItems:
    def test_item_and_draft_page_are_made_together_and_the_edit_is_in_the_ledger(self):
        editor = UserFactory(role=Role.EDITOR)
        item = make_script(user=editor)
        page = items.page_of(item, orthography="vi")
        assert page is not None and not page.live
        assert ContentEdit.objects.filter(item=item, user=editor).exists()

    def test_an_item_has_one_page_in_each_language(self):
        item = make_article()
        again = items.draft_page(item, orthography="vi", title="Tên mới", user=UserFactory())
        assert again.pk == items.page_of(item, orthography="vi").pk

    def test_unknown_kind_and_empty_title_are_refused(self):
        for wrong in ({"kind": "poem"}, {"title": "  "}):
            with pytest.raises(BadInput):
                items.create_item(
                    campaign=make_campaign(), user=None, **{"kind": "script", "title": "Kịch bản", **wrong}
                )

    def test_a_script_with_an_empty_turn_cannot_be_handed_in_and_keeps_its_words(self):
        body = [("turn", {"voice": "female", "text": "Lời có chữ."}), ("turn", {"voice": "male", "text": "  "})]
        item = make_script(body=body)
        page = items.page_of(item, orthography="vi")
        with pytest.raises(BadInput):
            approvals.submit(page, UserFactory(role=Role.EDITOR))
        assert "Lời có chữ." in str(page.get_latest_revision_as_object().body.get_prep_value())

    def test_the_site_has_a_visible_home_from_the_first_migration_on(self):
        assert HomePage.objects.get(locale__language_code="vi").live


class TestHotlines:
    def test_a_number_is_not_edited_in_place(self):
        line = HotlineFactory()
        line.number = "0269 000 0000"
        with pytest.raises(ValidationError):
            line.full_clean()

    def test_a_changed_number_takes_every_text_with_the_old_one_off_the_air(self):
        line = HotlineFactory()
        item = make_script(hotline=line)
        approval = _approved(item)
        assert selectors.airable_approval(item, "vi") == approval
        new = hotlines.change_number(line, number="0269 000 0114", user=UserFactory(role=Role.EDITOR))
        approval.refresh_from_db()
        assert selectors.why_not_airable(approval) == "hotline_changed"
        assert Hotline.objects.get(pk=line.pk).replaced_by == new
        assert not new.is_current, "nobody has verified the new number yet"

    def test_the_same_number_again_is_refused(self):
        line = HotlineFactory()
        with pytest.raises(BadInput):
            hotlines.change_number(line, number=line.number, user=None)


class TestPauses:
    def test_a_pause_stops_what_it_names_and_ends_by_itself(self, noon):
        campaign, other = make_campaign(), make_campaign()
        user = UserFactory()
        pauses.pause(
            starts_at=noon, ends_at=noon + timedelta(hours=2), reason="Quốc tang", user=user, campaign=campaign
        )
        assert selectors.is_paused(campaign=campaign) and not selectors.is_paused(campaign=other)
        assert not selectors.is_paused(campaign=campaign, at=noon + timedelta(hours=2))

    def test_an_area_is_paused_with_what_lies_in_it(self, noon):
        province = AreaFactory(province=True)
        commune = AreaFactory(parent=province)
        pauses.pause(starts_at=noon, ends_at=noon + timedelta(days=1), reason="Bão", user=UserFactory(), area=province)
        assert selectors.is_paused(area=commune) and not selectors.is_paused(area=AreaFactory())

    def test_a_pause_needs_an_end_after_its_beginning_and_a_reason(self, noon):
        for wrong in ({"ends_at": noon}, {"reason": " "}):
            with pytest.raises(BadInput):
                pauses.pause(
                    **{"starts_at": noon, "ends_at": noon + timedelta(hours=1), "reason": "Bão", "user": UserFactory(),
                       **wrong}
                )  # fmt: skip


class TestTargets:
    def test_percentages_have_the_communes_of_their_date_as_denominator(self):
        province = AreaFactory(province=True)
        for _ in range(4):
            AreaFactory(parent=province)
        AreaFactory(parent=province, valid_from=date(2000, 1, 1), valid_to=date(2025, 6, 30))
        campaign = make_campaign()
        targets.register_counter("test.one", lambda campaign: 1)
        Target.objects.create(
            campaign=campaign,
            text="25% số xã",
            value=25,
            unit="%",
            measure="test.one",
            denominator_area=province,
            denominator_on=date(2026, 1, 1),
        )
        (line,) = targets.progress(campaign)
        assert (line.counted, line.denominator, line.reached, line.met) == (1, 4, 25, True)

    def test_what_cannot_be_counted_says_so(self):
        campaign = make_campaign()
        Target.objects.create(campaign=campaign, text="Giảm 5% số vụ", value=5, unit="%", comparison="reduce_by")
        (line,) = targets.progress(campaign)
        assert line.counted is None and line.met is None


class TestAirable:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda item: type(item).objects.filter(pk=item.pk).update(expires_at=clock.now()), "expired"),
            (lambda item: Campaign.objects.filter(pk=item.campaign_id).update(state="closed"), "campaign_not_active"),
        ],
    )
    def test_an_approved_text_is_not_aired_when(self, change, reason):
        item = make_script()
        approval = _approved(item)
        change(item)
        fresh = type(approval).objects.get(pk=approval.pk)
        assert selectors.why_not_airable(fresh) == reason
