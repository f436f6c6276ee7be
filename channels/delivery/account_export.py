"""The register as a table to keep or hand in: CSV and XLSX, every cell safe to open."""

import csv
import io
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from channels.delivery.account_selectors import AccountRow
from cms.core.files import safe_cell

_WIDTHS = (18, 36, 44, 40, 26, 30, 18, 26, 24, 14, 34)


def head() -> list[str]:
    """The names of the columns."""
    return [
        _("Kind"), _("Name"), _("Address"), _("Owned by"), _("Person in charge"), _("How to reach"), _("Verified at"),
        _("Verified by"), _("Key"), _("In use"), _("To do"),
    ]  # fmt: skip


def cells(row: AccountRow) -> list[str]:
    """One account as texts, none of which a table program takes for a formula."""
    account = row.account
    verified = account.verified_at
    local = verified.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%d/%m/%Y %H:%M") if verified else ""
    values = [
        str(account.get_platform_display()), account.name, account.address, account.organisation.name,
        account.person_in_charge.get_full_name() if account.person_in_charge else "", account.contact, local,
        account.verified_by.get_full_name() if account.verified_by else "", row.health_words,
        _("yes") if account.active else _("no"), "; ".join(row.reminders),
    ]  # fmt: skip
    return [str(safe_cell(value)) for value in values]


def as_csv(rows: Iterable[AccountRow]) -> bytes:
    """UTF-8 with a mark at its beginning: without it Excel shows Vietnamese as nonsense."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(head())
    writer.writerows(cells(row) for row in rows)
    return target.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[AccountRow]) -> bytes:
    """A workbook of one sheet; the first row stays in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Official accounts")[:31])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    titles = []
    for text in head():
        cell = WriteOnlyCell(sheet, value=text)
        cell.font = Font(bold=True)
        titles.append(cell)
    sheet.append(titles)
    for row in rows:
        sheet.append(cells(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
