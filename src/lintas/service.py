"""One function per use case; the only module that the doors import."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from lintas.assess import ask as questions
from lintas.assess import explain as explanation
from lintas.assess import why_not as remedies
from lintas.assess.decide import Decider
from lintas.assess.mutate import score
from lintas.assess.report import CorpusReport, concerns, rows
from lintas.assess.score import Result, Score, grade, same_value
from lintas.assess.sides import Rates
from lintas.compile import program
from lintas.corpus.checks import Finding, run_checks
from lintas.corpus.checks.evidence import sha256
from lintas.corpus.load import Corpus, load
from lintas.corpus.parse import parse_yaml, read_yaml
from lintas.dates import today
from lintas.errors import CorpusError, InputError, SituationError
from lintas.ir.program import Program, read_program, write_program
from lintas.model.answer import Assessment
from lintas.model.norm import Norm
from lintas.model.situation import FactReader, Situation

PACKAGED = Path(__file__).parent / "data" / "corpus.msgpack"


class Law:
    """An opened, compiled body of law: reads situations and answers them."""

    def __init__(self, program: Program, *, strict: bool = False, rates: Rates | None = None) -> None:
        self.program = program
        self.decider = Decider(program, strict=strict, rates=rates, today=today())
        self.reader = FactReader(program.vocabulary)

    def situation(self, raw: Any, *, as_of: dt.date | None = None, number: int = 0) -> Situation:
        """A raw situation, checked against the vocabulary."""
        return self.reader.situation(raw, default_day=as_of or today(), number=number)


def compile_corpus(root: Path, known_on: dt.date | None = None) -> Program:
    """Read and compile a corpus folder."""
    corpus = load(root)
    return _compile(corpus, corpus.norms, known_on=known_on)


def corpus_root(path: str | os.PathLike[str] | None = None) -> Path | None:
    """The corpus folder: the one named, ``LINTAS_CORPUS``, or the checkout that this package is installed from."""
    named = path or os.environ.get("LINTAS_CORPUS")
    if named:
        return Path(named)
    checkout = Path(__file__).resolve().parents[2] / "corpus"
    return checkout if (checkout / "corpus.toml").exists() else None


@lru_cache(maxsize=8)
def _program(root: str, known_on: dt.date | None, stamp: tuple[int, int, int]) -> Program:
    folder = Path(root)
    cache = folder.parent / "build" / "lintas"
    file = cache / f"{stamp[0]:x}-{stamp[1]:x}-{stamp[2]:x}-{known_on or 'now'}.msgpack"
    if file.exists():
        try:
            return read_program(file.read_bytes())
        except CorpusError:
            file.unlink(missing_ok=True)
    made = compile_corpus(folder, known_on)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        for old in cache.glob("*.msgpack"):
            old.unlink(missing_ok=True)
        temporary = file.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_bytes(write_program(made))
        temporary.replace(file)
    except OSError:
        return made  # a read-only checkout compiles anew each time
    return made


def _stamp(root: Path) -> tuple[int, int, int]:
    count = newest = size = 0
    sources = Path(__file__).parent
    for folder in (root, sources / "compile", sources / "ir", sources / "model", sources / "corpus"):
        for base, _, files in os.walk(folder):
            for name in files:
                if name.endswith((".yaml", ".toml", ".py")):
                    stat = os.stat(os.path.join(base, name))  # noqa: PTH118, PTH116 - a hot loop over the whole corpus
                    count += 1
                    size += stat.st_size
                    newest = max(newest, stat.st_mtime_ns)
    return count, size, newest


def open_law(
    corpus: str | os.PathLike[str] | None = None, *, known_on: dt.date | None = None, strict: bool = False, rates: Rates | None = None
) -> Law:
    """Open a body of law: a corpus folder, or else the release that is packed with this library.

    Args:
        corpus: a folder with ``corpus.toml``; by default the checkout's, or the packaged release.
        known_on: what had been recorded by this day (needs a corpus folder).
        strict: presume nothing.
        rates: dated exchange rates for amounts in other currencies.

    """
    root = corpus_root(corpus)
    if root is not None:
        if not (root / "corpus.toml").exists():
            raise CorpusError("no corpus.toml here", hint="Name a corpus folder.", where=str(root))
        return Law(_program(str(root.resolve()), known_on, _stamp(root)), strict=strict, rates=rates)
    if known_on is not None:
        raise CorpusError("the packaged release knows one day only", hint="Name a corpus folder with --corpus.")
    if not PACKAGED.exists():
        raise CorpusError("no corpus is packaged and none is named", hint="Name a folder with --corpus.")
    return Law(_packaged(), strict=strict, rates=rates)


@lru_cache(maxsize=1)
def _packaged() -> Program:
    return read_program(PACKAGED.read_bytes())


def decide(situation: Any, *, law: Law | None = None, as_of: dt.date | None = None) -> Assessment:
    """The answer to one situation, given in the form of ``cases/README`` or as flat facts."""
    law = law or open_law()
    return law.decider.decide(law.situation(situation, as_of=as_of))


def decide_many(situations: Iterable[Any], *, law: Law, as_of: dt.date | None = None) -> Iterator[Assessment | SituationError]:
    """Answers in input order; a bad situation yields its error and the rest go on."""
    for number, raw in enumerate(situations):
        try:
            yield law.decider.decide(law.situation(raw, as_of=as_of, number=number))
        except SituationError as bad:
            yield bad


def open_members(root: Path, only: tuple[str, ...]) -> Law:
    """The law of some members alone, so that one can be worked on while another does not compile."""
    corpus = load(root, tolerant=[])
    norms = {k: n for k, n in corpus.norms.items() if n.jurisdiction in only or not only}
    return Law(_compile(corpus, norms, only))


def run_cases(law: Law, paths: Iterable[str], *, area: str | None = None, as_of: dt.date | None = None) -> Score:
    """Compare answers with published ones, and norms with the cases beside them.

    A path is a case file, a folder of case files, or a folder of the corpus (then the cases beside its norms run).
    """
    score = Score()
    for path in paths:
        folder = Path(path)
        if not folder.exists():
            raise InputError("no such file or folder", hint="Name a case file.", where=str(path))
        files = [folder] if folder.is_file() else sorted(folder.rglob("*.yaml"))
        for file in files:
            if folder.is_dir() and file.parent != folder and file.parent.name != "cases":
                continue
            raw, lines = read_yaml(file, error=InputError)
            for number, item in enumerate(raw if isinstance(raw, list) else []):
                if not isinstance(item, dict) or "facts" not in item:
                    continue
                if "norm_is" in item:
                    score.norm_results.append((str(item.get("id")), f"{file}:{lines.near((number,))}", norm_case(law, item)))
                elif "expected" in item and (area is None or item.get("area") == area):
                    score.results.append(_published(law, item, as_of, number))
    return score


def _published(law: Law, item: dict[str, Any], as_of: dt.date | None, number: int) -> Result:
    facts = item["facts"]
    member = next((c for c in (facts.get("from"), facts.get("to")) if c in law.program.names), "asean")
    if str(item.get("id", "")).startswith("pair-"):
        member = "pairs"
    try:
        answer = law.decider.decide(law.situation(item, as_of=as_of, number=number))
        found, detail = grade(answer, item["expected"])
    except SituationError as bad:
        found, detail = "error", str(bad)
    return Result(str(item.get("id", number)), member, str(item.get("area", "")), str(item.get("confidence", "")), found, detail)


def norm_case(law: Law, item: dict[str, Any]) -> str:
    """What fails in a case beside a norm, or ``""``."""
    try:
        situation = law.situation({"id": item.get("id"), "as_of": item["as_of"], "level": item.get("level"), "facts": item["facts"]})
        norm = next((n for n in law.program.norms if n.id == item["norm"]), None)
        if norm is None:
            return f"norm {item['norm']} does not exist"
        state = norm_state(law, situation, item["norm"])
        if state != item["norm_is"]:
            return f"norm {item['norm']} is {state}, expected {item['norm_is']}"
        expected = item.get("expected")
        if not expected:
            return ""
        answer = law.decider.decide(situation)
        side = next((s for s in answer.sides if s.jurisdiction == norm.jurisdiction), None)
    except (SituationError, KeyError) as bad:
        return str(bad)
    return _case_answer(answer, side, expected)


def norm_state(law: Law, situation: Situation, norm_id: str) -> str:
    """Whether a norm is effective, off, overridden or unknown in a situation, on the side of its own law."""
    norm = next(n for n in law.program.norms if n.id == norm_id)
    piece = law.decider.index.slice(norm.jurisdiction, situation.activity)
    facts = law.decider.rates.convert(situation.facts, piece.currencies, situation.as_of)
    for hit in piece.run(facts, day=situation.as_of.toordinal(), strict=law.decider.strict):
        if law.program.norms[hit.norm].id == norm_id:
            if hit.effective == 1:
                return "effective"
            if hit.effective == 0:
                return "unknown"
            return "overridden" if hit.applies >= 0 else "off"
    return "off"


def _case_answer(answer: Assessment, side: Any, expected: dict[str, Any]) -> str:
    shown = side or answer
    if "outcome" in expected and shown.outcome != expected["outcome"]:
        return f"outcome {shown.outcome} {shown.reason}, expected {expected['outcome']}"
    if "verdict" in expected and shown.verdict != expected["verdict"]:
        norms = ", ".join(n.id for n in shown.determining[:3])
        return f"{shown.outcome} {shown.verdict} {shown.missing or ''} by [{norms}], expected {expected['verdict']}"
    have = {need.id for need in shown.needs}
    lacking = [need for need in expected.get("needs") or [] if need not in have]
    if lacking:
        return f"needs lack {lacking}, have {sorted(have)}"
    if expected.get("value") is not None and not same_value(shown.value, expected["value"]):
        return f"value {shown.value}, expected {expected['value']}"
    return ""


def seal(root: Path) -> int:
    """Write the hash of each capture that has none; an existing hash is never changed. Returns how many were written."""
    count = 0
    for file in sorted(root.glob("*/*/captures/*.yaml")):
        raw, _ = read_yaml(file)
        if isinstance(raw, dict) and "text" in raw and not raw.get("sha256"):
            text = file.read_text(encoding="utf-8")
            head = f"sha256: {sha256(raw['text'])}\n"
            temporary = file.with_suffix(".tmp")
            temporary.write_text(head + text, encoding="utf-8")
            temporary.replace(file)
            count += 1
    return count


def law_check(
    root: Path, only: tuple[str, ...] = (), *, mutate: bool = False, progress: Callable[[str], None] = lambda _: None
) -> CorpusReport:
    """Every check over the corpus; with ``mutate`` also the mutation score of the cases beside norms."""
    unread: list[CorpusError] = []
    corpus = load(root, tolerant=unread)
    findings = run_checks(corpus, unread)
    report = CorpusReport([], rows(corpus, only))
    try:
        law = Law(_compile(corpus, corpus.norms))
    except CorpusError as bad:
        findings.append(Finding("LC020", bad.where, bad.detail, bad.hint))
        law = _partial(corpus, only)
    if law is not None:
        known = {n.id for n in law.program.norms}
        for where, case in corpus.cases:
            if case.norm in known and concerns(where, only):
                failed = norm_case(law, msgspec.to_builtins(case))
                if failed:
                    findings.append(Finding("LC021", where, f"case {case.id}: {failed}", "Mend the norm or the case."))
    report.findings = [f for f in findings if concerns(f.where, only)]
    if mutate and law is not None:
        report.mutation, report.survivors = _mutation(corpus, set(only), progress)
    return report


def _partial(corpus: Corpus, only: tuple[str, ...]) -> Law | None:
    """The members asked for compile even where another member's files do not."""
    if not only:
        return None
    try:
        return Law(_compile(corpus, {k: n for k, n in corpus.norms.items() if n.jurisdiction in only}, only))
    except CorpusError:
        return None


