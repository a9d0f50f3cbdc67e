"""Explain: a tree of what was tested, and one plain sentence for each norm.

A sentence says who, must or must not, what, unless, by when, and the article, in 25 words at most.
"""

from __future__ import annotations

from typing import Any

from lintas.assess.decide import Decider
from lintas.assess.needs import leaves
from lintas.assess.sides import sides_of
from lintas.assess.values import plain, value_for
from lintas.engine.index import Hit, Slice
from lintas.engine.leaves import leaf_value
from lintas.ir.program import Rule
from lintas.model.norm import All, Amount, AnyOf, AtLeastN, Condition, Holds, Keyed, Leaf, NoneOf
from lintas.model.situation import FactValue, Situation

MAX_WORDS = 25
_VERB = {
    "obligation": "must see to",
    "prohibition": "must not",
    "permission": "may",
    "power": "may only after a decision on",
    "exemption": "",
    "definition": "",
}
_OPERATOR = {
    "is": "is",
    "is_not": "is not",
    "in": "is one of",
    "overlaps": "includes one of",
    "includes_all": "includes all of",
    "at_least": "is at least",
    "more_than": "is more than",
    "at_most": "is at most",
    "less_than": "is less than",
    "before": "is before",
    "on_or_after": "is on or after",
    "within": "is within",
}
_STATE = {1: "true", 0: "unknown", -1: "false"}


def explain(decider: Decider, situation: Situation) -> dict[str, Any]:
    """For each side, the norms that count, each with a sentence, its state and its condition with truth values."""
    out: list[dict[str, Any]] = []
    question = decider.question(situation)
    for key in sides_of(decider.program, situation):
        if not key.judged:
            out.append({"jurisdiction": key.jurisdiction, "name": key.name, "norms": [], "note": f"the law of {key.name} was not judged"})
            continue
        piece = decider.index.slice(key.jurisdiction, situation.activity)
        facts = decider.rates.convert(situation.facts, piece.currencies, situation.as_of)
        hits = piece.run(facts, day=situation.as_of.toordinal(), strict=decider.strict)
        judge = decider.settler(piece, key, question, situation.as_of.toordinal()).judge
        told = [h for h in hits if judge.norm(h).modality == "definition" or (judge.speaks(judge.norm(h)) and judge.norm(h).modality != "coverage")]
        told.sort(key=lambda h: h.presumed)
        out.append(
            {
                "jurisdiction": key.jurisdiction,
                "name": key.name,
                "norms": [_norm(decider, piece, h, hits, facts, situation) for h in told],
            }
        )
    return {"id": situation.id, "as_of": situation.as_of.isoformat(), "sides": out}


def _norm(
    decider: Decider, piece: Slice, hit: Hit, hits: list[Hit], facts: dict[str, FactValue], situation: Situation
) -> dict[str, Any]:
    norm, rule = decider.program.norms[hit.norm], decider.program.rules[hit.rule]
    by = [decider.program.norms[h.norm] for h in hits if h.norm in norm.overridden_by and h.effective >= 0]
    return {
        "norm": norm.id,
        "modality": norm.modality,
        "state": "overridden" if hit.applies >= 0 and hit.effective == -1 else ("not claimed" if hit.presumed else _STATE[hit.effective]),
        "sentence": sentence(decider, hit, situation),
        "overridden_by": [n.id for n in by],
        "when": _tree(piece, rule.when, facts, hits, situation.as_of.toordinal()),
        "locator": rule.citations[0].locator if rule.citations else "",
        "quote": rule.citations[0].quote if rule.citations else "",
        "notes": list(rule.notes),
    }


def sentence(decider: Decider, hit: Hit, situation: Situation) -> str:
    """One sentence of at most 25 words."""
    norm, rule = decider.program.norms[hit.norm], decider.program.rules[hit.rule]
    who = f"The {norm.bearer[0].replace('-', ' ')}" if norm.bearer else "You"
    verb = _VERB[norm.modality]
    if norm.modality in ("obligation", "permission", "power") and rule.needs is not None:
        names = [leaf.id for leaf in leaves(rule.needs) if not leaf.group] or [leaf.id for leaf in leaves(rule.needs)]
        what = _list([name.replace("-", " ") for name in dict.fromkeys(names)])
        if norm.modality == "permission":
            verb = "may, with"
    elif norm.modality in ("prohibition", "permission", "power"):
        what = situation.activity.replace("-", " ")
    else:
        lead = {"exemption": "Exempt", "definition": "Defined"}.get(norm.modality, "Rule")
        who, verb, what = f"{lead}:", "", _short(norm.title, 16)
    when = _clock(rule, situation.facts)
    article = f" ({rule.citations[0].locator})" if rule.citations else ""
    words = f"{who} {verb} {what}{when}".split()
    room = MAX_WORDS - len(article.split())
    return (" ".join(words) if len(words) <= room else " ".join(words[: room - 1]) + " ...") + article + "."


