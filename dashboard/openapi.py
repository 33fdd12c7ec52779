"""What the OpenAPI document says of itself, and the names of its enumerations."""

OPENAPI = {
    "TITLE": "Portolan",
    "DESCRIPTION": "Which Kubernetes namespaces can reach which Services, by which rule, since when.",
    "VERSION": "1",
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ReportKind": "apps.reports.options.KINDS",
        "ReportState": "apps.reports.models.Report.State",
        "SnapshotState": "apps.snapshots.models.Snapshot.State",
        "Verdict": "apps.api.serializers.words.VERDICTS",
        "Dns": "apps.api.serializers.words.DNS",
        "FindingId": "apps.api.serializers.words.FINDING_IDS",
        "Extent": "apps.api.serializers.words.EXTENTS",
        "Outcome": "apps.api.serializers.guardrails.OUTCOMES",
        "ChangeKind": "apps.api.serializers.words.CHANGES",
        "DeliveryState": "apps.review.models.Delivery.State",
        "NoticeKind": "apps.api.serializers.notifications.EVENTS",
        "NotificationEvery": "apps.api.serializers.notifications.EVERY",
        "ExceptionState": "apps.review.queries.STATES",
    },
}
