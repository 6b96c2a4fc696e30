"""A made-up authority for the demonstration, the benchmark and tests: nobody in it exists.

`make_up_authority` gives about 3,000 people over three years, near the published figures of a real county;
`make_up_histories` streams any number of unconnected cases. Both are pure: a seed and a day go in.
"""

from ehcp_flow.made_up.authority import make_up_authority
from ehcp_flow.made_up.shapes import MadeUpAuthority, MadeUpCase, MadeUpEvent, MadeUpOfficer, MadeUpPerson
from ehcp_flow.made_up.stream import make_up_histories

__all__ = [
    "MadeUpAuthority",
    "MadeUpCase",
    "MadeUpEvent",
    "MadeUpOfficer",
    "MadeUpPerson",
    "make_up_authority",
    "make_up_histories",
]
