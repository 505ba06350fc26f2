"""One text, two languages: a translation that fell behind is flagged, never hidden."""

from hanmadang.kernel.bilingual import Bilingual, Note, Shown, TextState


def test_reader_gets_own_language() -> None:
    text = Bilingual.of(ko="평화 음악회", en="Peace concert")
    assert text.shown("en") == Shown("Peace concert", "en", Note.PLAIN)
    assert text.shown("ko") == Shown("평화 음악회", "ko", Note.PLAIN)


def test_missing_language_shows_the_source_with_a_note() -> None:
    assert Bilingual.of(ko="평화 음악회").shown("en") == Shown(
        "평화 음악회", "ko", Note.OTHER_LANGUAGE
    )


def test_text_written_first_in_english_has_english_as_source() -> None:
    assert Bilingual.of(en="Talk").source == "en"


def test_translation_is_stale_after_its_source_changed() -> None:
    text = Bilingual.of(ko="일곱 시", en="Seven o'clock").with_text("ko", "여덟 시")
    assert text.shown("en") == Shown("Seven o'clock", "en", Note.STALE)
    assert text.with_text("en", "Eight o'clock").shown("en").note is Note.PLAIN


def test_confirming_a_stale_translation_unchanged_makes_it_fresh() -> None:
    stale = Bilingual.of(ko="일곱 시", en="In the evening").with_text("ko", "여덟 시")
    assert stale.is_stale("en")
    assert not stale.confirmed("en").is_stale("en")


def test_machine_translation_says_so() -> None:
    text = Bilingual.of(ko="안녕").with_text("en", "Hello", TextState.MACHINE)
    assert text.shown("en").note is Note.MACHINE


def test_emptied_language_disappears() -> None:
    assert Bilingual.of(ko="안녕", en="Hello").with_text("en", "").missing() == ("en",)


def test_stored_form_round_trips() -> None:
    text = Bilingual.of(ko="일곱", en="Seven").with_text("ko", "여덟")
    assert Bilingual.from_json(text.to_json()) == text


def test_empty_text_is_false() -> None:
    assert not Bilingual.of()
    assert Bilingual.of(en="x")
