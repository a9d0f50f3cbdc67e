"""Gaps: kinds of actor, sector and data of which neither a norm nor a coverage entry speaks. They are answered ``not-covered``."""

from __future__ import annotations

from typing import NamedTuple

from lintas.assess.static_cubes import Cube, both
from lintas.assess.static_regions import Regions


class Gap(NamedTuple):
    """How many of the regions of one jurisdiction and activity nobody speaks of, and the sectors that are silent throughout."""

    jurisdiction: str
    activity: str
    silent: int
    regions: int
    sectors: tuple[str, ...]


def gaps(regions: Regions, day: int) -> list[Gap]:
    """For each activity that some norm governs on a day: the regions of actor, sector and data that are silent then."""
    space, program = regions.space, regions.program
    vocabulary = program.vocabulary
    jurisdiction = program.norms[space.norms[0]].jurisdiction
    actors, sectors = sorted(vocabulary.ids("actors")), sorted(vocabulary.ids("sectors"))
    words = space.words["data"]
    closures = [sum(1 << words.index(w) for w in vocabulary.broadened()[word]) for word in words]
    masks = {"actor": _cells(regions, "actor", actors), "sector": _cells(regions, "sector", sectors)}
    today = Cube({"day": 1 << space.at_day(day)}, {}, frozenset())
    out: list[Gap] = []
    for activity in space.activities:
        now = both(today, space.speaking((activity,)))
        assert now is not None  # noqa: S101 - they test different facts
        speaking = [n for n in space.norms if activity in program.norms[n].activities]
        cubes = {n: [cube for cube in regions.effective(n) if both(cube, now) is not None] for n in speaking}
        if not any(cubes[n] and program.norms[n].modality != "coverage" for n in speaking):
            continue
        spoken = {(a, s): 0 for a in actors for s in sectors}
        for cube in (cube for found in cubes.values() for cube in found):
            heard = _data(cube, closures)
            for actor in (a for a in actors if cube.cells.get("actor", -1) & masks["actor"][a]):
                for sector in (s for s in sectors if cube.cells.get("sector", -1) & masks["sector"][s]):
                    spoken[actor, sector] |= heard
        every = (1 << len(words)) - 1
        silent = sum((every & ~heard).bit_count() for heard in spoken.values())
        whole = tuple(s for s in sectors if all(not spoken[a, s] for a in actors))
        out.append(Gap(jurisdiction, activity, silent, len(actors) * len(sectors) * len(words), whole))
    return out


def _cells(regions: Regions, fact: str, names: list[str]) -> dict[str, int]:
    """The cell of each name; a name that no condition mentions lies in the cell of the rest."""
    values = regions.space.values.get(fact)
    if values is None:
        return dict.fromkeys(names, 1)
    return {name: 1 << (values.index(name) if name in values else len(values) - 1) for name in names}


def _data(cube: Cube, closures: list[int]) -> int:
    """The kinds of data, each alone, of which a cube speaks."""
    banned = cube.banned.get("data", 0)
    groups = [mask for fact, mask in cube.groups if fact == "data"]
    return sum(1 << i for i, closed in enumerate(closures) if not closed & banned and all(closed & mask for mask in groups))
