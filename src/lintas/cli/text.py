"""An answer in the terminal: the answer first, in words; every claim with its article."""

from __future__ import annotations

import sys

import click

from lintas.assess.words import ASCII_SIGN, LABEL, SIGN, state_of
from lintas.model.answer import Assessment, Side


def plain(text: str) -> str:
    """Text without control characters or direction overrides, so that no file can write to the terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def sign(outcome: str, verdict: str | None) -> str:
    """The shape of a state; ASCII where the terminal cannot show more."""
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    table = SIGN if "utf" in encoding else ASCII_SIGN
    return table[state_of(outcome, verdict)]


COLOURS = {
    "unrestricted": "cyan",
    "unregulated": None,
    "conditional": "yellow",
    "prohibited": "red",
    "required": "bright_blue",
    "not-required": None,
}


def show_answer(answer: Assessment) -> None:
    """Print one answer."""
    state = state_of(answer.outcome, answer.verdict)
    label = f"{sign(answer.outcome, answer.verdict)} {LABEL[state]}"
    click.echo(click.style(label, fg=COLOURS.get(state), bold=state in ("prohibited", "needs-facts")) + f"   {plain(answer.id)}")
    click.echo(f"  {plain(answer.headline)}")
    for side in answer.sides:
        _show_side(side)
    if answer.value is not None:
        click.echo("  Value: " + ", ".join(f"{k} {v}" for k, v in answer.value.items()))
    for text in answer.conflicts:
        click.echo(f"  Conflict: {plain(text)}")
    if answer.assumed:
        click.echo("  Assumed: " + "; ".join(plain(a) for a in answer.assumed[:6]) + (" ..." if len(answer.assumed) > 6 else ""))
    for item in answer.coming[:3]:
        click.echo(f"  Coming: {item.starts} {plain(item.title)} ({plain(item.locator)})")
    click.echo(f"  Law as of {answer.as_of}, release {answer.reproduce['release']}. Information, not legal advice.")
    click.echo("")


def _show_side(side: Side) -> None:
    state = state_of(side.outcome, side.verdict)
    click.echo(f"  {side.name} ({side.role}): {LABEL[state]}")
    if side.missing:
        click.echo("    needs to know: " + ", ".join(side.missing[:8]))
    for need in side.needs:
        mark = {"met": "in place", "unmet": "missing", "unknown": "not told"}[need.state]
        group = f", one of {need.alternative_to}" if need.alternative_to else ""
        doubt = f", depends on {', '.join(need.depends_on[:3])}" if need.depends_on else ""
        click.echo(f"    need {need.id}: {mark}{group}{doubt}")
    for duty in side.duties:
        if duty.by or duty.to:
            clock = f" within {duty.by['quantity']} {duty.by['unit']}" if duty.by and "quantity" in duty.by else ""
            to = f" to {plain(duty.to)}" if duty.to else ""
            click.echo(f"    duty {duty.id}{to}{clock} ({plain(duty.locator)})")
    for cite in side.citations[:4]:
        click.echo(f"    {plain(cite['title'])}, {plain(cite['locator'])} [{cite['tier']}, {cite['status']}]")
        click.echo(f"      “{plain(cite['quote'])}”")
        click.echo(f"      {plain(cite['url'])}")
