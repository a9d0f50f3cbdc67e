"""A hundred scenarios at once: time to make each law, memory that they hold together; writes ``bench/scenarios.json``.

Each scenario ends one norm of one member, member after member. The peer of the same run is the law compiled whole.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import resource
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from lintas import service
from lintas.assess.law import compile_members
from lintas.corpus.load import Corpus, load
from lintas.scenario.overlay import law_under
from lintas.scenario.patch import Close, Overlay

COUNT = 100
DAY = dt.date(2026, 11, 24)


def resident() -> float:
    """Resident memory in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * resource.getpagesize() / 2**20


def scenarios(corpus: Corpus) -> list[Overlay]:
    members = [j.code for j in corpus.jurisdictions if not j.outside]
    rules = {m: [n.id for n in corpus.norms.values() if n.jurisdiction == m and n.modality in ("obligation", "prohibition")] for m in members}
    out = []
    for number in range(COUNT):
        own = rules[members[number % len(members)]]
        change = Close(norm=own[number * 7 % len(own)], reason="bench", where="bench", start=dt.date(2026, 1, 1))
        out.append(Overlay(id=f"s{number}", title="", kind="model", about="", changes=(change,), sources=(), digest=str(number), where="bench"))
    return out


def main() -> None:
    root = service.corpus_root()
    base, corpus = service.open_law(root), load(root)
    questions = service.standard_questions(root)
    begun = time.perf_counter()
    compile_members(corpus, corpus.norms)
    whole = time.perf_counter() - begun
    for question in questions:
        base.decider.decide(base.situation(question, as_of=DAY))
    before, times, laws = resident(), [], []
    for overlay in scenarios(corpus):
        begun = time.perf_counter()
        laws.append(law_under(corpus, base, (overlay,)))
        times.append(time.perf_counter() - begun)
    made = resident() - before
    begun = time.perf_counter()
    asked = 0
    for law in laws:
        touched = {place.lower() for place in law.decider.index.touched}
        for question in questions:
            if question["id"].partition("-")[0] in touched:
                law.decider.decide(law.situation(question, as_of=DAY))
                asked += 1
    answering = time.perf_counter() - begun
    figures = {
        "scenarios": COUNT, "ms_each_median": round(statistics.median(times) * 1e3, 1), "ms_each_worst": round(max(times) * 1e3, 1),
        "s_all": round(sum(times), 2), "ms_whole_law": round(whole * 1e3, 1), "mib_made": round(made, 1), "mib_answered": round(resident() - before, 1),
        "questions_of_touched_members": asked, "s_answering": round(answering, 1),
        "machine": platform.platform(), "python": platform.python_version(), "on": DAY.isoformat(),
    }  # fmt: skip
    (ROOT / "bench" / "scenarios.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    for key, value in figures.items():
        print(f"{key:<32}{value}")


if __name__ == "__main__":
    main()
