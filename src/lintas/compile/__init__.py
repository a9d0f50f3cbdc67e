"""Model to IR: ``PASSES`` is a tuple of plain functions, run in order over one :class:`Draft`."""

from lintas.compile.passes import PASSES, program

__all__ = ["PASSES", "program"]
