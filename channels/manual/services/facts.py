"""What every fact that people state has in common: its receipt, and the times that can be true."""

from datetime import datetime, timedelta
from typing import Any

from channels.delivery.contract import Sent
from channels.delivery.models import Delivery
from channels.delivery.services.receipts import write_receipt
from channels.manual.models import ManualTask, TaskPack

# A telephone's clock may be a little ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=10)
# Reports are monthly and a centre may be offline for weeks; older than this is more likely a wrong year than a memory.
OLDEST = timedelta(days=62)


def receipt_of(
    task: ManualTask,
    kind: str,
    *,
    at: datetime,
    user: Any,
    part: str,
    evidence: dict[str, Any],
    pack: TaskPack | None = None,
) -> None:
    """Write the receipt of an event of a task, with the hash of the words that were carried. Inside a transaction."""
    delivery = Delivery.objects.select_related(
        "endpoint__organisation", "variant__approval__item__campaign", "occurrence__rule__item__campaign"
    ).get(pk=task.delivery_id)
    pack = pack or task.packs.select_related("approval").latest("n")
    facts = {
        "item_ref": task.item_id, "item_title": task.item.title[:255], "campaign_ref": task.item.campaign_id,
        "campaign_title": task.item.campaign.title[:300], "orthography": task.orthography,
        "payload_sha256": pack.payload_sha256, "approval_sha256": pack.approval.payload_sha256,
    }  # fmt: skip
    write_receipt(
        delivery, kind, at=at, sent=Sent(remote_id=str(task.pk)), recorded_by=user, part=part, facts=facts,
        evidence={"task": task.pk, "kind": task.kind, "form": task.form, "means": task.means, **evidence},
    )  # fmt: skip
