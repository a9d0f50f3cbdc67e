"""One function per use case; the only module that the doors import."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from lintas.assess import ask as questions
from lintas.assess import explain as explanation
from lintas.assess import why_not as remedies
from lintas.assess.decide import ENGINE_VERSION
from lintas.assess.law import Law, compile_members, norm_case
from lintas.assess.lawcheck import law_analyse, law_check
from lintas.assess.score import Result, Score, grade
from lintas.assess.sides import Rates
from lintas.assess.values import plain
from lintas.corpus.load import Corpus, Jurisdiction, load
from lintas.corpus.new import new_norm
from lintas.corpus.parse import parse_yaml, read_yaml
from lintas.corpus.seal import seal
from lintas.dates import parse_day, today
from lintas.errors import CorpusError, InputError, SituationError
from lintas.inventory import wording
from lintas.inventory.cells import cells
from lintas.inventory.cells import wrap as wrap_cells
from lintas.inventory.check import CheckResult, Decision, Line
from lintas.inventory.columns import ORDER as TEMPLATE_COLUMNS
from lintas.inventory.columns import TEMPLATE_ROWS
from lintas.inventory.remedy import remedy_words as check_remedy
from lintas.inventory.report import report_to, write_report
from lintas.inventory.view import by_corridor as check_by_corridor
from lintas.inventory.view import by_member as check_by_member
from lintas.inventory.view import by_when as check_by_when
from lintas.inventory.view import citation as check_citation
from lintas.inventory.view import locators as check_locators
from lintas.inventory.view import missing_short as check_missing
from lintas.inventory.view import sign as check_sign
from lintas.inventory.view import verdict_word
from lintas.inventory.whole import check_inventory
from lintas.inventory.whole import check_one as _check_one
from lintas.inventory.words import COUNTED
from lintas.ir.program import Program, read_program, write_program
from lintas.model.answer import Assessment
from lintas.publish import book
from lintas.publish import release as releases
from lintas.publish.files import changes_feed, publish
from lintas.publish.statistics import counts, instruments_by_year, restrictions_by_year
from lintas.scenario import diff as differences
from lintas.scenario.overlay import law_under, open_overlays
from lintas.vocab.terms import did_you_mean

__all__ = [
    "COUNTED",
    "ENGINE_VERSION",
    "Assessment",
    "CheckResult",
    "Decision",
    "Law",
    "Line",
    "Rates",
    "ask",
    "book",
    "cells",
    "changes_feed",
    "check",
    "check_by_corridor",
    "check_by_member",
    "check_by_when",
    "check_citation",
    "check_locators",
    "check_missing",
    "check_one",
    "check_remedy",
    "check_sign",
    "check_to",
    "compile_corpus",
    "condition_lines",
    "corpus_root",
    "counts",
    "decide",
    "decide_many",
    "did_you_mean",
    "diff",
    "explain",
    "explain_lines",
    "instruments_by_year",
    "inventory_template",
    "law_analyse",
    "law_check",
    "new_norm",
    "open_law",
    "open_members",
    "parse_day",
    "parse_yaml",
    "plain_value",
    "publish",
    "question_shares",
    "read_program",
    "read_yaml",
    "release",
    "restrictions_by_year",
    "run_cases",
    "seal",
    "standard_questions",
    "today",
    "verdict_word",
    "watch",
    "why_not",
    "wording",
    "wrap_cells",
    "write_check",
]  # fmt: skip

PACKAGED = Path(__file__).parent / "data" / "corpus.msgpack"


def compile_corpus(root: Path, known_on: dt.date | None = None) -> Program:
    """Read and compile a corpus folder."""
    corpus = load(root)
    return compile_members(corpus, corpus.norms, known_on=known_on)


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
    corpus: str | os.PathLike[str] | None = None, *, known_on: dt.date | None = None, strict: bool = False, rates: Rates | None = None,
    scenario: str = "",
) -> Law:
    """Open a body of law: a corpus folder, or else the release that is packed with this library.

    Args:
        corpus: a folder with ``corpus.toml``; by default the checkout's, or the packaged release.
        known_on: what had been recorded by this day (needs a corpus folder).
        strict: presume nothing.
        rates: dated exchange rates for amounts in other currencies.
        scenario: names of overlays joined by ``+`` (needs a corpus folder); the answers are then not the law.

    """
    root = corpus_root(corpus)
    if scenario:
        if root is None:
            raise CorpusError("scenarios stand beside a corpus folder", hint="Name one with --corpus.")
        overlays = open_overlays(root, scenario)
        return law_under(load(root), open_law(root, known_on=known_on, strict=strict, rates=rates), overlays)
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
    return Law(compile_members(corpus, norms, only))


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
    member = next((c for c in (facts.get("from"), facts.get("to")) if c in law.program.names and c not in law.program.outside), "asean")
    if str(item.get("id", "")).startswith("pair-"):
        member = "pairs"
    try:
        answer = law.decider.decide(law.situation(item, as_of=as_of, number=number))
        found, detail = grade(answer, item["expected"])
    except SituationError as bad:
        found, detail = "error", str(bad)
    return Result(str(item.get("id", number)), member, str(item.get("area", "")), str(item.get("confidence", "")), found, detail)


def explain(situation: Any, *, law: Law | None = None, as_of: dt.date | None = None, number: int = 0) -> dict[str, Any]:
    """Why: for each side, the norms that count, with sentences, quotes and the truth of each test."""
    law = law or open_law()
    return _supposed(law, explanation.explain(law.decider, law.situation(situation, as_of=as_of, number=number)))


def _supposed(law: Law, result: dict[str, Any]) -> dict[str, Any]:
    """A result that begins by saying that it supposes another law, where it does."""
    return {"not_the_law": f"scenario {law.program.scenario}", **result} if law.program.scenario else result


explain_lines = explanation.lines
condition_lines = explanation.condition_lines
plain_value = plain


def why_not(situation: Any, *, law: Law | None = None, as_of: dt.date | None = None, number: int = 0) -> dict[str, Any]:
    """What would help: for each side, the minimal sets of measures that remove its obstacles."""
    law = law or open_law()
    return _supposed(law, remedies.why_not(law.decider, law.situation(situation, as_of=as_of, number=number)))


def ask(situation: Any, *, law: Law | None = None, as_of: dt.date | None = None, number: int = 0) -> dict[str, Any]:
    """The next questions, the most decisive first, and what is certain so far."""
    law = law or open_law()
    return _supposed(law, questions.ask(law.decider, law.situation(situation, as_of=as_of, number=number)))


# Inventories ----------------------------------------------------------------------------------------------------


def check(
    inventory: str | os.PathLike[str], *, law: Law | None = None, as_of: dt.date | None = None, mapping: str | os.PathLike[str] | None = None,
    horizon: int = 180, strict: bool = False, max_rows: int = 1_000_000, kind: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> CheckResult:  # fmt: skip
    """Every row of a list of cross-border activities, decided; rows that cannot be read are reported and the rest go on.

    Args:
        inventory: CSV, JSON, JSON Lines, XLSX, Parquet or a fideslang manifest; ``-`` is CSV on standard input.
        law: the opened law; by default the checkout's or the packaged release.
        as_of: the law's day for rows that state none.
        mapping: a YAML file that says which column means which fact.
        horizon: flag law that starts within so many days and changes a line.
        strict: stop at the first row that cannot be read.
        max_rows: refuse longer lists.
        kind: the format, where the file's name does not tell it.
        progress: called now and then with the number of rows read.

    """
    return check_inventory(
        os.fspath(inventory), law or open_law(), as_of=as_of, mapping=os.fspath(mapping) if mapping else None, horizon=horizon,
        strict=strict, max_rows=max_rows, kind=kind, progress=progress,
    )  # fmt: skip


def check_one(situation: Any, *, law: Law | None = None, as_of: dt.date | None = None) -> Decision:
    """One situation, decided and worded as a line of an inventory is."""
    return _check_one(situation, law or open_law(), as_of=as_of)


def write_check(result: CheckResult, form: str, path: str | os.PathLike[str]) -> None:
    """A result as a file: ``html``, ``xlsx``, ``csv``, ``json``, ``sarif`` or ``parquet``."""
    write_report(result, form, Path(path))


def check_to(result: CheckResult, form: str, file: IO[str]) -> None:
    """A result as text into an open file: ``json``, ``csv`` or ``sarif``."""
    report_to(result, form, file)


def release(root: Path, version: str, target: Path, *, cases: Path, record: Path, progress: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Check, score, compare with the last release on record, stamp, and write the artefacts.

    Args:
        root: the corpus folder; only the release in its ``corpus.toml`` is changed.
        version: year.month.number.
        target: a new or empty folder for the artefacts.
        cases: published cases for the accuracy table.
        record: folder of the answers of each release; this one's are added.
        progress: called with each step.

    Raises:
        CorpusError: a check finds something, or an answer is confidently wrong without a challenge; nothing is stamped then.
        InputError: a version that exists or cannot be read, a folder that is not empty.

    """
    if target.exists() and any(target.iterdir()):
        raise InputError("the folder is not empty", hint="Name a new or empty folder.", where=str(target))
    if (record / f"{version}.json").exists():
        raise InputError(f"release {version} exists", hint="Take the next number.", where=str(record))
    progress("checks and mutation score")
    report = law_check(root, mutate=True)
    if report.findings:
        raise CorpusError(f"{len(report.findings)} findings, the first: {report.findings[0].what}", hint="Run `lintas law check`.", where=report.findings[0].where)
    before = (root / "corpus.toml").read_bytes()
    try:
        releases.stamp(root, version)
        program = compile_corpus(root)
        law = Law(program)
        progress("published cases")
        score = run_cases(law, (str(cases),))
        progress("standard questions")
        questions, day = standard_questions(root), today()
        found = releases.answers(law, questions, day)
        past = sorted(record.glob("*.json"), key=lambda f: [int(p) for p in f.stem.split(".")]) if record.exists() else []
        old = json.loads(past[-1].read_text(encoding="utf-8"))["answers"] if past else {}
        changes = releases.moved(old, found, program)
        share = releases.shares(found, questions)
        progress("artefacts")
        publish(program, target)
        (target / "corpus.msgpack").write_bytes(write_program(program))
        text = releases.notes(version, day, report, score, share, changes, past[-1].stem if past else "")
        (target / "RELEASE.md").write_text(text, encoding="utf-8")
        (target / "answers-changed.json").write_text(json.dumps(changes, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except BaseException:
        (root / "corpus.toml").write_bytes(before)
        raise
    record.mkdir(parents=True, exist_ok=True)
    kept = {"release": version, "on": day.isoformat(), "corpus": program.corpus_digest, "answers": found}
    (record / f"{version}.json").write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
    return {"release": version, "score": score.as_dict(), "questions": share, "changed": changes, "files": len(list(target.iterdir()))}


def question_shares(root: Path) -> list[dict[str, Any]]:
    """How many standard questions are answered today, and the kinds of silence, by member and area."""
    law, asked = Law(compile_corpus(root)), standard_questions(root)
    return releases.shares(releases.answers(law, asked, today()), asked)


def diff(
    one: str, other: str, *, corpus: str | os.PathLike[str] | None = None, releases_in: Path = Path("releases"), known_on: dt.date | None = None,
    strict: bool = False, rates: Rates | None = None, progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:  # fmt: skip
    """What changes from one law to another: over the standard questions, and over the situations of the cases beside norms.

    Args:
        one: ``law``, a day, a scenario (several joined by ``+``), ``scenario@day``, or a release on record.
        other: the same.
        corpus: the corpus folder.
        releases_in: the folder with the answers of each release.
        known_on: what had been recorded by this day.
        strict: presume nothing.
        rates: dated exchange rates.
        progress: called with each step.

    """
    root = corpus_root(corpus)
    if root is None:
        raise CorpusError("a comparison needs a corpus folder", hint="Name one with --corpus.")
    base, read = open_law(root, known_on=known_on, strict=strict, rates=rates), load(root)
    return differences.compare(one, other, root=root, corpus=read, base=base, questions=_standard_questions(read), record=releases_in, progress=progress)


def watch(root: Path, folder: Path, **options: Any) -> dict[str, Any]:
    """Ask the sources of a corpus whether they changed; see :func:`lintas.watch.whole.watch_sources` for the options."""
    from lintas.watch.whole import watch_sources  # noqa: PLC0415 - an extra brings what it needs

    return watch_sources(root, folder, **options)


def inventory_template() -> list[tuple[str, ...]]:
    """Header and two invented rows of a list to fill in."""
    return [TEMPLATE_COLUMNS, *TEMPLATE_ROWS]


def _placed(value: Any, jurisdiction: Jurisdiction) -> Any:
    """A value of a standard question in one member: its code, and amounts in its currency."""
    if value == "{member}":
        return jurisdiction.code
    if isinstance(value, dict) and value.get("currency") == "USD" and jurisdiction.currency:
        return {"amount": value["amount"] * jurisdiction.size, "currency": jurisdiction.currency}
    if isinstance(value, dict):
        return {key: inner if key == "goods_value" and jurisdiction.parcels == "USD" else _placed(inner, jurisdiction) for key, inner in value.items()}
    return value


def standard_questions(root: Path) -> list[dict[str, Any]]:
    """The standard questions of every area, one situation for each member (``{member}`` filled in)."""
    return _standard_questions(load(root))


def _standard_questions(corpus: Corpus) -> list[dict[str, Any]]:
    out = []
    for question in corpus.questions:
        for jurisdiction in (j for j in corpus.jurisdictions if not j.outside):
            facts = {key: _placed(value, jurisdiction) for key, value in question["facts"].items()}
            out.append(
                {
                    "id": f"{jurisdiction.code.lower()}-{question['id']}",
                    "area": question["area"],
                    "weight": question["weight"],
                    "question": question["question"],
                    "facts": facts,
                }
            )
    return out
