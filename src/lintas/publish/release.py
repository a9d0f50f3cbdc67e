"""A release: checks, accuracy, which standard questions changed their answer and because of which article, stamp, artefacts."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from lintas.assess.law import Law
from lintas.assess.report import CorpusReport
from lintas.assess.score import Score
from lintas.errors import InputError, SituationError
from lintas.ir.program import Program

SIDES = ("outcome", "verdict", "needs", "value")


def answers(law: Law, questions: list[dict[str, Any]], day: dt.date) -> dict[str, dict[str, Any]]:
    """The answer to each standard question on a day: outcome, verdict, needs, value, and the articles that decide."""
    out: dict[str, dict[str, Any]] = {}
    for question in questions:
        try:
            answer = law.decider.decide(law.situation(question, as_of=day))
        except SituationError as bad:
            out[question["id"]] = {"outcome": "error", "verdict": str(bad), "needs": [], "value": None, "norms": []}
            continue
        out[question["id"]] = {
            "outcome": answer.outcome,
            "verdict": answer.verdict,
            "needs": sorted({need.id for need in answer.needs}),
            "value": answer.value,
            "norms": sorted({norm.id for norm in answer.determining}),
        }
    return out


def shares(found: dict[str, dict[str, Any]], questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Standard questions answered, by member and area, with each kind of silence."""
    groups: dict[tuple[str, str], Counter[str]] = {}
    for question in questions:
        key = (question["id"].partition("-")[0].upper(), question["area"])
        groups.setdefault(key, Counter())[found[question["id"]]["outcome"]] += 1
    return [
        {
            "jurisdiction": member, "area": area, "questions": counts.total(), "answered": counts["answered"],
            "needs_facts": counts["needs-facts"], "not_covered": counts["not-covered"], "conflict": counts["conflict"],
        }
        for (member, area), counts in groups.items()
    ]  # fmt: skip


def moved(before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]], program: Program) -> list[dict[str, Any]]:
    """Questions whose answer changed, with the articles that decide now or decided before; new questions are told apart."""
    titles = {norm.id: f"{norm.instrument_title}, {norm.article}" for norm in program.norms}
    out = []
    for identity, now in after.items():
        old = before.get(identity)
        if old is not None and all(old[key] == now[key] for key in SIDES):
            continue
        because = sorted(set(now["norms"]) ^ set(old["norms"] if old else [])) or now["norms"]
        out.append(
            {
                "question": identity,
                "new_question": old is None,
                "before": {key: old[key] for key in SIDES} if old else None,
                "after": {key: now[key] for key in SIDES},
                "because": [{"norm": norm, "article": titles.get(norm, "no longer in the corpus")} for norm in because],
            }
        )
    return out


def stamp(root: Path, version: str) -> None:
    """Write the version into ``corpus.toml``.

    Raises:
        InputError: not a version of the form 2026.12.0.

    """
    if not re.fullmatch(r"20\d\d\.\d{1,2}\.\d+", version):
        raise InputError(f"{version!r} is no version", hint="Write year.month.number, such as 2026.12.0.")
    file = root / "corpus.toml"
    text, count = re.subn(r'(?m)^release = "[^"\n]*"$', f'release = "{version}"', file.read_text(encoding="utf-8"))
    if count != 1:
        raise InputError("no line `release = ...`", hint="Mend corpus.toml.", where=str(file))
    temporary = file.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)


def notes(version: str, day: dt.date, report: CorpusReport, score: Score, share: list[dict[str, Any]], changes: list[dict[str, Any]], previous: str) -> str:
    """The release notes as Markdown."""
    answered, asked = (sum(row[key] for row in share) for key in ("answered", "questions"))
    lines = [f"# Release {version}", "", f"Law as known on {day}. {answered} of {asked} standard questions are answered.", "", "```text", *report.table(), "```", ""]
    lines += ["## Published cases", "", "```text", *score.lines(), "```", "", "## Standard questions answered", ""]
    areas = list(dict.fromkeys(row["area"] for row in share))
    lines += ["| | " + " | ".join(areas) + " |", "|---|" + "---|" * len(areas)]
    for member in dict.fromkeys(row["jurisdiction"] for row in share):
        cells = {row["area"]: f"{row['answered']}/{row['questions']}" for row in share if row["jurisdiction"] == member}
        lines.append(f"| {member} | " + " | ".join(cells.get(area, "") for area in areas) + " |")
    old = [row for row in changes if not row["new_question"]]
    lines += ["", f"## Answers that changed since {previous or 'the beginning'}", ""]
    lines.append(f"{len(old)} answers changed, {len(changes) - len(old)} questions are new." if previous else "No earlier release is on record.")
    lines.append("")
    for row in old:
        because = "; ".join(f"{item['article']} ({item['norm']})" for item in row["because"][:4]) or "no norm decides"
        lines.append(f"- {row['question']}: {_said(row['before'])} → {_said(row['after'])}. Because of: {because}")
    return "\n".join(lines) + "\n"


def _said(answer: dict[str, Any]) -> str:
    head = str(answer["verdict"] or answer["outcome"])
    return head + (f" [{', '.join(answer['needs'])}]" if answer["needs"] else "") + (f" {json.dumps(answer['value'], ensure_ascii=False)}" if answer["value"] else "")
