"""Reviews: everybody reads them, reviewers open them, decide and sign."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_body, read_query
from apps.api.lookup import LATEST, find_cluster, find_snapshot
from apps.api.permissions import ReviewersWrite
from apps.api.problems import Refusal
from apps.api.serializers.questions import NoQuery
from apps.api.serializers.reviews import (
    DecidedSerializer,
    ItemSerializer,
    ItemsQuery,
    NewDecision,
    NewReview,
    ReviewDetailSerializer,
    ReviewSerializer,
    Signature,
)
from apps.api.views.review_items import tell_item
from apps.review.decide import Judgement, ReviewConflict, ReviewRefused, decide, decide_group
from apps.review.models import Review
from apps.review.open_review import abandon_review, start_review
from apps.review.queries import reviews_of
from apps.review.review_items import ReviewItems
from apps.review.sign import sign_review

_MOST_GROUPS = 100


class ReviewsView(GenericAPIView[Any]):
    permission_classes = [ReviewersWrite]
    serializer_class = ReviewSerializer

    @extend_schema(operation_id="reviews_list", responses=ReviewSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The newest first; one of them at most is not signed."""
        read_query(request, NoQuery, paged=True)
        page = self.paginate_queryset(reviews_of(find_cluster(slug)))
        return self.get_paginated_response(ReviewSerializer(page, many=True).data)

    @extend_schema(operation_id="reviews_open", request=NewReview, responses={201: ReviewDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Opens a review of a snapshot against that of the last signed one."""
        given = read_body(request, NewReview)
        snapshot = find_snapshot(slug, str(given.get("snapshot", LATEST)))
        with _refusals():
            review = start_review(snapshot, by=request.user.get_username())
        location = reverse("api:review", args=[slug, review.pk])
        return Response(_detail(_find(slug, review.pk)), status=201, headers={"Location": location})


class ReviewView(GenericAPIView[Any]):
    permission_classes = [ReviewersWrite]
    serializer_class = ReviewDetailSerializer

    @extend_schema(operation_id="reviews_read")
    def get(self, request: Request, slug: str, review_id: int) -> Response:
        read_query(request, NoQuery)
        return Response(_detail(_find(slug, review_id)))

    @extend_schema(operation_id="reviews_abandon", responses={204: None})
    def delete(self, request: Request, slug: str, review_id: int) -> Response:
        """Removes a review that nobody signed, with its decisions; a signed one stays (409)."""
        with _refusals():
            abandon_review(_find(slug, review_id))
        return Response(status=204)


class ReviewItemsView(GenericAPIView[Any]):
    serializer_class = ItemSerializer

    @extend_schema(
        operation_id="review_items_list", parameters=[ItemsQuery], responses=ItemSerializer(many=True)
    )
    def get(self, request: Request, slug: str, review_id: int) -> Response:
        """What is new, by cause, with what was decided. Of a signed review, see its content."""
        asked = read_query(request, ItemsQuery, paged=True)
        found = ReviewItems(_find(slug, review_id))
        with _refusals():
            items: Any = _unsigned(found).of_group(asked.get("group", ""))
        if asked.get("left"):
            items = [item for item in items if found.left(item)]
        page = self.paginate_queryset(items)
        return self.get_paginated_response([tell_item(found, item) for item in page or ()])


class DecideView(GenericAPIView[Any]):
    permission_classes = [ReviewersWrite]
    serializer_class = DecidedSerializer

    @extend_schema(operation_id="review_decide", request=NewDecision, responses=DecidedSerializer)
    def post(self, request: Request, slug: str, review_id: int) -> Response:
        """Decides about an item or a group. 409 when somebody decided about the item meanwhile."""
        given = read_body(request, NewDecision)
        review = _find(slug, review_id)
        judgement = Judgement(given["choice"], given.get("note", ""), given.get("until"))
        by = request.user.get_username()
        with _refusals():
            found = _unsigned(ReviewItems(review))
            if "group" in given:
                decided = decide_group(review, _group(found, given["group"]), judgement, by=by)
            else:
                sources, version = given.get("sources", ()), given["version"]
                item = found.find(given["item"])
                if item is None:
                    raise ReviewRefused("item", "this review has no such item")
                decide(review, item, judgement, sources=sources, version=version, by=by)
                decided = 1
        anew = found.again(_find(slug, review_id))
        return Response({"decided": decided, "left": anew.all_left, "version": anew.review.version})


class SignView(GenericAPIView[Any]):
    permission_classes = [ReviewersWrite]
    serializer_class = ReviewSerializer

    @extend_schema(operation_id="review_sign", request=Signature, responses=ReviewSerializer)
    def post(self, request: Request, slug: str, review_id: int) -> Response:
        """Signs and seals a review of which all is decided; from then on nothing of it can be changed."""
        version = read_body(request, Signature)["version"]
        review = _find(slug, review_id)
        with _refusals():
            found = _unsigned(ReviewItems(review))
            by = request.user.get_username()
            sign_review(review, found.items, found.after, found.before, version=version, by=by)
        return Response(ReviewSerializer(_find(slug, review_id)).data)


class ReviewContentView(GenericAPIView[Any]):
    @extend_schema(operation_id="review_content", responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, request: Request, slug: str, review_id: int) -> HttpResponse:
        """What was signed, byte for byte as its sha256 was taken."""
        read_query(request, NoQuery)
        review = _find(slug, review_id)
        if review.signed is None:
            raise Refusal(409, "This review is not signed yet")
        answer = HttpResponse(review.seal.content.encode(), content_type="application/json")
        answer.headers["ETag"] = f'"{review.seal.sha256}"'
        return answer


def _find(slug: str, pk: int) -> Review:
    review = reviews_of(find_cluster(slug)).filter(pk=pk).first()
    if review is None:
        raise Refusal(404, f"The cluster {slug!r} has no review {pk}")
    return review


def _detail(review: Review) -> dict[str, Any]:
    with _refusals():
        found = ReviewItems(review)
        groups = found.groups if review.signed is None else []
    return {
        **ReviewSerializer(review).data,
        "size": sum(group.size for group in groups),
        "left": sum(group.left for group in groups),
        "group_count": len(groups),
        "groups": [group._asdict() for group in groups[:_MOST_GROUPS]],
    }


def _unsigned(found: ReviewItems) -> ReviewItems:
    if found.review.signed is not None:
        raise ReviewConflict("This review is signed; see its content.")
    return found


def _group(found: ReviewItems, group: str) -> list[Any]:
    items = found.of_group(group)
    if not (group and items):
        raise ReviewRefused("group", "this review has no such group")
    return items


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except ReviewRefused as refusal:
        raise ValidationError({refusal.field: refusal.message}) from None
    except ReviewConflict as conflict:
        raise Refusal(409, str(conflict)) from None
    except LookupError as gone:
        raise Refusal(409, f"This review cannot be gone through: {gone}") from None