def _compile(corpus: Corpus, norms: dict[str, Norm], only: tuple[str, ...] = (), *, known_on: dt.date | None = None) -> Program:
    names = {j.code: j.name for j in corpus.jurisdictions}
    names |= {slug: i.titles.get("eng", slug) for slug, i in corpus.instruments.items() if slug.startswith("agreements/")}
    return program(
        vocabulary=corpus.vocabulary,
        norms=norms,
        parameters=corpus.parameters,
        instruments=corpus.instruments,
        sources=corpus.sources,
        captures=corpus.captures,
        coverage={k: v for k, v in corpus.coverage.items() if not only or k in only},
        names=names,
        release=corpus.release,
        digest=corpus.digest,
        known_on=known_on or today(),
    )


def _mutation(corpus: Corpus, members: set[str], progress: Callable[[str], None]) -> tuple[dict[str, tuple[int, int]], list[str]]:
    by_norm: dict[str, list[Any]] = {}
    for _, case in corpus.cases:
        by_norm.setdefault(case.norm, []).append(msgspec.to_builtins(case))
    home: dict[str, dict[str, Norm]] = {}
    for norm in corpus.norms.values():
        home.setdefault(norm.jurisdiction, {})[norm.id] = norm
    seen: set[str] = set()

    def survives(identity: str, mutant: Norm) -> bool:
        jurisdiction = mutant.jurisdiction
        if jurisdiction not in seen:
            seen.add(jurisdiction)
            progress(f"mutating {jurisdiction} ...")
        try:
            law = Law(_compile(corpus, {**home[jurisdiction], identity: mutant}, (jurisdiction,)))
        except CorpusError:
            return False
        related = [identity, *mutant_targets(corpus.norms[identity])]
        return all(not norm_case(law, case) for norm in related for case in by_norm.get(norm, []))

    found = score(corpus.norms, survives, members)
    return found["totals"], found["survivors"]


def mutant_targets(norm: Norm) -> set[str]:
    """The norms that a norm overrides: their cases notice a dropped override."""
    return {target for version in norm.versions for target in version.overrides}


def explain(situation: Any, *, law: Law | None = None, as_of: dt.date | None = None, number: int = 0) -> dict[str, Any]:
    """Why: for each side, the norms that count, with sentences, quotes and the truth of each test."""
    law = law or open_law()
    return explanation.explain(law.decider, law.situation(situation, as_of=as_of, number=number))


explain_lines = explanation.lines


def why_not(situation: Any, *, law: Law | None = None, as_of: dt.date | None = None, number: int = 0) -> dict[str, Any]:
    """What would help: for each side, the minimal sets of measures that remove its obstacles."""
    law = law or open_law()
    return remedies.why_not(law.decider, law.situation(situation, as_of=as_of, number=number))


def ask(situation: Any, *, law: Law | None = None, as_of: dt.date | None = None, number: int = 0) -> dict[str, Any]:
    """The next questions, the most decisive first, and what is certain so far."""
    law = law or open_law()
    return questions.ask(law.decider, law.situation(situation, as_of=as_of, number=number))
