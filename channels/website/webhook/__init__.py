"""Somebody else's program: a signed request says what to show, correct or take away. The protocol: docs/webhook.md."""
