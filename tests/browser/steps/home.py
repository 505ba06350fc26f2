"""Step 1: somebody opens the home page and knows what this is."""

from playwright.sync_api import expect

from tests.browser.journey import Journey


def visitor_sees_what_is_on(walk: Journey) -> None:
    """The next concert, exhibition and forum, tonight's poll, a course to start; no account."""
    visitor = walk.person("visitor")
    visitor.go("/")
    for kind in ("concert", "exhibition", "forum"):
        expect(visitor.main.locator(f".card.kind-{kind}").first).to_be_visible()
    visitor.sees("Live now")
    visitor.sees("No account needed")
    expect(visitor.control(visitor.word("Answer the live poll"))).to_be_visible()
    visitor.look("home")
    visitor.press("Start a course")
    visitor.look("courses")
    visitor.main.locator(".card h2 a, .card h3 a").first.click()
    expect(visitor.control(visitor.word("Start the course"))).to_be_visible()
    visitor.look("course")
