"""Source watching: asks each publisher politely, and says what changed and which norms rest on it. See ``docs/watch.md``."""
