"""Every address of the admin, asked for by every role: centres and visitors get none, nobody gets an error page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from campaigns.services import approvals
from campaigns.services.items import page_of
from cms.core.middleware import OPEN_ADMIN_PATHS
from cms.core.models import Role
from tests.factories.campaigns import HotlineFactory, UserFactory, make_script

pytestmark = pytest.mark.django_db

WORDS = {
    "app_label": "wagtailcore",
    "model_name": "page",
    "content_type_app_name": "campaigns",
    "content_type_model_name": "scriptpage",
    "content_type_app_label": "campaigns",
    "content_type_model": "scriptpage",
    "action": "publish",
    "locale": "vi",
    "language_code": "vi",
    "parent_page_id": "3",
}


def walk(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


def filled(route: str, number: int) -> str:
    """The route with something in each gap: ``number`` for ids, known words for names."""

    def fill(match: re.Match[str]) -> str:
        kind, name = match.group("kind") or "str", match.group("name")
        if kind == "int":
            return str(number)
        return WORDS.get(name, "12345678-1234-5678-1234-567812345678" if kind == "uuid" else str(number))

    route = re.sub(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>", fill, route)
    route = re.sub(r"\(\?P<(?P<name>\w+)>[^)]*\)", lambda match: WORDS.get(match["name"], str(number)), route)
    return "/" + re.sub(r"[\^$?\\]|\([^)]*\)", "", route)


def admin_paths(number: int) -> list[str]:
    root = reverse("wagtailadmin_home").lstrip("/")
    resolver = next(
        item for item in get_resolver().url_patterns if isinstance(item, URLResolver) and str(item.pattern) == root
    )
    return sorted({filled(root + route, number) for route in walk(resolver.url_patterns)})


def is_open(path: str) -> bool:
    return path.removeprefix(reverse("wagtailadmin_home")).startswith(OPEN_ADMIN_PATHS)


@pytest.fixture
def page_id() -> int:
    line = HotlineFactory()
    editor = UserFactory(role=Role.EDITOR)
    page = page_of(make_script(user=editor, hotline=line), orthography="vi")
    approvals.submit(page, editor)
    return int(page.pk)


def test_there_are_many_addresses(page_id: int) -> None:
    assert len(admin_paths(page_id)) > 150


SLOW = [pytest.param(role, marks=pytest.mark.slow) for role in (Role.OPERATOR, Role.TRANSLATOR, Role.REVIEWER)]
SLOWER = [pytest.param(role, marks=pytest.mark.slow) for role in (Role.MONITOR, Role.LEADER, None)]


@pytest.mark.parametrize("role", [Role.CENTRE, *SLOW, *SLOWER])
def test_portal_users_get_nothing_of_the_admin(page_id: int, role: str | None) -> None:
    client = Client()
    client.force_login(UserFactory(role=role))
    for path in admin_paths(page_id):
        if not is_open(path):
            for answer in (client.get(path), client.post(path, {})):
                assert answer.status_code == 403, path
                assert "Giữ nhà khi đi rẫy" not in answer.content.decode(), path


def test_visitors_are_sent_to_the_log_in_page(page_id: int) -> None:
    client = Client()
    for path in admin_paths(page_id):
        answer = client.get(path)
        if not is_open(path):
            assert answer.status_code == 302 and answer.url.startswith("/dang-nhap/"), path


def test_a_membership_that_is_over_opens_nothing(page_id: int) -> None:
    user = UserFactory(role=Role.EDITOR)
    user.memberships.update(valid_to="2020-12-31")
    client = Client()
    client.force_login(user)
    assert client.get(reverse("wagtailadmin_home")).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR])
def test_the_editing_desk_meets_no_error_and_no_way_to_more_rights(page_id: int, role: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(role=role))
    failed, opened = [], []
    for path in admin_paths(page_id):
        if "logout" in path or "failwhale" in path:  # the latter is Wagtail's page for looking at an error
            continue
        answer = client.get(path)
        if answer.status_code >= 500:
            failed.append(path)
        elif answer.status_code == 200:
            opened.append(path)
    assert failed == []
    # Whoever can change users or groups can make himself a superuser, and a workflow would be a second way to approve.
    guarded = ("/admin/users/", "/admin/groups/", "/admin/workflows/", "/admin/sites/", "/admin/locales/")
    ways = [path for path in opened if path.startswith(guarded) and "task_chooser" not in path]  # it lists, no more
    assert ways == []
    assert [path for path in opened if "/unpublish/" in path or path.endswith("/copy/")] == []
