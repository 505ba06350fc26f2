"""A list of texts as one parameter of a statement that is compiled once.

SQLAlchemy's own ``in_`` writes as many parameters as the list is long, anew at each execution;
for a batch of ballots that costs more than the rest of the statement.
"""

from typing import Any

from sqlalchemy import JSON, ColumnElement, String, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY


def one_of(dialect: str, column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the texts given under this name, as a list."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(String)))
    texts: Any = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
    return column.in_(select(texts.c.value))
