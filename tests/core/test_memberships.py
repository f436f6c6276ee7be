"""Rights come from memberships in force, and the groups of the admin follow them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cms.core import clock
from cms.core.errors import BadInput
from cms.core.models import Membership, Role
from cms.core.permissions import can_enter_admin, has_role
from cms.core.services import memberships
from tests.factories.campaigns import AreaFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_owner_member_stranger():
    pleiku, quy_nhon = AreaFactory(), AreaFactory()
    operator = UserFactory(role=Role.OPERATOR, role__area=pleiku)
    assert has_role(operator, Role.OPERATOR, area=pleiku)
    assert not has_role(operator, Role.OPERATOR, area=quy_nhon)
    assert not has_role(operator, Role.EDITOR)
    assert not has_role(UserFactory(), Role.OPERATOR)


def test_a_translator_of_one_language_is_a_stranger_to_another():
    translator = UserFactory(role=Role.TRANSLATOR, role__orthography="jra")
    assert has_role(translator, Role.TRANSLATOR, orthography="jra")
    assert not has_role(translator, Role.TRANSLATOR, orthography="bdq")


def test_a_membership_ends_by_its_date_without_anybody_doing_anything(noon):
    user = UserFactory()
    organisation = OrganisationFactory()
    memberships.grant(
        user=user, role=Role.EDITOR, by=None, organisation=organisation, valid_to=clock.today() + timedelta(days=1)
    )
    assert can_enter_admin(user)
    with clock.shifted(timedelta(days=2)):
        assert not can_enter_admin(user)


def test_groups_follow_the_membership():
    user = UserFactory()
    row = memberships.grant(user=user, role=Role.EDITOR, by=None, valid_from=date(2020, 1, 1))
    assert user.has_perm("wagtailadmin.access_admin")
    memberships.end(row, by=None)
    assert not type(user).objects.get(pk=user.pk).has_perm("wagtailadmin.access_admin")


def test_nobody_gets_wagtails_right_to_publish():
    editor = UserFactory(role=Role.EDITOR)
    assert not editor.has_perm("wagtailcore.publish_page")
    admin = UserFactory(role=Role.ADMINISTRATOR)
    assert not admin.has_perm("wagtailcore.publish_page")
    assert not admin.has_perm("core.change_user"), "who may change users may make themselves superuser"


def test_an_unknown_written_language_is_refused_in_words():
    with pytest.raises(BadInput) as refused:
        memberships.grant(user=UserFactory(), role=Role.TRANSLATOR, by=None, orthography="xx")
    assert "chữ viết" in refused.value.message.lower()
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.EDITOR, 200), (Role.APPROVER, 200), (Role.ADMINISTRATOR, 200), (Role.CENTRE, 403), (Role.MONITOR, 403),
     (Role.TRANSLATOR, 403), (Role.OPERATOR, 403), (Role.LEADER, 403)],
)  # fmt: skip
def test_the_admin_opens_to_three_roles(client, role, status):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse("wagtailadmin_home")).status_code == status


def test_only_administrators_see_memberships(client):
    client.force_login(UserFactory(role=Role.EDITOR))
    assert client.get(reverse("wagtailsnippets_core_membership:list")).status_code in (302, 403)
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    assert client.get(reverse("wagtailsnippets_core_membership:list")).status_code == 200
