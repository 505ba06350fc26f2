"""Hands that have no mouse: Tab, Enter, Space, arrows and letters, the focus always in sight."""

from playwright.sync_api import ElementHandle, Locator, Page

MOST_TABS = 250
_A_MOMENT = 150
"""Milliseconds until what Enter set off has begun."""
_WHERE = """(wanted) => {
  const at = document.activeElement;
  const group = at.type === "radio" && wanted.type === "radio" && at.name === wanted.name;
  if (at === wanted || group) return "here";
  const ahead = at === document.body || at.compareDocumentPosition(wanted) & 4;
  return ahead ? "ahead" : "behind";
}"""
_SEEN = """(at) => {
  const box = (at.labels?.length && at.matches("[type=radio], [type=checkbox]") ? at.labels[0] : at)
    .getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && at.matches(":focus-visible");
}"""


def tab_to(page: Page, control: Locator) -> ElementHandle:
    """Tab, or Tab back, until the focus stands on the control and can be seen there."""
    control.wait_for(state="attached")
    wanted = control.element_handle()
    assert wanted is not None
    for _ in range(MOST_TABS):
        where = wanted.evaluate(_WHERE)
        if where == "here":
            focused = page.evaluate_handle("document.activeElement").as_element()
            assert focused is not None
            assert focused.evaluate(_SEEN), f"the focus on {wanted} is out of sight"
            return wanted
        page.keyboard.press("Tab" if where == "ahead" else "Shift+Tab")
    raise AssertionError(f"no Tab leads to {control}")


def press(page: Page, control: Locator) -> None:
    """Press a button, or follow a link."""
    tab_to(page, control)
    page.keyboard.press("Enter")
    page.wait_for_timeout(_A_MOMENT)
    page.wait_for_load_state()


def write(page: Page, control: Locator, text: str) -> None:
    """Put these words into a field in the place of what stands there."""
    tab_to(page, control)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def tick(page: Page, control: Locator) -> None:
    """Tick a box, or choose among radio buttons with the arrows."""
    wanted = tab_to(page, control)
    if wanted.is_checked():
        return
    for _ in range(MOST_TABS):
        if wanted.evaluate("(wanted) => document.activeElement === wanted"):
            break
        page.keyboard.press("ArrowDown")
    if not wanted.is_checked():
        page.keyboard.press("Space")
    assert wanted.is_checked(), f"{control} cannot be chosen"


def pick(page: Page, control: Locator, value: str) -> None:
    """Go down a list to the option of that value."""
    wanted = tab_to(page, control)
    page.keyboard.press("Home")
    for _ in range(MOST_TABS):
        if wanted.evaluate("(list) => list.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no arrow leads to {value!r} in {control}")
