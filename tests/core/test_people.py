"""Administrators look after log-ins, without being able to make anybody a superuser."""

import pytest
from django.urls import reverse

from cms.core.errors import BadInput, NotAllowed
from cms.core.models import Role, User
from cms.core.services import people
from tests.factories.campaigns import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(role=Role.ADMINISTRATOR)


def test_a_new_person_logs_in_with_the_password_that_is_shown_once(client, admin):
    client.force_login(admin)
    answer = client.post(
        reverse("core_people"), {"username": "moi", "full_name": "Người Mới", "email": "", "is_superuser": "on"}
    )
    user = User.objects.get(username="moi")
    assert not user.is_superuser and not user.is_staff
    password = answer.context["shown"]["password"]
    assert user.check_password(password)
    assert password not in client.get(reverse("core_people")).content.decode()


def test_a_name_that_is_taken_is_refused_in_words_and_what_was_typed_stays(client, admin):
    client.force_login(admin)
    UserFactory(username="co-roi")
    answer = client.post(reverse("core_people"), {"username": "co-roi", "full_name": "Người Thứ Hai", "email": ""})
    assert answer.status_code == 200 and "Người Thứ Hai" in answer.content.decode()
    assert User.objects.filter(username="co-roi").count() == 1


def test_a_switched_off_person_is_out_at_once(client, admin):
    user = UserFactory(role=Role.EDITOR)
    client.force_login(user)
    people.switch_person(user, active=False, by=admin)
    assert client.get(reverse("wagtailadmin_home")).status_code in (302, 403)


def test_nobody_shuts_out_himself_and_superusers_are_out_of_reach(admin):
    with pytest.raises(BadInput):
        people.switch_person(admin, active=False, by=admin)
    root = UserFactory(is_superuser=True)
    for verb in (
        lambda: people.new_password(root, by=admin),
        lambda: people.switch_person(root, active=False, by=admin),
    ):
        with pytest.raises(NotAllowed):
            verb()


@pytest.mark.parametrize(
    ("role", "allowed"), [(Role.ADMINISTRATOR, True), (Role.EDITOR, False), (Role.APPROVER, False)]
)
def test_only_administrators_open_the_screen(client, role, allowed):
    client.force_login(UserFactory(role=role))
    assert (client.get(reverse("core_people")).status_code == 200) is allowed
