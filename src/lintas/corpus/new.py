"""``lintas law new``: the skeleton of an instrument, a norm, its two cases and a coverage entry, from eight answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

from lintas.dates import parse_day, today
from lintas.errors import InputError

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")
_PROVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.()-]{0,30}")


def new_norm(root: Path, answers: dict[str, str]) -> list[Path]:
    """Write the files; nothing that exists is overwritten, and nothing is written unless everything can be.

    Args:
        root: the corpus folder.
        answers: member, slug, title, provision, activity, modality, url, start.

    Returns:
        The files written.

    """
    member, slug, provision = answers["member"], answers["slug"], answers["provision"]
    for value, pattern, name in ((member, re.compile("[a-z]{2}"), "member"), (slug, _SLUG, "short name"), (provision, _PROVISION, "provision")):
        if not pattern.fullmatch(value):
            raise InputError(f"{value[:40]!r} is no {name}", hint="Use lower-case letters, digits and dashes.")
    try:
        parse_day(answers["start"])
    except ValueError as bad:
        raise InputError(str(bad), hint="Write YYYY-MM-DD.") from bad
    folder = root / member / slug
    identity = f"{member}/{slug}/{provision}"
    files = {folder / name: text for name, text in _files(answers, identity).items()}
    coverage = root / member / "coverage.yaml"
    if not coverage.exists():
        files[coverage] = _coverage(answers)
    taken = [file for file in files if file.exists()]
    if taken:
        raise InputError("this file exists already", hint="Choose another provision, or edit the file.", where=str(taken[0]))
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return list(files)


def _files(answers: dict[str, str], identity: str) -> dict[str, str]:
    member, day = answers["member"], today().isoformat()
    code, url, title = member.upper(), json.dumps(answers["url"]), json.dumps(answers["title"])
    start, activity, provision = answers["start"], answers["activity"], answers["provision"]
    return {
        "instrument.yaml": f"""id: {member}/{answers["slug"]}
titles: {{eng: {title}}}
kind: statute
binding: true
areas: [data-flows]
events:
  - {{id: commencement, kind: commencement, on: "{start}", of: all, source: text}}
""",
        "sources.yaml": f"""- id: text
  url: {url}
  publisher: "fill in"
  tier: primary
  lang: eng
  kind: official-text
  read: "{day}"
""",
        "captures/c1.yaml": f"""id: c1
source: text
at: "{provision}"
read: "{day}"
how: stored-page
lang: eng
text: |-
  Paste the passage here, exactly as it was served.
""",
        f"norms/{provision}.yaml": f"""- id: {identity}
  title: {{eng: "Say in one line what the provision does"}}
  modality: {answers["modality"]}
  activities: [{activity}]
  versions:
    - valid: {{from: "{start}", to: null, by: commencement}}
      recorded: {{at: "{day}", withdrawn: null}}
      when:
        all:
          - {{from: {{is: {code}}}}}
      basis: [{{source: text, capture: c1, at: "{provision}", lang: eng, quote: "Copy at most 40 words from the capture"}}]
      verified: {{status: drafted, on: "{day}"}}
""",
        f"cases/{provision}.yaml": f"""- id: {identity.replace("/", "-")}-applies
  norm: {identity}
  as_of: "{start}"
  facts: {{from: {code}, to: "*", activity: {activity}, data: [personal], sector: general, actor: private-domestic}}
  norm_is: effective
  why: "the words of the quote that lead to it"
- id: {identity.replace("/", "-")}-not
  norm: {identity}
  as_of: "{start}"
  facts: {{from: "*", to: {code}, activity: {activity}, data: [personal], sector: general, actor: private-foreign}}
  norm_is: "off"
  why: "the words of the quote that lead to it"
""",
    }


def _coverage(answers: dict[str, str]) -> str:
    day = today().isoformat()
    return f"""- id: {answers["member"]}-data-flows
  area: data-flows
  activities: [{answers["activity"]}]
  from: "{answers["start"]}"
  to: null
  searched:
    - {{place: "fill in", address: {json.dumps(answers["url"])}, lang: eng, on: "{day}", result: "found the text"}}
    - {{place: "fill in a second place", lang: eng, on: "{day}", result: "fill in"}}
  official: true
  missing: "say what was not looked at"
"""
