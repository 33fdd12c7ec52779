"""How static files are served outside DEBUG: compressed, and named by their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Also rewrites the imports of ES modules, so that a browser never mixes modules of two versions."""

    support_js_module_import_aggregation = True
