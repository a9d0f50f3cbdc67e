"""The main job in one screen: real rules for the flows of an invented firm, each with the article that decides.

    python examples/demo.py --out out
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import runpy
import sys
import time
from pathlib import Path

from lintas import service

HERE = Path(__file__).parent
AS_OF = dt.date(2026, 11, 24)
WIDTH = 116
SHOWN = 4


def main() -> None:
    """Check both lists, print the story, write the reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out"))
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    law = service.open_law()
    flows = service.check(HERE / "telehealth" / "flows.csv", law=law, as_of=AS_OF)
    service.write_check(flows, "html", out / "telehealth.html")
    service.write_check(flows, "xlsx", out / "telehealth.xlsx")
    cloud = HERE / "cloud-regions"
    runpy.run_path(str(cloud / "build.py"))["write"](out / "cloud-regions.csv")
    regions = service.check(out / "cloud-regions.csv", law=law, as_of=AS_OF)
    service.write_check(regions, "html", out / "cloud-regions.html")
    story(flows, law)
    places(regions)
    print(bold("Next"))
    print("  lintas check --template > mine.csv     then     lintas check mine.csv --html mine.html")
    print("  lintas explain --from VN --to SG --activity transfer-personal-data --data health")
    print(f"Reports: {out / 'telehealth.html'}  {out / 'cloud-regions.html'}  ({time.perf_counter() - started:.1f} s)")
    print("Information, not legal advice. No lawyer has reviewed this release.")


def bold(text: str, code: str = "1") -> str:
    """Emphasis on a terminal that wants it."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else f"\x1b[{code}m{text}\x1b[0m"


def show(text: str, indent: int, lines: int = 1) -> None:
    """Text in at most so many lines; scripts without spaces break anywhere."""
    width = WIDTH - indent
    parts = service.wrap_cells(text, width)
    if len(parts) > lines:
        last = parts[lines - 1]
        while service.cells(last) > width - 4:
            last = last[:-1]
        word, space, _ = last.rpartition(" ")
        parts = [*parts[: lines - 1], (word if space and len(word) > len(last) - 20 else last) + " ..."]
    for part in parts:
        print(" " * indent + part)


def story(result: service.CheckResult, law: service.Law) -> None:
    """Totals, the flows that need action, one pair of days, three members side by side."""
    counts = ", ".join(f"{n} {service.COUNTED[state]}" for state, n in result.counts().items())
    print(bold(f"Telehealth: {len(result.lines)} flows of an invented firm in five members, law as of {result.as_of.isoformat()}"))
    print(f"  {counts}")
    print(bold("What needs action"))
    seen: set[str] = set()
    for line in result.worst_first():
        decision = result.decision(line)
        member = decision.origin
        if decision.state not in ("not-allowed", "missing", "needs") or member in seen or not decision.because or len(seen) >= SHOWN:
            continue
        seen.add(member)
        same = sum(1 for other in result.lines if result.decision(other).state in ("not-allowed", "missing", "needs")
                   and result.decision(other).origin == member)  # fmt: skip
        cite, norm = service.check_citation(decision), decision.because[0]
        more = f" (and {same - 1} more from {member})" if same > 1 else ""
        colour = "1;31" if decision.state == "not-allowed" else "33"
        print(f"  {bold(service.check_sign(decision) + ' ' + service.verdict_word(decision), colour)}  {line.what}, {decision.corridor}{more}")
        show(f"{norm.instrument_title}, {norm.locator}: {norm.title}", 4)
        show(f"“{cite.get('quote', '')}”", 6)
        show("Put in place: " + "; ".join(service.check_remedy(result, decision)), 4, 2)
    pair(result)
    side_by_side(law)


def pair(result: service.CheckResult) -> None:
    """One flow on the last day of the old decree and on the first of the new law."""
    print(bold("One flow, two days: VN > SG, health data, with contract, consent, notice and filed assessment"))
    for line in result.lines[-2:]:
        decision = result.decision(line)
        lacks = "; ".join(service.check_remedy(result, decision))
        by_instrument: dict[str, list[str]] = {}
        for norm in decision.because:
            by_instrument.setdefault(norm.instrument, []).append(norm.locator)
        why = "; ".join(f"{name} {', '.join(found)}" for name, found in by_instrument.items())
        verdict = f"{service.check_sign(decision)} {service.verdict_word(decision)}"
        show(f"{decision.answer.as_of}  {verdict}{': ' + lacks if lacks else ''}  ({why})", 2, 2)


def side_by_side(law: service.Law) -> None:
    """The same transfer from three members, no safeguard named."""
    print(bold("The same transfer from three members: patients' health data to the United States, nothing told of safeguards"))
    for origin in ("PH", "SG", "VN"):
        facts = {
            "from": origin, "to": "US", "activity": "transfer-personal-data", "data": ["health"], "data_subject_type": "customers",
            "sector": "health", "actor": "private-domestic", "local_presence": True, "data_subjects_in_country": True, "hosting_in_country": False,
        }  # fmt: skip
        decision = service.check_one({"id": origin, "as_of": AS_OF.isoformat(), "facts": facts}, law=law)
        needs = "; ".join(n.name for n in decision.needs if not n.depends_on) or service.check_missing(decision, 4)
        where = service.check_locators(decision, 3)
        show(f"{origin}  {service.check_sign(decision)} {service.verdict_word(decision)}: {needs}  ({where})", 2, 2)


def places(result: service.CheckResult) -> None:
    """The cloud regions in two lines."""
    counts = ", ".join(f"{n:,} {service.COUNTED[state]}" for state, n in result.counts().items())
    print(bold(f"Where may it lie? {len(result.lines):,} pairs of member and cloud region, four kinds of data"))
    show(counts, 2, 2)


if __name__ == "__main__":
    main()
