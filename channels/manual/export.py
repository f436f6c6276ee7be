"""The list of tasks as a table for a spreadsheet: one row for each task, cells that no program takes for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from channels.manual.models import ManualTask
from cms.core import clock
from cms.core.files import safe_cell

MOST_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def heads() -> list[str]:
    """The names of the columns."""
    return [
        _("Number"), _("Campaign"), _("Content"), _("Language"), _("Task"), _("Form by Decree 49/2024"), _("How"),
        _("Area"), _("Carried out by"), _("Person in charge"), _("Where it is carried out"), _("Handed over at"), _("To be done by"),
        _("State"), _("Why not done"), _("Carried out at"), _("Place as confirmed"), _("How many"),
        _("People reached, as stated"), _("Counted"), _("Confirmed by"), _("Note"),
    ]  # fmt: skip


def rows(tasks: Iterable[ManualTask]) -> Iterator[list[Any]]:
    """One row for each task of `selectors.list_tasks`; times are local."""
    for task in tasks:
        told = task.told[0] if task.told else None  # type: ignore[attr-defined]
        said: list[Any] = [""] * 7
        if told is not None:
            said = [
                _local(told.aired_at), told.place, told.count, told.people,
                (_("yes") if told.counts else _("no")), str(told.confirmed_by), told.note,
            ]  # fmt: skip
        why = " · ".join(part for part in (task.get_not_done_reason_display(), task.not_done_note) if part)
        yield [
            task.pk, task.item.campaign.title, task.item.title, str(task.language_label), task.get_kind_display(),
            task.get_form_display(), task.get_means_display(), task.area.full_name if task.area else "",
            str(task.organisation), str(task.person or ""), task.place, _local(task.handed_at), _local(task.due_at),
            _("overdue") if task.is_late else task.get_state_display(), why, *said,
        ]  # fmt: skip


def as_csv(tasks: Iterable[ManualTask]) -> bytes:
    """UTF-8 with the mark that Excel looks for."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads())
    for row in rows(tasks):
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(tasks: Iterable[ManualTask]) -> bytes:
    """An Excel workbook with one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Tasks"))
    sheet.freeze_panes = "A2"
    sheet.append(heads())
    for row in rows(tasks):
        sheet.append([safe_cell(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _local(at: Any) -> str:
    return at.astimezone(clock.local_zone()).strftime("%d/%m/%Y %H:%M")
