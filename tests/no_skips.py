"""A pytest plugin for continuous integration (`-p tests.no_skips`): a test that was skipped has failed.

A skip is fine on a desk that lacks Chromium or PostgreSQL; where both were installed for the tests, it would
only hide that something was not tried. The suite runs once on each database, so a test that says to need the
other one has its turn in the other run.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

_TAKES_ITS_TURN = "needs SQLite" if os.environ.get("DATABASE_URL") else "needs PostgreSQL"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped:
        return
    reason = str(report.longrepr[-1]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not reason.removeprefix("Skipped: ").startswith(_TAKES_ITS_TURN):
        report.outcome = "failed"
        report.longrepr = f"not allowed here: {reason}"
