"""Seal: write the hash of captures that have none."""

from __future__ import annotations

from pathlib import Path

from lintas.corpus.checks.evidence import sha256
from lintas.corpus.parse import read_yaml


def seal(root: Path, only: tuple[str, ...] = ()) -> int:
    """Write the hash of each capture that has none; an existing hash is never changed. Returns how many were written."""
    count = 0
    for file in sorted(root.glob("*/*/captures/*.yaml")):
        if only and file.relative_to(root).parts[0].upper() not in only:
            continue
        raw, _ = read_yaml(file)
        if isinstance(raw, dict) and "text" in raw and not raw.get("sha256"):
            text = file.read_text(encoding="utf-8")
            head = f"sha256: {sha256(raw['text'])}\n"
            temporary = file.with_suffix(".tmp")
            temporary.write_text(head + text, encoding="utf-8")
            temporary.replace(file)
            count += 1
    return count
