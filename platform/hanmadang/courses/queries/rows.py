"""The type of a selected row whose columns the reader knows by name or order."""

from typing import Any

from sqlalchemy import Row

AnyRow = Row[*tuple[Any, ...]]
