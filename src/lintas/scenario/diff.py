"""What changed from one law to another, over two populations of situations: a comparison, not a proof.

The exact difference over all situations is another question, with another answer; see :mod:`lintas.scenario.exact` where it is installed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from lintas.assess.law import Law
from lintas.assess.sides import sides_of
from lintas.corpus.load import Corpus
from lintas.errors import SituationError
from lintas.scenario.merge import touched_by
from lintas.scenario.said import KINDS, answered, because, kinds_of, members_of, said, situation_of
from lintas.scenario.view import View, views
from lintas.scenario.witness import replay, same_change, smallest

NOTE = "A comparison over these situations, not a proof: a change that none of them meets is not seen."
WITNESSES = 24
QUESTIONS, CASES = "standard questions", "cases beside norms"


class Asked(msgspec.Struct, frozen=True):
    """One situation of a population."""

    id: str
    area: str
    weight: float
    raw: dict[str, Any]


def compare(
    one: str, other: str, *, root: Path, corpus: Corpus, base: Law, questions: list[dict[str, Any]], record: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:  # fmt: skip
    """Both populations under both laws: each change, counts by kind, member, area and article, and smallest witnesses."""
    a, b = views(one, other, root=root, corpus=corpus, base=base, record=record)
    asked = [Asked(q["id"], q["area"], float(q["weight"]), {"id": q["id"], "facts": q["facts"]}) for q in questions]
    progress(f"{len(asked)} {QUESTIONS}")
    if a.law is None or b.law is None:
        populations, changes = [_recorded(a, b, asked)], []
        changes = populations[0].pop("changes")
        witnesses: list[dict[str, Any]] = []
        left = 0
    else:
        first, changes = _population(a, b, QUESTIONS, asked)
        beside = _beside(corpus)
        progress(f"{len(beside)} situations of the {CASES}")
        second, more = _population(a, b, CASES, beside)
        populations, changes = [first, second], changes + more
        progress("smallest witnesses")
        witnesses, left = _witnesses(a, b, changes, {CASES: {i.id: i for i in beside}, QUESTIONS: {i.id: i for i in asked}})
    return {
        "a": _shown(a), "b": _shown(b), "note": NOTE, "populations": populations, "changes": changes,
        "by": {key: _counted(changes, key) for key in ("kind", "member", "area", "article")},
        "witnesses": witnesses, "witnesses_left_out": left,
    }  # fmt: skip


def _shown(view: View) -> dict[str, str]:
    shown = {"label": view.label, "as_of": view.day.isoformat(), "scenario": view.scenario}
    return {**shown, "overlay": view.law.program.overlay} if view.law and view.scenario else shown


def _beside(corpus: Corpus) -> list[Asked]:
    """The distinct situations of the cases beside norms; the area of one is the area that covers its activity most often."""
    areas: dict[str, Counter[str]] = {}
    for entries in corpus.coverage.values():
        for entry in entries:
            for activity in entry.activities:
                areas.setdefault(activity, Counter())[entry.area] += 1
    seen: dict[str, Asked] = {}
    for _, case in corpus.cases:
        activity = str(case.facts.get("activity", ""))
        found = areas.get(activity)
        raw = {"id": case.id, **({} if case.level == "national" else {"level": case.level}), "facts": case.facts}
        seen.setdefault(json.dumps([case.level, case.facts], sort_keys=True), Asked(case.id, found.most_common(1)[0][0] if found else "", 1, raw))
    return list(seen.values())


def _population(a: View, b: View, name: str, asked: list[Asked]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    changes = []
    for item in asked:
        if _out_of_reach(a, b, item.raw):
            continue
        before, after = answered(a, item.raw), answered(b, item.raw)
        one, two = said(before), said(after)
        kinds = kinds_of(one, two)
        if kinds:
            changes.append(
                {
                    "population": name, "id": item.id, "area": item.area, "weight": item.weight, "members": list(members_of(before, after)),
                    "kinds": list(kinds), "before": one, "after": two, "because": because((a, before), (b, after)),
                }
            )  # fmt: skip
    return _share(name, asked, changes), changes


def _out_of_reach(a: View, b: View, raw: dict[str, Any]) -> bool:
    """On one day, a situation that engages no law which a scenario touches has the same answer."""
    if a.day != b.day or a.law is None or b.law is None:
        return False
    touched = touched_by(a.law) | touched_by(b.law)
    try:
        keys = sides_of(a.law.program, situation_of(a, raw))
    except SituationError:
        return False
    return not any(key.jurisdiction in touched for key in keys)


def _share(name: str, asked: list[Asked], changes: list[dict[str, Any]]) -> dict[str, Any]:
    total, moved = sum(item.weight for item in asked), sum(change["weight"] for change in changes)
    weighted = name == QUESTIONS
    words = f"of {len(asked):,} {name if weighted else 'situations of the ' + name}"
    return {
        "population": name, "size": len(asked), "changed": len(changes),
        "share": round(moved / total, 4) if total else 0.0,
        "kinds": {kind: sum(kind in change["kinds"] for change in changes) for kind in KINDS},
        "means": f"{words}, weighted by how often the matter comes up" if weighted else f"{words}, each counted once: written to test norms, so no measure of frequency",
    }  # fmt: skip


def _recorded(a: View, b: View, asked: list[Asked]) -> dict[str, Any]:
    """Recorded answers against recorded or present ones; duties and sides were not recorded."""

    def of(view: View, item: Asked) -> dict[str, Any] | None:
        if view.recorded is not None:
            return view.recorded.get(item.id)
        answer = answered(view, item.raw)
        norms = sorted({n.id for n in answer.determining}) if answer else []
        return {k: v for k, v in said(answer).items() if k != "duties"} | {"norms": norms}

    changes, alone = [], 0
    for item in asked:
        one, two = of(a, item), of(b, item)
        if one is None or two is None:
            alone += one is not two
            continue
        kinds = kinds_of(one, two)
        if kinds:
            norms = sorted(set(one["norms"]) ^ set(two["norms"])) or two["norms"]
            changes.append(
                {
                    "population": QUESTIONS, "id": item.id, "area": item.area, "weight": item.weight,
                    "members": [item.id.partition("-")[0].upper()], "kinds": list(kinds), "before": one, "after": two,
                    "because": [{"norm": norm, "article": ""} for norm in norms],
                }
            )  # fmt: skip
    return {**_share(QUESTIONS, asked, changes), "in_one_only": alone, "not_recorded": ["duties"], "changes": changes}


def _counted(changes: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Changes by one key, the most frequent first; a change with two kinds or members counts under both."""
    counts: dict[str, Counter[str]] = {}
    for change in changes:
        if key == "article":
            found = [f"{item['article']} ({item['norm']})" if item["article"] else item["norm"] for item in change["because"]]
        else:
            found = {"kind": change["kinds"], "member": change["members"], "area": [change["area"]]}[key]
        for value in found:
            counts.setdefault(value, Counter())[change["population"]] += 1
    rows = [{key: value, QUESTIONS: count[QUESTIONS], CASES: count[CASES]} for value, count in counts.items()]
    return sorted(rows, key=lambda row: (-row[QUESTIONS], -row[CASES], row[key]))


