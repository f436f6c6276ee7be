"""Pages of station operators, mounted at /dai/."""

from django.urls import path, register_converter

from .views import operator


class Direction:
    """Up or down in the order of the day."""

    regex = "len|xuong"

    def to_python(self, value: str) -> str:
        """As it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands in the address."""
        return value


register_converter(Direction, "station_direction")

app_name = "station"
urlpatterns = [
    path("", operator.home, name="home"),
    path("<int:pk>/", operator.day, name="day"),
    path("<int:pk>/<int:bulletin_id>/tra-loi/", operator.answer, name="answer"),
    path("<int:pk>/<int:bulletin_id>/<station_direction:direction>/", operator.move, name="move"),
]
