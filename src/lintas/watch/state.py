"""What is remembered between runs: one journal, appended line by line, so that a stopped run goes on where it was."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import msgspec

from lintas.errors import InputError


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one address answered on one day.

    Attributes:
        outcome: ``new`` (asked for the first time), ``unchanged``, ``changed``, ``gone`` (404, 410) or ``unreachable``.
        response: sha256 of the body as served; ``text``: sha256 of its text.
        missing: quotes that the text no longer holds, or does not hold as far as it could be read.

    """

    url: str
    on: dt.date
    outcome: str
    reason: str = ""
    status: int = 0
    etag: str = ""
    modified: str = ""
    response: str = ""
    text: str = ""
    held: int = 0
    missing: tuple[str, ...] = ()


class State:
    """The journal and the last text of each address, in one folder."""

    def __init__(self, folder: Path) -> None:
        """Read what is there; a last line that was cut off by a crash is dropped."""
        self.folder = folder
        self.journal = folder / "journal.jsonl"
        self.texts = folder / "texts"
        self.last: dict[str, Seen] = {}
        self.good: dict[str, Seen] = {}
        """The last answer with a text, by address."""
        if self.journal.exists():
            self._read()

    def _read(self) -> None:
        data = self.journal.read_bytes()
        whole, cut, rest = data.rpartition(b"\n")
        if rest:
            self.journal.write_bytes(whole + cut)
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                self._note(msgspec.json.decode(line, type=Seen))
            except msgspec.MsgspecError as bad:
                raise InputError(str(bad), hint="Remove the line, or start with another --state folder.", where=f"{self.journal}:{number}") from bad

    def _note(self, seen: Seen) -> None:
        self.last[seen.url] = seen
        if seen.text:
            self.good[seen.url] = seen

    def _file(self, url: str) -> Path:
        return self.texts / f"{hashlib.sha256(url.encode()).hexdigest()[:24]}.txt"

    def text(self, url: str) -> str | None:
        """The last text of an address."""
        file = self._file(url)
        return file.read_text(encoding="utf-8") if file.exists() else None

    def keep(self, seen: Seen, text: str | None) -> None:
        """Write the text first, then the line that says it is there."""
        self.texts.mkdir(parents=True, exist_ok=True)
        if text is not None:
            file = self._file(seen.url)
            temporary = file.with_suffix(".tmp")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(file)
        with self.journal.open("ab") as out:
            out.write(msgspec.json.encode(seen) + b"\n")
            out.flush()
        self._note(seen)
