"""The smallest witness of a change: a situation from which no fact can be left out without losing it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from typing import Any

from lintas.scenario.said import answered, kinds_of, members_of, said
from lintas.scenario.view import View


def smallest(raw: dict[str, Any], shows: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Leave out facts one by one, whole facts before items of lists, as long as the change still shows."""
    current, again = raw, True
    while again:
        again = False
        for candidate in _fewer(current):
            if shows(candidate):
                current, again = candidate, True
                break
    return current


def _fewer(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    facts = raw["facts"]
    for key in facts:
        if key == "other" and facts["other"]:
            for inner in facts["other"]:
                rest = {k: v for k, v in facts["other"].items() if k != inner}
                kept = {k: v for k, v in facts.items() if k != "other"}
                yield {**raw, "facts": {**kept, "other": rest} if rest else kept}
        elif key != "activity":
            yield {**raw, "facts": {k: v for k, v in facts.items() if k != key}}
    for key, value in facts.items():
        if isinstance(value, list) and len(value) > 1:
            for item in value:
                yield {**raw, "facts": {**facts, key: [v for v in value if v != item]}}


def same_change(one: View, other: View, raw: dict[str, Any], kind: str, member: str) -> Callable[[dict[str, Any]], bool]:
    """Whether another situation shows the change that this one shows, in the same law."""

    def seen(item: dict[str, Any]) -> tuple[Any, ...] | None:
        before, after = answered(one, item), answered(other, item)
        if before is None or after is None or member not in members_of(before, after):
            return None
        a, b = said(before), said(after)
        if kind not in kinds_of(a, b):
            return None
        if kind == "verdict":
            return a["outcome"], a["verdict"], b["outcome"], b["verdict"]
        if kind == "value":
            return a["value"], b["value"]
        return sorted(set(a[kind]) - set(b[kind])), sorted(set(b[kind]) - set(a[kind]))

    wanted = seen(raw)
    return lambda item: wanted is not None and seen(item) == wanted


def replay(view: View, raw: dict[str, Any]) -> str:
    """A command that shows the answer again."""
    under = f" --scenario {view.scenario}" if view.scenario else ""
    return f"echo {shlex.quote(json.dumps(raw, ensure_ascii=False))} | lintas decide - --as-of {view.day}{under} --format text"
