"""Read a plan file: show what was understood, or make a draft campaign of it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.enums import Comparison, PlanStatus, TaskRole
from campaigns.plans import errors
from campaigns.plans.extract import MAX_BYTES, extract_text
from campaigns.plans.parser import parse_plan
from cms.core.errors import CongError


class Command(BaseCommand):
    """`manage.py import_plan FILE [--json] [--user NAME]`."""

    help = (
        "Reads a plan (text, DOCX, PDF with a text layer) and makes a draft campaign; --json only prints what was read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --json, --user."""
        parser.add_argument("file", help="the plan")
        parser.add_argument("--json", action="store_true", help="print one object and change nothing")
        parser.add_argument("--user", default="", help="who imports it (a log-in name)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then print or import."""
        path = Path(options["file"])
        try:
            if path.stat().st_size > MAX_BYTES:
                raise errors.PlanTooLarge()
            data = path.read_bytes()
            if options["json"]:
                self.stdout.write(json.dumps(parse_plan(extract_text(data).text), ensure_ascii=False, indent=1))
                return
            self._import(data, path.name, options["user"])
        except OSError as error:
            raise CommandError(_("The file %(name)s cannot be opened.") % {"name": path.name}) from error
        except CongError as error:
            raise CommandError(error.message) from error

    def _import(self, data: bytes, name: str, username: str) -> None:
        from campaigns.plans import services

        user = None
        if username:
            user = get_user_model().objects.filter(username=username).first()
            if user is None:
                raise CommandError(_("There is no user %(name)s.") % {"name": username})
        plan = services.import_plan(file=data, file_name=name, user=user)
        if plan.status == PlanStatus.UNREADABLE:
            raise CommandError(
                _("%(why)s The file was kept as plan no. %(pk)s.") % {"why": plan.failure, "pk": plan.pk}
            )
        campaign = services.create_campaign_from_plan(plan=plan, user=user)
        self._tell(plan, campaign)

    def _tell(self, plan: Any, campaign: Any) -> None:
        understood = plan.understood
        unknown = _("not found")
        for label, value in (
            (_("Number"), plan.number),
            (_("Kind of document"), plan.kind),
            (_("Issuing body"), plan.issuer_text),
            (_("Place of issue"), plan.place),
            (_("Signed on"), plan.signed_on and plan.signed_on.strftime("%d/%m/%Y")),
            (_("Signatory"), plan.signatory),
        ):
            self.stdout.write(f"{label}: {value or unknown}")
        for label, key in (
            (_("Basis documents"), "basis"),
            (_("Purposes"), "purposes"),
            (_("Contents"), "contents"),
            (_("Forms"), "forms"),
            (_("Recipients"), "recipients"),
            (_("Observances"), "observances"),
            (_("Topics"), "topics"),
            (_("Audiences"), "audiences"),
        ):
            self.stdout.write(f"{label}: {len(understood[key])}")
        self.stdout.write(f"{_('Tasks of the plan')}: {len(understood['tasks'])}")
        for task in understood["tasks"]:
            due = f" ({task['due']['value']})" if task["due"] else ""
            body = task["body"]["value"] if task["body"] else unknown
            self.stdout.write(
                f"  {body} – {TaskRole(task['role']['value']).label}{due}: {str(task['text']['value'])[:80]}"
            )
        self.stdout.write(f"{_('Targets')}: {len(understood['targets'])}")
        for target in understood["targets"]:
            reading = Comparison(target["comparison"]["value"]).label
            self.stdout.write(
                f"  {reading} {target['value']['value']} {target['unit']['value']}: {str(target['text']['value'])[:80]}"
            )
        rest = [part for part in understood["remainder"] if part["why"] == "rest"]
        self.stdout.write(
            ngettext("Not understood: %(count)d passage", "Not understood: %(count)d passages", len(rest))
            % {"count": len(rest)}
        )
        for part in rest:
            start, end = part["span"]
            self.stdout.write(f"  [{start}–{end}] {' '.join(plan.source_text[start:end].split())[:100]}")
        self.stdout.write(_("Draft campaign no. %(pk)s: %(title)s") % {"pk": campaign.pk, "title": campaign.title})
