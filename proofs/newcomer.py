"""Somebody who writes a course for the first time: a model, not a person, that counts its time.

It reads every visible line of a page once, thinks before each press, and types without a mistake.
Korean is typed letter by letter: 한 is three keys, and no vowel or final is given away for less.
"""

import time
import unicodedata
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

READS, TYPES = 200 / 60, 200 / 60
"""Words read, and keys pressed (forty words of five letters a minute), in a second."""
PRESS, REACH = 3.35, 1.65
"""Seconds to think and point at a button; to think and tab into a field: the keystroke-level
model's 1.35 + 2 x 0.4 + 1.1 + 0.1, and 1.35 + 0.3."""

_VISIBLE = """() => {
  const lines = [];
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim();
    const around = walk.currentNode.parentElement;
    const unread = ".visually-hidden, select, textarea, script, [aria-hidden]";
    if (text && !around.closest(unread) && around.checkVisibility()) lines.push(text);
  }
  return lines;
}"""

_LOOKED_AT = """(list, value) => {
  const lines = [];
  for (const each of list.children) {
    lines.push(each.label);
    const inside = [...each.querySelectorAll("option")];
    if (each.value === value) return lines;
    if (inside.some((option) => option.value === value)) {
      return [...lines, ...inside.map((option) => option.label)];
    }
  }
}"""


@dataclass(slots=True)
class Newcomer:
    """One person at one page, and what it cost them so far."""

    page: Page
    words: int = 0
    keys: int = 0
    fields: int = 0
    presses: int = 0
    pages: int = 0
    machine_s: float = 0.0
    trace: list[tuple[str, int]] = field(default_factory=list)
    """What was read, and how many words of it were new."""
    _read: set[str] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """The whole time: reading, typing, reaching, pressing, waiting for the machine."""
        person = self.words / READS + self.keys / TYPES
        return person + self.presses * PRESS + self.fields * REACH + self.machine_s

    def open(self, path: str) -> None:
        """Come to a page from outside, and read it."""
        self.page.goto(path)
        self._look(path)

    def press(self, control: Locator, *, until: str = "", reads: bool = True) -> None:
        """Press something, wait for what comes of it, and read what is new."""
        self.presses += 1
        name = control.inner_text().strip().replace("\n", " ")[:30]
        began, url = time.monotonic(), self.page.url
        control.click()
        self.page.wait_for_load_state()
        if until:
            self.page.locator(until).first.wait_for(state="attached")
        self.machine_s += time.monotonic() - began
        if reads:
            self._look(name, moved=self.page.url.partition("#")[0] != url.partition("#")[0])

    def type(self, name: str, text: str) -> None:
        """Write into the field of that name."""
        self.fields += 1
        self.keys += strokes(text)
        self.page.locator(f'main [name="{name}"]').fill(text)

    def both(self, name: str, texts: tuple[str, str]) -> None:
        """Write the same in Korean and in English."""
        for language, text in zip(("ko", "en"), texts, strict=True):
            self.type(f"{name}.{language}", text)

    def tick(self, name: str) -> None:
        """Tick a box."""
        self.presses += 1
        self.page.locator(f'main [name="{name}"]').check()

    def pick(self, name: str, value: str) -> None:
        """Choose from a list: read the groups down to the right one, and all that is in it."""
        self.presses += 2
        chosen = self.page.locator(f'main select[name="{name}"]')
        self._take_in(chosen.evaluate(_LOOKED_AT, value), "a list")
        chosen.select_option(value)

    def _look(self, name: str, *, moved: bool = True) -> None:
        self.pages += moved
        self._take_in(self.page.evaluate(_VISIBLE), name)

    def _take_in(self, lines: list[str], name: str) -> None:
        fresh = [line for line in dict.fromkeys(lines) if line not in self._read]
        self._read.update(fresh)
        count = sum(len(line.split()) for line in fresh)
        self.words += count
        self.trace.append((name, count))


def strokes(text: str) -> int:
    """Keys that a text takes: each letter of Hangul, and each key of a joined vowel or final."""
    return sum(len(_KEYS.get(letter, letter)) for letter in unicodedata.normalize("NFD", text))


_JOINED = {
    "ᅪ": 2, "ᅫ": 2, "ᅬ": 2, "ᅯ": 2, "ᅰ": 2, "ᅱ": 2, "ᅴ": 2,
    "ᆪ": 2, "ᆬ": 2, "ᆭ": 2, "ᆰ": 2, "ᆱ": 2, "ᆲ": 2, "ᆳ": 2, "ᆴ": 2, "ᆵ": 2, "ᆶ": 2, "ᆹ": 2,
}  # fmt: skip
_KEYS = {letter: "x" * number for letter, number in _JOINED.items()}
