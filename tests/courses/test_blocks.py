"""The HTML of blocks: made once, clean, accessible, in both languages."""

from flask import Flask

from hanmadang.courses import blocks
from hanmadang.courses.specs import PerspectivesBlock, TableBlock, TextBlock, View
from hanmadang.kernel.bilingual import Bilingual, TextState
from tests.factories.courses import text

TABLE = TableBlock(
    text("연표", "Timeline"),
    (text("해", "Year"), text("일", "Event")),
    ((text("1953", "1953"), text("정전 & 협정", "Armistice & accord")),),
)
VIEWS = PerspectivesBlock(
    text("두 시각", "Two views"),
    (View(text("가", "A"), text("**가**입니다", "It is **A**")),
     View(text("나", "B"), text("나입니다", "It is B"))),
)  # fmt: skip


def test_markdown_becomes_html_in_each_language(app: Flask) -> None:
    with app.app_context():
        pages = blocks.html(TextBlock(text("**굵게**", "### Head\n\nBody")))
    assert pages == {
        "ko": "<p><strong>굵게</strong></p>\n",
        "en": "<h3>Head</h3>\n<p>Body</p>\n",
    }


def test_html_in_a_body_is_text(app: Flask) -> None:
    with app.app_context():
        pages = blocks.html(TextBlock(text("<script>x</script>", "<b>x</b>")))
    assert pages["ko"] == "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"
    assert pages["en"] == "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"


def test_a_table_names_its_columns_and_rows(app: Flask) -> None:
    with app.app_context():
        page = blocks.html(TABLE)["en"]
    assert page == (
        '<div class="table-box" role="region" aria-label="Timeline" tabindex="0"><table>'
        "<caption>Timeline</caption>"
        '<thead><tr><th scope="col">Year</th><th scope="col">Event</th></tr></thead>'
        '<tbody><tr><th scope="row">1953</th><td>Armistice &amp; accord</td></tr></tbody>'
        "</table></div>"
    )


def test_views_stand_in_their_order_and_look_alike(app: Flask) -> None:
    with app.app_context():
        page = blocks.html(VIEWS)["ko"]
    assert page == (
        '<h3>두 시각</h3><div class="views">'
        '<section class="view"><h4>가</h4><p><strong>가</strong>입니다</p>\n</section>'
        '<section class="view"><h4>나</h4><p>나입니다</p>\n</section></div>'
    )


def test_a_translation_left_behind_wears_a_badge(app: Flask) -> None:
    body = text("옛 글", "Old text").with_text("ko", "새 글")
    with app.app_context():
        pages = blocks.html(TextBlock(body))
    assert "badge--stale" in pages["en"]
    assert "Old text" in pages["en"]
    assert pages["ko"] == "<p>새 글</p>\n"


def test_a_draft_translation_says_so_in_the_readers_language(app: Flask) -> None:
    body = Bilingual.of(ko="글").with_text("en", "Text", TextState.MACHINE)
    with app.app_context():
        pages = blocks.html(TextBlock(body))
    assert "Draft translation" in pages["en"]


def test_a_missing_translation_shows_the_source(app: Flask) -> None:
    with app.app_context():
        page = blocks.html(TextBlock(Bilingual.of(ko="한국어 글")))["en"]
    assert '<div lang="ko">' in page
    assert "한국어 글" in page
