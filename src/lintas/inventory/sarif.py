"""SARIF 2.1.0: a pull request that adds a flow which is not allowed fails with the article."""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any

from lintas.inventory.check import CheckResult, Decision, Line
from lintas.inventory.guard import plain
from lintas.inventory.view import articles, citation, missing
from lintas.inventory.words import REFUSED, UNDECIDED

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write_sarif(result: CheckResult, path: Path) -> None:
    """One result for each line that is refused (error) or undecided (warning), and for each row that cannot be read (error)."""
    path.write_text(json.dumps(as_sarif(result), ensure_ascii=False, indent=1), encoding="utf-8", errors="backslashreplace")


def as_sarif(result: CheckResult) -> dict[str, Any]:
    """The log as plain data."""
    rules: dict[str, dict[str, Any]] = {}
    results = []
    uri = _uri(result.source)
    for line in result.worst_first():
        decision = result.decision(line)
        if decision.state not in REFUSED | UNDECIDED:
            continue
        rule = _rule(decision)
        rules.setdefault(rule["id"], rule)
        results.append(
            {
                "ruleId": rule["id"],
                "level": "error" if decision.state in REFUSED else "warning",
                "message": {"text": message(line, decision)},
                "locations": _at(uri, line.line),
                "partialFingerprints": {"lintas/v1": f"{rule['id']}:{decision.corridor}:{decision.answer.activity}:{line.id}"},
                "properties": {"state": decision.state, "corridor": decision.corridor, "as_of": decision.answer.as_of},
            }
        )
    for bad in result.bad:
        rules.setdefault("bad-row", {"id": "bad-row", "shortDescription": {"text": "A row that cannot be read"}})
        column = f"{bad.column}: " if bad.column else ""
        text = f"Row {bad.number}: {column}{bad.detail}. {bad.hint}".strip()
        results.append({"ruleId": "bad-row", "level": "error", "message": {"text": text}, "locations": _at(uri, bad.line)})
    place = {rule: number for number, rule in enumerate(rules)}
    for item in results:
        item["ruleIndex"] = place[str(item["ruleId"])]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Lintas", "version": result.release, "rules": list(rules.values())}},
                "results": results,
                "properties": {"as_of": result.as_of.isoformat(), "notice": "Information, not legal advice."},
            }
        ],
    }


def message(line: Line, decision: Decision) -> str:
    """What, why, with the article and its words."""
    cite = citation(decision)
    lacks = missing(decision)
    parts = [f"{line.what} ({decision.corridor}): {decision.phrase}."]
    if lacks and decision.state == "not-allowed":
        parts.append(f"Missing: {lacks}.")
    if decision.because:
        parts.append(f"{articles(decision)}.")
    if cite:
        parts.append(f"“{cite['quote']}”")
    else:
        parts.append(decision.answer.headline)
    return " ".join(parts)


def _rule(decision: Decision) -> dict[str, Any]:
    if not decision.because:
        name = "not-covered" if decision.state == "not-covered" else "needs-facts"
        return {"id": name, "shortDescription": {"text": decision.phrase if name == "needs-facts" else "Not covered by the encoded law"}}
    norm, cite = decision.because[0], citation(decision)
    rule: dict[str, Any] = {
        "id": norm.id,
        "shortDescription": {"text": norm.title},
        "fullDescription": {"text": f"{norm.instrument_title}, {norm.locator}. {cite.get('quote', '')}".strip()},
    }
    if cite.get("url"):
        rule["helpUri"] = cite["url"]
    return rule


def _at(uri: str, line: int) -> list[dict[str, Any]]:
    return [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": max(1, line)}}}]


def _uri(source: str) -> str:
    path = PurePath(source)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except ValueError:
            path = PurePath(path.name)
    from urllib.parse import quote  # noqa: PLC0415 - only here

    return quote(plain(path.as_posix(), 1000))
