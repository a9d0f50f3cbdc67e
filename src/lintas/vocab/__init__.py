"""The terms of situations, needs and answers, filled from ``corpus/vocab``."""

from lintas.vocab.terms import Fact, Term, Vocabulary

__all__ = ["Fact", "Term", "Vocabulary"]
