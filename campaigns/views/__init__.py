"""Screens of campaigns in the admin."""
