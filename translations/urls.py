"""Addresses of the translation desk; the roof mounts them at /dich/."""

from django.urls import path

from translations import views

app_name = "translations"
urlpatterns = [
    path("", views.my_jobs, name="my_jobs"),
    path("bang/", views.coverage, name="coverage"),
    path("mo/", views.open_jobs, name="open_jobs"),
    path("<int:pk>/", views.job, name="job"),
    path("<int:pk>/doan/<int:segment_pk>/", views.autosave, name="autosave"),
    path("<int:pk>/duyet/", views.review, name="review"),
    path("<int:pk>/ban-goc-moi/", views.refresh, name="refresh"),
    path("<int:pk>/giao/", views.assign, name="assign"),
]
