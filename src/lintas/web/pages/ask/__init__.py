"""Ask: from an activity to the answer, one question at a time; questions and answer are one address."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from lintas import service
from lintas.errors import InputError, SituationError
from lintas.web.frame import Doors, Page, Parameters, View
from lintas.web.say import catalogue

HERE = Path(__file__).parent
PLAIN = ("activity", "from", "to", "data", "sector", "actor")
AREAS = (
    ("data-flows", "Data"), ("digital-trade", "Trade and tax"), ("e-commerce", "E-commerce"), ("payments-e-invoicing", "Payments and invoices"),
    ("digital-id", "Identity and signatures"), ("online-safety-cybersecurity", "Online safety and security"), ("competition", "Competition"),
    ("emerging-ai", "Artificial intelligence"), ("talent-mobility", "People at work"),
)  # fmt: skip
EXAMPLES = (
    {"activity": "transfer-personal-data", "from": "VN", "to": "SG", "data": "health", "sector": "health", "actor": "private-domestic"},
    {"activity": "notify-breach", "from": "SG", "to": "SG", "data": "personal", "sector": "general", "actor": "private-domestic"},
    {"activity": "register-for-vat", "from": "SG", "to": "ID", "data": "non-personal", "sector": "general", "actor": "private-foreign", "supply_type": "digital-services", "customer_type": "consumer"},
)
EXAMPLE_WORDS = (
    "May a clinic in Viet Nam send patients' data to a host in Singapore?",
    "When must a firm in Singapore tell the regulator of a data breach?",
    "Must a firm in Singapore that sells apps to Indonesians register for VAT there?",
)


@lru_cache(maxsize=1)
def activities() -> dict[str, dict[str, Any]]:
    """What people call each activity, in five languages."""
    raw, _ = service.read_yaml(HERE / "activities.yaml")
    return {row["activity"]: row for row in raw}


def parameters(doors: Doors) -> frozenset[str]:
    """All names that an address may carry."""
    return frozenset({*PLAIN, "have", "complete", "level", "as_of", "lang", "q", "skip", *doors.law.reader.facts})


def named(doors: Doors, activity: str) -> dict[str, Any]:
    """The words of an activity; a term without words is said by its definition."""
    term = next(t for t in doors.program.vocabulary.activities if t.id == activity)
    return activities().get(activity) or {"activity": activity, "area": "", "say": term.definition, "en": []}


def view(doors: Doors, _parts: dict[str, str], given: Parameters) -> View:
    """The list of activities, the form, or the answer with the next question."""
    tongue = given.one("lang", "en")
    _ = catalogue(tongue).gettext
    activity = given.one("activity")
    if not activity:
        return _first(doors, given, _)
    if activity not in {t.id for t in doors.program.vocabulary.activities}:
        raise InputError(f"unknown activity {activity[:60]!r}", hint=service.did_you_mean(activity, activities()))
    words = named(doors, activity)
    treaty = given.one("level") == "treaty"
    if not (given.one("from") or given.one("to")) and not treaty:
        title = _("About: {what}").format(what=_(words["say"]))
        context = {"step": "form", "words": words, "form": _form(doors, given), "examples": [], "given": given, "problem": None}
        return View(title, context, [])
    try:
        situation = read(doors, given)
        answer = service.check_one(situation, law=doors.law, as_of=given.day())
        asked = service.ask(situation, law=doors.law, as_of=given.day())
        ways = service.why_not(situation, law=doors.law, as_of=given.day())
        why = service.explain(situation, law=doors.law, as_of=given.day())
    except SituationError as bad:
        title = _("About: {what}").format(what=_(words["say"]))
        context = {"step": "form", "words": words, "form": _form(doors, given), "examples": [], "given": given, "problem": bad.as_dict()["error"]}
        return View(title, context, [], data=bad.as_dict(), status=400)
    return _answered(doors, given, words, answer, asked, ways, why, _)


def _first(doors: Doors, given: Parameters, _: Any) -> View:
    sought = given.one("q")
    rows = []
    for term in doors.program.vocabulary.activities:
        words = named(doors, term.id)
        every = " ".join([words["say"], _(words["say"]), *(s for tongue in ("en", "id", "ms", "vi", "th") for s in words.get(tongue, []))])
        hit = all(part in service.book.fold(every) for part in service.book.fold(sought).split())
        if hit:
            rows.append({"activity": term.id, "area": words["area"], "say": _(words["say"]), "definition": _(term.definition), "words": every})
    groups = [(_(label), [row for row in rows if row["area"] == area]) for area, label in AREAS]
    examples = [(_(text), facts) for text, facts in zip(EXAMPLE_WORDS, EXAMPLES, strict=True)]
    cells = doors.grid
    looked = sum(1 for cell in cells if cell["norms"] or cell["coverage"])
    context = {"step": "list", "groups": [g for g in groups if g[1]], "examples": examples, "sought": sought, "looked": looked, "cells": len(cells), "given": given}
    return View(_("What do you want to do?"), context, [{k: v for k, v in row.items() if k != "words"} for row in rows])


def _form(doors: Doors, given: Parameters) -> dict[str, Any]:
    vocabulary = doors.program.vocabulary
    return {
        "places": [*doors.members.items(), *((c, doors.program.names[c]) for c in doors.program.outside), ("JP", "Japan"), ("GB", "United Kingdom"), ("*", "another country")],
        "data": [(t.id, t.definition) for t in vocabulary.data],
        "sectors": [(t.id, t.definition) for t in vocabulary.sectors],
        "actors": [(t.id, t.definition) for t in vocabulary.actors],
        "safeguards": [(t.id, t.definition) for t in vocabulary.safeguards],
        "chosen": set(given.many("data")),
    }


def read(doors: Doors, given: Parameters) -> dict[str, Any]:
    """The parameters as a situation.

    Raises:
        SituationError: a value that does not fit its fact.

    """
    facts: dict[str, Any] = {key: given.one(key) for key in ("activity", "from", "to", "sector", "actor") if given.one(key)}
    facts["data"] = given.many("data") or ["personal"]
    facts["safeguards"] = given.many("have")
    other: dict[str, Any] = {}
    if given.one("complete"):
        other["safeguards_complete"] = True
    table = doors.law.reader.facts
    for name in given.values:
        if name in table and name not in facts:
            other[name] = value_of(table[name], given.one(name))
    return {"id": "ask", "level": given.one("level") or "national", "as_of": given.day().isoformat(), "facts": {**facts, "other": other}}


def value_of(fact: Any, text: str) -> Any:
    """One value of the address as the situation wants it."""
    if fact.type == "boolean":
        if text.lower() not in ("true", "false", "yes", "no"):
            raise SituationError(f"{fact.id} is yes or no, not {text[:40]!r}", hint="Write true or false.", where=fact.id)
        return text.lower() in ("true", "yes")
    if fact.type in ("integer", "number", "percent"):
        try:
            number = float(text.replace(",", "").replace("_", ""))
        except ValueError:
            raise SituationError(f"{fact.id} is a number, not {text[:40]!r}", hint="Write digits only.", where=fact.id) from None
        return int(number) if number.is_integer() and fact.type == "integer" else number
    if fact.type == "money":
        currency, _, amount = text.partition(" ")
        try:
            return {"currency": currency.upper(), "amount": float(amount.replace(",", ""))}
        except ValueError:
            raise SituationError(f"{fact.id} is an amount, not {text[:40]!r}", hint="Write the currency first: USD 1000.", where=fact.id) from None
    return text


def _answered(doors: Doors, given: Parameters, words: dict[str, Any], decision: Any, asked: Any, ways: Any, why: Any, _: Any) -> View:
    answer = decision.answer
    skipped = set(given.many("skip"))
    questions = [_question(doors, q, given, _) for q in asked["questions"] if q["fact"] not in skipped]
    who = {"private-domestic": _("a firm"), "private-foreign": _("a foreign firm"), "public": _("a public body")}.get(given.one("actor"), _("somebody"))
    pattern = _("May {who} {act}?") if answer.axis == "permission" else _("Must {who} {act}?")
    title = pattern.format(who=who, act=_(words["say"]))
    pairs = [(k, v) for k, v in given.pairs() if k not in ("lang", "as_of")]
    shared = [*pairs, ("as_of", answer.as_of)]
    context = {
        "step": "answer", "words": words, "sentence": _sentence(decision, _), "d": decision, "a": answer, "questions": questions, "ways": ways, "why": why, "given": given, "keep": given.pairs(),
        "shared": shared, "certain": asked["certain_so_far"], "facts": _told(given, _), "form": _form(doors, given), "problem": None,
        "safeguards": {t.id for t in doors.program.vocabulary.safeguards}, "definitions": _definitions(doors), "place": service.wording.name_of,
        "cites": sorted(answer.citations, key=lambda c: c["norm"] not in {n.id for n in answer.determining}),
    }  # fmt: skip
    rows = [
        {"what": "verdict", "id": answer.verdict or answer.outcome, "state": answer.met_as_described, "side": "", "by": "", "locator": "; ".join(f"{n.instrument_title}, {n.locator}" for n in answer.determining)},
        *({"what": "need", "id": n.id, "state": n.state, "side": n.side, "by": "", "locator": n.locator} for n in decision.all_needs),
        *({"what": "duty", "id": n.id, "state": "", "side": n.side, "by": service.wording.clock(n.by) if n.by else "", "locator": n.locator} for n in answer.duties),
    ]
    return View(title, context, rows, data={"answer": msgspec.to_builtins(answer), "questions": asked["questions"], "why_not": ways["sides"]}, as_of=answer.as_of)


def _sentence(decision: Any, _: Any) -> str:
    """The answer in one sentence of the catalogue; the English one is the engine's own."""
    answer = decision.answer
    states = {"missing": _("missing"), "not told": _("not told")}
    needs = "; ".join(f"{_(service.wording.said(n.name))} ({states[n.state]})" for n in decision.needs)
    place = next((_(service.wording.name_of(s.jurisdiction)) for s in answer.sides if s.verdict == answer.verdict and s.outcome == answer.outcome), "")
    if answer.outcome == "not-covered":
        return str(_("We have not looked at this. It is a gap in our work, not a statement about the law."))
    if answer.outcome == "conflict":
        return str(_("Two rules cannot both be kept."))
    if decision.needs:
        return str(_("What is still needed: {needs}.").format(needs=needs))
    patterns = {
        "unrestricted": _("The law of {place} sets no condition on it."), "conditional": _("The conditions of the law of {place} are in place as you describe it."),
        "prohibited": _("It is not allowed under the law of {place}."), "required": _("It is required under the law of {place}."),
        "not-required": _("It is not required under the law of {place}."), "unregulated": _("We looked and found no rule in the law of {place}."),
    }  # fmt: skip
    return str(patterns.get(answer.verdict or "", answer.headline)).format(place=place)


