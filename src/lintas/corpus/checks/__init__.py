"""Checks with stable codes: ``CHECKS`` is a tuple of plain functions over a :class:`Corpus`.

Each has a page in ``docs/checks.md`` and a bad example in ``tests/bad_corpus/``.
"""

from lintas.corpus.checks.finding import Finding
from lintas.corpus.checks.run import CHECKS, run_checks

__all__ = ["CHECKS", "Finding", "run_checks"]
