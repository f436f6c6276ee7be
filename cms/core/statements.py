"""Statements that are made once and used for every row of a long queue.

Django compiles a query set anew each time it is used. For the statements around a send that costs several times what
the database needs, so they are kept: what they mean is still written as query sets and field names, and the tests
compare what comes back with what the ORM reads.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connections, models, router
from django.db.models.query import get_related_populators

_NEVER_BY_ITSELF = 1_000_000_000

Row = TypeVar("Row", bound=models.Model)


class Mark:
    """Stands in a query set for a value that is given at each reading. `of` is any value the field would take."""

    def __init__(self, name: str, of: Any) -> None:
        self.name = name
        self.of = of


class Reading(Generic[Row]):
    """A query set of whole rows (with `select_related`) that is compiled once for each thread and connection.

    `build` makes the query set from the marks' values; each mark's value must be found in it nowhere else.
    """

    def __init__(self, build: Callable[..., "models.QuerySet[Row]"], *marks: Mark) -> None:
        self._build = build
        self._marks = marks
        self._local = threading.local()

    def __call__(self, **values: Any) -> list[Row]:
        """The rows for these values: numbers, text or instants."""
        made = self._made()
        connection = made.connection
        given = {name: _adapted(value, connection) for name, value in values.items()}
        with _cursor(connection) as run:
            cursor = run(made.sql, [each.of(given) if isinstance(each, _Place) else each for each in made.params])
            found = cursor.fetchall()
        return [made.instance(row) for row in found]

    def _made(self) -> "_Compiled":
        made: _Compiled | None = getattr(self._local, "made", None)
        if made is None or made.connection is not connections[made.alias]:
            made = _Compiled(self._build(**{mark.name: mark.of for mark in self._marks}), self._marks)
            self._local.made = made
        return made


class _Compiled:
    """What Django's ModelIterable works out for a query set, kept."""

    def __init__(self, rows: "models.QuerySet[Any]", marks: tuple[Mark, ...]) -> None:
        self.alias = rows.db
        self.connection = connections[self.alias]
        compiler = rows.query.get_compiler(using=self.alias)
        self.sql, params = compiler.as_sql()
        self.params = [_place(each, marks, self.connection) for each in params]
        missing = {mark.name for mark in marks} - {each.name for each in self.params if isinstance(each, _Place)}
        if missing:
            raise ValueError(f"the query set does not hold {sorted(missing)}")
        columns = compiler.select
        self.converters = list(compiler.get_converters([each[0] for each in columns]).items())
        info = compiler.klass_info
        fields = info["select_fields"]
        self.model = info["model"]
        self.own = slice(fields[0], fields[-1] + 1)
        self.names = [each[0].target.attname for each in columns[self.own]]
        self.annotations = list((compiler.annotation_col_map or {}).items())
        self.populators = get_related_populators(info, compiler.select, self.alias)  # type: ignore[call-arg]  # as in 5.2

    def instance(self, found: tuple[Any, ...]) -> Any:
        """One row as Django would build it."""
        row = list(found)
        for position, (converters, expression) in self.converters:
            value = row[position]
            for converter in converters:
                value = converter(value, expression, self.connection)
            row[position] = value
        made = self.model.from_db(self.alias, self.names, row[self.own])
        for populator in self.populators:
            populator.populate(row, made)
        for name, position in self.annotations:
            setattr(made, name, row[position])
        return made


