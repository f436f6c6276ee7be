"""Loudspeakers in the admin."""

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .permissions import may_see_schedule
from .views import bulletins, stations


class ScheduleMenuItem(MenuItem):
    """Shown to those who may read what is planned."""

    def is_shown(self, request: Any) -> bool:
        """True for editors, approvers and administrators."""
        return may_see_schedule(request.user)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Screens of bulletins, stations and devices."""
    return [
        path("loa/chuong-trinh/", bulletins.bulletin_list, name="loudspeaker_bulletins"),
        path("loa/chuong-trinh/moi/", bulletins.bulletin_new, name="loudspeaker_bulletin_new"),
        path("loa/chuong-trinh/<int:pk>/", bulletins.bulletin_detail, name="loudspeaker_bulletin"),
        path("loa/chuong-trinh/<int:pk>/sua/", bulletins.bulletin_change, name="loudspeaker_bulletin_change"),
        path("loa/chuong-trinh/<int:pk>/<slug:action>/", bulletins.bulletin_act, name="loudspeaker_bulletin_act"),
        path("loa/dai/", stations.station_list, name="loudspeaker_stations"),
        path("loa/dai/moi/", stations.station_edit, name="loudspeaker_station_new"),
        path("loa/dai/<int:pk>/", stations.station_day, name="loudspeaker_station_day"),
        path("loa/dai/<int:pk>/sua/", stations.station_edit, name="loudspeaker_station_edit"),
        path("loa/dai/<int:pk>/thiet-bi/", stations.device_list, name="loudspeaker_devices"),
        path("loa/thiet-bi/<int:pk>/ngung/", stations.device_retire, name="loudspeaker_device_retire"),
    ]


@hooks.register("register_admin_menu_item")
def bulletins_link() -> MenuItem:
    """Bulletins for loudspeakers."""
    return ScheduleMenuItem(_("Loudspeaker programmes"), reverse("loudspeaker_bulletins"), icon_name="media", order=170)


@hooks.register("register_admin_menu_item")
def stations_link() -> MenuItem:
    """Stations and devices."""
    return ScheduleMenuItem(_("Stations"), reverse("loudspeaker_stations"), icon_name="globe", order=180)
