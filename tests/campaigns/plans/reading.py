"""Helpers of the plan tests: where texts lie, short ways to values, and what every reading must satisfy."""

import re
import unicodedata
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from campaigns.plans.parser import parse_plan
from campaigns.plans.parser.coverage import leaves_of
from campaigns.plans.parser.flat import fold_same_length

FIXTURES = Path(__file__).parent / "fixtures"
SEEDS = Path(__file__).resolve().parents[4] / "shared" / "seeds"
KEYS = {
    "source_text",
    "number",
    "kind",
    "issuer",
    "place",
    "signed_on",
    "basis",
    "purposes",
    "contents",
    "forms",
    "tasks",
    "recipients",
    "observances",
    "topics",
    "audiences",
    "targets",
    "signatory",
    "not_understood",
}
COMPARISONS = {"at_least", "more_than", "at_most", "less_than", "exactly", "reduce_by", "increase_by"}


def seed_text(number: str) -> str:
    """The text of a seed plan; the test is skipped where the shared folder is absent."""
    found = sorted(SEEDS.glob(f"{number}_*.txt")) if SEEDS.exists() else []
    if not found:
        pytest.skip("../shared/seeds is absent: the real plans are not part of the repository")
    return found[0].read_text(encoding="utf-8")


def fixture_text(name: str) -> str:
    """The text of a made-up plan."""
    return (FIXTURES / f"{name}.txt").read_text(encoding="utf-8")


def value(leaf: dict[str, Any] | None) -> Any:
    """A leaf's value, or None."""
    return leaf["value"] if leaf else None


def values(leaves: list[dict[str, Any]]) -> list[Any]:
    """The values of a list of leaves."""
    return [leaf["value"] for leaf in leaves]


def bodies(plan: dict[str, Any], role: str) -> dict[str, list[str]]:
    """Texts of tasks by body, for one role."""
    found: dict[str, list[str]] = defaultdict(list)
    for task in plan["tasks"]:
        if value(task["role"]) == role:
            found[value(task["body"])].append(value(task["text"]))
    return dict(found)


def basis(plan: dict[str, Any]) -> dict[str | None, str | None]:
    """Basis documents: number → date."""
    return {value(one["number"]): value(one["signed_on"]) for one in plan["basis"]}


def targets(plan: dict[str, Any]) -> list[tuple[str, float, str]]:
    """Targets as (comparison, figure, unit)."""
    return [(value(t["comparison"]), value(t["value"]), value(t["unit"])) for t in plan["targets"]]


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return re.findall(r"\w+", fold_same_length(text))


def check_shape(plan: dict[str, Any]) -> None:
    """The object of issue 2: its keys, its leaves, its spans, nothing dropped."""
    assert set(plan) == KEYS
    source = plan["source_text"]
    assert unicodedata.is_normalized("NFC", source)
    for key in ("number", "kind", "issuer", "place", "signed_on", "signatory"):
        assert plan[key] is None or set(plan[key]) == {"value", "span"}
    for one in plan["basis"]:
        assert set(one) == {"number", "kind", "signed_on", "issuer"}
    for task in plan["tasks"]:
        assert set(task) == {"body", "role", "text", "due"}
        assert value(task["role"]) in ("lead", "coordinate", "both")
    for target in plan["targets"]:
        assert set(target) == {"text", "value", "unit", "comparison"}
        assert isinstance(value(target["value"]), int | float)
        assert value(target["comparison"]) in COMPARISONS
    leaves = leaves_of({key: part for key, part in plan.items() if key != "source_text"})
    covered = bytearray(len(source))
    for leaf in leaves:
        start, end = leaf["span"]
        assert 0 <= start < end <= len(source), leaf
        covered[start:end] = b"\x01" * (end - start)
    lost = [i for i, ch in enumerate(source) if not ch.isspace() and not covered[i]]
    assert not lost, source[max(0, lost[0] - 40) : lost[0] + 40]


def check_evidence(plan: dict[str, Any]) -> None:
    """Every value can be found in the words of its span."""
    source = plan["source_text"]

    def shown(leaf: dict[str, Any] | None) -> list[str]:
        return words(source[leaf["span"][0] : leaf["span"][1]]) if leaf else []

    def holds(leaf: dict[str, Any] | None) -> None:
        if leaf:
            seen = set(shown(leaf))
            missing = [word for word in words(str(leaf["value"])) if word not in seen]
            assert not missing, (leaf, source[leaf["span"][0] : leaf["span"][1]])

    # A letter is shown by its "V/v"; without a title line the symbol of the number tells the kind.
    kind = source[slice(*plan["kind"]["span"])] if plan["kind"] else ""
    letter = bool(re.search(r"V\s*/\s*v|(?:KH|NQ|QĐ|CT|CTr|HD|TB|KL|ĐA|BC)[-/]", kind))
    singles = [plan[key] for key in ("kind", "issuer", "place", "signatory")]
    lists = [leaf for key in ("purposes", "contents", "forms", "recipients", "observances") for leaf in plan[key]]
    inner = [part for task in plan["tasks"] for part in (task["body"], task["text"])]
    inner += [part for target in plan["targets"] for part in (target["text"], target["unit"])]
    inner += [part for one in plan["basis"] for part in (one["kind"], one["issuer"])]
    singles = singles[1:] if letter else singles
    for leaf in [*singles, *lists, *inner]:
        holds(leaf)
    for leaf in [plan["signed_on"], *(one["signed_on"] for one in plan["basis"])]:
        if leaf:
            day = date.fromisoformat(leaf["value"])
            numbers = [int(word) for word in shown(leaf) if word.isdigit()]
            assert {day.day, day.month, day.year} <= set(numbers), leaf
    for leaf in [plan["number"], *(one["number"] for one in plan["basis"])]:
        if leaf:
            start, end = leaf["span"]
            assert leaf["value"] in re.sub(r"\s", "", source[start:end])
    for target in plan["targets"]:
        start, end = target["value"]["span"]
        figure = re.sub(r"[^\d,]", "", source[start:end]).replace(",", ".")
        assert float(figure) == float(target["value"]["value"])


def read(text: str) -> dict[str, Any]:
    """A reading that satisfies what every reading must."""
    plan = parse_plan(text)
    check_shape(plan)
    check_evidence(plan)
    return plan
