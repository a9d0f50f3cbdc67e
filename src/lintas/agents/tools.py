"""The tools: for each its name, what it is for, its arguments, and the function that answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from lintas import service
from lintas.agents import answers, reading
from lintas.agents.calls import Grid, Search, Show, Situation, situation
from lintas.errors import InputError, LintasError

INSTRUCTIONS = """\
Rules of Southeast Asia's digital economy (11 members) as code, with the article behind each answer. Information, not legal advice.
Start with `decide`. State only facts that the user gave; never guess one.
`needs-facts` is no answer: ask the user the returned questions, then call again with the replies.
Silence has three meanings: `unrestricted` = the law deals with it and sets no condition; `unregulated` = we searched and found no rule; \
`not-covered` = we did not look, which says nothing about the law. Never turn one into another.
Quote articles only as returned (instrument, locator, quote, url) and never invent one. Name what was `assumed`, and `as_of` and `release`."""


class Tool(NamedTuple):
    """One tool; ``answer`` takes the opened law and the arguments that were read."""

    name: str
    title: str
    description: str
    call: type[msgspec.Struct]
    answer: Callable[[service.Law, Any], dict[str, Any]]


def _over(answer: Callable[[service.Law, dict[str, Any]], dict[str, Any]]) -> Callable[[service.Law, Situation], dict[str, Any]]:
    return lambda law, call: answer(law, situation(law, call.facts))


TOOLS = (
    Tool(
        "decide", "Decide a situation",
        "Is it allowed, or required, and what must be in place? Returns verdict, needs with their state, quoted articles, assumptions. "
        "`needs-facts`: ask the user the returned questions, then call again. `not-covered`: nobody looked; say so, it is no permission. "
        "`unregulated`: searched, no rule found. `unrestricted`: the law deals with it and sets no condition. Cite only the returned quotes.",
        Situation, _over(answers.decided),
    ),
    Tool(
        "explain", "Explain an answer",
        "Why: the rules that hold, are open, or give way, each in a sentence with article, quote and the truth of its tests. Cite only these; never invent an article.",
        Situation, _over(answers.explained),
    ),
    Tool(
        "why_not", "Find what would help",
        "What would remove the obstacles: the smallest sets of measures for each law. No set found does not mean impossible. `needs-facts`: ask the user first.",
        Situation, _over(answers.remedied),
    ),
    Tool(
        "ask", "Find the next question",
        "Which facts still decide the answer, the most decisive first, in what form, and where each reply leads. Ask the user; never fill one in yourself.",
        Situation, _over(answers.asked),
    ),
    Tool(
        "law_search", "Search the law",
        "Find rules by words, with article, quote and id for law_show. Finding nothing says nothing about the law: check `coverage`.",
        Search, reading.search,
    ),
    Tool(
        "law_show", "Show a rule or an instrument",
        "Everything recorded about one norm (versions, quotes, what it yields to) or one instrument (its norms), by id. Unknown ids are refused: do not make ids up.",
        Show, reading.show,
    ),
    Tool(
        "coverage", "Show where anybody looked",
        "Members by areas: rules found, places searched, what is missing. `nobody` looked: a gap in our work, not a statement about the law.",
        Grid, reading.coverage,
    ),
)  # fmt: skip


def run(law: service.Law, name: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The result of one call and whether it is an error; an error has the shape of every door and never a part of an answer."""
    try:
        tool = next((t for t in TOOLS if t.name == name), None)
        if tool is None:
            raise InputError(f"no tool {name[:40]!r}", hint=service.did_you_mean(name, [t.name for t in TOOLS]))  # noqa: TRY301 - one boundary for all errors
        return tool.answer(law, msgspec.convert(arguments, tool.call)), False
    except LintasError as bad:
        return bad.as_dict(), True
    except msgspec.ValidationError as bad:
        hint = "Send what the schema says; leave out what is not known; further facts go into `other`."
        return InputError(str(bad)[:400], hint=hint, where=name).as_dict(), True
    except Exception:  # a fault of ours must not end the session or reach the agent as text to reason from
        logging.getLogger(__name__).exception("tool %s failed", name)
        return LintasError("a fault in Lintas", hint="Do not answer from memory; say that the look-up failed.", where=name).as_dict(), True
