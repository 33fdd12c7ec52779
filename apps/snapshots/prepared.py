"""Queries that every request asks: Django works out their SQL once a process.

That takes it several times as long as the database takes to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class Prepared(Generic[M]):
    """The objects of a queryset, with what it selects as related, for ever other values.

    `make` gives the queryset; it is called once, with a stand-in for each value, which is of the value's type
    and equal to nothing else in the query. Whatever else the query compares with stays as it was then.
    """

    def __init__(self, make: Callable[..., QuerySet[M]], *stand_ins: object) -> None:
        self._make = make
        self._stand_ins = stand_ins

    def __call__(self, *values: object) -> list[M]:
        plan = self._plan
        given: dict[Any, Any] = dict(zip(self._stand_ins, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, [given.get(each, each) for each in plan.parameters])
            return list(plan.objects(cursor.fetchall()))

    @cached_property
    def _plan(self) -> _Plan[M]:
        plan = _Plan(self._make(*self._stand_ins))
        if not set(self._stand_ins) <= set(plan.parameters):
            raise ValueError("the query does not compare with each of its values")
        return plan


class _Plan(Generic[M]):
    """SQL, and how its rows become objects: the steps of Django's `ModelIterable`."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = compiler.as_sql()
        columns: Any = compiler.select
        tree: Any = compiler.klass_info
        own: list[int] = tree["select_fields"]
        self._model: type[M] = queryset.model
        self._own = slice(own[0], own[-1] + 1)
        self._names = [column.target.attname for column, *_ in columns[self._own]]
        self._related = get_related_populators(tree, columns, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # Django 6's types
        self._converters = compiler.get_converters([column for column, *_ in columns])
        self._convert = compiler.apply_converters

    def objects(self, rows: Iterable[Any]) -> Iterator[M]:
        for row in self._convert(rows, self._converters):
            found = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._own])
            for related in self._related:
                related.populate(row, found)
            yield found
