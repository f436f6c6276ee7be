"""Addresses of the portal, mounted at /co-so/."""

from django.urls import path

from cms.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("kich-ban/<int:item_id>/<slug:orthography>/", views.script, name="script"),
    path("xac-nhan/<int:item_id>/", views.confirm, name="confirm"),
    path("lich-su/", views.history, name="history"),
    path("lich-su/<int:confirmation_id>/rut-lai/", views.withdraw, name="withdraw"),
]
