"""Two ways to use a page, the mouse and the keyboard alone, and how much each asks of the reviewer."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 150


class Mouse:
    """`clicks` counts what is pressed; a line typed into the ask box, with its Enter, counts as one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def press(self, goal: Locator) -> None:
        self.clicks += 1
        goal.click()

    def ask(self, line: str) -> None:
        self.clicks += 1
        box = ask_box(self.page)
        box.click()
        box.fill(line)
        box.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        """Pastes what is no name into a field: nothing is counted."""
        field.click()
        field.fill(text)


class Keyboard(Mouse):
    """Reaches everything by Tab, and within a row of tabs by the arrows."""

    def press(self, goal: Locator) -> None:
        self.clicks += 1
        expect(goal).to_be_visible()
        self._reach(goal)
        self.page.keyboard.press("Enter")

    def ask(self, line: str) -> None:
        self.clicks += 1
        self.page.keyboard.press("/")
        expect(ask_box(self.page)).to_be_focused()
        self.page.keyboard.type(line)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.insert_text(text)

    def _reach(self, goal: Locator) -> None:
        is_tab = goal.get_attribute("role") == "tab"
        for _ in range(MOST_TABS):
            if is_focused(goal):
                return
            focused = self.page.locator(":focus")
            is_on_tab = is_tab and focused.count() and focused.get_attribute("role") == "tab"
            self.page.keyboard.press("ArrowRight" if is_on_tab else "Tab")
        raise AssertionError(f"{goal} is not reached by the keyboard")


def is_focused(goal: Locator) -> bool:
    return bool(goal.evaluate("goal => goal === document.activeElement"))


def ask_box(page: Page) -> Locator:
    return page.get_by_role("combobox", name=re.compile("^Ask"))
