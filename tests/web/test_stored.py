"""A stored row takes its columns from its table, and nothing is defined twice."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import models

from takeroot.vocabulary.tables import TABLES
from takeroot.web.stored import STORED


@pytest.mark.parametrize("name", list(TABLES))
def test_a_model_has_the_columns_of_its_table_and_only_what_the_web_adds(name):
    model, table = STORED[name], TABLES[name]
    fields = {field.name: field for field in model._meta.local_fields}
    added = {"row", "key", "line", "programme"} | ({"covariates"} if table.open else set())
    assert set(fields) == set(table.columns) | added
    assert {name for name, field in fields.items() if not field.null} - added - {"id"} == set(table.required)
    assert model._meta.db_table == name
    kinds = {"day": models.DateField, "number": models.FloatField, "count": models.BigIntegerField}
    for column, declared in table.columns.items():
        assert isinstance(fields[column], kinds.get(declared.kind, models.Field))


@pytest.mark.django_db
def test_the_migrations_make_these_models():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_the_house_finds_nothing_wrong_with_itself():
    call_command("check", fail_level="WARNING", verbosity=0)
