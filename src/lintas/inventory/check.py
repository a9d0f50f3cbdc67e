"""Decide an inventory: every row to a line with its state; equal situations are decided once.

INVARIANT: this fails closed. A row that cannot be read, a need that is missing and an answer that is open each keep the exit code
away from 0.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from lintas.assess.decide import Decider
from lintas.assess.signature import Signer
from lintas.errors import InputError, SituationError
from lintas.inventory.columns import Columns, country_problem
from lintas.inventory.flags import Change, DeadBasis, changes, dead_bases
from lintas.inventory.guard import plain
from lintas.inventory.obstacles import NeedLine, needs_of
from lintas.inventory.rows import BadRow, Row, Source
from lintas.inventory.words import ORDER, REFUSED, UNDECIDED, because, phrase, shape, state_of
from lintas.model.answer import Assessment, NormOut
from lintas.model.situation import FactReader, Situation


class Decision(msgspec.Struct, kw_only=True):
    """The answer to one situation, with what a report says about it; lines with equal facts share it."""

    situation: Situation
    answer: Assessment
    state: str
    shape: str
    phrase: str
    all_needs: list[NeedLine]
    because: list[NormOut]
    changes: list[Change]
    dead: list[DeadBasis]
    count: int = 0

    @property
    def needs(self) -> list[NeedLine]:
        """Needs that are missing or not told."""
        return [n for n in self.all_needs if n.state != "met"]

    @property
    def origin(self) -> str:
        """Where it starts."""
        return _end(self.situation.facts.get("from"))

    @property
    def destination(self) -> str:
        """Where it goes."""
        return _end(self.situation.facts.get("to"))

    @property
    def corridor(self) -> str:
        """Both ends in words; a question to an agreement has none."""
        if self.origin == self.destination == "?":
            return str(self.situation.facts.get("agreement") or "-")
        return f"{self.origin} > {self.destination}" if self.origin != self.destination else f"in {self.origin}"


class Line(msgspec.Struct, frozen=True):
    """One row with its answer."""

    number: int
    line: int
    id: str
    what: str
    decision: int
    notes: tuple[str, ...] = ()


class CheckResult(msgspec.Struct, kw_only=True):
    """What ``lintas check`` found: lines in input order, the decisions that they share, and the rows that could not be read."""

    source: str
    as_of: dt.date
    horizon: int
    release: str
    known_on: str
    names: dict[str, str]
    definitions: dict[str, str]
    lines: list[Line]
    decisions: list[Decision]
    bad: list[BadRow]
    notes: list[str]
    remedy: Callable[[Decision], list[list[dict[str, Any]]]]

    def decision(self, line: Line) -> Decision:
        """The answer of a line."""
        return self.decisions[line.decision]

    def counts(self) -> dict[str, int]:
        """Lines by state, worst first; states without a line are left out."""
        found = Counter(self.decisions[line.decision].state for line in self.lines)
        return {state: found[state] for state in ORDER if found[state]}

    def worst_first(self) -> list[Line]:
        """Lines by state, then as in the file."""
        return sorted(self.lines, key=lambda line: (ORDER.index(self.decisions[line.decision].state), line.number))

    def exit_code(self, *, allow_undecided: bool = False) -> int:
        """0 settled, 1 a refusal, 2 a row that could not be read (or no rows), 3 something is undecided."""
        states = {self.decisions[line.decision].state for line in self.lines}
        if self.bad or not self.lines:
            return 2
        if states & REFUSED:
            return 1
        return 3 if states & UNDECIDED and not allow_undecided else 0


def _end(value: Any) -> str:
    text = str(value or "?")
    return "*" if text.startswith("*") else text


class Checker:
    """Decides rows; make it once for a list."""

    def __init__(self, decider: Decider, reader: FactReader, columns: Columns, *, as_of: dt.date, horizon: int) -> None:
        self.decider, self.reader, self.columns = decider, reader, columns
        self.as_of, self.horizon = as_of, horizon
        self.decisions: list[Decision] = []
        self._by_cells: dict[Any, int] = {}
        self._by_facts: dict[Any, int] = {}
        self._signer = Signer(decider.program)

    def decide(self, row: Row, headers: dict[str, str]) -> Line | list[BadRow]:
        """One row to a line, or what is wrong with it, cell by cell."""
        cells = row.cells
        label, notes = _label(cells.get("what"))
        if row.problem:
            return [_bad(row, "", row.problem, row.hint, label)]
        name, more = _label(cells.get("id"))
        notes += more
        key = _frozen(cells)
        number = self._by_cells.get(key) if key is not None else None
        if number is None:
            found = self._decide(row, headers, label)
            if isinstance(found, list):
                return found
            number = found
            if key is not None:
                self._by_cells[key] = number
        decision = self.decisions[number]
        decision.count += 1
        return Line(row.number, row.line, name or str(row.number), label or name or said_flow(decision), number, tuple(notes))

    def _decide(self, row: Row, headers: dict[str, str], label: str) -> int | list[BadRow]:
        facts = self.columns.facts_of({k: v for k, v in row.cells.items() if k not in ("id", "what")})
        body = {k: v for k, v in facts.items() if k not in ("as_of", "level")}
        raw = {"id": str(row.number), "as_of": facts.get("as_of"), "level": facts.get("level"), "facts": body}
        wrong = self._unlisted(facts)
        if "activity" not in body:
            wrong.append(("activity", "activity: is empty", "Say what is done, for instance transfer-personal-data."))
        if wrong:
            return self._problems(row, facts, headers, label, SituationError(wrong[0][1], hint=wrong[0][2]), wrong)
        try:
            situation = self.reader.situation(raw, default_day=self.as_of, number=row.number - 1)
            key = self._signer.sign(situation)
            if key in self._by_facts:
                return self._by_facts[key]
            decision = self.answer(situation)
        except SituationError as bad:
            return self._problems(row, facts, headers, label, bad, [])
        self._by_facts[key] = len(self.decisions)
        self.decisions.append(decision)
        return len(self.decisions) - 1

    def answer(self, situation: Situation) -> Decision:
        """The answer to one situation with its state, needs, reasons and flags."""
        answer = self.decider.decide(situation)
        needs = needs_of(self.decider, situation, answer)
        state = state_of(answer, needs)
        return Decision(
            situation=situation,
            answer=answer,
            state=state,
            shape=shape(answer, state),
            phrase=phrase(answer, state, needs),
            all_needs=needs,
            because=because(answer, state, needs),
            changes=changes(self.decider, situation, answer, self.horizon),
            dead=dead_bases(self.decider, situation, answer),
        )

    def _unlisted(self, facts: dict[str, Any]) -> list[tuple[str, str, str]]:
        """Ends that are no country: the fact reader takes any two letters."""
        known = self.columns.known_place
        return [
            (key, f"{key}: {ascii(facts[key])[:60]} is not a country", country_problem(facts[key]))
            for key in ("from", "to")
            if key in facts and not (isinstance(facts[key], str) and known(facts[key]))
        ]

    def _problems(
        self, row: Row, facts: dict[str, Any], headers: dict[str, str], label: str, bad: SituationError, wrong: list[tuple[str, str, str]]
    ) -> list[BadRow]:
        """Each cell that is wrong, with its column; else what is wrong with the row as a whole."""
        out = [_bad(row, headers.get(key, key), _after_key(detail), hint, label) for key, detail, hint in wrong]
        for key, value in facts.items():
            if key in ("level", "from", "to"):
                continue
            try:
                if key == "as_of":
                    self.reader.situation({"as_of": value, "facts": {"activity": next(iter(self.reader.activities))}}, default_day=self.as_of)
                else:
                    self.reader.read({key: value}, "")
            except SituationError as cell:
                out.append(_bad(row, headers.get(key, key), _after_key(cell.detail), cell.hint, label))
        if not out:
            first = re.match(r"(\w+): ", bad.detail)
            out = [_bad(row, headers.get(first[1], first[1]) if first else "", _after_key(bad.detail), bad.hint, label)]
        return out


def run(
    source: Source, checker: Checker, *, strict: bool = False, progress: Callable[[int], None] | None = None
) -> tuple[list[Line], list[BadRow]]:
    """All rows of a source in order.

    Raises:
        InputError: with ``strict``, at the first row that cannot be read.

    """
    lines: list[Line] = []
    bad: list[BadRow] = []
    for row in _counted(source.rows, progress):
        found = checker.decide(row, source.headers)
        if isinstance(found, Line):
            lines.append(found)
            continue
        if strict:
            first = found[0]
            column = f", column {first.column}" if first.column else ""
            raise InputError(first.detail, hint=first.hint, where=f"{source.name}:{first.line}{column}")
        bad.extend(found)
    return lines, bad


def _counted(rows: Iterable[Row], progress: Callable[[int], None] | None) -> Iterable[Row]:
    for number, row in enumerate(rows, start=1):
        if progress and number % 500 == 0:
            progress(number)
        yield row


def said_flow(decision: Decision) -> str:
    """A label for a row that has none."""
    return plain(f"{decision.situation.activity.replace('-', ' ')}, {decision.corridor}")


def _label(value: Any) -> tuple[str, list[str]]:
    if value is None:
        return "", []
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split())
    shown = plain(text)
    return shown, ["hidden characters were replaced in its name"] if "\ufffd" in shown and "\ufffd" not in text else []


def _frozen(cells: dict[str, Any]) -> Any:
    try:
        key = tuple((k, type(v).__name__, v) for k, v in cells.items() if k not in ("id", "what"))
        hash(key)
    except TypeError:
        return None
    return key


def _bad(row: Row, column: str, detail: str, hint: str, label: str) -> BadRow:
    if row.problem and not column and (first := re.match(r"(\w+): ", detail)):
        column, detail = first[1], detail[first.end() :]
    return BadRow(number=row.number, line=row.line, column=column, detail=plain(detail), hint=plain(hint), label=label)


def _after_key(detail: str) -> str:
    return re.sub(r"^\w+: ", "", detail)
