"""Truth values to an Assessment: decide, settle, sides, explain, why-not, ask."""
