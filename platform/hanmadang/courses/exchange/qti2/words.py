"""Words of an item, with their markup and without."""

import re

from hanmadang.courses.exchange.xmltree import Node


def outer(node: Node) -> str:
    """An element with its own tag, as HTML."""
    inside = node.markup()
    quoted = "".join(
        f' {name}="{value.replace("&", "&amp;").replace(chr(34), "&quot;")}"'
        for name, value in node.element.attrib.items()
        if "}" not in name
    )
    return f"<{node.tag}{quoted}>{inside}</{node.tag}>"


def words(node: Node) -> str:
    """All words in an element, as one line."""
    return " ".join("".join(node.element.itertext()).split())


def bare(html: str) -> str:
    """Without tags and the marks of gaps."""
    return re.sub(r"<[^<>]{0,500}>|[\ue202\ue203]", " ", html).strip()
