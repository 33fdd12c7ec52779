"""The addresses of the pages. Everything about a snapshot is below its number."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path, register_converter

from apps.web.views import (
    asks,
    changes,
    clusters,
    drafts,
    exports,
    findings,
    help,
    histories,
    home,
    maps,
    namespaces,
    overview,
    people,
    policies,
    proofs,
    reports,
    settings,
    snapshots,
    suggestions,
    tokens,
    trail,
)

register_converter(exports.Form, "csv_or_json")

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", LogoutView.as_view(next_page="login"), name="logout"),
    path("help", help.show_help, name="help"),
    path("help/verdicts", help.show_verdicts, name="help-verdicts"),
    path("settings", settings.show_settings, name="settings"),
    path("tokens/", tokens.show_tokens, name="tokens"),
    path("tokens/<str:key>/end", tokens.end_token, name="end-token"),
    path("people/", people.show_people, name="people"),
    path("people/<int:user>", people.show_person, name="person"),
    path("people/groups/<int:group>", people.show_group, name="group"),
    path("audit/", trail.show_trail, name="trail"),
    path("c/new", clusters.add_cluster_page, name="add-cluster"),
    path("c/new/manifests", clusters.add_from_manifests, name="add-manifests"),
    path("c/new/kubeconfig", clusters.add_from_kubeconfig, name="add-kubeconfig"),
    path("c/<slug:slug>/", home.open_cluster, name="cluster"),
    path("c/<slug:slug>/snapshots/", snapshots.show_snapshots, name="snapshots"),
    path("c/<slug:slug>/snapshots/<int:number>", snapshots.show_snapshot, name="snapshot"),
    path("c/<slug:slug>/reports/", reports.show_reports, name="reports"),
    path("c/<slug:slug>/reports/<int:report>", reports.show_report, name="report"),
    path("c/<slug:slug>/reports/<int:report>/file", reports.download_report, name="report-file"),
    path("c/<slug:slug>/reports/again/<int:schedule>/end", reports.remove_schedule, name="remove-schedule"),
    path("c/<slug:slug>/s/<int:number>/reports/new", reports.add_report, name="new-report"),
    path("c/<slug:slug>/s/latest/<path:rest>", home.open_latest, name="latest"),
    path("c/<slug:slug>/s/<int:number>/", overview.show_overview, name="overview"),
    path("c/<slug:slug>/s/<int:number>/map", maps.show_map, name="map"),
    path("c/<slug:slug>/s/<int:number>/ask", asks.ask, name="ask"),
    path("c/<slug:slug>/s/<int:number>/ask/options", asks.show_options, name="ask-options"),
    path("c/<slug:slug>/s/<int:number>/map.svg", exports.export_drawing, name="export-drawing"),
    path(
        "c/<slug:slug>/s/<int:number>/edges.<csv_or_json:form>", exports.export_edges, name="export-edges"
    ),
    path("c/<slug:slug>/s/<int:number>/explain", proofs.show_proof, name="explain"),
    path("c/<slug:slug>/s/<int:number>/history", histories.show_history, name="history"),
    path("c/<slug:slug>/s/<int:number>/ns", namespaces.show_namespaces, name="namespaces"),
    path("c/<slug:slug>/s/<int:number>/ns/<str:namespace>", namespaces.show_namespace, name="namespace"),
    path(
        "c/<slug:slug>/s/<int:number>/ns/<str:namespace>/svc/<str:service>",
        namespaces.show_service,
        name="service",
    ),
    path("c/<slug:slug>/s/<int:number>/findings", findings.show_findings, name="findings"),
    path("c/<slug:slug>/s/<int:number>/whatif", drafts.show_what_if, name="what-if"),
    path("c/<slug:slug>/s/<int:number>/suggest", suggestions.show_suggestion, name="suggest"),
    path("c/<slug:slug>/diff/", changes.choose_changes, name="changes-between"),
    path("c/<slug:slug>/diff/<int:a>..<int:b>", changes.show_changes, name="changes"),
    path("c/<slug:slug>/s/<int:number>/policies", policies.show_policies, name="policies"),
    path(
        "c/<slug:slug>/s/<int:number>/policies/<str:kind>/<str:name>",
        policies.show_policy,
        name="cluster-policy",
    ),
    path(
        "c/<slug:slug>/s/<int:number>/policies/<str:kind>/<str:namespace>/<str:name>",
        policies.show_policy,
        name="policy",
    ),
]
