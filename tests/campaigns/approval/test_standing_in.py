"""Standing in for an approver, and approving translations."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wagtail.models import ModelLogEntry

from campaigns import permissions
from campaigns.models import ScriptPage
from campaigns.selectors import airable_approval
from campaigns.services import approvals, delegations, publishing
from campaigns.services.items import draft_page, page_of
from cms.core import clock
from cms.core.errors import BadInput, NotAllowed, NotReady
from cms.core.models import Role
from tests.campaigns.approval.steps import handed_in
from tests.factories.campaigns import SCRIPT_BODY, UserFactory, make_script

pytestmark = pytest.mark.django_db


# --- standing in ------------------------------------------------------------------------------------------------


def test_a_delegate_approves_within_the_days_and_is_named(editor, approver) -> None:  # type: ignore[no-untyped-def]
    stand_in = UserFactory(role=Role.EDITOR)
    approval = handed_in(editor)
    assert permissions.why_not_approve(stand_in, approval) == "not_approver"
    day = clock.today()
    delegations.delegate(approver=approver, to=stand_in, valid_from=day, valid_to=day, user=approver)
    assert permissions.why_not_approve(stand_in, approval) is None
    with clock.shifted(timedelta(days=1)):
        assert permissions.why_not_approve(stand_in, approval) == "not_approver"
    approvals.approve(approval, stand_in)
    assert ModelLogEntry.objects.get(action="campaigns.approval.approved").data["in_stead_of"] == approver.pk


def test_nobody_stands_in_for_an_approver_who_changed_the_words(editor, approver) -> None:  # type: ignore[no-untyped-def]
    stand_in = UserFactory(role=Role.EDITOR)
    day = clock.today()
    delegations.delegate(approver=approver, to=stand_in, valid_from=day, valid_to=day, user=approver)
    item = make_script(user=editor)
    draft_page(item, orthography="vi", title="Một", user=approver, body=SCRIPT_BODY)
    approval = approvals.submit(page_of(item, orthography="vi"), editor)
    assert permissions.why_not_approve(stand_in, approval) == "stead_edited"


def test_a_delegation_ends_with_the_role_it_came_from(editor, approver) -> None:  # type: ignore[no-untyped-def]
    stand_in, approval, day = UserFactory(role=Role.EDITOR), handed_in(editor), clock.today()
    delegations.delegate(approver=approver, to=stand_in, valid_from=day, valid_to=day, user=approver)
    approver.memberships.update(valid_to=day - timedelta(days=1))
    assert permissions.why_not_approve(stand_in, approval) == "not_approver"


@pytest.mark.parametrize(
    ("first", "last", "to_role"),
    [(0, -1, Role.EDITOR), (-9, -5, Role.EDITOR), (0, 200, Role.EDITOR), (0, 5, Role.CENTRE), (0, 5, None)],
)
def test_a_delegation_that_makes_no_sense(approver, first, last, to_role) -> None:  # type: ignore[no-untyped-def]
    day, other = clock.today(), UserFactory(role=to_role)
    with pytest.raises(BadInput):
        delegations.delegate(
            approver=approver,
            to=other,
            valid_from=day + timedelta(days=first),
            valid_to=day + timedelta(days=last),
            user=approver,
        )


def test_strangers_do_not_delegate(approver, editor) -> None:  # type: ignore[no-untyped-def]
    day, other = clock.today(), UserFactory(role=Role.EDITOR)
    with pytest.raises(NotAllowed):
        delegations.delegate(approver=approver, to=other, valid_from=day, valid_to=day, user=editor)
    with pytest.raises(BadInput):
        delegations.delegate(approver=approver, to=approver, valid_from=day, valid_to=day, user=approver)
    row = delegations.delegate(approver=approver, to=other, valid_from=day, valid_to=day, user=approver)
    with pytest.raises(NotAllowed):
        delegations.end_delegation(row, user=editor)
    delegations.end_delegation(row, user=other)


# --- translations -----------------------------------------------------------------------------------------------


def test_a_translation_is_approved_against_its_source(editor, approver) -> None:  # type: ignore[no-untyped-def]
    translator = UserFactory(role=Role.TRANSLATOR, role__orthography="jra")
    reviewer = UserFactory(role=Role.REVIEWER, role__orthography="jra")
    stranger = UserFactory(role=Role.REVIEWER, role__orthography="bdq")
    source = handed_in(editor)
    page = draft_page(source.item, orthography="jra", title="[jra]", user=translator, body=SCRIPT_BODY)
    with pytest.raises(NotReady):
        approvals.submit(page, translator)
    approvals.approve(source, approver)
    with pytest.raises(NotAllowed):
        approvals.submit(page, UserFactory(role=Role.TRANSLATOR, role__orthography="bdq"))
    target = approvals.submit(page, translator)
    assert target.source_approval == source
    for person in (translator, stranger, editor):
        with pytest.raises(NotAllowed):
            approvals.approve(target, person)
    approvals.approve(target, reviewer)
    assert airable_approval(source.item, "jra") == target
    for approval in (source, target):
        assert publishing.publish(approval).live
    approvals.revoke(source, approver, comment="Sai")
    assert airable_approval(source.item, "jra") is None
    assert not ScriptPage.objects.filter(item=source.item, live=True).exists()
