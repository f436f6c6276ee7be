"""The settings of a WordPress destination and of its key."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.website.fields import SiteAddressField
from cms.core.languages import ORTHOGRAPHIES

DRAFT, TRASH = "draft", "trash"
_SLUG = re.compile(r"^[a-z0-9%_-]{1,190}$")


class WordPressConfigForm(forms.Form):
    """Which site, how a text leaves it again, and under which categories it stands there."""

    site = SiteAddressField(
        folder=True,
        label=gettext_lazy("Address of the WordPress site"),
        help_text=gettext_lazy("The address that visitors type, for example https://vanhoa.tinh.gov.vn"),
    )
    take_down = forms.ChoiceField(
        label=gettext_lazy("When a text is taken down"),
        required=False,
        choices=[
            (DRAFT, gettext_lazy("keep it there as a draft that nobody sees")),
            (TRASH, gettext_lazy("move it to the bin of the site")),
        ],
    )
    categories = forms.CharField(
        label=gettext_lazy("Categories"),
        required=False,
        max_length=500,
        help_text=gettext_lazy(
            "Their addresses (slugs) as the site has them, with commas between; they must exist there."
        ),
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Their addresses (slugs), with commas between; they must exist there."),
    )
    language_categories = forms.CharField(
        label=gettext_lazy("A category for each language"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, for example: jra = tieng-jrai. Added to the categories above."),
    )
    multilingual = forms.BooleanField(
        label=gettext_lazy("The site has a language extension (Polylang, WPML): send the language along"),
        required=False,
    )
    featured = forms.BooleanField(
        label=gettext_lazy("The first picture is the post's featured picture too"), required=False
    )
    plain_addresses = forms.BooleanField(
        label=gettext_lazy("The site has no readable addresses (/?p=12)"),
        required=False,
        help_text=gettext_lazy("Its API is then called as /?rest_route=…"),
    )

    def clean_categories(self) -> str:
        """Proper addresses, with commas between."""
        return _checked(self.cleaned_data["categories"])

    def clean_tags(self) -> str:
        """Proper addresses, with commas between."""
        return _checked(self.cleaned_data["tags"])

    def clean_language_categories(self) -> str:
        """Lines of written language = address."""
        for code, slug in _pairs(self.cleaned_data["language_categories"]):
            if code not in ORTHOGRAPHIES:
                raise forms.ValidationError(_("“%(code)s” is not a written language of this system.") % {"code": code})
            _checked(slug)
        return str(self.cleaned_data["language_categories"]).strip()

    def clean(self) -> dict[str, Any]:
        """An empty choice means the usual one."""
        cleaned = super().clean() or {}
        cleaned["take_down"] = cleaned.get("take_down") or DRAFT
        return cleaned


class WordPressKeyForm(forms.Form):
    """What goes with an application password."""

    user = forms.CharField(
        label=gettext_lazy("User name on the WordPress site"),
        max_length=100,
        help_text=gettext_lazy(
            "The account needs the role Author or Editor. The key is an application password made for it under "
            "Users → Profile, not the password it logs in with."
        ),
    )

    def clean_user(self) -> str:
        """Without a colon, which HTTP Basic could not carry."""
        user = str(self.cleaned_data["user"]).strip()
        if ":" in user:
            raise forms.ValidationError(_("A user name has no colon."))
        return user


def slugs_of(text: str) -> list[str]:
    """The addresses in a line with commas between."""
    return [piece.strip().lower() for piece in text.split(",") if piece.strip()]


def categories_of(lines: str, orthography: str | None) -> list[str]:
    """The categories that a destination's lines name for a written language (None: for any)."""
    return [slug for code, slug in _pairs(lines) if orthography in (None, code) and slug]


def _pairs(lines: str) -> list[tuple[str, str]]:
    pairs = [line.partition("=") for line in lines.splitlines() if line.strip()]
    return [(code.strip(), slug.strip().lower()) for code, _equals, slug in pairs]


def _checked(value: str) -> str:
    slugs = slugs_of(value)
    for slug in slugs:
        if not _SLUG.match(slug):
            raise forms.ValidationError(
                _("“%(slug)s” is not the address of a category or tag: letters without marks, digits and hyphens only.")
                % {"slug": slug}
            )
    return ", ".join(slugs)
