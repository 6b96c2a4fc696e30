"""The words that councils use over the columns of their trackers, and what they usually mean.

A pattern is a row of groups, all of which must be met; `a|b` is met by either word. `!a|b` means that none of
these may be there. Among patterns that fit, the one with most groups wins. Words are the plain ones that
`words_of` makes of a heading: add an abbreviation to `_SHORT`, not to the patterns.
"""

from __future__ import annotations

import re

from ehcp_flow.intake.cells import comparable

_SHORT = {
    "req": "request", "reqs": "request", "reqd": "request", "req'd": "request",
    "requested": "request", "requests": "request",
    "referral": "request", "referred": "request", "application": "request", "asked": "request",
    "rec": "received", "recd": "received", "rec'd": "received", "rcvd": "received", "recieved": "received",
    "receipt": "received", "returned": "received", "back": "received", "in": "received",
    "iss": "issued", "sent": "issued", "out": "issued", "served": "issued",
    "ass": "assess", "asst": "assess", "assessment": "assess", "assessed": "assess", "ehcna": "assess",
    "dec": "decision", "decided": "decision", "determination": "decision", "outcome": "decision",
    "agree": "agreed", "yes": "agreed", "approved": "agreed", "accept": "agreed", "accepted": "agreed",
    "refuse": "refused", "refusal": "refused", "declined": "refused", "reject": "refused",
    "mtg": "meeting", "ar": "review", "annual": "review", "reviewed": "review",
    "ehcp": "plan", "ehc": "plan", "plans": "plan", "finalised": "final", "finalized": "final",
    "amended": "amend", "amendment": "amend", "amendments": "amend", "proposed": "amend",
    "ep": "psychologist", "eps": "psychologist", "psychology": "psychologist",
    "salt": "speech", "slt": "speech", "ot": "occupational", "cla": "lac", "cic": "lac",
    "consult": "consultation", "consulted": "consultation", "consultations": "consultation",
    "reps": "representations", "representation": "representations", "comments": "representations",
    "replied": "response", "reply": "response", "responded": "response", "responses": "response",
    "exc": "exception", "exceptions": "exception", "exempt": "exception", "deadline": "due", "target": "due",
    "maintained": "maintain", "ceased": "cease", "ceasing": "cease", "withdrew": "withdrawn", "wd": "withdrawn",
    "paperwork": "papers", "minutes": "report", "invites": "invitation", "invited": "invitation",
    "invitations": "invitation",
    "previous": "last", "first": "initial", "original": "initial", "start": "from", "end": "until", "to": "until",
}  # fmt: skip

PROVIDERS = {
    "psychologist": "educational_psychologist",
    "school": "school",
    "setting": "school",
    "college": "college",
    "social": "social_care",
    "care": "social_care",
    "health": "health",
    "dco": "health",
    "paediatrician": "paediatrics",
    "paediatric": "paediatrics",
    "paediatrics": "paediatrics",
    "paed": "paediatrics",
    "speech": "speech_and_language_therapy",
    "occupational": "occupational_therapy",
    "physio": "physiotherapy",
    "physiotherapy": "physiotherapy",
    "camhs": "mental_health",
    "sensory": "sensory_service",
}
"""Who gives advice, by the word over the column."""

EVENTS = {
    "needs_assessment": (
        ("request_received", "request received !advice|panel|mediation|consultation"),
        ("request_received", "assess request !advice|panel|decision|agreed|refused"),
        ("request_received", "date request !advice|panel|assess|consultation"),
        ("request_received", "date received !advice|consultation|response|report|papers"),
        ("assessment_agreed", "agreed assess"),
        ("assessment_agreed", "panel agreed"),
        ("assessment_refused", "refused assess"),
        ("assessment_refused", "panel refused"),
        ("assess?", "assess decision"),
        ("assess?", "panel date|decision"),
        ("assess?", "6 week|wk decision"),
        ("plan_agreed", "agreed issue !assess"),
        ("plan_refused", "refused issue !assess"),
        ("issue?", "decision issue !draft|final|assess"),
        ("issue?", "16 week|wk decision"),
        ("draft_plan_sent", "draft issued|issue|plan|date !response|representations|parent"),
        ("draft_plan_sent", "draft plan issued|issue|date !response|representations|parent"),
        ("representations_received", "representations"),
        ("representations_received", "draft|parent|parental|family response"),
        ("setting_consulted", "consultation issued|date !response"),
        ("setting_responded", "consultation response"),
        ("final_plan_sent", "final issued|issue|plan|date !draft"),
        ("final_plan_sent", "final plan issued|issue|date !draft"),
        ("final_plan_sent", "plan issued|issue !draft|amend|decision|agreed|refused"),
        ("exception_recorded", "exception from|date"),
        ("request_withdrawn", "withdrawn"),
        ("moved_away", "moved"),
    ),
    "annual_review": (
        ("plan_first_made", "initial plan"),
        ("plan_first_made", "plan initial issued|final|made"),
        ("previous_review_decided", "last review decision|completed"),
        ("previous_review_decided", "last review"),
        ("previous_review_decided", "last decision"),
        ("meeting_called", "invitation|called"),
        ("papers_circulated", "papers|advice|reports circulated"),
        ("review_meeting_held", "meeting review|held|date"),
        ("review_meeting_held", "meeting review held|date"),
        ("review_meeting_held", "review date|held !last|next|decision"),
        ("review_report_sent", "papers|report received|issued|date !circulated"),
        ("review_report_sent", "review papers|report received|issued"),
        ("maintain_decided", "maintain"),
        ("amend_decided", "amend decision !notice|draft|final|plan"),
        ("cease_decided", "cease decision|letter|notice"),
        ("review?", "decision letter|date|issued|review !last"),
        ("review?", "decision letter|review issued|date !last"),
        ("review?", "letter issued !amend|draft"),
        ("amendment_notice_sent", "amend notice|issued|issue|draft !final"),
        ("amendment_notice_sent", "draft issued|amend"),
        ("amendment_notice_sent", "draft amend plan|issued"),
        ("representations_received", "representations"),
        ("representations_received", "draft|parent|parental|family response"),
        ("final_amended_plan_sent", "final issued|issue|plan|date|amend !draft"),
        ("final_amended_plan_sent", "final amend plan|issued|issue|date !draft"),
        ("final_amended_plan_sent", "amend plan issued|final !draft"),
        ("amendment_abandoned", "amend abandoned|stopped|withdrawn"),
        ("plan_ceased", "plan cease !decision|letter|notice"),
        ("moved_away", "moved"),
    ),
}
"""By workflow: event and pattern. An event with a question mark depends on an answer in another column."""

