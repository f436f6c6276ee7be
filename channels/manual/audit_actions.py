"""The verbs of broadcasts and tasks carried out by people."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("manual.confirm", _("Broadcast confirmed"))
register_action("manual.correct", _("Confirmation corrected"))
register_action("manual.withdraw", _("Confirmation taken back"))
register_action("manual.task.hand_over", _("Task handed over"))
register_action("manual.task.take", _("Task taken on"))
register_action("manual.task.renew", _("New pack for a task"))
register_action("manual.task.acknowledge", _("Change of a task seen"))
register_action("manual.task.not_done", _("Task not done"))
register_action("manual.task.call_off", _("Task called off"))
