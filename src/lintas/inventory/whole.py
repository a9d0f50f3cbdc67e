"""The whole way of one inventory: open the file, decide its rows, gather the result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from lintas.assess.law import Law
from lintas.dates import today
from lintas.inventory.check import Checker, CheckResult, Decision, run
from lintas.inventory.columns import Columns, read_map
from lintas.inventory.guard import MAX_ROWS
from lintas.inventory.read import read
from lintas.inventory.remedy import remedy_of


def check_inventory(
    inventory: str, law: Law, *, as_of: dt.date | None = None, mapping: str | None = None, horizon: int = 180, strict: bool = False,
    max_rows: int = MAX_ROWS, kind: str | None = None, progress: Callable[[int], None] | None = None,
) -> CheckResult:  # fmt: skip
    """Every row of a list, decided; see ``service.check`` for the arguments."""
    vocabulary = law.program.vocabulary
    columns = Columns(vocabulary, read_map(mapping) if mapping else None, where=mapping or "")
    source = read(inventory, columns, max_rows=max_rows, kind=kind)
    day = as_of or today()
    checker = Checker(law.decider, law.reader, columns, as_of=day, horizon=horizon)
    lines, bad = run(source, checker, strict=strict, progress=progress)
    definitions = {term.id: term.definition for term in (*vocabulary.safeguards, *vocabulary.requirements)}
    definitions |= {fact.id: fact.definition for fact in vocabulary.facts}
    return CheckResult(
        source=source.name,
        as_of=day,
        horizon=horizon,
        release=law.program.release,
        known_on=law.program.known_on,
        names={code: name for code, name in law.program.names.items() if "/" not in code and code.isupper()},
        definitions=definitions,
        lines=lines,
        decisions=checker.decisions,
        bad=bad,
        notes=source.notes,
        remedy=lambda decision: remedy_of(law.decider, decision),
    )


def check_one(situation: Any, law: Law, *, as_of: dt.date | None = None, horizon: int = 180) -> Decision:
    """One situation, decided as a line of an inventory is."""
    day = as_of or today()
    checker = Checker(law.decider, law.reader, Columns(law.program.vocabulary), as_of=day, horizon=horizon)
    return checker.answer(law.situation(situation, as_of=day))
