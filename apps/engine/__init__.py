"""What the policies allow: the front door of the engine.

Pure: no Django, no I/O, no YAML. Objects go in as decoded manifests, answers come out as frozen values.
"""

from apps.engine.parse import is_policy_kind, parse_cluster

__all__ = ["is_policy_kind", "parse_cluster"]