def _clock(rule: Rule, facts: dict[str, FactValue]) -> str:
    for key in ("deadline", "response-time", "frequency"):
        value = plain(value_for(rule.values.get(key), facts))
        if value and "quantity" in value:
            word = {"deadline": "within", "response-time": "within", "frequency": "every"}[key]
            after = f" of {value['after'].replace('-', ' ')}" if value.get("after") else ""
            return f", {word} {value['quantity']} {value['unit'].replace('-', ' ')}{after}"
    return ""


def _list(names: list[str]) -> str:
    shown = names[:4]
    return ", ".join(shown) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _short(text: str, count: int) -> str:
    words = text.split()
    return text if len(words) <= count else " ".join(words[:count]) + " ..."


def _tree(piece: Slice, node: Condition | None, facts: dict[str, FactValue], hits: list[Hit], day: int) -> dict[str, Any] | None:
    if node is None:
        return None
    if isinstance(node, Leaf):
        shown = f"{node.fact} {_OPERATOR[node.op]} {_operand(node)}"
        return {"test": shown, "truth": _STATE[_leaf_truth(node, facts, day)], **({"basis": node.basis} if node.basis else {})}
    if isinstance(node, Holds):
        number = piece.norm_by_id[node.norm]
        state = next((h.effective for h in hits if h.norm == number), -1)
        return {"test": f"holds {node.norm}", "truth": _STATE[state]}
    items = [_tree(piece, item, facts, hits, day) for item in node.items]
    name = {All: "all", AnyOf: "any", NoneOf: "none", AtLeastN: "at least"}[type(node)]
    return {name: items} if not isinstance(node, AtLeastN) else {f"at least {node.n}": items}


def condition_lines(node: Condition | None, indent: str = "") -> list[str]:
    """A condition as text, one test a line, groups indented; nothing where a norm always applies."""
    if node is None:
        return []
    if isinstance(node, Leaf):
        return [f"{indent}{node.fact.replace('_', ' ')} {_OPERATOR[node.op]} {_operand(node)}"]
    if isinstance(node, Holds):
        return [f"{indent}{node.norm} holds"]
    name = {All: "all of", AnyOf: "any of", NoneOf: "none of"}.get(type(node)) or f"at least {node.n} of"  # type: ignore[union-attr]
    if len(node.items) == 1 and isinstance(node, All):
        return condition_lines(node.items[0], indent)
    return [f"{indent}{name}:", *(line for item in node.items for line in condition_lines(item, indent + "    "))]


def _leaf_truth(node: Leaf, facts: dict[str, FactValue], day: int) -> int:
    by = getattr(node.value, "by", "")
    key = facts.get(by) if by else None
    if node.fact == "safeguards":
        absent = facts.get("safeguards_absent", frozenset())
        return leaf_value(node, (facts["safeguards"], absent), key)  # type: ignore[arg-type]
    return leaf_value(node, float(day) if node.fact == "day" else facts.get(node.fact), key)


def _operand(node: Leaf) -> str:
    value = node.value
    if isinstance(value, Keyed):
        return f"the number for its {value.by}"
    if isinstance(value, Amount):
        return f"{value.currency} {value.amount:,.0f}"
    if isinstance(value, tuple):
        return ", ".join(str(v) for v in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) and node.fact != "day" else str(value)


def lines(explained: dict[str, Any], *, depth: int = 3) -> list[str]:
    """The explanation as text: a tree."""
    out: list[str] = []
    for side in explained["sides"]:
        out.append(f"{side['name']}" + (f": {side['note']}" if side.get("note") else ""))
        for norm in side["norms"]:
            out.append(f"  [{norm['state']}] {norm['sentence']}")
            if norm["overridden_by"]:
                out.append(f"      gives way to {', '.join(norm['overridden_by'])}")
            if norm["quote"]:
                out.append(f"      “{norm['quote']}”")
            out.extend(_tree_lines(norm["when"], "      ", depth))
    return out


def _tree_lines(node: dict[str, Any] | None, indent: str, depth: int) -> list[str]:
    if node is None:
        return []
    if "test" in node:
        return [f"{indent}{node['test']}: {node['truth']}"]
    ((name, items),) = node.items()
    out = [f"{indent}{name} of"]
    for item in items:
        out.extend(_tree_lines(item, indent + "  ", depth - 1) if depth else [f"{indent}  ..."])
    return out
