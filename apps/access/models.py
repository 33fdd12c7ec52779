"""What people and programs may see, and what they did."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from knox.models import AbstractAuthToken

from apps.snapshots.models import Cluster


class Role(models.TextChoices):
    """From the least to the most; each may do what those before it may."""

    VIEWER = "viewer", "viewer"
    REVIEWER = "reviewer", "reviewer"
    ADMINISTRATOR = "administrator", "administrator"


class Scope(models.Model):
    """Limits a person, or whoever is in a group, to a cluster and there to namespaces.

    `namespaces`: names and globs, such as `payments` and `team-a-*`; empty: the whole cluster. Several scopes
    add up. Who has none is not limited, unless SCOPES_REQUIRED is set.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="scopes")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="scopes")
    cluster = models.ForeignKey(Cluster, models.SET_NULL, null=True, related_name="scopes")
    namespaces = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(group__isnull=True), name="scope_of_one_user_or_group"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group}: {self.cluster} {' '.join(self.namespaces)}".strip()


class ApiToken(AbstractAuthToken):
    """A program's key: only its hash is stored. It may do what its user may, and no more than it says itself.

    `clusters`: `{slug: [names and globs of namespaces]}`, where no name means the whole cluster; empty: no
    limit of its own.
    """

    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=Role, default=Role.VIEWER)
    clusters = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Who read, exported, changed or signed what; also who was refused. Rows are added, never changed."""

    class Action(models.TextChoices):
        READ = "read"
        EXPORT = "export"
        CHANGE = "change"
        SIGN = "sign"
        LOGIN = "login"
        LOGOUT = "logout"

    at = models.DateTimeField(default=timezone.now, editable=False)
    who = models.CharField(max_length=150, blank=True)
    token = models.CharField(max_length=120, blank=True)  # its name
    action = models.CharField(max_length=8, choices=Action.choices)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=2000)
    cluster = models.CharField(max_length=63, blank=True)
    status = models.PositiveSmallIntegerField()
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(
        null=True, editable=False
    )  # of a change of access: {what: "as it is" or "was → is"}

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["cluster", "-id"], name="audit_cluster"),
            models.Index(fields=["who", "-id"], name="audit_who"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.who or 'nobody'} {self.action} {self.path}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise PermissionError("the audit trail is written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise PermissionError("the audit trail is not shortened")
