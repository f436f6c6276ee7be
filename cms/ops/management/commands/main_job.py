"""manage.py main_job: the way from a plan to a counted echo, headless, in a temporary folder."""

import json
import signal
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.ops.main_job import outside
from cms.ops.main_job_steps import Steps


class Command(BaseCommand):
    """Prints what happened step by step with ids; exits non-zero when a step failed."""

    help = "Run the main job end to end and say what happened."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """--json prints one object at the end; --inside is how the command calls itself."""
        parser.add_argument("--json", action="store_true", help="print one JSON object with all steps")
        parser.add_argument("--inside", action="store_true", help="internal: run the steps in this database")
        parser.add_argument("--press-base", default="", help="internal: address of the simulated newspaper")

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs all steps, or those before the first that fails."""
        if options["inside"]:
            steps = []
            for step in Steps(options["press_base"]).run():
                steps.append(step)
                self.stdout.write(json.dumps(step, ensure_ascii=False, default=str))
                self.stdout.flush()
            if not steps[-1]["ok"]:
                sys.exit(1)
            return
        # A stop from outside must still stop the processes that were started here.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        seen: list[dict[str, Any]] = []

        def say(step: dict[str, Any]) -> None:
            seen.append(step)
            if not options["json"]:
                facts = {key: value for key, value in step.items() if key not in {"step", "ok"}}
                self.stdout.write(f"{'ok    ' if step['ok'] else 'FAILED'} {step['step']:<12} {facts}")

        ok = outside(say)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": ok, "steps": seen}, ensure_ascii=False, indent=2))
        if not ok:
            sys.exit(1)
