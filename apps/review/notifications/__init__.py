"""Telling people and programs what happened: docs/notifications.md.

`look` finds what happened, `note` keeps it with a delivery for each rule that wants it, `send` brings
deliveries to their addresses. Each step is one transaction that leaves the next one its work in the database.
"""
