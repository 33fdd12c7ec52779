"""Fields that several questions and answers share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.engine import Severity
from apps.engine.model import PROTOCOLS, Backend, Dns, Verdict
from apps.reachability.finding_ids import FINDING_IDS
from apps.reachability.grammar import LONGEST, Query, QueryRefused, parse_query

VERDICTS = [str(verdict) for verdict in Verdict]
DNS = [str(dns) for dns in Dns]
EXTENTS = ["all", "some", "none"]  # for how many workloads a policy isolates a direction
CHANGES = ["opened", "closed", "changed"]
LONGEST_NAME = 253


def one_of(words: Iterable[str], **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[str(word) for word in words], **options)


def port_number(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=65535, **options)


def name(form: str, words: str, **options: Any) -> serializers.RegexField:
    """A name, or names with slashes between: a pattern, and the same in words."""
    wrong: dict[str, Any] = {"invalid": f"must be {words}"}
    return serializers.RegexField(
        form, max_length=3 * LONGEST_NAME, help_text=words, error_messages=wrong, **options
    )


def verdict(**options: Any) -> serializers.ChoiceField:
    return one_of(VERDICTS, **options)


def dns(**options: Any) -> serializers.ChoiceField:
    return one_of(DNS, **options)


def backend(**options: Any) -> serializers.ChoiceField:
    return one_of(Backend, **options)


def protocol(**options: Any) -> serializers.ChoiceField:
    return one_of(PROTOCOLS, **options)


def change(**options: Any) -> serializers.ChoiceField:
    return one_of(CHANGES, **options)


class WordsField(serializers.Field[frozenset[Any], str, str, Any]):
    """Words of one set with commas between, such as `allowed,partial`; `empty`: also none at all."""

    default_error_messages = {"unknown": "{word} is not one of {words}"}

    def __init__(self, words: Iterable[str], *, empty: bool = False, **options: Any) -> None:
        self.words = {str(word): word for word in words}
        self.empty = empty
        super().__init__(**options)

    def to_internal_value(self, data: str) -> frozenset[Any]:
        given = data.split(",") if data or not self.empty else []
        for word in given:
            if word not in self.words:
                self.fail("unknown", word=repr(word), words=", ".join(self.words))
        return frozenset(self.words[word] for word in given)

    def to_representation(self, value: frozenset[Any]) -> str:
        return ",".join(sorted(value))


@extend_schema_field({"type": "string", "example": "orders,payments"})
class NamesField(serializers.Field[tuple[str, ...], str, str, Any]):
    """Names with commas between."""

    def to_internal_value(self, data: str) -> tuple[str, ...]:
        return tuple(data.split(","))

    def to_representation(self, value: tuple[str, ...]) -> str:
        return ",".join(value)


@extend_schema_field({"type": "string", "example": "allowed,partial"})
class VerdictsField(WordsField):
    def __init__(self, **options: Any) -> None:
        super().__init__(Verdict, **options)


@extend_schema_field({"type": "string", "example": "blocked,unknown"})
class DnsField(WordsField):
    def __init__(self, **options: Any) -> None:
        super().__init__(Dns, **options)


@extend_schema_field({"type": "string", "example": "high,medium"})
class SeveritiesField(WordsField):
    def __init__(self, **options: Any) -> None:
        super().__init__(Severity, **options)


@extend_schema_field({"type": "string", "example": "unrestricted-service,dns-blocked"})
class FindingIdsField(WordsField):
    def __init__(self, **options: Any) -> None:
        super().__init__(FINDING_IDS, **options)


@extend_schema_field(
    {"type": "string", "maxLength": LONGEST, "example": "from:env=dev to:env=prod -dns:blocked"}
)
class QueryField(serializers.Field[Query, str, str, Any]):
    """A line of the filter grammar (docs/filters.md); every token that cannot be read is told."""

    def to_internal_value(self, data: str) -> Query:
        try:
            return parse_query(data)
        except QueryRefused as error:
            raise serializers.ValidationError([str(problem) for problem in error.problems]) from error

    def to_representation(self, value: Query) -> str:
        return str(value)
