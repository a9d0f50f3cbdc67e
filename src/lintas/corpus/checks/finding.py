"""One finding of a check."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """Code, place, what is wrong, what to do."""

    code: str
    where: str
    what: str
    hint: str

    @property
    def line(self) -> int:
        """The line of the place, 0 where it has none."""
        tail = self.where.rpartition(":")[2]
        return int(tail) if tail.isdigit() else 0

    def __str__(self) -> str:
        return f"{self.where}: {self.code} {self.what}. {self.hint}"
