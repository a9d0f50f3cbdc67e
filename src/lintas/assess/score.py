"""Score: answers against published ones, and norms against the cases beside them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lintas.model.answer import Assessment


@dataclass
class Result:
    """One case and how the answer compares: ``right``, ``partial`` (verdict right, needs or value not), ``wrong``, ``abstained`` or ``error``."""

    id: str
    member: str
    area: str
    confidence: str
    grade: str
    detail: str = ""


@dataclass
class Score:
    """All results, with totals by member, area and confidence."""

    results: list[Result] = field(default_factory=list)
    norm_results: list[tuple[str, str, str]] = field(default_factory=list)
    """Case id, place, and what failed ("" if nothing)."""

    @property
    def confidently_wrong(self) -> list[Result]:
        """Answered, and not as published."""
        return [r for r in self.results if r.grade == "wrong"]

    @property
    def norm_failures(self) -> list[tuple[str, str, str]]:
        """Cases beside norms that fail."""
        return [r for r in self.norm_results if r[2]]

    def table(self, key: str) -> list[dict[str, Any]]:
        """Totals by ``member``, ``area`` or ``confidence``."""
        groups: dict[str, Counter[str]] = {}
        for result in self.results:
            groups.setdefault(getattr(result, key), Counter())[result.grade] += 1
        return [
            {
                key: name,
                "cases": counts.total(),
                "right": counts["right"],
                "partial": counts["partial"],
                "wrong": counts["wrong"],
                "abstained": counts["abstained"] + counts["error"],
                "accuracy": round(counts["right"] / counts.total(), 4),
            }
            for name, counts in sorted(groups.items())
        ]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data, confidently wrong ones first."""
        rank = {"wrong": 0, "partial": 1, "error": 2, "abstained": 3, "right": 4}
        total = Counter(r.grade for r in self.results)
        return {
            "total": len(self.results),
            "grades": dict(total),
            "accuracy": round(total["right"] / len(self.results), 4) if self.results else None,
            "confidently_wrong": round(total["wrong"] / len(self.results), 4) if self.results else None,
            "by_member": self.table("member"),
            "by_area": self.table("area"),
            "by_confidence": self.table("confidence"),
            "cases": [vars(r) for r in sorted(self.results, key=lambda r: (rank[r.grade], r.id))],
            "norm_cases": len(self.norm_results),
            "norm_failures": [{"id": a, "where": b, "detail": c} for a, b, c in self.norm_failures],
        }

    def lines(self) -> list[str]:
        """The text report."""
        data = self.as_dict()
        out = [f"{case['grade']:<9}  {case['id']}  {case['detail']}" for case in data["cases"] if case["grade"] != "right"]
        out.extend(f"norm case  {failure['id']}  {failure['detail']}  ({failure['where']})" for failure in data["norm_failures"])
        for key in ("member", "area", "confidence"):
            rows = data[f"by_{key}"]
            if rows:
                out.append(f"{key:<28} cases  right  partial  wrong  abstained  accuracy")
                out.extend(
                    f"{row[key]:<28} {row['cases']:>5}  {row['right']:>5}  {row['partial']:>7}  {row['wrong']:>5}  {row['abstained']:>9}  {row['accuracy']:>7.1%}"
                    for row in rows
                )
        if self.results:
            out.append(
                f"{len(self.results)} cases: {data['accuracy']:.1%} right, {data['confidently_wrong']:.1%} confidently wrong, "
                f"{data['grades'].get('partial', 0)} with the right verdict but a need or value missing."
            )
        if self.norm_results:
            out.append(f"{len(self.norm_results)} cases beside norms: {len(self.norm_failures)} fail.")
        return out


def grade(answer: Assessment, expected: dict[str, Any]) -> tuple[str, str]:
    """How an answer compares with the expected one, and in which respect it differs."""
    wrong: list[str] = []
    if answer.outcome != "answered":
        facts = f" ({', '.join(answer.missing[:4])})" if answer.missing else ""
        return "abstained", f"{answer.outcome} {answer.reason}{facts}, expected {expected.get('verdict')}"
    if answer.verdict != expected.get("verdict"):
        norms = ", ".join(n.id for n in answer.determining[:3])
        return "wrong", f"{answer.verdict} by [{norms}], expected {expected.get('verdict')} {expected.get('needs', '')}"
    for code, verdict in (expected.get("sides") or {}).items():
        side = next((s for s in answer.sides if s.jurisdiction == code), None)
        if side and side.outcome == "answered" and side.verdict != verdict:
            return "wrong", f"side {code}: {side.verdict}, expected {verdict}"
        if side and side.outcome != "answered":
            wrong.append(f"side {code}: {side.outcome}")
    have = {need.id for need in answer.needs}
    lacking = [need for need in expected.get("needs") or [] if need not in have]
    if lacking:
        wrong.append(f"needs lack {lacking}, have {sorted(have)}")
    if expected.get("value") is not None and not same_value(answer.value, expected["value"]):
        wrong.append(f"value {answer.value}, expected {expected['value']}")
    return ("partial", "; ".join(wrong)) if wrong else ("right", "")


def same_value(one: dict[str, Any] | None, two: dict[str, Any]) -> bool:
    """Whether two values are the same thing, units that convert exactly included."""
    if one is None:
        return False
    if "quantity" in two and "quantity" in one:
        exact = {("hours", "days"): 24, ("days", "weeks"): 7, ("months", "years"): 12, ("minutes", "hours"): 60}
        a, b, ua, ub = float(one["quantity"]), float(two["quantity"]), one["unit"], two["unit"]
        if ua == ub:
            return a == b
        factor = exact.get((ua, ub))
        if factor:
            return a == b * factor
        factor = exact.get((ub, ua))
        return bool(factor) and b == a * factor  # type: ignore[operator]
    if "amount" in two:
        return one.get("amount") == two["amount"] and one.get("currency") == two.get("currency")
    if "date" in two:
        return str(one.get("date")) == str(two["date"])
    return "text" in two and one.get("text") == two["text"]
