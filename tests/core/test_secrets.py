"""Secrets at rest fail closed, keep their value through a change of keys, and are shown to nobody."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection, models
from django.forms import modelform_factory
from django.forms.models import model_to_dict

from cms.core.secrets import (
    PREFIX,
    EncryptedTextField,
    Sealed,
    SecretUnreadable,
    decrypt,
    encrypt,
    rotate,
    rotate_field,
)

CANARY = "123456789:" + "canary-AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


class Vault(models.Model):
    label = models.CharField(max_length=20)
    secret = EncryptedTextField("secret", blank=True, null=True)

    class Meta:
        app_label = "core"
        managed = False
        db_table = "test_vault"


# Known to the registry only while its table is there: other tests rotate the secrets of every model.
del apps.all_models["core"]["vault"]
apps.clear_cache()


@pytest.fixture
def vault(transactional_db) -> type[Vault]:  # type: ignore[no-untyped-def]
    with connection.schema_editor() as editor:
        editor.create_model(Vault)
    apps.all_models["core"]["vault"] = Vault
    apps.clear_cache()
    yield Vault
    del apps.all_models["core"]["vault"]
    apps.clear_cache()
    with connection.schema_editor() as editor:
        editor.delete_model(Vault)


def stored(row: Vault) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM test_vault WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def test_what_is_stored_is_not_what_was_given(vault: type[Vault]) -> None:
    row = vault.objects.create(label="a", secret=CANARY)
    assert stored(row).startswith(PREFIX) and "canary" not in stored(row)
    read = vault.objects.get(pk=row.pk)
    assert read.secret == CANARY and "canary" not in repr(read.secret) and "canary" not in repr(read.__dict__)
    assert vault.objects.create(label="b", secret="").secret == ""
    assert vault.objects.create(label="c").secret is None


def test_saving_another_field_leaves_the_secret_and_needs_no_key(vault: type[Vault], settings) -> None:  # type: ignore[no-untyped-def]
    row = vault.objects.create(label="a", secret=CANARY)
    before = stored(row)
    settings.CONG_FIELD_KEYS = [Fernet.generate_key().decode()]
    read = vault.objects.get(pk=row.pk)
    read.label = "renamed"
    read.save()
    assert stored(row) == before
    with pytest.raises(SecretUnreadable):
        _ = read.secret


@pytest.mark.parametrize("keys", [[], [""], ["not a key"]])
def test_without_a_good_key_nothing_is_written_or_read(settings, keys: list[str]) -> None:  # type: ignore[no-untyped-def]
    token = encrypt(CANARY)
    settings.CONG_FIELD_KEYS = keys
    for act in (lambda: encrypt("x"), lambda: decrypt(token)):
        with pytest.raises(SecretUnreadable) as caught:
            act()
        assert "canary" not in str(caught.value)


def test_text_that_was_never_encrypted_is_refused() -> None:
    for text in (CANARY, PREFIX + "garbage", PREFIX):
        with pytest.raises(SecretUnreadable):
            decrypt(text)


def test_rotation_keeps_the_secret(vault: type[Vault], settings) -> None:  # type: ignore[no-untyped-def]
    old, new = settings.CONG_FIELD_KEYS[0], Fernet.generate_key().decode()
    rows = [vault.objects.create(label=str(number), secret=f"{CANARY}{number}") for number in range(5)]
    vault.objects.create(label="none")
    settings.CONG_FIELD_KEYS = [new, old]
    assert rotate_field(vault, "secret") == 5
    settings.CONG_FIELD_KEYS = [new]
    assert [vault.objects.get(pk=row.pk).secret for row in rows] == [f"{CANARY}{number}" for number in range(5)]
    settings.CONG_FIELD_KEYS = [old]
    with pytest.raises(SecretUnreadable):
        rotate(stored(rows[0]))


def test_it_is_not_searched(vault: type[Vault]) -> None:
    with pytest.raises(FieldError):
        list(vault.objects.filter(secret=CANARY))
    assert vault.objects.filter(secret__isnull=True).count() == 0


def test_forms_and_dumps_never_hold_it(vault: type[Vault]) -> None:
    row = vault.objects.create(label="a", secret=CANARY)
    assert "canary" not in str(model_to_dict(row)) and "canary" not in serializers.serialize("json", [row])
    form_class = modelform_factory(vault, fields=["label", "secret"])
    assert "canary" not in form_class(instance=row).as_p()
    kept = form_class({"label": "b", "secret": ""}, instance=vault.objects.get(pk=row.pk))
    kept.save()
    assert vault.objects.get(pk=row.pk).secret == CANARY
    changed = form_class({"label": "b", "secret": "brandnew"}, instance=vault.objects.get(pk=row.pk))
    assert "brandnew" not in changed.as_p()
    changed.save()
    assert vault.objects.get(pk=row.pk).secret == "brandnew"


def test_a_dump_can_be_loaded_again(vault: type[Vault]) -> None:
    row = vault.objects.create(label="a", secret=CANARY)
    dump = serializers.serialize("json", [row])
    row.delete()
    for loaded in serializers.deserialize("json", dump):
        loaded.save()
    assert vault.objects.get().secret == CANARY


def test_update_and_bulk_writes_encrypt(vault: type[Vault]) -> None:
    row = vault.objects.bulk_create([vault(label="a", secret="one")])[0]
    assert stored(row).startswith(PREFIX)
    vault.objects.filter(pk=row.pk).update(secret="two")
    assert stored(row).startswith(PREFIX) and vault.objects.get(pk=row.pk).secret == "two"
    row = vault.objects.get(pk=row.pk)
    row.secret = "three"
    vault.objects.bulk_update([row], ["secret"])
    assert stored(row).startswith(PREFIX)
    row.refresh_from_db()
    assert row.secret == "three"
    assert vault.objects.defer("secret").get(pk=row.pk).secret == "three"
    assert repr(Sealed("x")) == "Sealed(***)"


def test_the_command_rotates_every_field(vault: type[Vault], capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    vault.objects.create(label="a", secret=CANARY)
    call_command("rotate_secrets")
    assert "core.Vault.secret: 1" in capsys.readouterr().out
