"""XML from strangers, as a tree that knows what was read of it.

Entities and inner document types are refused. Whatever nobody asked for (an element, an attribute,
a text) is named by `unread`: so an importer cannot drop what it does not know in silence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from hanmadang.courses.exchange.failures import UnreadableError

DEEPEST = 60
_XMLNS = re.compile(r"^\{[^}]*\}")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_KOREAN = {"euc-kr", "ks_c_5601-1987", "cp949", "ms949", "uhc", "euckr"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(slots=True, eq=False)
class Node:
    """An element without its namespace; what is asked of it counts as read."""

    element: Element
    path: str
    children: list["Node"] = field(default_factory=list)
    tag: str = ""
    seen: bool = False
    text_seen: bool = False
    attributes_seen: set[str] = field(default_factory=set)

    def attr(self, *names: str) -> str:
        """The first of these attributes that says something; any namespace; case matters not."""
        found: dict[str, str] = {}
        for name, value in self.element.attrib.items():
            bare = local(name).lower()
            if bare in {each.lower() for each in names}:
                self.attributes_seen.add(name)
                found[bare] = found.get(bare) or value
        return next((found[n.lower()] for n in names if found.get(n.lower())), "")

    def said(self, name: str) -> bool:
        """Whether the attribute stands there; it stays unread."""
        return any(local(each).lower() == name.lower() for each in self.element.attrib)

    def all(self, *tags: str) -> list["Node"]:
        """Children of these names (all without any)."""
        wanted = {tag.lower() for tag in tags}
        found = [each for each in self.children if not wanted or each.tag.lower() in wanted]
        for each in found:
            each.seen = True
        return found

    def one(self, *tags: str) -> "Node | None":
        """The first child of these names; others stay unread."""
        wanted = {tag.lower() for tag in tags}
        for each in self.children:
            if each.tag.lower() in wanted and not each.seen:
                each.seen = True
                return each
        return None

    def down(self, *path: str) -> "Node | None":
        """The child of the child of the child."""
        at: Node | None = self
        for tag in path:
            at = at.one(tag) or at.again(tag) if at is not None else None
        return at

    def again(self, tag: str) -> "Node | None":
        """The first child of that name, read before or not."""
        for each in self.children:
            if each.tag.lower() == tag.lower():
                each.seen = True
                return each
        return None

    def within(self, *tags: str) -> list["Node"]:
        """Elements of these names at any depth; those between count as read only when asked."""
        wanted = {tag.lower() for tag in tags}
        return [each for each in self.walk() if each.tag.lower() in wanted]

    def walk(self) -> Iterator["Node"]:
        """All below, in the order of the document."""
        waiting = list(reversed(self.children))
        while waiting:
            at = waiting.pop()
            yield at
            waiting.extend(reversed(at.children))

    def text(self) -> str:
        """The words directly in it, and behind its children."""
        self.text_seen = True
        tails = [child.element.tail or "" for child in self.children]
        return ((self.element.text or "") + "".join(tails)).strip()

    def words(self) -> str:
        """All words in it, at any depth; all of it counts as read."""
        self.finish()
        return "".join(self.element.itertext()).strip()

    def value(self, *path: str) -> str:
        """The words directly in a child, or nothing."""
        found = self.down(*path)
        return found.text() if found is not None else ""

    def finish_own(self) -> None:
        """Its own attributes and words count as read, not what is below."""
        self.seen = self.text_seen = True
        self.attributes_seen.update(self.element.attrib)

    def finish(self) -> None:
        """All of it counts as read: what becomes of it is somebody else's to say."""
        for each in (self, *self.walk()):
            each.seen = each.text_seen = True
            each.attributes_seen.update(each.element.attrib)

    def markup(self) -> str:
        """What stands in it, as HTML; all of it counts as read."""
        self.finish()
        return (escaped(self.element.text or "")) + "".join(
            _html(child.element) for child in self.children
        )


@dataclass(frozen=True, slots=True)
class Unread:
    """Something in the document that nobody asked for."""

    construct: str
    path: str
    words: str


def parsed(data: bytes) -> Node:
    """The tree of a document. Raises UnreadableError."""
    try:
        root = fromstring(_in_unicode(data), forbid_dtd=False, forbid_entities=True)
    except DefusedXmlException as error:
        raise UnreadableError("XML (entities)") from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableError(f"XML ({error})") from error
    tree = Node(root, local(root.tag), seen=True, tag=local(root.tag))
    waiting = [(tree, 1)]
    while waiting:
        at, depth = waiting.pop()
        if depth > DEEPEST:
            raise UnreadableError("XML (nested too deeply)")
        for child in at.element:
            if isinstance(child.tag, str):
                tag = local(child.tag)
                at.children.append(Node(child, f"{at.path}/{tag}", tag=tag))
        waiting.extend((child, depth + 1) for child in at.children)
    return tree


def unread(root: Node) -> Iterator[Unread]:
    """What nobody read: the topmost element of each such part, attributes, texts."""
    waiting = [root]
    while waiting:
        at = waiting.pop()
        if not at.seen:
            words = "".join(at.element.itertext())
            yield Unread(f"<{at.tag}>", at.path, words or " ".join(at.element.attrib.values()))
            continue
        for name, value in at.element.attrib.items():
            if name not in at.attributes_seen and value.strip():
                yield Unread(f"<{at.tag} {local(name)}=…>", at.path, value)
        text = (at.element.text or "") + "".join(c.element.tail or "" for c in at.children)
        if not at.text_seen and text.strip():
            yield Unread(f"<{at.tag}>", at.path, text)
        waiting.extend(reversed(at.children))


def local(name: str) -> str:
    """A name without its namespace."""
    return _XMLNS.sub("", name).rpartition(":")[2]


def escaped(text: str) -> str:
    """Words as they stand in HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _html(element: Element) -> str:
    """An element and what follows it, without prefixes of namespaces."""
    for each in element.iter():
        if isinstance(each.tag, str):
            each.tag = local(each.tag)
            for name in [name for name in each.attrib if "}" in name]:
                each.attrib[local(name)] = each.attrib.pop(name)
    return str(tostring(element, encoding="unicode", method="html"))


def _in_unicode(data: bytes) -> bytes | str:
    """Expat knows no Korean encodings."""
    declared = _DECLARED.match(data[:200])
    if declared is None or declared[1].decode("ascii").lower() not in _KOREAN:
        return data
    return data[declared.end() :].decode("cp949")
