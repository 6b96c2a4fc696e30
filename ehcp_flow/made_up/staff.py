"""Four area teams and a needs-assessment team, with officers who do not exist."""

from __future__ import annotations

from ehcp_flow.made_up.shapes import MadeUpOfficer

NEEDS_ASSESSMENT_TEAM = "Needs assessment"
AREA_TEAMS = ("North-east area", "North-west area", "South-east area", "South-west area")
TEAMS = (*AREA_TEAMS, NEEDS_ASSESSMENT_TEAM)

_NAMES = {
    "North-east area": ("Amber Pretend", "Cedar Example", "Dove Madeup"),
    "North-west area": ("Ebony Pretend", "Fern Example", "Grey Madeup"),
    "South-east area": ("Heron Pretend", "Iris Example", "Jade Madeup"),
    "South-west area": ("Kestrel Pretend", "Lark Example", "Maple Madeup"),
    NEEDS_ASSESSMENT_TEAM: ("Navy Pretend", "Olive Example", "Pine Madeup", "Quince Sample"),
}


def _officer(name: str, team: str) -> MadeUpOfficer:
    return MadeUpOfficer(name.lower().replace(" ", "."), name, team)


OFFICERS = tuple(_officer(name, team) for team in TEAMS for name in _NAMES[team])
ASSESSORS = tuple(officer for officer in OFFICERS if officer.team == NEEDS_ASSESSMENT_TEAM)
_OF_AREA = tuple(tuple(officer for officer in OFFICERS if officer.team == team) for team in AREA_TEAMS)


def assessor(number: int) -> MadeUpOfficer:
    """Who begins the assessment of the `number`th person."""
    return ASSESSORS[number % len(ASSESSORS)]


def keeper(number: int, area: int) -> MadeUpOfficer:
    """Who holds the plan of the `number`th person, who lives in `area` (0 to 3)."""
    team = _OF_AREA[area]
    return team[number // len(_OF_AREA) % len(team)]