def _adapted(value: Any, connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


@contextmanager
def _cursor(connection: Any) -> Iterator[Callable[[str, list[Any]], Any]]:
    """A function that runs a statement and returns the cursor to read from.

    PostgreSQL plans a join of a dozen tables for longer than it takes to answer it, so there the statement is prepared
    by the server, once for each session. Django's own cursors never do that; who watches them (tests) gets them.
    """
    watched = connection.queries_logged or connection.execute_wrappers
    if connection.vendor != "postgresql" or watched or not settings.CONG_POSTGRES_PREPARE:
        with connection.cursor() as cursor:

            def run(sql: str, params: list[Any]) -> Any:
                cursor.execute(sql, params)
                return cursor

            yield run
        return
    import psycopg

    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    session = connection.connection
    if session.prepare_threshold is None:  # Django's way of saying never; here it is asked for statement by statement
        session.prepare_threshold = _NEVER_BY_ITSELF
    with connection.wrap_database_errors, psycopg.Cursor(session) as prepared:
        yield lambda sql, params: prepared.execute(sql, params, prepare=True)


@dataclass(frozen=True)
class _Place:
    """Where a mark's value goes among a statement's parameters, in the driver's own kind of number or text."""

    name: str
    kind: type

    def of(self, given: Mapping[str, Any]) -> Any:
        value = given[self.name]
        return value if type(value) is self.kind else self.kind(value)


def _place(value: Any, marks: tuple[Mark, ...], connection: Any) -> Any:
    """The place that `value` keeps for a mark, or `value` itself."""
    for mark in marks:
        wanted = _adapted(mark.of, connection)
        if isinstance(value, type(wanted)) and value == wanted:
            return _Place(mark.name, type(value))
    return value


def update(model: type[models.Model], *, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """How many rows were changed: one plain UPDATE of columns where columns are equal to values.

    A tuple in `where` means any of its members. Names are attribute names ("variant_id"); None in `where` is refused.
    """
    connection = connections[router.db_for_write(model)]
    shape = tuple((name, len(value) if isinstance(value, tuple) else 0) for name, value in where.items())
    sql, setters, askers = _update_of(model, shape, tuple(values), connection.vendor)
    params = [setter(value, connection) for setter, value in zip(setters, values.values(), strict=True)]
    for asker, value in zip(askers, where.values(), strict=True):
        params.extend(asker(each, connection) for each in (value if isinstance(value, tuple) else (value,)))
    with _cursor(connection) as run:
        return int(run(sql, params).rowcount)


def insert(model: type[models.Model], values: Mapping[str, Any], *, unless_there: bool = False) -> int | None:
    """The new row's key; None when `unless_there` and a row with one of its unique values was there already.

    Fields that are not named take the defaults of the model.
    """
    connection = connections[router.db_for_write(model)]
    sql, names, setters, defaults = _insert_of(model, connection.vendor, unless_there)
    params = [
        setter(values[name] if name in values else default(), connection)
        for name, setter, default in zip(names, setters, defaults, strict=True)
    ]
    with _cursor(connection) as run:
        row = run(sql, params).fetchone()
    return int(row[0]) if row else None


@lru_cache(maxsize=256)
def _update_of(
    model: type[models.Model], where: tuple[tuple[str, int], ...], values: tuple[str, ...], vendor: str
) -> tuple[str, list[Callable[..., Any]], list[Callable[..., Any]]]:
    quote = _quoter(model)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    asked = [
        f"{quote(fields[name].column)} IN ({', '.join(['%s'] * count)})" if count else f"{quote(fields[name].column)} = %s"
        for name, count in where
    ]  # fmt: skip
    written = ", ".join(f"{quote(fields[name].column)} = %s" for name in values)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {written} WHERE {' AND '.join(asked)}"  # noqa: S608 - names of ours
    return (
        sql,
        [fields[name].get_db_prep_save for name in values],
        [fields[name].get_db_prep_save for name, _n in where],
    )


@lru_cache(maxsize=32)
def _insert_of(
    model: type[models.Model], vendor: str, unless_there: bool
) -> tuple[str, list[str], list[Callable[..., Any]], list[Callable[[], Any]]]:
    quote = _quoter(model)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    quiet = " ON CONFLICT DO NOTHING" if unless_there else ""
    key = quote(model._meta.pk.column)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places}){quiet} RETURNING {key}"  # noqa: S608
    return (
        sql, [field.attname for field in fields], [field.get_db_prep_save for field in fields],
        [field.get_default for field in fields],
    )  # fmt: skip


def _quoter(model: type[models.Model]) -> Callable[[Any], str]:
    quote: Callable[[Any], str] = connections[router.db_for_write(model)].ops.quote_name
    return quote
