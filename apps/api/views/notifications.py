"""Whom to tell of what happens in a cluster. For administrators: addresses may be secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_body, read_query
from apps.api.lookup import find_cluster
from apps.api.permissions import AdministratorsOnly
from apps.api.problems import Refusal
from apps.api.serializers.notifications import (
    AddedNotificationRule,
    DeliverySerializer,
    NewNotificationRule,
    NotificationRuleChange,
    NotificationRuleSerializer,
)
from apps.api.serializers.questions import NoQuery
from apps.review.models import NotificationRule
from apps.review.notifications.add_rule import RuleRefused, add_rule, remove_rule
from apps.review.notifications.change_rule import change_rule
from apps.review.notifications.queries import deliveries_of, rules_of
from apps.review.tasks import request_test


class NotificationRulesView(GenericAPIView[Any]):
    permission_classes = [AdministratorsOnly]
    serializer_class = NotificationRuleSerializer

    @extend_schema(operation_id="notification_rules_list", responses=NotificationRuleSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The oldest first."""
        read_query(request, NoQuery, paged=True)
        page = self.paginate_queryset(rules_of(find_cluster(slug)))
        return self.get_paginated_response(NotificationRuleSerializer(page, many=True).data)

    @extend_schema(
        operation_id="notification_rules_create",
        request=NewNotificationRule,
        responses={201: AddedNotificationRule},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Adds a rule, from now on. The answer, and no other, tells the secret that signs its messages."""
        given = read_body(request, NewNotificationRule)
        with _refusals():
            rule, secret = add_rule(find_cluster(slug), **given, by=request.user.get_username())
        rule.secret = secret
        location = reverse("api:notification", args=[slug, rule.pk])
        return Response(AddedNotificationRule(rule).data, status=201, headers={"Location": location})


class NotificationRuleView(GenericAPIView[Any]):
    permission_classes = [AdministratorsOnly]
    serializer_class = NotificationRuleSerializer

    @extend_schema(operation_id="notification_rules_read")
    def get(self, request: Request, slug: str, rule_id: int) -> Response:
        read_query(request, NoQuery)
        return Response(NotificationRuleSerializer(_find(slug, rule_id)).data)

    @extend_schema(
        operation_id="notification_rules_change",
        request=NotificationRuleChange,
        responses=AddedNotificationRule,
    )
    def patch(self, request: Request, slug: str, rule_id: int) -> Response:
        """Changes what is given. A rule that becomes a webhook gets a secret, told in this answer only."""
        rule = _find(slug, rule_id)
        given = read_body(request, NotificationRuleChange, partial=True)
        with _refusals():
            rule, rule.secret = change_rule(rule, **given)
        return Response(AddedNotificationRule(rule).data)

    @extend_schema(operation_id="notification_rules_remove", responses={204: None})
    def delete(self, request: Request, slug: str, rule_id: int) -> Response:
        """Removes it with what it sent, and what it has not sent yet."""
        remove_rule(_find(slug, rule_id))
        return Response(status=204)


class NotificationTestView(GenericAPIView[Any]):
    permission_classes = [AdministratorsOnly]
    serializer_class = DeliverySerializer

    @extend_schema(operation_id="notification_rules_test", request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, slug: str, rule_id: int) -> Response:
        """Sends a message that says nothing but that it arrives; the deliveries tell whether it did."""
        test = request_test(_find(slug, rule_id))
        sent = deliveries_of(test.rule.cluster).get(pk=test.pk)
        return Response(DeliverySerializer(sent).data, status=202)


class DeliveriesView(GenericAPIView[Any]):
    permission_classes = [AdministratorsOnly]
    serializer_class = DeliverySerializer

    @extend_schema(operation_id="notification_deliveries_list", responses=DeliverySerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """What was sent for all rules of the cluster, the newest first, with what went wrong."""
        read_query(request, NoQuery, paged=True)
        page = self.paginate_queryset(deliveries_of(find_cluster(slug)))
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except RuleRefused as refused:
        if refused.field == "cluster":
            raise Refusal(409, f"The cluster {refused.message}") from None
        raise ValidationError({refused.field: refused.message}) from None


def _find(slug: str, pk: int) -> NotificationRule:
    rule = rules_of(find_cluster(slug)).filter(pk=pk).first()
    if rule is None:
        raise Refusal(404, f"The cluster {slug!r} has no notification rule {pk}")
    return rule
