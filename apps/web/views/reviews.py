"""Reviews: opening one, going through what is new, and signing it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.review.decide import ReviewConflict, ReviewRefused, decide, decide_group
from apps.review.models import Review
from apps.review.open_review import abandon_review, start_review
from apps.review.queries import open_review, reviews_of
from apps.review.review_items import ReviewItems
from apps.review.sign import sign_review
from apps.snapshots.models import Cluster
from apps.snapshots.queries import latest_complete
from apps.web.frame import frame, get_cluster
from apps.web.pages import page_of
from apps.web.review_forms import DecisionForm, in_days
from apps.web.review_page import ReviewPage
from apps.web.views.exceptions import check_reviewer

ROWS = 50
SEALED_ITEMS = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """The list; a POST opens a review of the newest snapshot."""
    cluster = get_cluster(slug)
    latest = latest_complete(cluster)
    if request.method == "POST":
        check_reviewer(request)
        if latest is None:
            raise Http404(f"{cluster.name} has no finished snapshot yet.")
        try:
            review = start_review(latest, by=request.user.get_username())
        except (ReviewRefused, ReviewConflict) as refusal:
            messages.error(request, _said(refusal))
            return redirect("reviews", slug)
        return redirect("review", slug, review.pk)
    rows = reviews_of(cluster)
    page = page_of(request, rows.count(), ROWS)
    context = {"rows": rows[page.window], "page": page, "open": open_review(cluster), "latest": latest}
    return render(request, "web/reviews.html", frame(cluster, latest, "reviews") | context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_review(request: HttpRequest, slug: str, review_id: int) -> HttpResponse:
    """What is new, with what is decided; a POST decides about an item or a group. Signed: the seal."""
    cluster = get_cluster(slug)
    review = _find(cluster, review_id)
    if review.signed is not None:
        return _show_seal(request, cluster, review)
    found = ReviewItems(review)
    form = None
    if request.method == "POST":
        check_reviewer(request)
        form = _decide(request, found)
        if form is None:
            return redirect(f"{reverse('review', args=[slug, review_id])}?{request.GET.urlencode()}")
    try:
        context = {"review": review, "shown": ReviewPage(request, found, form), "proposed": in_days(90)}
    except LookupError as gone:
        raise Http404(f"This review cannot be gone through: {gone}.") from None
    return render(request, "web/review.html", frame(cluster, latest_complete(cluster), "reviews") | context)


@login_required
@require_POST
def sign(request: HttpRequest, slug: str, review_id: int) -> HttpResponse:
    check_reviewer(request)
    review = _find(get_cluster(slug), review_id)
    version = request.POST.get("version", "")
    found = ReviewItems(review)
    by = request.user.get_username()
    seen = int(version) if version.isdecimal() and len(version) < 10 else -1
    try:
        sign_review(review, found.items, found.after, found.before, version=seen, by=by)
    except (ReviewRefused, ReviewConflict) as refusal:
        messages.error(request, _said(refusal))
    return redirect("review", slug, review_id)


@login_required
@require_POST
def abandon(request: HttpRequest, slug: str, review_id: int) -> HttpResponse:
    check_reviewer(request)
    try:
        abandon_review(_find(get_cluster(slug), review_id))
    except ReviewConflict as conflict:
        messages.error(request, str(conflict))
        return redirect("review", slug, review_id)
    messages.success(request, "The review was abandoned. Nothing of it is kept.")
    return redirect("reviews", slug)


def _decide(request: HttpRequest, found: ReviewItems) -> DecisionForm | None:
    """None once it is decided; else the form with what is wrong."""
    item = found.find(request.POST.get("item", ""))
    form = DecisionForm(request.POST, sources=getattr(item, "sources", ()))
    if not form.is_valid():
        return form
    by, judgement = request.user.get_username(), form.judgement
    try:
        if item is not None:
            version = form.cleaned_data["version"] or 0
            decide(
                found.review, item, judgement, sources=form.cleaned_data["sources"], version=version, by=by
            )
        else:
            group = found.of_group(request.GET.get("group", "-"))
            messages.success(request, f"{decide_group(found.review, group, judgement, by=by)} decided.")
    except ReviewRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, f"{refusal.message}.")
        return form
    except ReviewConflict as conflict:
        messages.warning(request, str(conflict))
    return None


def _show_seal(request: HttpRequest, cluster: Cluster, review: Review) -> HttpResponse:
    sealed: dict[str, Any] = json.loads(review.seal.content)
    page = page_of(request, len(sealed["items"]), SEALED_ITEMS)
    context = {"review": review, "sealed": sealed, "items": sealed["items"][page.window], "page": page}
    return render(request, "web/sealed.html", frame(cluster, latest_complete(cluster), "reviews") | context)


def _find(cluster: Cluster, pk: int) -> Review:
    review = reviews_of(cluster).filter(pk=pk).first()
    if review is None:
        raise Http404(f"{cluster.name} has no review {pk}.")
    return review


def _said(refusal: ReviewRefused | ReviewConflict) -> str:
    return f"{refusal.message}." if isinstance(refusal, ReviewRefused) else str(refusal)
