"""Files to model and back: strict YAML, loading, checks, digest."""
