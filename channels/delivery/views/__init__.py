"""The engine's screens in the admin."""
