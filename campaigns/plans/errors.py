"""Why a file cannot be read as a plan. Each message says what to do instead."""

from typing import Any

from django.utils.translation import gettext as _

from cms.core.errors import BadInput


class UnreadablePlan(BadInput):
    """The file was kept, but no text could be taken from it. `code` is stable, for tests and logs."""

    code = "unreadable"

    def __init__(self, **details: Any) -> None:
        super().__init__(self.sentence(), code=self.code, **details)

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("This file could not be read as a plan. Save it again as DOCX or PDF, or paste its text.")


class EmptyPlan(UnreadablePlan):
    """No bytes, or no letters."""

    code = "empty"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("The file is empty. Choose the plan again.")


class PlanTooLarge(UnreadablePlan):
    """More bytes than a plan has."""

    code = "too_large"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("The file is larger than 20 MB. Send the plan without its pictures, or as text.")


class PlanTooLong(UnreadablePlan):
    """More letters than a plan has."""

    code = "too_long"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("The text is longer than 600,000 letters. Send the plan alone, without its annexes.")


class BinaryPlan(UnreadablePlan):
    """Neither text nor DOCX nor PDF."""

    code = "binary"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("This is not a text, DOCX or PDF file. Open it in Word and save it as DOCX.")


class OldWordPlan(UnreadablePlan):
    """A .doc of Word 97–2003."""

    code = "old_word"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("This is a Word file of the old kind (.doc). Open it in Word and save it as DOCX.")


class ProtectedPlan(UnreadablePlan):
    """A PDF or an Office file behind a password."""

    code = "protected"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("The file is protected by a password. Remove the password and upload it again.")


class ScannedPlan(UnreadablePlan):
    """A PDF of pictures."""

    code = "scanned"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _(
            "This PDF holds only pictures of pages, no text. Ask for the original file, or have it read by a text "
            "scanner first."
        )


class SuspiciousPlan(UnreadablePlan):
    """A DOCX that unpacks to far more than a document."""

    code = "bomb"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("The file unpacks to far more than a document holds, so it was not opened. Save it again as DOCX.")


class OldEncodingPlan(UnreadablePlan):
    """Text in an encoding or a font from before Unicode (windows-1258, TCVN3, VNI)."""

    code = "old_encoding"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _(
            "The letters are in an old Vietnamese encoding (TCVN3, VNI, windows-1258). Convert the text to Unicode and "
            "save it as UTF-8."
        )


class DamagedPlan(UnreadablePlan):
    """A DOCX or PDF that is cut short or broken, or that takes too long to open."""

    code = "damaged"

    def sentence(self) -> str:
        """What happened and what to do."""
        return _("The file is damaged and could not be opened. Save it again as DOCX or PDF and upload it once more.")


BY_CODE: dict[str, type[UnreadablePlan]] = {
    kind.code: kind
    for kind in (
        UnreadablePlan,
        EmptyPlan,
        PlanTooLarge,
        PlanTooLong,
        BinaryPlan,
        OldWordPlan,
        ProtectedPlan,
        ScannedPlan,
        SuspiciousPlan,
        OldEncodingPlan,
        DamagedPlan,
    )
}