def _definitions(doors: Doors) -> dict[str, str]:
    def make() -> dict[str, str]:
        v = doors.program.vocabulary
        return {t.id: t.definition for t in (*v.safeguards, *v.requirements)} | {f.id: f.definition for f in v.facts}

    return doors.once("definitions", make)  # type: ignore[no-any-return]


def _question(doors: Doors, question: dict[str, Any], given: Parameters, _: Any) -> dict[str, Any]:
    """One question with its answers as addresses, and what each would lead to."""
    fact = doors.law.reader.facts.get(question["fact"])
    keep = [(k, v) for k, v in given.pairs() if k != question["fact"]]
    kind = fact.type if fact else "text"
    plain = {"sector": "sectors", "actor": "actors", "data": "data"}.get(question["fact"])
    answers = []
    leads = {str(r["value"]).lower(): r.get("leads_to", "") for r in question["replies"]}
    if kind == "boolean":
        answers = [(_("Yes"), "true", leads.get("true", "")), (_("No"), "false", leads.get("false", ""))]
    elif plain:
        answers = [(_(t.definition), t.id, leads.get(t.id, "")) for t in getattr(doors.program.vocabulary, plain)]
    elif kind == "enum" and fact:
        answers = [(_(service.wording.said(v).capitalize()), v, leads.get(v, "")) for v in (*fact.values, "other")]
    brackets = [r for r in question["replies"] if not answers]
    return {**question, "kind": kind, "answers": answers, "brackets": brackets, "keep": keep, "text": _(question["question"]), "unit": question.get("unit", "")}


def _told(given: Parameters, _: Any) -> list[tuple[str, str, str]]:
    """Fact, its words, its value in words."""
    labels = {"from": _("From"), "to": _("To"), "actor": _("Who"), "data": _("Data"), "sector": _("Sector"), "have": _("In place"), "as_of": _("Law as of")}
    out = []
    for name in sorted(given.values, key=lambda n: list(labels).index(n) if n in labels else len(labels)):
        if name in ("lang", "q", "skip", "activity", "complete", "level"):
            continue
        values = given.many(name) if name in ("data", "have") else [given.one(name)]
        if name in ("from", "to"):
            values = [_(service.wording.name_of(v)) if v != "*" else _("another country") for v in values]
        elif name != "as_of":
            values = [_(service.wording.said(v)) for v in values]
        out.append((name, labels.get(name) or _(service.wording.said(name)).capitalize(), ", ".join(values)))
    return out


PAGE = Page(path="/ask", parameters=parameters, template="ask/page.html", view=view, section="ask", reading=False, translated=True)
