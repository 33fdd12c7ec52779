"""What each address asks of its reader's sight, and what the audit trail calls it.

Every named address of Portolan stands here; a test walks the router and misses none. An address that is
not here is treated as the strictest.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Sees(Enum):
    """What a reader must see to be answered."""

    ANYBODY = auto()  # also without logging in
    ONESELF = auto()  # nothing of any cluster is told
    ALL = auto()  # every cluster, also coming ones: what is told, or changed, is about all of them
    CHOSEN = auto()  # the answer itself holds only what the reader sees
    WHOLE = auto()  # the whole cluster that the address names
    END = auto()  # one of the namespaces that the question names


class Deed(Enum):
    TELLS_NOTHING = auto()
    READS = auto()
    EXPORTS = auto()
    SIGNS = auto()
    LOGS_IN = auto()
    LOGS_OUT = auto()


class Rule(NamedTuple):
    """`ends`: the parts of the question that name namespaces (`NS` or `NS/…`). `only_asks`: its POST changes
    nothing. `by_get`: a GET does the deed already. `works`: its POST costs seconds (apps/access/pace.py)."""

    sees: Sees
    deed: Deed = Deed.READS
    ends: tuple[str, ...] = ()
    only_asks: bool = False
    by_get: bool = False
    works: bool = False


STRICTEST = Rule(Sees.WHOLE)

_PUBLIC = Rule(Sees.ANYBODY, Deed.TELLS_NOTHING)
_ONESELF = Rule(Sees.ONESELF, Deed.TELLS_NOTHING)
_ALL = Rule(Sees.ALL)
_CHOSEN = Rule(Sees.CHOSEN)
_WHOLE = Rule(Sees.WHOLE)
_WORKS = Rule(Sees.WHOLE, works=True)
_ASKS = Rule(Sees.WHOLE, only_asks=True, works=True)
_EXPORTS = Rule(Sees.WHOLE, Deed.EXPORTS)

RULES: dict[str, Rule] = {
    # Portolan itself
    "healthz": _PUBLIC,
    "readyz": _PUBLIC,
    "metrics": _PUBLIC,  # asks for its own token
    "operations": Rule(Sees.ALL, Deed.TELLS_NOTHING),  # administrators only
    "login": Rule(Sees.ANYBODY, Deed.LOGS_IN),
    "logout": Rule(Sees.ONESELF, Deed.LOGS_OUT),
    # Single sign-on, where it is switched on
    "oidc_authentication_init": _PUBLIC,
    "oidc_authentication_callback": Rule(Sees.ANYBODY, Deed.LOGS_IN, by_get=True),
    "oidc_logout": Rule(Sees.ANYBODY, Deed.LOGS_OUT),
    # Pages
    "home": _CHOSEN,
    "add-cluster": Rule(Sees.ALL, Deed.TELLS_NOTHING),
    "add-manifests": Rule(Sees.ALL, works=True),
    "add-kubeconfig": Rule(Sees.ALL, works=True),
    "add-inside": Rule(Sees.ALL, works=True),
    "cluster": Rule(Sees.CHOSEN, Deed.TELLS_NOTHING),  # leads elsewhere
    "own": _CHOSEN,
    "own-drawing": _CHOSEN,
    "overview": _WHOLE,
    "namespaces": _WHOLE,
    "namespace": _WHOLE,
    "service": _WHOLE,
    "findings": _CHOSEN,
    "changes": _WHOLE,
    "changes-between": _WHOLE,
    "cluster-settings": _WHOLE,
    "remove-cluster": _WHOLE,
    "snapshots": _WORKS,
    "snapshot": _WHOLE,
    "latest": Rule(Sees.CHOSEN, Deed.TELLS_NOTHING),  # leads elsewhere
    "map": _WHOLE,
    "ask": _WHOLE,
    "explain": _CHOSEN,
    "history": _WHOLE,
    "policies": _WHOLE,
    "cluster-policy": _WHOLE,
    "policy": Rule(Sees.END, ends=("namespace",)),
    "ask-options": _WHOLE,
    "export-drawing": _EXPORTS,
    "export-edges": _EXPORTS,
    "what-if": _ASKS,
    "suggest": _ASKS,
    "help": _ONESELF,
    "help-verdicts": _ONESELF,
    "help-role": _ONESELF,
    "settings": _ONESELF,
    "password": Rule(Sees.ONESELF, works=True),
    "tokens": Rule(Sees.ONESELF),
    "end-token": Rule(Sees.ONESELF),
    "people": _ALL,  # these seven: administrators only
    "person": _ALL,
    "group": _ALL,
    "add-group": _ALL,
    "remove-group": _ALL,
    "trail": _ALL,
    "export-trail": Rule(Sees.ALL, Deed.EXPORTS),
    "reports": _WHOLE,
    "report": _WHOLE,
    "report-file": _EXPORTS,
    "new-report": _WORKS,
    "remove-schedule": _WHOLE,
    "accept": _WHOLE,
    "guardrails": _WHOLE,
    "guardrail": _WHOLE,
    "end-guardrail": _WHOLE,
    "exceptions": _WHOLE,
    "end-exception": _WHOLE,
    "notifications": _WHOLE,  # these four: administrators only
    "change-notification": _WHOLE,
    "test-notification": _WORKS,
    "remove-notification": _WHOLE,
    "reviews": _WORKS,
    "review": _WHOLE,
    "sign-review": Rule(Sees.WHOLE, Deed.SIGNS),
    "abandon-review": _WHOLE,
    # REST
    "api:schema": _PUBLIC,
    "api:docs": _PUBLIC,
    "api:nowhere": _PUBLIC,
    "api:token": Rule(Sees.ANYBODY, Deed.LOGS_IN),
    "api:clusters": Rule(Sees.CHOSEN, works=True),
    "api:cluster": _WHOLE,
    "api:snapshots": _WORKS,
    "api:snapshot": _WHOLE,
    "api:namespaces": _CHOSEN,
    "api:services": _CHOSEN,
    "api:policies": _CHOSEN,
    "api:policy-yaml": _CHOSEN,
    "api:reach": _CHOSEN,
    "api:graph": _CHOSEN,
    "api:matrix": _WHOLE,
    "api:explain": _CHOSEN,
    "api:paths": _WHOLE,
    "api:findings": _CHOSEN,
    "api:diff": _WHOLE,
    "api:what-if": _ASKS,
    "api:suggest": _ASKS,
    "api:guardrail-checks": _WHOLE,
    "api:reports": Rule(Sees.CHOSEN, works=True),
    "api:report": _CHOSEN,
    "api:report-pdf": Rule(Sees.CHOSEN, Deed.EXPORTS),
    "api:report-file": Rule(Sees.CHOSEN, Deed.EXPORTS),
    "api:report-schedules": _CHOSEN,
    "api:report-schedule": _CHOSEN,
    "api:guardrails": _CHOSEN,
    "api:guardrail": _CHOSEN,
    "api:exceptions": _CHOSEN,
    "api:exception": _CHOSEN,
    "api:reviews": _WORKS,
    "api:review": _WHOLE,
    "api:review-items": _WHOLE,
    "api:review-decide": _WHOLE,
    "api:review-sign": Rule(Sees.WHOLE, Deed.SIGNS),
    "api:review-content": _WHOLE,
    "api:notifications": _WHOLE,  # these four: administrators only
    "api:notification": _WHOLE,
    "api:test-notification": _WORKS,
    "api:deliveries": _WHOLE,
    "api:timeline": _WHOLE,
    "api:history": _WHOLE,
    "api:namespace-history": _WHOLE,
}