ANSWERS = {
    "assess?": {"assessment_refused": "refused|no|n|not", "assessment_agreed": "agreed|y"},
    "issue?": {"plan_refused": "refused|no|n|not", "plan_agreed": "agreed|y"},
    "review?": {
        "maintain_decided": "maintain|unchanged|no",
        "reassess_decided": "reassess|reassessment",
        "cease_decided": "cease",
        "amend_decided": "amend",
    },
}
"""What a decision can be, and the words that say so: the first that fits ("No amendments" maintains a plan)."""

ABOUT = (
    ("case", "case number|no|ref|reference|id"),
    ("case", "plan number|no|ref|reference"),
    ("case", "ref|reference"),
    ("person.reference", "pupil|person|child|client|mosaic|capita|synergy id|number|no|ref|reference"),
    ("person.given_name", "forename|forenames"),
    ("person.given_name", "initial|given|christian name|names"),
    ("person.family_name", "surname"),
    ("person.family_name", "last|family name"),
    ("person.name", "name|names !officer|worker|school|setting|parent|carer|team|coordinator|manager"),
    ("person.name", "child|pupil|student|yp name"),
    ("person.date_of_birth", "dob|d.o.b|birth"),
    ("person.upn", "upn"),
    ("person.nhs_number", "nhs"),
    ("person.sex", "sex|gender"),
    ("person.postcode", "postcode"),
    ("person.postcode", "post code"),
    ("person.looked_after", "lac"),
    ("person.looked_after", "looked after"),
    ("officer", "officer|caseworker|coordinator|keyworker|co-ordinator|owner|lead"),
    ("officer", "case|plan officer|worker|coordinator|manager|lead"),
    ("team", "team|area|locality|quadrant|district"),
    ("authority", "authority|la|council|borough"),
    ("event", "event|action|stage|step|milestone|activity"),
    ("source", "request by|from|source|type"),
    ("source", "source|requester|referrer"),
    ("exception", "exception reason|code|type"),
    ("until", "exception until"),
    ("cycle", "year|cycle !group|nc|old|olds"),
)
"""What a column says of the case as a whole, or beside an event."""

ONE_CASE_A_CYCLE = frozenset({"annual_review"})
"""Workflows of which one person has a case every year, so that the year is part of the reference."""

WORKED_OUT = frozenset(
    {"due", "days", "weeks", "wks", "age", "rag", "status", "late", "overdue", "breach", "timescale", "time", "next"}
)
"""Columns over which these stand are worked out from the dates, and never imported."""

_WORD = re.compile(r"[a-z]+(?:['.-][a-z]+)*|\d+")


def words_of(heading: str) -> frozenset[str]:
    """The plain words of a heading.

    >>> sorted(words_of("Date EHCNA Req Rec\u2019d"))
    ['assess', 'date', 'received', 'request']
    """
    said = _WORD.findall(comparable(heading).replace("_", " "))
    return frozenset(_SHORT.get(word, word) for word in said)


def fit(pattern: str, words: frozenset[str]) -> int:
    """How many groups of the pattern the words meet; 0 unless they meet all.

    >>> fit("request received !advice", words_of("Req rec'd")), fit("request received", words_of("Request"))
    (2, 0)
    """
    groups = pattern.split()
    if groups[-1].startswith("!") and words & set(groups[-1][1:].split("|")):
        return 0
    groups = [group for group in groups if not group.startswith("!")]
    return len(groups) if all(words & set(group.split("|")) for group in groups) else 0