def _witnesses(
    a: View, b: View, changes: list[dict[str, Any]], populations: dict[str, dict[str, Asked]]
) -> tuple[list[dict[str, Any]], int]:
    """One smallest witness for each member, kind and turn of the verdict, verdicts and the most frequent first; and how many are left out."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for change in changes:
        turn = [str(change[end]["verdict"] or change[end]["outcome"]) for end in ("before", "after")]
        for member in change["members"]:
            groups.setdefault((member, change["kinds"][0], *turn), []).append(change)
    ordered = sorted(groups.items(), key=lambda item: (KINDS.index(item[0][1]), -len(item[1]), item[0]))
    out = []
    for (member, kind, before, after), found in ordered[:WITNESSES]:
        chosen = min(found, key=lambda c: (len(json.dumps(populations[c["population"]][c["id"]].raw)), c["id"]))
        raw = populations[chosen["population"]][chosen["id"]].raw
        small = smallest(raw, same_change(a, b, raw, kind, member))
        one, two = answered(a, small), answered(b, small)
        out.append(
            {
                "member": member, "kind": kind, "before": before, "after": after, "of": len(found), "situation": small,
                "because": because((a, one), (b, two)), "answers": [said(one), said(two)], "replay": [replay(a, small), replay(b, small)],
            }
        )  # fmt: skip
    return out, max(0, len(ordered) - WITNESSES)
