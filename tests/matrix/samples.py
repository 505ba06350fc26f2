"""Forms filled in by hand, where a rule needs more than a page demands."""

EVENT = {
    "title_ko": "새 행사", "title_en": "A new event", "kind": "concert", "zone": "Asia/Seoul",
    "starts": "2099-01-10T19:30", "ends": "2099-01-10T21:00", "monday_rule": "as_listed",
    "venue_ko": "시청",
}  # fmt: skip
POLL = {
    "title_ko": "새 설문", "title_en": "A new poll", "questions-0-text_ko": "무엇인가요?",
    "questions-0-kind": "opinion", "questions-0-type": "one", "questions-0-max_choices": "1",
    "questions-0-results_shown": "live", "questions-0-options-0-label_ko": "하나",
    "questions-0-options-1-label_ko": "둘",
}  # fmt: skip
CALL = {
    "text_ko": "모집합니다.", "formats": "talk", "minutes": "20", "languages": "ko",
    "zone": "Asia/Seoul", "opens": "2026-01-01T09:00", "closes": "2026-01-02T09:00",
}  # fmt: skip
PROFILE = {"name": "Another name", "locale": "en", "zone": "Asia/Seoul"}
