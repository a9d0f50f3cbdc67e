"""``make bench``: every figure beside a peer or a physical limit of the same run; writes ``bench/latest.json`` and prints a table.

Figures are medians in process and warm unless they say cold. Ratios mean something; microseconds depend on the machine.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.generate import MEMBERS, Generator

from lintas import service
from lintas.assess.ask import ask
from lintas.assess.sides import sides_of
from lintas.assess.why_not import why_not
from lintas.engine.columns import Columns, Dictionary, from_facts
from lintas.engine.reference import run as reference
from lintas.engine.vector import VectorSlice


def median(call, repeats: int = 7) -> float:
    """Median seconds of a call."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def questions(law) -> list:
    return [law.situation(raw, as_of=dt.date(2026, 11, 24)) for raw in service.standard_questions(ROOT / "corpus")]


def main() -> None:
    law = service.open_law()
    program, decider = law.program, law.decider
    situations = questions(law)
    rows = []

    def engine() -> int:
        count = 0
        for s in situations:
            for key in sides_of(program, s):
                if key.judged:
                    count += len(decider.index.slice(key.jurisdiction, s.activity).run(s.facts, day=s.as_of.toordinal()))
        return count

    hits = engine()
    mean = median(engine) / len(situations)

    def one(s) -> None:
        for key in sides_of(program, s):
            if key.judged:
                decider.index.slice(key.jurisdiction, s.activity).run(s.facts, day=s.as_of.toordinal())

    fast = statistics.median(median(lambda s=s: one(s), 9) for s in situations)

    def slow() -> None:
        for s in situations[::8]:
            for key in sides_of(program, s):
                if key.judged:
                    reference(program, key.jurisdiction, s.activity, s.facts, day=s.as_of.toordinal())

    peer = median(slow, 3) / len(situations[::8])
    rows.append(("one decision, engine only, all sides", fast * 1e6, "us", "reference engine, same law", peer * 1e6, f"p50; mean {mean * 1e6:.1f} us; {hits / len(situations):.1f} norms not off"))
    whole = [median(lambda s=s: decider.decide(s), 3) for s in situations]
    rows.append(("one Assessment with citations, p50", statistics.median(whole) * 1e6, "us", "engine only", fast * 1e6, ""))
    all_questions = median(lambda: [decider.decide(s) for s in situations], 3)
    rows.append((f"all {len(situations)} standard questions at one date", all_questions, "s", "bar", 1.0, ""))
    hard = [s for s in situations if decider.decide(s).met_as_described != "yes"]
    rows.append(("why-not, p50", statistics.median(median(lambda s=s: why_not(decider, s), 1) for s in hard) * 1e3, "ms", "bar", 5.0, f"{len(hard)} situations"))
    open_ones = [s for s in situations if decider.decide(s).outcome == "needs-facts"] or situations
    rows.append(("next question, p50", statistics.median(median(lambda s=s: ask(decider, s), 1) for s in open_ones) * 1e3, "ms", "bar", 20.0, f"{len(open_ones)} situations"))
    rows.append(bulk(program, decider))
    rows.extend(cold())
    report(rows, program)


def bulk(program, decider):
    """A million rows of the largest slice: truth of every rule, beside reading the same columns once."""
    n = 1_000_000
    keys = {(norm.jurisdiction, a) for norm in program.norms for a in norm.activities if norm.jurisdiction in MEMBERS}
    key = max(keys, key=lambda k: len(decider.index.slice(*k).rules))
    piece = decider.index.slice(*key)
    generator = Generator(program, 1)
    sample = [generator.facts(piece, key[0]) for _ in range(2000)]
    small = from_facts(sample, [generator.day() for _ in sample])
    pick = np.random.default_rng(1).integers(0, 2000, n)
    facts = {}
    for name, column in small.facts.items():
        if isinstance(column, Dictionary):
            facts[name] = Dictionary(column.codes[pick], column.values)
        elif hasattr(column, "currency"):
            facts[name] = type(column)(column.values[pick], column.currency[pick], column.currencies)
        else:
            facts[name] = type(column)(column.values[pick])
    columns = Columns(n, facts, small.days[pick])
    kernel = VectorSlice(piece)
    seconds = median(lambda: kernel.run(columns), 3)
    density = float((kernel.run(columns).effective >= 0).sum(axis=1).mean())

    def read() -> None:
        for column in facts.values():
            (column.codes if isinstance(column, Dictionary) else column.values).sum()

    return (
        f"1M rows x {len(piece.rules)} rules of {key[0]} {key[1]}",
        seconds,
        "s",
        "reading the columns once",
        median(read, 3),
        f"{density:.1f} rules not off a row",
    )


def cold():
    """Start-up, each beside an empty Python."""
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}

    def shell(*args: str) -> float:
        return median(lambda: subprocess.run(args, check=False, capture_output=True, cwd=ROOT, env=env), 5)

    python = sys.executable
    empty = shell(python, "-c", "pass")
    packed = next((ROOT / "build" / "lintas").glob("*.msgpack"))
    law_from = f"from lintas import service; service.Law(service.read_program(open({str(packed)!r}, 'rb').read()))"
    lintas = str(Path(python).parent / "lintas")
    decide = (lintas, "decide", "--from", "SG", "--to", "*", "--activity", "transfer-personal-data", "--data", "personal", "--format", "jsonl")
    yield ("import lintas, cold", (shell(python, "-c", "import lintas") - empty) * 1e3, "ms", "bar", 80.0, "above an empty Python")
    yield ("open the compiled corpus, cold", (shell(python, "-c", law_from) - empty) * 1e3, "ms", "bar", 150.0, "imports included; the form that the wheel ships")
    yield ("first lintas decide from the shell", shell(*decide) * 1e3, "ms", "bar", 300.0, "")


def report(rows, program) -> None:
    norms = sum(1 for n in program.norms if n.modality != "coverage")
    stamp = {
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "norms": norms,
        "rules": len(program.rules),
        "release": program.release,
        "corpus": program.corpus_digest,
    }
    out = []
    print(f"{norms} norms, {len(program.rules)} rules, Python {stamp['python']}, {stamp['cores']} cores")
    print(f"{'figure':<62}{'ours':>12}   {'beside':<28}{'peer':>12}   ratio")
    for name, ours, unit, peer, value, note in rows:
        ratio = ours / value if value else 0
        print(f"{name:<62}{ours:>9.2f} {unit:<3}  {peer:<28}{value:>9.3f} {unit:<3} {ratio:>8.3f}  {note}")
        out.append({"figure": name, "ours": ours, "unit": unit, "beside": peer, "peer": value, "ratio": ratio, "note": note})
    (ROOT / "bench" / "latest.json").write_text(json.dumps({"machine": stamp, "figures": out}, indent=1) + "\n")


if __name__ == "__main__":
    main()
