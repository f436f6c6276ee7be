"""The ground's own hooks: our audit actions in Wagtail's registry."""

from wagtail import hooks

from cms.core import audit


@hooks.register("register_log_actions")
def register_log_actions(actions):  # type: ignore[no-untyped-def]
    """Hand every room's registered verbs to Wagtail's log."""
    for name, label in audit.registered_actions().items():
        actions.register_action(name, label, label)
