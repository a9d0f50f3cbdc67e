"""Raise norms whose quotes stood at the publisher's own address to ``source-matched``, in their files, with hash and day."""

from __future__ import annotations

import re
from pathlib import Path

from lintas.corpus.load import Corpus
from lintas.corpus.parse import read_yaml
from lintas.watch.register import versions
from lintas.watch.state import Seen


def matched(corpus: Corpus, seen: dict[str, Seen]) -> dict[str, dict[int, Seen]]:
    """Norm and version number to the answer that held its quotes: every quote of the version must have been found on that day."""
    out: dict[str, dict[int, Seen]] = {}
    for norm, number, version in versions(corpus):
        if version.verified is None or version.verified.status != "captured":
            continue
        answers = []
        for basis in version.basis:
            source = corpus.sources.get(norm.instrument, {}).get(basis.source)
            answer = seen.get(source.url) if source else None
            good = answer is not None and answer.outcome in ("new", "unchanged", "changed") and basis.quote not in answer.missing
            answers.append(answer if good else None)
        first = answers[0] if answers else None
        if first is not None and all(answers):
            out.setdefault(norm.id, {})[number] = first
    return out


def raise_norms(root: Path, corpus: Corpus, found: dict[str, dict[int, Seen]]) -> int:
    """Write the new verification of each version in place; each file is replaced whole or not at all. Returns how many versions rose."""
    files: dict[Path, dict[str, dict[int, Seen]]] = {}
    for identity, numbers in found.items():
        place = corpus.norms[identity].where.rpartition(":")[0]
        files.setdefault(root.parent / place, {})[identity] = numbers
    count = 0
    for file, norms in sorted(files.items()):
        raw, lines = read_yaml(file)
        text = file.read_text(encoding="utf-8").splitlines(keepends=True)
        edits = []
        for i, norm in enumerate(raw):
            for number, seen in norms.get(norm["id"], {}).items():
                edits.append((lines[i, "versions", number, "verified"], seen, norm["versions"][number]["verified"].get("note", "")))
        for line, seen, note in sorted(edits, reverse=True, key=lambda edit: edit[0]):
            start, indent = line - 1, re.match(r"[ -]*", text[line - 1])
            width = len(indent[0]) if indent else 0
            end = start + 1
            while end < len(text) and text[end].strip() and len(text[end]) - len(text[end].lstrip(" ")) > width:
                end += 1
            said = f", note: {_quoted(note)}" if note else ""
            text[start:end] = [f"{text[start][:width]}verified: {{status: source-matched, 'on': '{seen.on}', response: {seen.response}{said}}}\n"]
            count += 1
        temporary = file.with_suffix(".tmp")
        temporary.write_text("".join(text), encoding="utf-8")
        read_yaml(temporary)
        temporary.replace(file)
    return count


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
