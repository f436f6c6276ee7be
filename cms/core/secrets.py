"""Secrets at rest: encrypted with keys that are not in the database, unreadable without them, never guessed at.

Keys come from ``settings.CONG_FIELD_KEYS`` (Fernet keys, newest first). To change a key: put the new one in front, run
:func:`rotate_all` (``manage.py rotate_secrets``), remove the old one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from cms.core.errors import CongError

PREFIX = "enc:v1:"


class SecretUnreadable(CongError):
    """A stored secret cannot be read with the keys of this installation, or there are no keys."""

    status_code = 500

    def __init__(self, detail: str) -> None:
        message = _("A stored secret cannot be read: the encryption key is missing or wrong. Please tell the operator.")
        super().__init__(message, detail=detail)


class Secret(str):
    """A secret in clear: text in every way, but its repr (tracebacks, debug pages, logs) shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)" if self else "Secret('')"


class Sealed:
    """A secret as it is stored, not yet decrypted."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "Sealed(***)"


@lru_cache(maxsize=4)
def _engine(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys])
    except (ValueError, TypeError) as error:
        raise SecretUnreadable("CONG_FIELD_KEYS holds something that is not a Fernet key") from error


def _fernet() -> MultiFernet:
    keys = tuple(str(key) for key in getattr(settings, "CONG_FIELD_KEYS", ()) or () if str(key).strip())
    if not keys:
        raise SecretUnreadable("CONG_FIELD_KEYS is empty")
    return _engine(keys)


def encrypt(plain: str) -> str:
    """Return the text encrypted with the newest key, marked ``enc:v1:``. Raises SecretUnreadable without a key."""
    return PREFIX + _fernet().encrypt(plain.encode()).decode("ascii")


def decrypt(stored: str) -> Secret:
    """Return the secret in clear. Raises SecretUnreadable for a wrong key, and for text that was never encrypted."""
    if not stored.startswith(PREFIX):
        raise SecretUnreadable("the stored value is not encrypted")
    try:
        return Secret(_fernet().decrypt(stored[len(PREFIX) :].encode()).decode())
    except (InvalidToken, UnicodeError) as error:
        raise SecretUnreadable("no key fits") from error


def rotate(stored: str) -> str:
    """Return the same secret encrypted with the newest key. Raises SecretUnreadable when no key fits."""
    return encrypt(decrypt(stored))


class _SecretAttribute(DeferredAttribute):
    """Decrypts when somebody reads the attribute: a row whose key is lost can still be listed, disabled and saved."""

    field: EncryptedTextField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            return decrypt(value.token)
        return Secret(value) if isinstance(value, str) else value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SecretInput(forms.PasswordInput):
    """An empty password box: what is stored is never sent to a browser."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "new-password", **(attrs or {})}, render_value=False)


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database and decrypted when read.

    In a form it is an empty box, and leaving it empty keeps what is stored. It cannot be searched (only ``isnull``):
    the same text is encrypted differently each time. Serialised data carries the encrypted form.
    """

    descriptor_class = _SecretAttribute

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | str | None:
        """Keep the stored text sealed until it is needed."""
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Hand the value over as it is, sealed or not: saving another field needs no key."""
        return model_instance.__dict__.get(self.attname)

    def get_prep_value(self, value: Any) -> str | None:
        """Encrypt what is in clear; a sealed value goes back unchanged."""
        if isinstance(value, Sealed):
            return value.token
        if value is None or value == "":
            return value
        return encrypt(str(value))

    def to_python(self, value: Any) -> Any:
        """A sealed value stays sealed (deserialised data carries it with its mark)."""
        if isinstance(value, str) and value.startswith(PREFIX):
            return Sealed(value)
        return value if isinstance(value, Sealed) else super().to_python(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """A sealed value was checked when it was given."""
        return value if isinstance(value, Sealed) else super().clean(value, model_instance)

    def value_from_object(self, obj: models.Model) -> str:  # type: ignore[override]
        """Nothing: forms and dictionaries made from the object never hold the secret."""
        return ""

    def value_to_string(self, obj: models.Model) -> str:
        """The encrypted form, for serialisers."""
        return self.get_prep_value(obj.__dict__.get(self.attname)) or ""

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """Take what was typed; an empty box keeps what is stored."""
        if data:
            super().save_form_data(instance, data)

    def formfield(self, **kwargs: Any) -> Any:
        """An empty password box."""
        kwargs.update({"widget": SecretInput, "required": False})
        return forms.CharField(
            label=kwargs.get("label", self.verbose_name),
            help_text=kwargs.get("help_text", self.help_text),
            required=False,
            strip=True,
            widget=SecretInput,
        )

    def get_lookup(self, lookup_name: str) -> Any:
        """Only ``isnull``: any other comparison with an encrypted column would silently find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


def rotate_field(model: type[models.Model], name: str) -> int:
    """Encrypt every value of one field with the newest key; returns how many rows were changed.

    One short transaction per row. Raises SecretUnreadable at the first row that no key opens, which is left as it is.
    """
    changed = 0
    for key in list(model._base_manager.values_list("pk", flat=True)):
        with transaction.atomic():
            row = model._base_manager.select_for_update().filter(pk=key).only("pk", name).first()
            sealed = row.__dict__.get(name) if row else None
            if isinstance(sealed, Sealed):
                model._base_manager.filter(pk=key).update(**{name: Sealed(rotate(sealed.token))})
                changed += 1
    return changed


def rotate_all() -> dict[str, int]:
    """Rotate every encrypted field of every model: {"delivery.Credential.secret": rows}."""
    return {
        f"{model._meta.label}.{field.name}": rotate_field(model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    }
