"""Generated situations: unknown, ordinary and stated facts, on and beside every threshold of the law."""

from __future__ import annotations

import random
from typing import Any

from lintas.engine.index import Slice
from lintas.ir.program import Program
from lintas.model.norm import Amount, Holds, Keyed, Leaf

MEMBERS = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN")


class Generator:
    """Facts for one program, drawn from the values that its norms tell apart."""

    def __init__(self, program: Program, seed: int) -> None:
        self.program = program
        self.random = random.Random(seed)
        vocabulary = program.vocabulary
        self.table = vocabulary.fact_table()
        self.broadened = vocabulary.broadened()
        self.implied = vocabulary.implied()
        self.questions = [f.id for f in vocabulary.facts if f.question]
        self.sectors = sorted(vocabulary.ids("sectors"))
        self.actors = sorted(vocabulary.ids("actors"))
        self.operands: dict[str, list[Any]] = {}
        for atom in program.atoms:
            if isinstance(atom, Holds):
                continue
            rows = [row for _, row in atom.value.rows] if isinstance(atom.value, Keyed) else [atom.value]
            self.operands.setdefault(atom.fact, []).extend(v for row in rows for v in (row if isinstance(row, tuple) else (row,)))
            if isinstance(atom.value, Keyed):
                self.operands.setdefault(atom.value.by, []).extend(k for k, _ in atom.value.rows)
        self.slices = sorted({(n.jurisdiction, a) for n in program.norms for a in n.activities})
        self.days = sorted({d for r in program.rules for d in (r.start - 1, r.start, r.end - 1, r.end) if 730000 < d < 745000})

    def slice_key(self) -> tuple[str, str]:
        return self.random.choice(self.slices)

    def day(self) -> int:
        return self.random.choice(self.days) if self.random.random() < 0.5 else self.random.randint(736000, 740300)

    def facts(self, piece: Slice, jurisdiction: str) -> dict[str, Any]:
        rand = self.random
        facts: dict[str, Any] = {}
        home = jurisdiction if len(jurisdiction) == 2 else rand.choice(MEMBERS)
        shape = rand.random()
        other = rand.choice([*MEMBERS, "US", "CN"])
        if shape < 0.35:
            facts["from"], facts["to"] = home, f"*!{home}"
        elif shape < 0.6:
            facts["from"], facts["to"] = home, home
        elif shape < 0.75:
            facts["from"], facts["to"] = f"*!{home}", home
        else:
            facts["from"], facts["to"] = (home, other) if rand.random() < 0.5 else (other, home)
        facts["safeguards"] = frozenset().union(*(self.implied[w] for w in rand.sample(sorted(self.implied), rand.choice([0, 0, 1, 2, 4]))))
        if rand.random() < 0.3:
            facts["safeguards_absent"] = frozenset(self.implied) - facts["safeguards"]
        if rand.random() < 0.9:
            facts["data"] = frozenset().union(*(self.broadened[w] for w in rand.sample(sorted(self.broadened), rand.choice([1, 1, 2]))))
        if rand.random() < 0.85:
            facts["sector"] = rand.choice(self.sectors)
        if rand.random() < 0.85:
            facts["actor"] = rand.choice(self.actors)
        for name in sorted(piece.facts & set(self.questions)):
            facts[name] = "**"
        for name in sorted(piece.facts - {"from", "to", "data", "sector", "actor", "safeguards", "day"}):
            if rand.random() < 0.6:
                facts[name] = self.value(name)
        return facts

    def value(self, name: str) -> Any:
        rand = self.random
        known = self.operands.get(name, [])
        info = self.table.get(name)
        kind = info.type if info else "text"
        if kind == "boolean":
            return rand.random() < 0.5
        if kind in ("integer", "number", "percent", "date", "duration"):
            base = float(rand.choice(known)) if known else 10.0
            return base + rand.choice([-1.0, 0.0, 1.0, 1000.0])
        if kind == "money":
            amounts = [a for a in known if isinstance(a, Amount)]
            base = rand.choice(amounts) if amounts else Amount(1000.0, "USD")
            currency = base.currency if rand.random() < 0.9 else "XTS"
            return Amount(base.amount + rand.choice([-1.0, 0.0, 1.0]), currency)
        words = sorted({*(str(k) for k in known if k != "*"), *(info.values if info else ()), "other"})
        return rand.choice(words)


def leaves_of(program: Program) -> list[Leaf]:
    return [a for a in program.atoms if isinstance(a, Leaf)]
