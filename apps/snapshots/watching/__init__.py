"""Watching clusters between snapshots: docs/operations.md.

`events` reads what an API server streams, `kind` follows one kind and says when something that is stored of
it changed, `session` follows all kinds of a cluster, `lease` keeps two processes off one cluster. What is
seen is never stored: it only makes somebody order a snapshot, which stays the one truth.
"""
