"""The addresses of the REST API, below /api/v1/."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from apps.api.views.changes import DiffView, WhatIfView
from apps.api.views.clusters import ClustersView, ClusterView
from apps.api.views.docs import DocsView
from apps.api.views.exceptions import ExceptionsView, ExceptionView
from apps.api.views.findings import FindingsView
from apps.api.views.guardrails import ChecksView, GuardrailsView, GuardrailView
from apps.api.views.histories import HistoryView, NamespaceHistoryView, TimelineView
from apps.api.views.listings import NamespacesView, PoliciesView, PolicyYamlView, ServicesView
from apps.api.views.matrices import MatrixView
from apps.api.views.notifications import (
    DeliveriesView,
    NotificationRulesView,
    NotificationRuleView,
    NotificationTestView,
)
from apps.api.views.nowhere import NowhereView
from apps.api.views.reach import ExplainView, GraphView, PathsView, ReachView
from apps.api.views.reports import (
    ReportFileView,
    ReportPdfView,
    ReportsView,
    ReportView,
    SchedulesView,
    ScheduleView,
)
from apps.api.views.reviews import (
    DecideView,
    ReviewContentView,
    ReviewItemsView,
    ReviewsView,
    ReviewView,
    SignView,
)
from apps.api.views.snapshots import SnapshotsView, SnapshotView
from apps.api.views.suggestions import SuggestView
from apps.api.views.tokens import TokenView

app_name = "api"

_CLUSTER = "clusters/<slug:slug>/"
_SNAPSHOT = f"{_CLUSTER}snapshots/<slug:number>/"

urlpatterns = [
    path("token/", TokenView.as_view(), name="token"),
    path("clusters/", ClustersView.as_view(), name="clusters"),
    path(_CLUSTER, ClusterView.as_view(), name="cluster"),
    path(f"{_CLUSTER}snapshots/", SnapshotsView.as_view(), name="snapshots"),
    path(f"{_CLUSTER}timeline/", TimelineView.as_view(), name="timeline"),
    path(f"{_CLUSTER}notifications/", NotificationRulesView.as_view(), name="notifications"),
    path(f"{_CLUSTER}notifications/deliveries/", DeliveriesView.as_view(), name="deliveries"),
    path(f"{_CLUSTER}notifications/<int:rule_id>/", NotificationRuleView.as_view(), name="notification"),
    path(
        f"{_CLUSTER}notifications/<int:rule_id>/test/",
        NotificationTestView.as_view(),
        name="test-notification",
    ),
    path(_SNAPSHOT, SnapshotView.as_view(), name="snapshot"),
    path(f"{_SNAPSHOT}namespaces/", NamespacesView.as_view(), name="namespaces"),
    path(f"{_SNAPSHOT}services/", ServicesView.as_view(), name="services"),
    path(f"{_SNAPSHOT}policies/", PoliciesView.as_view(), name="policies"),
    path(f"{_SNAPSHOT}policies/<int:policy>/yaml", PolicyYamlView.as_view(), name="policy-yaml"),
    path(f"{_SNAPSHOT}reach/", ReachView.as_view(), name="reach"),
    path(f"{_SNAPSHOT}graph/", GraphView.as_view(), name="graph"),
    path(f"{_SNAPSHOT}matrix/", MatrixView.as_view(), name="matrix"),
    path(f"{_SNAPSHOT}explain/", ExplainView.as_view(), name="explain"),
    path(f"{_SNAPSHOT}paths/", PathsView.as_view(), name="paths"),
    path(f"{_SNAPSHOT}findings/", FindingsView.as_view(), name="findings"),
    path(f"{_SNAPSHOT}diff/", DiffView.as_view(), name="diff"),
    path(f"{_SNAPSHOT}history/", HistoryView.as_view(), name="history"),
    path(f"{_SNAPSHOT}namespace-history/", NamespaceHistoryView.as_view(), name="namespace-history"),
    path(f"{_SNAPSHOT}suggest/", SuggestView.as_view(), name="suggest"),
    path(f"{_SNAPSHOT}what-if/", WhatIfView.as_view(), name="what-if"),
    path(f"{_SNAPSHOT}guardrails/", ChecksView.as_view(), name="guardrail-checks"),
    path("guardrails/", GuardrailsView.as_view(), name="guardrails"),
    path("guardrails/<int:guardrail_id>/", GuardrailView.as_view(), name="guardrail"),
    path("exceptions/", ExceptionsView.as_view(), name="exceptions"),
    path("exceptions/<int:exception_id>/", ExceptionView.as_view(), name="exception"),
    path(f"{_CLUSTER}reviews/", ReviewsView.as_view(), name="reviews"),
    path(f"{_CLUSTER}reviews/<int:review_id>/", ReviewView.as_view(), name="review"),
    path(f"{_CLUSTER}reviews/<int:review_id>/items/", ReviewItemsView.as_view(), name="review-items"),
    path(f"{_CLUSTER}reviews/<int:review_id>/decide/", DecideView.as_view(), name="review-decide"),
    path(f"{_CLUSTER}reviews/<int:review_id>/sign/", SignView.as_view(), name="review-sign"),
    path(f"{_CLUSTER}reviews/<int:review_id>/content/", ReviewContentView.as_view(), name="review-content"),
    path("reports/", ReportsView.as_view(), name="reports"),
    path("reports/<int:report>/", ReportView.as_view(), name="report"),
    path("reports/<int:report>/pdf", ReportPdfView.as_view(), name="report-pdf"),
    path("reports/<int:report>/file", ReportFileView.as_view(), name="report-file"),
    path("report-schedules/", SchedulesView.as_view(), name="report-schedules"),
    path("report-schedules/<int:schedule>/", ScheduleView.as_view(), name="report-schedule"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(r"^", NowhereView.as_view(), name="nowhere"),
]
