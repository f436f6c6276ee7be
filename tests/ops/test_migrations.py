"""Migrations go back and forth. That none is missing is asked by `make check`."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("label", ["translations", "library", "press", "delivery", "ch_loudspeaker", "ch_manual"])
def test_a_room_can_be_taken_down_and_built_again(label):
    call_command("migrate", label, "zero", verbosity=0, interactive=False)
    tables = connection.introspection.table_names()
    assert not [model for model in apps.get_app_config(label).get_models() if model._meta.db_table in tables]
    call_command("migrate", verbosity=0, interactive=False)
    executor = MigrationExecutor(connection)
    assert not executor.migration_plan(executor.loader.graph.leaf_nodes())
