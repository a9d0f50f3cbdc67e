"""One tree of errors, split by what the caller can do about them.

Every error has a stable code, a title, a detail, a hint and, where it is known, a place. All doors show
the same shape: ``{"error": {"code", "title", "detail", "hint", "where", "retry"}}``.
"""

from __future__ import annotations

from typing import Any


class LintasError(Exception):
    """Base of all errors that Lintas raises on purpose.

    Attributes:
        code: stable identifier, documented in ``docs/errors.md``.
        title: what went wrong, one short sentence.
        detail: the particulars.
        hint: what to do about it.
        where: file and line, row and column, or ``""``.
        retry: whether the same call may succeed later without a change.

    """

    code = "error"
    title = "Something went wrong"
    retry = False

    def __init__(self, detail: str, *, hint: str = "", where: str = "") -> None:
        """Keep the parts; the message joins them in one line."""
        self.detail = detail
        self.hint = hint
        self.where = where
        super().__init__(": ".join(part for part in (where, self.title, detail) if part))

    def as_dict(self) -> dict[str, Any]:
        """The one error shape of every door."""
        return {
            "error": {
                "code": self.code,
                "title": self.title,
                "detail": self.detail,
                "hint": self.hint,
                "where": self.where,
                "retry": self.retry,
            }
        }


class SituationError(LintasError):
    """The facts cannot be read: an unknown term, a wrong type, a contradiction. Change the facts."""

    code = "bad-situation"
    title = "The situation cannot be read"


class InputError(LintasError):
    """A file or an option cannot be read, or is larger than allowed. Change the input."""

    code = "bad-input"
    title = "The input cannot be read"


class CorpusError(LintasError):
    """The law as data cannot be read or compiled. Mend the file that is named."""

    code = "bad-corpus"
    title = "The corpus cannot be read"


class CompileError(CorpusError):
    """The corpus reads well but does not make one program: a cycle, a dangling reference, too many terms."""

    code = "bad-program"
    title = "The corpus cannot be compiled"


class MissingExtraError(LintasError):
    """An optional part is not installed."""

    code = "missing-extra"
    title = "This needs an optional part of Lintas"
