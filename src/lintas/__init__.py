"""Lintas: the rules of Southeast Asia's digital economy, as code.

Every answer is a query on one compiled body of law. The public names are these and no others; they load what they need
when first used, so that ``import lintas`` stays fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lintas.errors import LintasError
    from lintas.model.answer import Assessment
    from lintas.service import ask, check, decide, explain, open_law, why_not

__version__ = "0.1.0"
__all__ = ["Assessment", "LintasError", "__version__", "ask", "check", "decide", "explain", "open_law", "why_not"]

_HOME = {"Assessment": "lintas.model.answer", "LintasError": "lintas.errors"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'lintas' has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - the point of this function is to import late

    return getattr(importlib.import_module(_HOME.get(name, "lintas.service")), name)
