"""`manage.py match_press --campaigns sample IN.jsonl OUT.jsonl`: which topics press items concern, and why."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.core.text import clean_line
from media.press.matching import Match, Matcher, Query
from media.press.sample_queries import SAMPLE_QUERIES


class Command(BaseCommand):
    help = "Adds to each press item of a JSONL file the topics it concerns and the phrases that decided."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="JSONL file with url, outlet, date, title, summary in each line")
        parser.add_argument("target", help="JSONL file to write: the same items with topics and reasons")
        parser.add_argument("--campaigns", choices=["sample"], default="sample", help="whose queries to use")

    def handle(self, *args: Any, **options: Any) -> None:
        matcher = Matcher({code: Query.from_json(data) for code, data in SAMPLE_QUERIES.items()})
        done = wrong = 0
        try:
            with open(options["source"], encoding="utf-8-sig", errors="replace") as source:
                with open(options["target"], "w", encoding="utf-8") as target:
                    for number, line in enumerate(source, start=1):
                        if not line.strip():
                            continue
                        item = _item(line)
                        if item is None:
                            wrong += 1
                            self.stderr.write(f"{Path(options['source']).name}:{number}: not a JSON object, left out")
                            continue
                        target.write(json.dumps(judged(matcher, item), ensure_ascii=False) + "\n")
                        done += 1
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.stderr.write(f"{done} items matched, {wrong} lines left out")


def judged(matcher: Matcher, item: dict[str, Any]) -> dict[str, Any]:
    """The item with `topics` (a list of topic codes) and `reasons` ({topic: [{phrase, term, field, start, end}]}).

    Offsets count in the title and summary as given, after NFC and with white space on one line, which is how the text
    is also returned under `phrase`.
    """
    texts = {field: clean_line(_string(item.get(field))) for field in ("title", "summary")}
    matches = matcher.match(texts["title"], texts["summary"])
    return item | {
        "topics": [str(match.query) for match in matches],
        "reasons": {str(match.query): _reasons(match, texts) for match in matches},
    }


def _reasons(match: Match, texts: dict[str, str]) -> list[dict[str, Any]]:
    return [{"phrase": texts[reason.field][reason.start : reason.end]} | reason.as_json() for reason in match.reasons]


def _item(line: str) -> dict[str, Any] | None:
    try:
        item = json.loads(line)
    except ValueError:
        return None
    return item if isinstance(item, dict) else None


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
