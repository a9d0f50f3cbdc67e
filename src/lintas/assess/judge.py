"""Judge: from the norms that are effective to an outcome and a verdict, for one law.

A verdict is found twice, over the norms certainly effective and over those possibly effective. ``low`` counts restrictions only
where certain and alternatives where possible; ``high`` the other way round; the answer is settled where both agree.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lintas.assess.needs import Known, fails_without, leaves, truth
from lintas.engine.index import Hit, Slice
from lintas.ir.program import Program, ProgramNorm, Rule
from lintas.model.norm import Leaf

PERMISSION = ("unregulated", "unrestricted", "conditional", "prohibited")
DUTY = ("not-required", "conditional", "required", "prohibited")


@dataclass
class Judgement:
    """What one pass over the effective norms found."""

    outcome: str
    verdict: str | None
    reason: str = ""
    determining: list[Hit] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str | None]:
        """What must be the same in every completion."""
        return self.outcome, self.verdict


@dataclass
class Question:
    """The parts of a situation that say what is asked."""

    activity: str
    axis: str
    duty_activity: bool
    requirement: str = ""
    article: str = ""


class Judge:
    """Judges the hits of one slice for one question."""

    def __init__(
        self, program: Program, piece: Slice, question: Question, demands: dict[str, list[tuple[str, tuple[str, ...]]]], *, verified_only: bool = True
    ) -> None:
        self.demands = demands
        self.program = program
        self.piece = piece
        self.question = question
        self.verified_only = verified_only
        self.whole = piece.whole_requirements

    def norm(self, hit: Hit) -> ProgramNorm:
        """The norm of a hit."""
        return self.program.norms[hit.norm]

    def rule(self, hit: Hit) -> Rule:
        """The rule of a hit."""
        return self.program.rules[hit.rule]

    def speaks(self, norm: ProgramNorm) -> bool:
        """Whether the norm is asked: its activity, and at treaty level its article."""
        if self.question.activity not in norm.activities:
            return False
        return not self.question.article or article_matches(self.question.article, norm.article)

    def formula(self, hit: Hit, known: Known) -> int:
        """Truth of a norm's needs; a power still waits for its authority."""
        needs = self.rule(hit).needs
        if needs is None:
            return 0 if self.norm(hit).modality == "power" else 1
        return truth(needs, known)

    def bites(self, hit: Hit, hits: list[Hit]) -> bool:
        """Whether the norm says something here: a permission over a rule that does not apply says nothing."""
        norm = self.norm(hit)
        if norm.modality in ("coverage", "definition"):
            return False
        return norm.modality != "permission" or not norm.overrides or self._overrides_something(hit, hits, 0)

    def bounds(self, hits: list[Hit], known: Known) -> tuple[Judgement, Judgement]:
        """The judgement over the certain, and over the possible norms."""
        return self.judge(hits, known, high=False), self.judge(hits, known, high=True)

    def judge(self, hits: list[Hit], known: Known, *, high: bool) -> Judgement:
        """One pass. ``high``: restrictions count where possible, alternatives where certain."""
        found = self._norms(hits, known, high=high)
        if found is None:
            return self._silence(hits)
        verdict, determining = found
        if self.verified_only and any(self.rule(h).status == "drafted" for h in determining):
            return Judgement("not-covered", None, "unverified-law", determining)
        return Judgement("answered", verdict, "", determining)

    def _norms(self, hits: list[Hit], known: Known, *, high: bool) -> tuple[str, list[Hit]] | None:
        floor = 0 if high else 1
        asked = [h for h in hits if self.speaks(self.norm(h))]
        voices: list[tuple[str, Hit]] = []
        for hit in asked:
            if hit.effective < floor:
                continue
            modality = self.norm(hit).modality
            if modality in ("obligation", "prohibition", "power"):
                voice = self._restriction(hit, modality, known)
                if voice:
                    voices.append((voice, hit))
            elif modality == "permission" and not self.norm(hit).overrides:
                voice = self._permission([hit], known)
                if voice:
                    voices.append((voice, hit))
            elif modality == "exemption" and self._lightens(hit, hits, floor):
                voices.append(("not-required", hit))
        for group in self._groups(asked, hits, high=high):
            voice = self._permission(group, known)
            if voice:
                voices.extend((voice, hit) for hit in group)
        if not voices:
            return None
        order = PERMISSION if self.question.axis == "permission" else DUTY
        verdict = max((voice for voice, _ in voices), key=order.index)
        return verdict, [hit for voice, hit in voices if voice == verdict]

    def _restriction(self, hit: Hit, modality: str, known: Known) -> str | None:
        needs = self.rule(hit).needs
        if self.question.requirement:
            if needs is None or not fails_without(needs, self.question.requirement, known):
                return None
            return "conditional" if modality == "power" and self.question.duty_activity else "required"
        if self.question.axis == "duty":
            return {"obligation": "required", "prohibition": "prohibited", "power": "conditional"}[modality]
        if modality == "prohibition":
            return "prohibited"
        if modality == "power":
            return "conditional"
        return "prohibited" if needs is not None and truth(needs, known) == -1 else "conditional"

    def _permission(self, group: list[Hit], known: Known) -> str | None:
        """Alternatives: any of them is enough."""
        needs = [self.rule(hit).needs for hit in group]
        if self.question.requirement:
            if all(need is not None and fails_without(need, self.question.requirement, known) for need in needs):
                return "required"
            return None
        if self.question.axis == "duty":
            return None
        if any(need is None for need in needs):
            return "unrestricted"
        return "prohibited" if all(need is not None and truth(need, known) == -1 for need in needs) else "conditional"

    def _overrides_something(self, hit: Hit, hits: list[Hit], floor: int) -> bool:
        targets = set(self.norm(hit).overrides)
        return any(other.norm in targets and other.applies >= floor for other in hits)

    def _unnamed_statute(self, hits: list[Hit]) -> bool:
        """A whole statute is asked for, the law deals with the activity, and no norm of it was given that need."""
        asked = self.question.requirement
        if asked not in self.whole or not any(h.effective == 1 and self.norm(h).modality != "coverage" for h in hits):
            return False
        covering = (self.rule(h) for h in hits if self.norm(h).modality == "coverage" and h.effective == 1)
        if any("requirement_asked" in _facts(self.program, rule) for rule in covering):
            return False  # somebody looked for just this statute
        rules = (self.program.rules[r] for n in self.piece.norms for r in self.program.norms[n].rules)
        return not any(leaf.id == asked for rule in rules for leaf in leaves(rule.needs))

    def _asked_elsewhere(self, hits: list[Hit]) -> bool:
        """A law that holds here makes the requirement a need of another activity only: silence under this one is no answer."""
        asked, activity = self.question.requirement, self.question.activity
        places = self.demands.get(asked, [])
        if not asked or any(activity in activities for _, activities in places):
            return False
        if any(h.effective == 1 and self.norm(h).modality in ("exemption", "permission") and self.speaks(self.norm(h)) for h in hits):
            return False  # the law frees this activity in so many words
        covering = (self.rule(h) for h in hits if self.norm(h).modality == "coverage" and h.effective == 1)
        if any("requirement_asked" in _facts(self.program, rule) for rule in covering):
            return False
        holding = {self.norm(h).instrument for h in hits if h.effective == 1 and self.norm(h).modality != "coverage"}
        return any(instrument in holding for instrument, _ in places)

    def _lightens(self, hit: Hit, hits: list[Hit], floor: int) -> bool:
        """An exemption answers a duty question by itself, unless one requirement is asked for."""
        return self.question.axis == "duty" and not self.question.requirement and self._overrides_something(hit, hits, floor)

    def _exempting(self, hits: list[Hit]) -> list[Hit]:
        return [h for h in hits if self.norm(h).modality == "exemption" and h.effective == 1 and self._overrides_something(h, hits, 1)]

    def _groups(self, asked: list[Hit], hits: list[Hit], *, high: bool) -> list[list[Hit]]:
        """Permissions by the prohibition that they override."""
        groups = []
        floor = 0 if high else 1
        for target in hits:
            if target.applies < floor:
                continue
            over = [h for h in asked if target.norm in self.norm(h).overrides and self.norm(h).modality == "permission" and h.effective >= 0]
            certain = [h for h in over if h.effective == 1]
            chosen = (certain or over) if high else (over if certain else [])
            if chosen:
                groups.append(chosen)
        return groups

    def _silence(self, hits: list[Hit]) -> Judgement:
        activity = self.question.activity
        covered = [h for h in hits if self.norm(h).modality == "coverage" and h.effective == 1 and activity in self.norm(h).activities]
        if not covered:
            return Judgement("not-covered", None, "not-covered")
        if self.question.axis == "duty":
            if self._unnamed_statute(hits):
                return Judgement("not-covered", None, "requirement-not-encoded")
            if self._asked_elsewhere(hits):
                return Judgement("not-covered", None, "asked-under-another-activity")
            return Judgement("answered", "not-required", "silence", self._exempting(hits))
        scopes = [h for h in hits if activity in self.norm(h).governs]
        holding = [h for h in scopes if h.effective == 1]
        if holding:
            drafted = self.verified_only and all(self.rule(h).status == "drafted" for h in holding)
            if drafted:
                return Judgement("not-covered", None, "unverified-law")
            return Judgement("answered", "unrestricted", "silence", self._exempting(hits) + holding)
        if any(h.effective == 0 for h in scopes):
            return Judgement("needs-facts", None, "scope-unknown")
        return Judgement("answered", "unregulated", "silence", self._exempting(hits))


def _facts(program: Program, rule: Rule) -> set[str]:
    """The facts that a rule's terms test."""
    atoms = (program.atoms[abs(literal) - 1] for term in rule.terms for literal in term)
    return {atom.fact for atom in atoms if isinstance(atom, Leaf)}


def article_matches(asked: str, own: str) -> bool:
    """Whether a stated article names a norm's article, or a part or parent of it."""
    one, two = _article(asked), _article(own)
    if not two:
        return False
    return one == two or one.startswith(two + "(") or two.startswith(one + "(")


def _article(text: str) -> str:
    word = text.strip().casefold()
    for prefix in ("article", "art.", "art", "section", "s.", "para", "paragraph"):
        if word.startswith(prefix):
            word = word[len(prefix) :].strip()
            break
    return word.replace(" ", "")
