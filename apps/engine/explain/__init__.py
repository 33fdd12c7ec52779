"""The literal evaluator: slow, one pair at a time, straight from the sentences, and with its evidence.

It shares nothing with the fast evaluator (`matrix`, `classes`) but parsing and the values for labels, ports
and addresses, so that each can prove the other wrong.
"""

from apps.engine.explain.pair import OPEN, Explainer, explain_pair, join_pairs

__all__ = ["OPEN", "Explainer", "explain_pair", "join_pairs"]
