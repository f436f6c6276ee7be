"""Who looks at the whole: leaders, editors, approvers, administrators."""

from cms.core.models import Role

COCKPIT_ROLES = (Role.LEADER, Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR)
# Queues of deliveries are worked by these.
QUEUE_ROLES = (Role.EDITOR, Role.ADMINISTRATOR)
