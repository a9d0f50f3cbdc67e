"""Optional parts: one clear error where a command needs one that is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lintas.errors import MissingExtraError


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Imports inside need the extra of this name.

    Raises:
        MissingExtraError: it is not installed.

    """
    try:
        yield
    except ModuleNotFoundError as bad:
        if (bad.name or "").startswith("lintas"):
            raise
        raise MissingExtraError(f"this command needs {bad.name}", hint=f"pip install 'lintas[{name}]'; in a checkout: make .venv/doors.stamp.") from bad
