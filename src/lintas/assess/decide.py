"""Decide: one situation to one Assessment, over every law that it engages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from lintas.assess.cite import citations, coverage_out, norm_out, standing
from lintas.assess.judge import Judge, Judgement, Question, article_matches
from lintas.assess.needs import Known, LeafNeed, fails_without, leaves, need_truth, truth
from lintas.assess.settle import Settled, Settler, unknown_facts
from lintas.assess.sides import SILENT, Rates, SideKey, engaged, headline_side, sides_of
from lintas.assess.values import hit_rules, plain, strictest, threshold, value_for, values_of
from lintas.assess.words import headline, not_the_law
from lintas.dates import from_ordinal
from lintas.engine.index import Hit, Index, Slice
from lintas.errors import SituationError
from lintas.ir.program import Program
from lintas.model.answer import Assessment, ComingOut, DutyOut, NeedOut, NeedState, Side
from lintas.model.norm import Need, NeedAll, NeedAny, Needs, Value
from lintas.model.situation import ANY, FactValue, Situation

STATE: dict[int, NeedState] = {1: "met", 0: "unknown", -1: "unmet"}
ENGINE_VERSION = "0.1.0"
FRESH_DAYS = 180
EVIDENCE = ("record", "read-", "shown-", "in-force-by", "attested")
"""Events with such ids say from which day our evidence holds, not when the law began; they answer no start date."""


class Decider:
    """Answers situations from one compiled program; make it once, use it for many."""

    def __init__(self, program: Program, *, strict: bool = False, rates: Rates | None = None, today: dt.date | None = None) -> None:
        self.program = program
        self.index = Index(program)
        self.strict = strict
        self.rates = rates or Rates({})
        self.today = today
        self.implied = program.vocabulary.implied()
        self.safeguards = program.vocabulary.ids("safeguards")
        self.table = program.vocabulary.fact_table()
        self.demands: dict[str, dict[str, list[tuple[str, tuple[str, ...]]]]] = {}
        for norm in program.norms:
            table = self.demands.setdefault(norm.jurisdiction, {})
            for identity in {leaf.id for number in norm.rules for leaf in leaves(program.rules[number].needs)}:
                table.setdefault(identity, []).append((norm.instrument, norm.activities))
        self.addressed = {term.id: term.side for term in program.vocabulary.activities}
        self.axes = {term.id: term.axis for term in program.vocabulary.activities}
        self.excludes = {t.id: t.excludes for t in program.vocabulary.requirements if t.excludes}
        self.concluders: dict[str, dict[str, list[int]]] = {}
        for number, norm in enumerate(program.norms):
            if norm.concludes and norm.concludes.met:
                self.concluders.setdefault(norm.jurisdiction, {}).setdefault(norm.concludes.met, []).append(number)

    def question(self, situation: Situation) -> Question:
        """What the situation asks."""
        requirement = situation.facts.get("requirement_asked")
        axis = self.axes[situation.activity]
        return Question(
            activity=situation.activity,
            axis="duty" if requirement else axis,
            duty_activity=axis == "duty",
            requirement=str(requirement or ""),
            article=str(situation.facts.get("article") or "") if situation.level == "treaty" else "",
        )

    def known(self, jurisdiction: str, facts: dict[str, FactValue], hits: list[Hit]) -> Known:
        """What is known of needs on one side."""
        table = self.concluders.get(jurisdiction)
        concluded: dict[str, int] = {}
        if table:
            state = {hit.norm: hit.effective for hit in hits}
            concluded = {need: max(state.get(n, -1) for n in norms) for need, norms in table.items()}
        return Known(facts, concluded, self.implied, self.safeguards)

    def settler(self, piece: Slice, key: SideKey, question: Question, day: int) -> Settler:
        """The evaluator of one side."""
        judge = Judge(self.program, piece, question, self.demands.get(key.jurisdiction, {}))
        return Settler(
            piece, judge, lambda facts, hits: self.known(key.jurisdiction, facts, hits), day=day, strict=self.strict
        )

    def decide(self, situation: Situation) -> Assessment:
        """The whole answer."""
        question = self.question(situation)
        keys = sides_of(self.program, situation)
        sides = tuple(self.side(situation, question, key) for key in keys)
        addressed = self.addressed[situation.activity]
        head = headline_side(sides, question.axis, addressed)
        determining = tuple(n for side in sides for n in side.determining)
        stand = standing(determining, self.today or situation.as_of, FRESH_DAYS)
        judged = engaged(sides, addressed)
        met = "no" if any(s.met_as_described == "no" for s in judged) else (
            "yes" if judged and all(s.met_as_described == "yes" for s in judged) and head.outcome == "answered" else "depends"
        )
        return Assessment(
            id=situation.id,
            as_of=situation.as_of.isoformat(),
            activity=situation.activity,
            axis=question.axis,
            outcome=head.outcome,
            verdict=head.verdict,
            reason=head.reason,
            headline=not_the_law(self.program.scenario) + headline(head, question.axis, stand),
            met_as_described=met,
            needs=_merge(sides, "needs"),
            duties=_merge(sides, "duties"),
            value=head.value if head.value is not None else next((s.value for s in judged if s.value is not None), None),
            determining=determining,
            undecided=_merge(sides, "undecided"),
            missing=tuple(dict.fromkeys(m for s in sides for m in s.missing)) if head.outcome == "needs-facts" else head.missing,
            assumed=tuple(dict.fromkeys(m for s in sides for m in s.assumed)),
            conflicts=_merge(sides, "conflicts"),
            coming=_merge(sides, "coming"),
            citations=tuple({c["instrument"] + c["locator"] + c["quote"]: c for s in sides for c in s.citations}.values()),
            coverage=head.coverage,
            standing=stand,
            sides=sides,
            reproduce={
                "engine": ENGINE_VERSION,
                "schema": self.program.schema,
                "release": self.program.release,
                "corpus": self.program.corpus_digest,
                "scenario": self.program.scenario,
                **({"overlay": self.program.overlay} if self.program.scenario else {}),
                "as_of": situation.as_of.isoformat(),
                "known_on": self.program.known_on,
            },
        )

    def side(self, situation: Situation, question: Question, key: SideKey) -> Side:
        """The answer of one law."""
        if not key.judged:
            return _not_judged(key)
        if situation.level == "treaty" and situation.facts.get("member") == "*":
            return self._every_party(situation, question, key)
        piece = self.index.slice(key.jurisdiction, situation.activity)
        facts = self.rates.convert(situation.facts, piece.currencies, situation.as_of)
        day = situation.as_of.toordinal()
        settler = self.settler(piece, key, question, day)
        settled, hits = settler.run(facts)
        self._contradictions(situation, hits)
        if question.article and not any(article_matches(question.article, self.program.norms[n].article) for n in piece.norms):
            settled = Settled(Judgement("not-covered", None, "article-not-encoded"), True)
        side = self._side(situation, question, key, piece, facts, settled, hits, settler.judge)
        return _not_judged(key) if key.partner and side.reason in SILENT else side

    def _contradictions(self, situation: Situation, hits: list[Hit]) -> None:
        """A stated conclusion must not contradict what the law's definitions conclude from the other facts."""
        for hit in hits:
            concluded = self.program.norms[hit.norm].concludes
            if concluded is None or hit.effective != 1 or concluded.fact not in situation.facts:
                continue
            stated = situation.facts[concluded.fact]
            if stated not in (concluded.value, ANY):
                raise SituationError(
                    f"{concluded.fact} is stated as {_word(stated)}, but the other facts make it {_word(concluded.value)}"
                    f" ({self.program.norms[hit.norm].id})",
                    hint="Leave the conclusion out, or mend the facts.",
                    where=f"situation {situation.id}",
                )

    def _every_party(self, situation: Situation, question: Question, key: SideKey) -> Side:
        """``'*'`` asks about any party: settled only if the answer is the same for all of them."""
        parties = self.program.parties.get(key.jurisdiction, ())
        named = [self.side(situation.with_fact("member", party), question, key) for party in parties]
        if not named:
            facts = {k: v for k, v in situation.facts.items() if k != "member"}
            return self.side(msgspec.structs.replace(situation, facts=facts), question, key)
        if len({(side.outcome, side.verdict) for side in named}) == 1:
            return named[0]
        return msgspec.structs.replace(
            named[0], outcome="needs-facts", verdict=None, reason="parties-differ", met_as_described="depends", missing=("member",),
            needs=(), duties=(), value=None,
        )  # fmt: skip

    def _side(
        self, situation: Situation, question: Question, key: SideKey, piece: Slice, facts: dict[str, FactValue],
        settled: Settled, hits: list[Hit], judge: Judge,
    ) -> Side:  # fmt: skip
        program, judgement = self.program, settled.judgement
        known = self.known(key.jurisdiction, facts, hits)
        name = key.jurisdiction
        voiced = [h for h in hits if judge.speaks(judge.norm(h)) and judge.bites(h, hits)]
        effective = [h for h in voiced if h.effective == 1]
        open_ones = [h for h in voiced if h.effective == 0]
        unknown = tuple(unknown_facts(piece, facts, hits)) if open_ones else ()
        needs = self._needs(effective, open_ones, question, known, name, unknown, judgement)
        conflicts = self._conflicts(effective, question)
        outcome, verdict, reason = judgement.outcome, judgement.verdict, judgement.reason
        if outcome == "answered" and conflicts:
            outcome, verdict, reason = "conflict", None, "excluding-needs"
        day = situation.as_of.toordinal()
        coming = self._coming(piece, facts, day, judge, name)
        value, conflict = self._value(question, facts, judgement, effective, open_ones, piece, day, judge)
        determining = [h for h in judgement.determining if judge.norm(h).modality != "coverage"]
        covering = [h for h in hits if judge.norm(h).modality == "coverage" and h.effective == 1]
        return Side(
            jurisdiction=name,
            name=key.name,
            role=key.role,
            outcome=outcome,  # type: ignore[arg-type]
            verdict=verdict,
            reason=reason or settled.reason,
            met_as_described=self._met(verdict, hits, effective, open_ones, known, judge),
            needs=needs if outcome in ("answered", "conflict") else (),
            duties=self._duties(effective, open_ones, question, known, name) if outcome == "answered" else (),
            value=value if outcome == "answered" else None,
            determining=tuple(norm_out(program, h, name) for h in determining),
            undecided=tuple(norm_out(program, h, name) for h in open_ones),
            missing=settled.missing if outcome == "needs-facts" else (),
            assumed=self._assumed(situation, piece, hits),
            conflicts=(*conflicts, *conflict),
            coming=coming,
            citations=citations(program, determining or effective),
            coverage=coverage_out(program, covering) if judgement.reason == "silence" else (),
        )

    def _met(
        self, verdict: str | None, hits: list[Hit], effective: list[Hit], open_ones: list[Hit], known: Known, judge: Judge
    ) -> str:
        """``no``: prohibited, or a formula that binds is false; ``yes``: every formula is true; else ``depends``."""
        if verdict == "prohibited":
            return "no"
        if verdict is None:
            return "depends"
        if verdict in ("unrestricted", "unregulated", "not-required"):
            return "yes"
        truths = [judge.formula(hit, known) for hit in effective if judge.norm(hit).modality in ("obligation", "power")]
        alternatives = [hit for hit in effective if judge.norm(hit).modality == "permission"]
        truths += [judge.formula(hit, known) for hit in alternatives if not judge.norm(hit).overrides]
        for target in {t for hit in alternatives for t in judge.norm(hit).overrides} & {h.norm for h in hits if h.applies >= 0}:
            truths.append(max(judge.formula(h, known) for h in alternatives if target in judge.norm(h).overrides))
        if -1 in truths:
            return "no"
        return "yes" if all(t == 1 for t in truths) and all(judge.formula(hit, known) == 1 for hit in open_ones) else "depends"

    # parts --------------------------------------------------------------------------------------------------

    def _needs(
        self, effective: list[Hit], open_ones: list[Hit], question: Question, known: Known, side: str,
        unknown: tuple[str, ...], judgement: Judgement,
    ) -> tuple[NeedOut, ...]:  # fmt: skip
        out: dict[tuple[str, str], NeedOut] = {}
        lighter = judgement.verdict in ("not-required", "unrestricted", "unregulated")
        for hit in (*effective, *open_ones):
            norm, rule = self.program.norms[hit.norm], self.program.rules[hit.rule]
            if rule.needs is None or (lighter and norm.modality != "exemption" and hit.effective == 1):
                continue
            if lighter and question.requirement and norm.modality != "exemption":
                continue
            if question.requirement and norm.modality != "exemption" and not fails_without(rule.needs, question.requirement, known):
                continue
            for leaf in self._with_implied(leaves(rule.needs)):
                state = need_truth(leaf.id, known)
                found = NeedOut(
                    id=leaf.id,
                    state=STATE[_group_state(rule.needs, leaf.id, state, known)],
                    norm=norm.id,
                    side=side,
                    alternative_to=leaf.group,
                    certain=hit.effective == 1,
                    depends_on=() if hit.effective == 1 else unknown,
                )
                out.setdefault((leaf.id, norm.id), found)
        return tuple(out.values())

    def _with_implied(self, found: list[LeafNeed]) -> list[LeafNeed]:
        """What a cumulative need implies is needed too (a filed assessment is an assessment)."""
        implied = [LeafNeed(other, "") for leaf in found if not leaf.group for other in sorted(self.implied.get(leaf.id, ()))]
        return list(dict.fromkeys([*found, *implied]))

    def _duties(self, effective: list[Hit], open_ones: list[Hit], question: Question, known: Known, side: str) -> tuple[DutyOut, ...]:
        out: list[DutyOut] = []
        for hit in (*effective, *open_ones):
            norm, rule = self.program.norms[hit.norm], self.program.rules[hit.rule]
            if norm.modality != "obligation":
                continue
            if question.requirement and (rule.needs is None or not fails_without(rule.needs, question.requirement, known)):
                continue
            ids = [leaf.id for leaf in leaves(rule.needs)] or [norm.id.rsplit("/", 1)[-1]]
            clock = rule.values.get("deadline") or rule.values.get("response-time") or rule.values.get("frequency")
            out.extend(
                DutyOut(
                    id=identity,
                    norm=norm.id,
                    side=side,
                    title=norm.title,
                    to=rule.to,
                    by=plain(value_for(clock, known.facts)),
                    certain=hit.effective == 1,
                    locator=rule.citations[0].locator if rule.citations else "",
                )
                for identity in dict.fromkeys(ids)
            )
        return tuple(out)

    def _conflicts(self, effective: list[Hit], question: Question) -> tuple[str, ...]:
        if question.requirement:
            return ()
        demanded: dict[str, str] = {}
        for hit in effective:
            norm = self.program.norms[hit.norm]
            if norm.modality == "obligation":
                for identity in _unconditional(self.program.rules[hit.rule].needs):
                    demanded[identity] = norm.id
        return tuple(
            f"{one} ({demanded[one]}) and {two} ({demanded[two]}) cannot both be kept"
            for one in demanded
            for two in self.excludes.get(one, ())
            if two in demanded
        )

    def _value(
        self, question: Question, facts: dict[str, FactValue], judgement: Judgement, effective: list[Hit],
        open_ones: list[Hit], piece: Slice, day: int, judge: Judge,
    ) -> tuple[dict[str, Any] | None, tuple[str, ...]]:  # fmt: skip
        sought = facts.get("value_sought")
        if not isinstance(sought, str):
            return None, ()
        chosen = self._speakers(effective, question, judgement)
        found, conflict = self._values(sought, facts, hit_rules(self.program, chosen), piece)
        if not found and not (question.requirement and judgement.verdict == "not-required"):
            found, conflict = self._values(sought, facts, hit_rules(self.program, effective), piece)
        if not found and sought in ("threshold", "ceiling") and "threshold_for" in facts:
            found = self._switched_off(str(facts["threshold_for"]), facts, piece, day, judge)
            found_one, conflict = strictest("threshold", found)
            return plain(found_one), (f"value: {sought} differs between norms",) if conflict else ()
        if not found and sought in ("start-date", "waiting-period", "transition-period"):
            return self._start(sought, judgement, chosen, piece, facts, day, judge), ()
        result, conflict = strictest(sought, found)
        with_open, conflict_open = strictest(sought, found + self._values(sought, facts, hit_rules(self.program, open_ones), piece)[0])
        if with_open != result or conflict_open:
            open_facts = unknown_facts(piece, facts, [*effective, *open_ones])
            return None, (f"value: {sought} depends on {', '.join(list(open_facts)[:4]) or 'facts that are not known'}",)
        return plain(result), (f"value: {sought} differs between norms",) if conflict else ()

    def _values(self, sought: str, facts: dict[str, FactValue], rules: list[Any], piece: Slice) -> tuple[list[Value], bool]:
        if sought in ("threshold", "ceiling") and "threshold_for" in facts:
            found = threshold(piece, rules, str(facts["threshold_for"]), facts)
            return (found or values_of(rules, sought, facts)), False
        return values_of(rules, sought, facts), False

    def _speakers(self, effective: list[Hit], question: Question, judgement: Judgement) -> list[Hit]:
        """The norms whose value counts: the determining ones first, else all that are effective."""
        chosen = [h for h in judgement.determining if h.effective == 1]
        rest = [] if question.requirement else [h for h in effective if h not in chosen]
        return chosen + rest

    def _switched_off(self, fact: str, facts: dict[str, FactValue], piece: Slice, day: int, judge: Judge) -> list[Value]:
        """Thresholds of norms that this fact alone switches off: read with the fact forgotten."""
        forgotten = {k: v for k, v in facts.items() if k != fact}
        hits = [h for h in piece.run(forgotten, day=day, strict=self.strict) if h.applies >= 0 and judge.speaks(judge.norm(h))]
        return threshold(piece, [self.program.rules[h.rule] for h in hits if judge.norm(h).modality != "coverage"], fact, facts)

    def _start(
        self, sought: str, judgement: Judgement, chosen: list[Hit], piece: Slice, facts: dict[str, FactValue], day: int, judge: Judge,
    ) -> dict[str, Any] | None:  # fmt: skip
        rules = hit_rules(self.program, chosen)
        if judgement.verdict not in ("not-required", "unregulated", "unrestricted"):
            if sought == "start-date" and rules:
                # A record that begins on a day says nothing of when the law began.
                starts = [r.start for r in rules if r.by and not r.by.startswith(EVIDENCE)]
                return {"date": from_ordinal(max(starts)).isoformat()} if starts else None
            return None
        for later in sorted({self.program.rules[r].start for n in piece.norms for r in self.program.norms[n].rules}):
            if later <= day:
                continue
            hits = piece.run(facts, day=later, strict=self.strict)
            new = [h for h in hits if h.effective == 1 and self.program.rules[h.rule].start == later and judge.speaks(judge.norm(h))]
            new = [h for h in new if judge.norm(h).modality in ("obligation", "prohibition", "power")]
            if judge.question.requirement:
                known = self.known(judge.norm(new[0]).jurisdiction, facts, hits) if new else None
                new = [
                    h
                    for h in new
                    if known and (need := self.program.rules[h.rule].needs) and fails_without(need, judge.question.requirement, known)
                ]
            if new:
                stated = values_of(hit_rules(self.program, new), sought, facts)
                if stated:
                    return plain(strictest(sought, stated)[0])
                return {"date": from_ordinal(later).isoformat()} if sought == "start-date" else None
        waiting = [norm.pending_values[sought] for n in piece.norms if sought in (norm := self.program.norms[n]).pending_values and judge.speaks(norm)]
        return plain(strictest(sought, waiting)[0])

    def _coming(self, piece: Slice, facts: dict[str, FactValue], day: int, judge: Judge, side: str) -> tuple[ComingOut, ...]:
        out: dict[str, ComingOut] = {}
        for later in piece.edges:
            if later <= day:
                continue
            for hit in piece.run(facts, day=later, strict=self.strict):
                rule, norm = self.program.rules[hit.rule], self.program.norms[hit.norm]
                if rule.start == later and norm.modality not in ("coverage", "definition") and hit.effective >= 0 and judge.speaks(norm):
                    out.setdefault(
                        norm.id,
                        ComingOut(
                            norm=norm.id,
                            title=norm.title,
                            side=side,
                            starts=from_ordinal(later).isoformat(),
                            locator=rule.citations[0].locator if rule.citations else "",
                        ),
                    )
        for n in piece.norms:
            norm = self.program.norms[n]
            if norm.pending and judge.speaks(norm):
                out.setdefault(norm.id, ComingOut(norm=norm.id, title=norm.title, side=side, starts=f"pending: {norm.pending[0]}"))
        return tuple(out.values())

    def _assumed(self, situation: Situation, piece: Slice, hits: list[Hit]) -> tuple[str, ...]:
        tested = sorted(situation.ordinary & piece.facts)
        ordinary = [f"{fact}: {_word(situation.facts[fact])}" for fact in tested]
        presumed = [f"not claimed: {self.program.norms[h.norm].title} ({self.program.norms[h.norm].id})" for h in hits if h.presumed]
        return (*ordinary, *presumed)


def _not_judged(key: SideKey) -> Side:
    return Side(
        jurisdiction=key.jurisdiction, name=key.name, role=key.role, outcome="not-judged", verdict=None,
        reason="not-judged", met_as_described="depends",
    )  # fmt: skip


def _merge(sides: tuple[Side, ...], field: str) -> tuple[Any, ...]:
    return tuple(item for side in sides for item in getattr(side, field))


def _unconditional(node: Needs | None) -> list[str]:
    if isinstance(node, Need):
        return [node.id]
    if isinstance(node, NeedAll):
        return [identity for item in node.items for identity in _unconditional(item)]
    return []


def _named(node: Needs | None, name: str) -> Needs | None:
    if not isinstance(node, (NeedAll, NeedAny)):
        return None
    if node.name == name:
        return node
    return next((found for item in node.items if (found := _named(item, name))), None)


def _group_state(node: Needs, name: str, state: int, known: Known) -> int:
    """A named group stands for its formula."""
    group = _named(node, name)
    return truth(group, known) if group is not None else state


def _word(value: FactValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
