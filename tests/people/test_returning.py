"""After signing in one returns to our own pages only."""

import re

import pytest

from hanmadang.people.returning import safe_next
from tests.conftest import Browser

_TARGET = re.compile(r' (?:href|action|src)="([^"]*)"')
_AT_HOME = ("/en", "/ko", "/static/", "#", "http://localhost/", "tel:", "mailto:")
OURS = [
    "/ko", "/en", "/ko/", "/en/account", "/ko/events/평화-음악회",
    "/ko/events?page=2&topic=peace",
    "/en/courses/a%20b", "/ko/polls/7#x", "/en/search?q=%ED%86%B5%EC%9D%BC", "/ko?x=1",
    "/en/search?q=http://example.org", "/ko/a.b/..c",
]  # fmt: skip
ELSEWHERE = [
    "", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example",
    "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "http://evil.example",
    "https://evil.example/ko", "HTTPS://evil.example", "http:evil.example", "http:/evil.example",
    "https:///evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
    "ftp://evil.example", "mailto:x@evil.example", "blob:x", " //evil.example",
    "\t//evil.example", "\n//evil.example", "/\t/evil.example", "/\n/evil.example",
    "/\r/evil.example", "/\x00/evil.example", "\x00//evil.example", "/ko\x00",
    "/ko\r\nLocation: x", "/ko/\tx", "/ko/\u2028x", "/ko/\u200b", "%2f%2fevil.example",
    "/%2fevil.example", "/%2F%2Fevil.example", "/%5cevil.example", "/%5Cevil.example",
    "/%09/evil.example", "/%0d%0aLocation:x", "/ko/%2f%2fevil.example", "/ko%2f%2fevil.example",
    "/ko/%5c%5cevil.example", "/ko/%255c%255cevil.example", "/ko/%25252f%25252fevil.example",
    "/ko/%0d%0aSet-Cookie:a=b", "/ko/%00", "/ko/..//evil.example", "/ko/../../evil",
    "/ko/%2e%2e/%2e%2e/", "/ko/./x", "/ko//x", "/ko/\\evil.example", "/kox", "/english", "/fr",
    "/", "ko/account", "account", "?next=x", "#x", "/@evil.example", "//user:pass@evil.example",
    "//evil.example@localhost", "/ko@evil.example", "/ko:80", "//localhost.evil.example",
    "//%65vil.example", "//xn--e1awd7f.example", "／／evil.example", "/／evil.example",
    "//evil。example", "http://localhost@evil.example", "http://localhost:80@evil.example",
    "/static/../ko", ".//evil.example", "./ko", "../ko", "/ko/%" + "25" * 6 + "2fx",
    "/ko/" + "a" * 2_000, ";/ko", "/;@evil.example", "//[::1]", "//①②⑦.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", OURS)
def test_our_own_page_is_kept(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize("address", ELSEWHERE)
def test_anything_else_is_dropped(address: str) -> None:
    assert safe_next(address) == ""


def test_nothing_is_nowhere() -> None:
    assert safe_next(None) == ""


def test_the_corpus_is_large_enough() -> None:
    assert len(set(ELSEWHERE)) >= 75


def test_no_answer_to_any_of_them_leaves_the_site(client: Browser) -> None:
    for address in ELSEWHERE:
        answer = client.get("/en/sign-in", query_string={"next": address})
        assert answer.status_code in {200, 400}
        targets = _TARGET.findall(answer.text)
        assert [one for one in targets if not one.startswith(_AT_HOME)] == []
