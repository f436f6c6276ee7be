"""Pages of station operators, mounted at /dai/."""

app_name = "station"
urlpatterns: list = []
