"""Whom to tell of what happens in a cluster, and what was sent.

For administrators only, as addresses may be secret.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.review.models import NotificationRule
from apps.review.notifications.add_rule import RuleRefused, add_rule, remove_rule
from apps.review.notifications.change_rule import change_rule
from apps.review.notifications.queries import deliveries_of, rules_of
from apps.review.tasks import request_test
from apps.snapshots.models import Cluster
from apps.snapshots.queries import latest_complete
from apps.web.frame import frame, get_cluster
from apps.web.notification_forms import NotificationForm
from apps.web.pages import page_of
from apps.web.views.clusters import check_administrator

ROWS = 50


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_notifications(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules and what was sent. A POST adds a rule, whose secret is shown this once."""
    check_administrator(request)
    cluster = get_cluster(slug)
    if request.method != "POST":
        return _page(request, cluster, NotificationForm())
    form = NotificationForm(request.POST)
    if not form.is_valid():
        return _page(request, cluster, form)
    try:
        _, secret = add_rule(cluster, **form.cleaned_data, by=request.user.get_username())
    except RuleRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, _sentence(refused.message))
        return _page(request, cluster, form)
    if not secret:
        messages.success(request, "The rule holds from now on. Send a test to see that it arrives.")
        return redirect("notifications", slug)
    return _page(request, cluster, NotificationForm(), secret=secret)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, rule_id: int) -> HttpResponse:
    """One rule, to be changed. Where it becomes a webhook, its secret is shown this once."""
    check_administrator(request)
    rule = _find(slug, rule_id)
    if request.method != "POST":
        return _rule_page(request, rule, NotificationForm.changing(rule))
    form = NotificationForm.changing(rule, request.POST)
    if not form.is_valid():
        return _rule_page(request, rule, form)
    try:
        rule, secret = change_rule(rule, **form.cleaned_data)
    except RuleRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, _sentence(refused.message))
        return _rule_page(request, rule, form)
    if not secret:
        messages.success(request, "The rule is changed. What waits for it goes where it says now.")
        return redirect("notifications", slug)
    return _page(request, rule.cluster, NotificationForm(), secret=secret)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str, rule_id: int) -> HttpResponse:
    check_administrator(request)
    remove_rule(_find(slug, rule_id))
    messages.success(request, "The rule was removed, with what it had not sent yet.")
    return redirect("notifications", slug)


@login_required
@require_POST
def send_test(request: HttpRequest, slug: str, rule_id: int) -> HttpResponse:
    check_administrator(request)
    request_test(_find(slug, rule_id))
    messages.success(request, "A test is on its way. Load the page again to see how it ended.")
    return redirect("notifications", slug)


def _page(
    request: HttpRequest, cluster: Cluster, form: NotificationForm, *, secret: str = ""
) -> HttpResponse:
    deliveries = deliveries_of(cluster)
    page = page_of(request, deliveries.count(), ROWS)
    context: dict[str, Any] = {
        "rules": rules_of(cluster),
        "deliveries": deliveries[page.window],
        "page": page,
        "form": form,
        "secret": secret,
    }
    around = frame(cluster, latest_complete(cluster), "notifications")
    status = 400 if form.errors else 200
    return render(request, "web/notifications.html", around | context, status=status)


def _rule_page(request: HttpRequest, rule: NotificationRule, form: NotificationForm) -> HttpResponse:
    around = frame(rule.cluster, latest_complete(rule.cluster), "notifications")
    status = 400 if form.errors else 200
    return render(request, "web/notification.html", around | {"rule": rule, "form": form}, status=status)


def _find(slug: str, pk: int) -> NotificationRule:
    cluster = get_cluster(slug)
    rule = rules_of(cluster).filter(pk=pk).first()
    if rule is None:
        raise Http404(f"{cluster.name} has no notification rule {pk}.")
    return rule


def _sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}{'' if message.endswith('.') else '.'}"
