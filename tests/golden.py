"""Ten answers in plain English, kept as they read: ``python -m tests.golden`` writes them anew after a change was read and meant."""

from __future__ import annotations

from pathlib import Path

from lintas import service
from lintas.assess.law import Law
from tests.conftest import ROOT

FILE = Path(__file__).parent / "golden_explain.md"
CASES = (
    "sg-flows-002",
    "sg-flows-008",
    "ph-flows-007",
    "vn-data-flows-002",
    "vn-data-flows-031",
    "th-data-flows-001",
    "id-flows-003",
    "my-flows-004",
    "la-data-flows-001",
    "tl-flows-004",
)


def render(law: Law) -> str:
    """The sentences of ten answers, with state and article."""
    cases = {}
    for file in sorted((ROOT / "benchmark").glob("*.yaml")):
        raw, _ = service.read_yaml(file)
        cases |= {item["id"]: item for item in raw}
    out = ["# Ten answers in plain English", ""]
    for name in CASES:
        found = service.explain(cases[name], law=law)
        out += [f"## {name}", "", cases[name]["question"], ""]
        out += [f"- [{norm['state']}] {norm['sentence']}" for side in found["sides"] for norm in side["norms"]]
        out.append("")
    return "\n".join(out)


if __name__ == "__main__":
    FILE.write_text(render(service.open_law(ROOT / "corpus")), encoding="utf-8")
