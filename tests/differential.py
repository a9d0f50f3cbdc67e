"""Reference, index and kernel over generated situations: they must agree on every norm of every situation."""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np

from lintas import service
from lintas.engine.columns import from_facts
from lintas.engine.index import Index
from lintas.engine.reference import run as reference
from lintas.engine.vector import VectorSlice
from lintas.ir.program import Program
from tests.generate import Generator


def compare(program: Program, situations: int, seed: int, *, block: int = 250, with_reference: bool = True) -> dict[str, int]:
    """Compare over so many situations; returns counts of situations, norm results and differences."""
    generator = Generator(program, seed)
    index = Index(program)
    counts = {"situations": 0, "norm_results": 0, "unknown": 0, "effective": 0, "differences": 0}
    kernels: dict[tuple[str, str], VectorSlice] = {}
    while counts["situations"] < situations:
        key = generator.slice_key()
        piece = index.slice(*key)
        kernel = kernels.setdefault(key, VectorSlice(piece))
        strict = generator.random.random() < 0.2
        rows = [generator.facts(piece, key[0]) for _ in range(block)]
        days = [generator.day() for _ in rows]
        result = kernel.run(from_facts(rows, days), strict=strict)
        for i, (facts, day) in enumerate(zip(rows, days, strict=True)):
            fast = {hit.norm: (hit.applies, hit.effective) for hit in piece.run(facts, day=day, strict=strict)}
            bulk: dict[int, tuple[int, int]] = {}
            for r, rule in enumerate(piece.rules):
                one = (int(result.applies[i, r]), int(result.effective[i, r]))
                if one[0] >= 0:
                    bulk[rule.norm] = one
            fast_on = {n: v for n, v in fast.items() if v[0] >= 0}
            slow_on = fast_on
            if with_reference:
                slow = reference(program, key[0], key[1], facts, day=day, strict=strict)
                slow_on = {n: v for n, v in slow.items() if v[0] >= 0 and n in set(piece.norms)}
            if fast_on != slow_on or bulk != slow_on:
                counts["differences"] += 1
                print("differs:", key, day, strict, facts, "\n slow", slow_on, "\n fast", fast_on, "\n bulk", bulk, file=sys.stderr)
                if counts["differences"] > 3:
                    return counts
            counts["norm_results"] += len(piece.norms)
            counts["unknown"] += sum(1 for v in fast_on.values() if v[1] == 0)
            counts["effective"] += sum(1 for v in fast_on.values() if v[1] == 1)
        counts["situations"] += block
    return counts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--situations", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=20261124)
    options = parser.parse_args()
    law = service.open_law()
    begun = time.perf_counter()
    counts = compare(law.program, options.situations, options.seed)
    seconds = time.perf_counter() - begun
    print(f"{counts} in {seconds:.0f} s, NumPy {np.__version__}")
    sys.exit(1 if counts["differences"] else 0)


if __name__ == "__main__":
    main()
