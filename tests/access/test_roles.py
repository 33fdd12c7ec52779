"""Roles are groups; each may do what the lower ones may."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.management import CommandError, call_command

from apps.access.roles import Role, give_role, may_administer, may_review, role_of


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("ann", password="a long password")


def test_the_migration_makes_the_groups(db: None) -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= set(Role)


@pytest.mark.parametrize(
    ("role", "reviews", "administers"),
    [(Role.VIEWER, False, False), (Role.REVIEWER, True, False), (Role.ADMINISTRATOR, True, True)],
)
def test_what_a_role_may_do(person: User, role: Role, reviews: bool, administers: bool) -> None:
    give_role(person, role)
    assert role_of(person) is role
    assert (may_review(person), may_administer(person)) == (reviews, administers)


def test_without_a_role_one_looks(person: User) -> None:
    assert role_of(person) is Role.VIEWER
    assert not may_review(person)


def test_the_highest_of_several_counts(person: User) -> None:
    person.groups.set(Group.objects.filter(name__in=Role))
    assert role_of(person) is Role.ADMINISTRATOR


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_djangos_own_flags_administer(person: User, flag: str) -> None:
    setattr(person, flag, True)
    assert may_administer(person)


def test_who_is_not_in_has_no_role(person: User) -> None:
    assert role_of(AnonymousUser()) is None
    person.is_active = False
    assert role_of(person) is None
    assert not may_review(AnonymousUser())


def test_giving_a_role_takes_the_others_and_leaves_other_groups(person: User) -> None:
    other = Group.objects.create(name="payments team")
    person.groups.add(other)
    give_role(person, Role.ADMINISTRATOR)
    give_role(person, Role.VIEWER)
    assert set(person.groups.values_list("name", flat=True)) == {"payments team", "viewer"}


def test_the_command_gives_and_shows(person: User) -> None:
    call_command("role", "ann", "reviewer", stdout=StringIO())
    shown = StringIO()
    call_command("role", "ann", stdout=shown)
    assert shown.getvalue() == "reviewer\n"
    with pytest.raises(CommandError, match="no user 'bob'"):
        call_command("role", "bob", "viewer")
