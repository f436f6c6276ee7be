"""People, files and work: the rows everything else stands on."""

from cms.core.models.files import Document, Image, Rendition
from cms.core.models.heartbeats import Heartbeat
from cms.core.models.jobs import Job
from cms.core.models.people import Membership, Role, User

__all__ = ["Document", "Heartbeat", "Image", "Job", "Membership", "Rendition", "Role", "User"]
