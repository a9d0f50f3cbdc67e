"""Frozen records with invariants and no I/O: law, norms, situations, answers."""
