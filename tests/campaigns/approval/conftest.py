"""People of the approval tests; the checks of rooms above are tested there, not here."""

from __future__ import annotations

import pytest
from django.test import Client

from campaigns.services import approvals, publishing
from campaigns.services.items import page_of
from cms.core.models import Role
from tests.factories.campaigns import UserFactory, make_script


@pytest.fixture(autouse=True)
def no_checks_of_the_rooms_above():  # type: ignore[no-untyped-def]
    kept = dict(approvals._submission_checks)
    approvals._submission_checks.clear()
    yield
    approvals._submission_checks.update(kept)


@pytest.fixture
def editor():  # type: ignore[no-untyped-def]
    return UserFactory(role=Role.EDITOR, full_name="Rơ Châm Hà")


@pytest.fixture
def approver():  # type: ignore[no-untyped-def]
    return UserFactory(role=Role.APPROVER, full_name="Phạm Thị Thu")


@pytest.fixture
def boss():  # type: ignore[no-untyped-def]
    return UserFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def admin(boss):  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture
def draft(editor):  # type: ignore[no-untyped-def]
    return page_of(make_script(user=editor), orthography="vi")


@pytest.fixture
def live(editor):  # type: ignore[no-untyped-def]
    page = page_of(make_script(user=editor, title="Đang lên sóng"), orthography="vi")
    approval = approvals.submit(page, editor)
    approvals.approve(approval, UserFactory(role=Role.APPROVER))
    return publishing.publish(approval)
