"""What would change: overlays on the corpus, the law under them, and the difference between two bodies of law."""
