"""`manage.py role USER [ROLE]`: what somebody may do, and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.access.roles import Role, give_role, role_of


class Command(BaseCommand):
    help = "Shows the role of a user, or gives it one: viewer, reviewer or administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the name that the user logs in with")
        parser.add_argument("role", nargs="?", choices=[str(role) for role in Role])

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        if options["role"]:
            give_role(user, Role(options["role"]))
        self.stdout.write(str(role_of(user)))
