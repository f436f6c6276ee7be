"""Addresses for devices, mounted under /api/v1/."""

from django.urls import path

from . import api

app_name = "loudspeaker"
urlpatterns = [
    path("stations/manifest", api.manifest, name="manifest"),
    path("stations/manifest.m3u8", api.playlist, name="playlist"),
    path("stations/events", api.events, name="events"),
    path("stations/health", api.health, name="health"),
]
