"""Health tells strangers one word and administrators the figures."""

import pytest
from django.urls import reverse

from cms.core.models import Role
from tests.factories.campaigns import UserFactory

pytestmark = pytest.mark.django_db


def test_strangers_learn_only_that_it_lives(client):
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_administrators_see_what_waits(client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    assert {"jobs_failed", "jobs_due", "oldest_due_seconds", "deliveries"} <= client.get(
        reverse("health")
    ).json().keys()
