"""Charts drawn on the server: direct labels, zero baseline, gaps as gaps, the same table beneath, readable in black and white.

Only presentation attributes and classes of work.css are used, so a strict content policy needs no exception.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

WIDTH = 480
HEIGHT = 220
LEFT, RIGHT, TOP, BOTTOM = 4, 4, 30, 34
MIN_LABEL_SPACE = 54  # px of the drawing that one label under a column needs before labels touch each other


@dataclass(frozen=True)
class Point:
    """One column or dot. `value` None is a gap (not fetched, not known), which is never drawn as zero."""

    label: str
    value: float | None
    note: str = ""


def _number(value: float) -> str:
    return number_format(value, decimal_pos=0 if float(value).is_integer() else 1, force_grouping=True)


def _scale(points: Sequence[Point], target: float | None) -> float:
    tallest = max((point.value for point in points if point.value is not None), default=0)
    return float(max(tallest, target or 0, 1))


def _every(count: int, width: float) -> int:
    """Draw every n-th label under the axis so that none touch."""
    return max(1, -(-int(MIN_LABEL_SPACE) // max(1, int(width / max(count, 1)))))


def _frame(points: Sequence[Point], body: SafeString, target: float | None, top: float) -> SafeString:
    base = HEIGHT - BOTTOM
    step = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    every = _every(len(points), WIDTH - LEFT - RIGHT)
    last = len(points) - 1
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle" class="label-muted">{}</text>',
        (
            (round(LEFT + step * (i + 0.5), 1), base + 22, point.label)
            for i, point in enumerate(points)
            if (last - i) % every == 0
        ),
    )
    line = mark_safe("")
    if target is not None:
        y = round(base - (base - TOP) * target / top, 1)
        line = format_html(
            '<line class="target-line" x1="{}" y1="{}" x2="{}" y2="{}" stroke-dasharray="6 4"/><text x="{}" y="{}" text-anchor="end">{}</text>',
            LEFT,
            y,
            WIDTH - RIGHT,
            y,
            WIDTH - RIGHT,
            y - 6,
            _("target %(value)s") % {"value": _number(target)},
        )
    return format_html(
        '<svg viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}<line class="axis" x1="{}" y1="{}" x2="{}" y2="{}"/>{}{}</svg>',
        WIDTH,
        HEIGHT,
        body,
        LEFT,
        base,
        WIDTH - RIGHT,
        base,
        labels,
        line,
    )


def _gap(x: float, width: float) -> SafeString:
    base = HEIGHT - BOTTOM
    return format_html(
        '<rect class="gap" x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}" text-anchor="middle" class="label-muted">?</text>',
        round(x, 1),
        TOP,
        round(width, 1),
        base - TOP,
        round(x + width / 2, 1),
        base - 8,
    )


def _bars(points: Sequence[Point], top: float) -> SafeString:
    base = HEIGHT - BOTTOM
    step = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    width = min(step * 0.72, 56)
    parts: list[SafeString] = []
    for i, point in enumerate(points):
        x = LEFT + step * (i + 0.5) - width / 2
        if point.value is None:
            parts.append(_gap(x, width))
            continue
        height = (base - TOP) * point.value / top
        parts.append(
            format_html(
                '<rect class="bar" x="{}" y="{}" width="{}" height="{}"/><text x="{}" y="{}" text-anchor="middle">{}</text>',
                round(x, 1),
                round(base - height, 1),
                round(width, 1),
                round(height, 1),
                round(x + width / 2, 1),
                round(base - height - 7, 1),
                _number(point.value),
            )
        )
    return format_html_join("", "{}", ((part,) for part in parts))


def _line(points: Sequence[Point], top: float) -> SafeString:
    """Dots joined only to their neighbours: a gap breaks the line."""
    base = HEIGHT - BOTTOM
    step = (WIDTH - LEFT - RIGHT) / max(len(points), 1)
    parts: list[SafeString] = []
    run: list[tuple[float, float]] = []

    def close() -> None:
        if len(run) > 1:
            parts.append(
                format_html('<polyline class="line-a" fill="none" points="{}"/>', " ".join(f"{x},{y}" for x, y in run))
            )
        run.clear()

    for i, point in enumerate(points):
        x = round(LEFT + step * (i + 0.5), 1)
        if point.value is None:
            close()
            parts.append(_gap(x - min(step, 40) / 2, min(step, 40)))
            continue
        y = round(base - (base - TOP) * point.value / top, 1)
        run.append((x, y))
        parts.append(
            format_html(
                '<circle class="dot-a" cx="{}" cy="{}" r="4"/><text x="{}" y="{}" text-anchor="middle">{}</text>',
                x,
                y,
                x,
                y - 10,
                _number(point.value),
            )
        )
    close()
    return format_html_join("", "{}", ((part,) for part in parts))


def _table(points: Sequence[Point], label_head: Any, value_head: Any, sentence: Any) -> SafeString:
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="num">{}</td>{}</tr>',
        (
            (
                point.label,
                _("no data") if point.value is None else _number(point.value),
                format_html("<td>{}</td>", point.note) if any(p.note for p in points) else "",
            )
            for point in points
        ),
    )
    note_head = format_html('<th scope="col">{}</th>', _("Note")) if any(point.note for point in points) else ""
    return format_html(
        '<details><summary>{}</summary><div class="table-wrap"><table class="table table-compact"><caption class="visually-hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th><th scope="col" class="num">{}</th>{}</tr></thead><tbody>{}</tbody></table></div></details>',
        _("The figures in a table"),
        sentence,
        label_head,
        value_head,
        note_head,
        rows,
    )


def by_week(
    sentence: Any,
    points: Sequence[Point],
    *,
    label_head: Any,
    value_head: Any,
    kind: str = "bar",
    target: float | None = None,
) -> SafeString:
    """A figure for one row of numbers by week (or day): the sentence that tells the number, the picture, the table.

    `kind` is "bar" or "line"; `target` draws a labelled dashed line. With no points, or only gaps, the picture is left out
    and the sentence and table remain.
    """
    if kind not in {"bar", "line"}:
        raise ValueError(f"unknown kind of chart: {kind}")
    picture = mark_safe("")
    if any(point.value is not None for point in points):
        top = _scale(points, target)
        body = _bars(points, top) if kind == "bar" else _line(points, top)
        picture = _frame(points, body, target, top)
    table = _table(points, label_head, value_head, sentence) if points else ""
    return format_html('<figure class="chart"><figcaption>{}</figcaption>{}{}</figure>', sentence, picture, table)


def share(done: float, target: float | None) -> SafeString:
    """A horizontal bar of what was done against a target, for a table cell; the numbers stand in the cell's own text."""
    top = max(done, target or 0, 1)
    width = round(200 * done / top, 1)
    mark = (
        ""
        if not target
        else format_html(
            '<line class="target-line" x1="{0}" y1="0" x2="{0}" y2="16"/>', min(199, round(200 * target / top, 1))
        )
    )
    return format_html(
        '<svg class="share" viewBox="0 0 200 16" width="200" height="16" aria-hidden="true" focusable="false">'
        '<rect class="bar-b" x=".75" y="2" width="198.5" height="12"/><rect class="bar" x="0" y="2" width="{}" height="12"/>{}</svg>',
        width,
        mark,
    )
