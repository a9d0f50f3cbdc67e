"""Assemble: the finished draft as one immutable :class:`Program`."""

from __future__ import annotations

from lintas.compile.draft import Draft, DraftRule
from lintas.ir.program import SCHEMA, Citation, Program, ProgramNorm, Rule
from lintas.model.norm import Basis


def assemble(draft: Draft) -> Program:
    """Number norms and rules, join citations, keep edges as indices."""
    ids = sorted(draft.norms)
    index = {identity: number for number, identity in enumerate(ids)}
    rules: list[Rule] = []
    own: dict[str, list[int]] = {identity: [] for identity in ids}
    overrides: dict[str, set[int]] = {identity: set() for identity in ids}
    overridden: dict[str, set[int]] = {identity: set() for identity in ids}
    for draft_rule in sorted(draft.rules, key=lambda r: (index[r.norm], r.start, r.version)):
        own[draft_rule.norm].append(len(rules))
        rules.append(_rule(draft, draft_rule, index))
        for target in draft_rule.source.overrides:
            overrides[draft_rule.norm].add(index[target])
            overridden[target].add(index[draft_rule.norm])
    norms = []
    for identity in ids:
        norm = draft.norms[identity]
        instrument = draft.instruments.get(norm.instrument)
        norms.append(
            ProgramNorm(
                id=identity,
                jurisdiction=norm.jurisdiction,
                instrument=norm.instrument,
                instrument_title=instrument.titles.get("eng", norm.instrument) if instrument else norm.instrument,
                binding=instrument.binding if instrument else True,
                title=norm.title.get("eng", identity),
                modality=norm.modality,
                activities=norm.activities,
                rules=tuple(own[identity]),
                overrides=tuple(sorted(overrides[identity])),
                overridden_by=tuple(sorted(overridden[identity])),
                article=norm.article,
                bearer=norm.bearer,
                governs=norm.governs,
                concludes=norm.concludes,
                where=norm.where,
                pending=tuple(draft.pending.get(identity, ())),
                pending_values=draft.pending_values.get(identity, {}),
            )
        )
    aliases = {}
    for slug, instrument in draft.instruments.items():
        if slug.startswith("agreements/"):
            for name in (slug, slug.split("/")[1], *instrument.aliases, *instrument.titles.values()):
                aliases[name.casefold()] = slug
    return Program(
        schema=SCHEMA,
        release=draft.release,
        corpus_digest=draft.digest,
        known_on=draft.known_on.isoformat(),
        scenario=draft.scenario,
        vocabulary=draft.vocabulary,
        names=draft.names,
        outside=draft.outside,
        aliases=aliases,
        parties={
            slug: tuple(p.member for p in instrument.parties) for slug, instrument in draft.instruments.items() if instrument.parties
        },
        atoms=tuple(draft.atoms),
        norms=tuple(norms),
        rules=tuple(rules),
        coverage=draft.coverage_notes,
        instruments=draft.instruments,
        order=tuple(index[identity] for identity in draft.order),
    )


def _rule(draft: Draft, rule: DraftRule, index: dict[str, int]) -> Rule:
    version = rule.source
    norm = draft.norms[rule.norm]
    sources = draft.sources.get(norm.instrument, {})
    citations = tuple(_citation(draft, norm.instrument, basis) for basis in version.basis if basis.source in sources)
    tiers = {c.tier for c in citations}
    return Rule(
        norm=index[rule.norm],
        version=rule.version,
        start=rule.start,
        end=rule.end,
        when=rule.when,
        terms=rule.terms,
        needs=rule.needs,
        values=rule.values,
        to=version.to,
        presume_absent=version.presume_absent,
        presume_basis=version.presume_basis,
        status=version.verified.status if version.verified else "drafted",
        checked=version.verified.on if version.verified else None,
        tier="primary" if "primary" in tiers else "secondary",
        citations=citations,
        notes=version.notes,
        by=version.by,
    )


def _citation(draft: Draft, slug: str, basis: Basis) -> Citation:
    source = draft.sources[slug][basis.source]
    instrument = draft.instruments.get(slug)
    title = instrument.titles.get("eng", slug) if instrument else slug
    return Citation(
        instrument=slug,
        title=title,
        locator=basis.at,
        quote=basis.quote,
        lang=basis.lang,
        url=source.url,
        publisher=source.publisher,
        tier=source.tier,
        read=source.read.isoformat(),
        capture_sha256=draft.capture_hashes.get(slug, {}).get(basis.capture, ""),
    )
