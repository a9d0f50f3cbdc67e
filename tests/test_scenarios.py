"""Overlays: strict files, named clashes, shared law, and a difference that shows its witness. The small law here is invented."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from lintas import service
from lintas.assess.law import Law
from lintas.corpus.load import Corpus, load
from lintas.errors import CorpusError, InputError
from lintas.model.norm import Norm
from lintas.scenario.apply import apply
from lintas.scenario.merge import SharedIndex
from lintas.scenario.overlay import law_under, names, open_overlays
from lintas.scenario.patch import LAST, Add, Change, Close, Cover, Overlay, Replace, SetValue, read_overlay
from lintas.scenario.said import said
from tests.conftest import ROOT

DAY = dt.date(2026, 11, 24)
HEAD = "id: {name}\ntitle: Invented\nkind: model\nabout: Invented.\nchanges:\n"
END_S5 = '- close: xx/act/s5\n  on: "2026-01-01"\n  reason: it ends\n'
BREACH = {"id": "b", "facts": {"from": "XX", "to": "XX", "activity": "notify-breach", "sector": "general", "actor": "private-domestic", "other": {"affected_individuals": 700}}}
PAYMENT = {"id": "p", "facts": {"from": "XX", "to": "*", "activity": "store-data-abroad", "data": ["payment"], "actor": "private-domestic", "sector": "general", "other": {"enterprise_size": "large"}}}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests/small_corpus", tmp_path / "corpus")
    return tmp_path / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return load(ROOT / "corpus")


def put(root: Path, name: str, changes: str, head: str = HEAD) -> None:
    folder = root / "scenarios" / name
    folder.mkdir(parents=True)
    (folder / "patch.yaml").write_text(head.format(name=name) + changes)


def verdict(law: Law, raw: dict, day: dt.date = DAY) -> str | None:
    return law.decider.decide(law.situation(raw, as_of=day)).verdict


def overlay_of(*changes: Change, name: str = "t") -> Overlay:
    return Overlay(id=name, title="", kind="model", about="", changes=changes, sources=(), digest=name, where="test")


# the five changes ---------------------------------------------------------------------------------------------------


def test_a_norm_ends_and_the_law_itself_stays(small: Path) -> None:
    digest = load(small).digest
    put(small, "end", END_S5)
    assert load(small).digest == digest, "a scenario is no part of the law"
    assert verdict(service.open_law(small), PAYMENT) == "prohibited"
    under = service.open_law(small, scenario="end")
    assert verdict(under, PAYMENT) == "unrestricted"
    assert verdict(under, PAYMENT, dt.date(2025, 12, 31)) == "prohibited"


def test_a_norm_is_added_and_cites_the_scenario(small: Path) -> None:
    put(
        small, "ban",
        '- add:\n    id: xx/scenario-ban/ban\n    title: {eng: No transfer}\n    modality: prohibition\n    activities: [transfer-personal-data]\n    versions:\n'
        '    - valid: {from: "2026-01-01", to: null}\n      recorded: {at: "2026-11-24", withdrawn: null}\n      when: {to: {is: YY}}\n  reason: it is banned\n',
    )
    law = service.open_law(small, scenario="ban")
    answer = service.decide({"id": "t", "facts": {"from": "XX", "to": "YY", "activity": "transfer-personal-data", "data": ["personal"], "actor": "private-domestic"}}, law=law, as_of=DAY)
    assert answer.verdict == "prohibited"
    assert answer.headline.startswith("Not the law: scenario ban. ")
    assert "it is banned" in [c["quote"] for c in answer.citations]
    assert answer.reproduce["scenario"] == "ban"
    assert len(answer.reproduce["overlay"]) == 64
    assert answer.reproduce["corpus"] == load(small).digest


def test_a_version_is_replaced_for_some_days(small: Path) -> None:
    put(small, "soft", '- replace: xx/act/s4\n  from: "2026-01-01"\n  until: "2027-01-01"\n  with:\n    values: {deadline: {quantity: 24, unit: hours, after: awareness}}\n  reason: shorter\n')
    law = service.open_law(small, scenario="soft")
    clocks = [law.decider.decide(law.situation(BREACH, as_of=dt.date(year, 6, 1))).duties[0].by for year in (2025, 2026, 2027)]
    assert [clock and clock["quantity"] for clock in clocks] == [72, 24, 72]


def test_a_parameter_is_set_and_the_law_that_uses_it_is_compiled(small: Path) -> None:
    put(small, "scale", '- set: xx/act/scale\n  from: "2026-01-01"\n  value: {quantity: 900, unit: persons}\n  reason: larger\n')
    assert verdict(service.open_law(small), BREACH) == "required"
    law = service.open_law(small, scenario="scale")
    assert verdict(law, BREACH) == "not-required"
    assert verdict(law, BREACH, dt.date(2025, 6, 1)) == "required"


def test_coverage_can_be_supposed(small: Path) -> None:
    entry = (small / "xx/coverage.yaml").read_text().replace("[general, platform]", "[general, platform, banking]").lstrip("- ").rstrip()
    put(small, "wide", "- cover:\n    " + entry.replace("\n", "\n  ") + "\n  reason: looked at\n")
    raw = {"id": "c", "facts": {**PAYMENT["facts"], "data": ["personal"], "sector": "banking", "actor": "public"}}
    assert [service.decide(raw, law=service.open_law(small, scenario=s), as_of=DAY).outcome for s in ("", "wide")] == ["not-covered", "answered"]


# strict files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "what", "line"),
    [
        ('- close: xx/act/s55\n  on: "2026-01-01"\n  reason: r\n', "'xx/act/s55' does not exist", 6),
        ('- set: xx/act/scales\n  from: "2026-01-01"\n  value: {quantity: 1, unit: persons}\n  reason: r\n', "'xx/act/scales' does not exist", 6),
        ('- close: zz/act/s5\n  on: "2026-01-01"\n  reason: r\n', "belongs to no law", 6),
        ("- close: xx/act/s5\n  reason: r\n", "no day from which it counts", 6),
        ('- close: xx/act/s5\n  on: "2026-01-01"\n  until: "2026-01-01"\n  reason: r\n', "is not after", 8),
        ('- close: xx/act/s5\n  on: "2026-01-01"\n', "text is expected", 6),
        ('- shut: xx/act/s5\n  on: "2026-01-01"\n  reason: r\n', "a change is one of", 6),
        ('- replace: xx/act/s5\n  from: "2026-01-01"\n  with: {whem: null}\n  reason: r\n', "unknown key 'whem'", 8),
        ('- replace: xx/act/s5\n  from: "2026-01-01"\n  with: {overrides: [xx/act/s9]}\n  reason: r\n', "overrides 'xx/act/s9'", 6),
        ('- replace: xx/act/s5\n  from: "2020-01-01"\n  with: {}\n  reason: r\n', "no version before", 6),
        ('- replace: xx/act/s5\n  from: "2026-01-01"\n  with: {needs: no-such-need}\n  reason: r\n', "no-such-need", None),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_an_error_with_its_line(small: Path, changes: str, what: str, line: int | None) -> None:
    put(small, "bad", changes)
    with pytest.raises(CorpusError, match=what) as caught:
        service.open_law(small, scenario="bad")
    assert caught.value.hint
    assert line is None or caught.value.where == f"corpus/scenarios/bad/patch.yaml:{line}"


def test_a_bill_shows_where_it_was_read(small: Path) -> None:
    head = HEAD.replace("model", "bill")
    put(small, "none", END_S5, head)
    with pytest.raises(CorpusError, match="a bill without a source"):
        service.open_law(small, scenario="none")
    source = (
        "sources:\n- {{id: g, url: 'https://example.org', publisher: G, tier: primary, lang: eng, kind: gazette, read: '2026-11-24', quote: words not there, capture: xx/act/c1}}\nchanges:\n"
    )
    put(small, "wrong", END_S5, head.replace("changes:\n", source))
    with pytest.raises(CorpusError, match="quote does not stand"):
        service.open_law(small, scenario="wrong")


def test_unknown_names_are_told_with_near_ones(small: Path) -> None:
    put(small, "end", END_S5)
    with pytest.raises(InputError, match="no scenario") as caught:
        service.open_law(small, scenario="ends")
    assert "'end'" in caught.value.hint


def test_two_overlays_on_one_norm_and_day_are_named_both(small: Path) -> None:
    put(small, "one", END_S5)
    put(small, "two", END_S5.replace("2026-01-01", "2026-06-01"))
    put(small, "past", END_S5.replace('"2026-01-01"', '"2025-01-01"\n  until: "2026-01-01"'))
    with pytest.raises(CorpusError, match=r"one \(corpus/scenarios/one/patch.yaml:6\) and two \(corpus/scenarios/two/patch.yaml:6\)"):
        service.open_law(small, scenario="one+two")
    assert service.open_law(small, scenario="one+past").program.scenario == "one+past"


# the shipped scenarios over the real law -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names(ROOT / "corpus"))
def test_each_shipped_scenario_fits_the_law_and_changes_something(name: str, law: Law, corpus: Corpus) -> None:
    (overlay,) = open_overlays(ROOT / "corpus", name)
    assert len(overlay.about.split()) > 25, "say what is assumed"
    under = law_under(corpus, law, (overlay,))
    days = [DAY, dt.date(2027, 6, 1), dt.date(2029, 6, 1)]
    seen = [case for _, case in corpus.cases if case.norm in {c.target for c in overlay.changes} | {t for c in overlay.changes if isinstance(c, Add) for v in c.norm.versions for t in v.overrides}]
    raws = [{"id": q["id"], "facts": q["facts"]} for q in service.standard_questions(ROOT / "corpus")] + [
        {"id": c.id, "level": c.level, "facts": c.facts} for c in seen
    ] + [{"id": c.id, "level": c.level, "facts": c.facts} for _, c in corpus.cases if c.level == "treaty" or c.facts.get("activity") == "import-goods"]
    assert any(said(law.decider.decide(law.situation(raw, as_of=day))) != said(under.decider.decide(under.situation(raw, as_of=day))) for raw in raws for day in days)


def test_untouched_law_is_shared(law: Law, corpus: Corpus) -> None:
    under = law_under(corpus, law, open_overlays(ROOT / "corpus", "localisation-ended-id"))
    base, made = law.program, under.program
    assert isinstance(under.decider.index, SharedIndex)
    assert under.decider.index.touched == {"ID"}
    for number, norm in enumerate(base.norms):
        assert made.norms[number].id == norm.id
        if norm.jurisdiction != "ID":
            assert made.norms[number] is norm
            assert all(made.rules[r] is base.rules[r] for r in norm.rules)
    assert under.decider.index.slice("VN", "transfer-personal-data") is law.decider.index.slice("VN", "transfer-personal-data")
    for question in service.standard_questions(ROOT / "corpus")[::3]:
        before, after = (x.decider.decide(x.situation(question, as_of=DAY)) for x in (law, under))
        if not question["id"].startswith("id-"):
            assert msgspec.structs.replace(after, headline=before.headline, reproduce=before.reproduce) == before


def inverse(corpus: Corpus, overlay: Overlay) -> Overlay:
    """The overlay that takes each change back, in the language of overlays."""
    out: list[Change] = []
    for change in reversed(overlay.changes):
        here = {"reason": "back", "where": "test"}
        if isinstance(change, Add):
            out.append(Close(norm=change.norm.id, start=dt.date.min, **here))
        elif isinstance(change, (Close, Replace)):
            last = max(v.end or LAST for v in corpus.norms[change.norm].versions)
            if last < change.end:
                out.append(Close(norm=change.norm, start=max(last, change.start), end=change.end, **here))
            for version in corpus.norms[change.norm].versions:
                if version.start and version.start < change.end and change.start < (version.end or LAST):
                    fields = {key: getattr(version, key) for key in ("when", "needs", "values", "to", "overrides")}
                    out.append(Replace(norm=change.norm, start=max(version.start, change.start), end=min(version.end or LAST, change.end), fields=fields, **here))
        elif isinstance(change, SetValue):
            for row in corpus.parameters[change.parameter].rows:
                if row.key == change.key and (row.start or dt.date.min) < change.end and change.start < (row.end or LAST):
                    start, end = max(row.start or dt.date.min, change.start), min(row.end or LAST, change.end)
                    out.append(SetValue(parameter=change.parameter, start=start, end=end, value=row.value, key=row.key, **here))
        elif isinstance(change, Cover):
            old = next(e for entries in corpus.coverage.values() for e in entries if e.id == change.entry.id)
            out.append(Cover(entry=old, **here))
    return overlay_of(*out, name="back")


def drawn(corpus: Corpus, rng: random.Random) -> Overlay:
    """Some changes at random to the law of one member."""
    member = rng.choice(sorted({n.jurisdiction for n in corpus.norms.values()}))
    own = [n for n in corpus.norms.values() if n.jurisdiction == member and n.modality in ("obligation", "prohibition", "permission") and n.versions[0].start]
    out: list[Change] = []
    for norm in rng.sample(own, min(3, len(own))):
        first = norm.versions[0]
        day = first.start + dt.timedelta(days=rng.randrange(1, max(2, ((first.end or DAY) - first.start).days)))
        here = {"reason": "drawn", "where": "test", "start": day, "end": rng.choice([LAST, dt.date(2027, 1, 1)])}
        if here["end"] <= day:
            continue
        out.append(Close(norm=norm.id, **here) if rng.random() < 0.5 else Replace(norm=norm.id, fields={"when": None, "needs": None}, **here))
    if own:
        copy = msgspec.structs.replace(own[0], id=own[0].id.rsplit("/", 1)[0] + "/drawn")
        out.append(Add(norm=copy, reason="drawn", where="test"))
    parameters = [p for p in corpus.parameters.values() if p.rows[0].start and Norm(id=p.id, title={}, modality="power", activities=(), versions=()).jurisdiction == member]
    if parameters:
        row = parameters[0].rows[0]
        out.append(SetValue(parameter=parameters[0].id, key=row.key, value=parameters[0].rows[-1].value, start=row.start, end=row.end or LAST, reason="drawn", where="test"))
    entries = corpus.coverage.get(member, ())
    if entries:
        out.append(Cover(entry=msgspec.structs.replace(entries[0], when=None), reason="drawn", where="test"))
    return overlay_of(*out)


@pytest.mark.parametrize("seed", range(12))
def test_an_overlay_and_its_inverse_are_the_law(seed: int, law: Law, corpus: Corpus) -> None:
    overlay = drawn(corpus, random.Random(seed))
    changed = apply(corpus, overlay, DAY)
    under, back = law_under(corpus, law, (overlay,)), law_under(changed, law, (inverse(corpus, overlay),))
    touched = under.decider.index.touched
    assert back.decider.index.touched == touched
    restored = apply(changed, inverse(corpus, overlay), DAY)
    assert set(restored.norms) == set(corpus.norms)
    assert {k: set(p.rows) for k, p in restored.parameters.items()} == {k: set(p.rows) for k, p in corpus.parameters.items()}
    raws = [case for _, case in corpus.cases if corpus.norms[case.norm].jurisdiction in touched]
    moved = 0
    for case in random.Random(seed).sample(raws, min(150, len(raws))):
        raw = {"id": case.id, "level": case.level, "facts": case.facts}
        for day in (dt.date.fromisoformat(case.as_of), DAY):
            base, there, again = (x.decider.decide(x.situation(raw, as_of=day)) for x in (law, under, back))
            assert said(again) == said(base), case.id
            moved += said(there) != said(base)
    assert moved or not raws or seed


# differences --------------------------------------------------------------------------------------------------------


@pytest.fixture
def compared(small: Path) -> Path:
    (small / "questions").mkdir(exist_ok=True)
    (small / "questions/data-flows.yaml").write_text(
        "- id: q1\n  area: data-flows\n  weight: 3\n  question: Abroad?\n  reason: invented\n"
        "  facts: {from: '{member}', to: '*', activity: store-data-abroad, data: [payment], sector: general, actor: private-domestic, safeguards: [], other: {enterprise_size: large}}\n"
        "- id: q2\n  area: data-flows\n  weight: 1\n  question: Breach?\n  reason: invented\n"
        "  facts: {from: '{member}', to: '{member}', activity: notify-breach, sector: general, actor: private-domestic, other: {affected_individuals: 700}}\n"
    )
    put(small, "end", END_S5)
    return small


def test_a_difference_names_kind_member_article_share_and_a_smallest_witness(compared: Path) -> None:
    found = service.diff("2026-11-24", "end", corpus=compared)
    asked = found["populations"][0]
    assert (asked["size"], asked["changed"], asked["share"]) == (4, 1, 0.375)
    assert "not a proof" in found["note"]
    (change,) = [c for c in found["changes"] if c["population"] == "standard questions"]
    assert change["id"] == "xx-q1"
    assert change["members"] == ["XX"]
    assert "verdict" in change["kinds"]
    assert (change["before"]["verdict"], change["after"]["verdict"]) == ("prohibited", "unrestricted")
    assert {"norm": "xx/act/s5", "article": "The Act, s. 5"} in change["because"] or "xx/act/s5" in [b["norm"] for b in change["because"]]
    witness = next(w for w in found["witnesses"] if (w["before"], w["after"]) == ("prohibited", "unrestricted"))
    laws = [service.open_law(compared), service.open_law(compared, scenario="end")]

    def shows(facts: dict) -> bool:
        try:
            return [verdict(law, {"id": "w", "facts": facts}) for law in laws] == ["prohibited", "unrestricted"]
        except Exception:  # noqa: BLE001 - what cannot be read shows nothing
            return False

    facts = witness["situation"]["facts"]
    assert shows(facts)
    for key in set(facts) - {"activity", "other"}:
        assert not shows({k: v for k, v in facts.items() if k != key}), f"{key} can be left out"


def test_the_same_law_has_no_difference_and_a_day_is_shared(compared: Path) -> None:
    found = service.diff("law", "law", corpus=compared)
    assert found["changes"] == []
    assert found["witnesses"] == []
    ends = service.diff("law", "end@2025-06-01", corpus=compared)
    assert ends["a"]["as_of"] == ends["b"]["as_of"] == "2025-06-01"
    assert ends["changes"] == []


def test_days_differ_by_what_began_between_them(compared: Path) -> None:
    found = service.diff("2023-06-01", "2026-01-01", corpus=compared)
    assert "xx-q2" in [c["id"] for c in found["changes"]], "the scale fell from 1,000 to 500"


def test_a_release_on_record_is_compared_by_its_answers(compared: Path, tmp_path: Path) -> None:
    record = tmp_path / "releases"
    record.mkdir()
    kept = {"xx-q1": {"outcome": "answered", "verdict": "conditional", "needs": [], "value": None, "norms": []}}
    (record / "2026.10.0.json").write_text(json.dumps({"release": "2026.10.0", "on": "2026-10-01", "corpus": "", "answers": kept}))
    found = service.diff("2026.10.0", "2026-11-24", corpus=compared, releases_in=record)
    assert [c["id"] for c in found["changes"]] == ["xx-q1"]
    assert found["populations"][0]["not_recorded"] == ["duties"]
    with pytest.raises(InputError, match="not on record"):
        service.diff("2026.9.0", "law", corpus=compared, releases_in=record)
    with pytest.raises(InputError, match="no day, scenario or release"):
        service.diff("ends", "law", corpus=compared)


# doors --------------------------------------------------------------------------------------------------------------


def lintas(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(Path(sys.executable).parent / "lintas"), *words], capture_output=True, text=True, input=stdin, cwd=ROOT, check=False, timeout=240)


def test_each_door_says_first_that_it_is_not_the_law(compared: Path) -> None:
    text = json.dumps(PAYMENT)
    where = ["--corpus", str(compared), "--scenario", "end", "--as-of", "2026-11-24"]
    shown = lintas("decide", "-", *where, "--format", "text", stdin=text).stdout
    assert "Not the law: scenario end." in shown.splitlines()[1]
    for command in ("explain", "why-not", "ask"):
        done = lintas(command, "-", *where, stdin=text)
        assert done.stdout.startswith("Not the law: scenario end."), done.stderr
        out = json.loads(lintas(command, "-", *where, "--format", "json", stdin=text).stdout)
        assert out[0]["not_the_law"] == "scenario end"
    done = lintas("diff", "law", "end", "--corpus", str(compared))
    assert done.stdout.startswith("Not the law: scenario end."), done.stderr
    assert "lintas decide -" in done.stdout
    assert json.loads(lintas("diff", "law", "end", "--corpus", str(compared), "--format", "json").stdout)["b"]["scenario"] == "end"


def test_the_digest_of_a_patch_is_that_of_its_file(compared: Path) -> None:
    file = compared / "scenarios/end/patch.yaml"
    one = read_overlay(file).digest
    file.write_text(file.read_text() + "\n")
    assert read_overlay(file).digest != one
