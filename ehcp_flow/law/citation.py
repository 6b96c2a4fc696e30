"""Where the law says so: sources, citations, and how well each was checked against the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from ehcp_flow.law.in_force import a_day

Basis = Literal["law", "guidance", "local"]
CheckMark = Literal["V1", "V2", "V3", "P1", "P2", "P3", "R"]

CHECK_MARKS: dict[str, str] = {
    "V1": "compared with the primary text",
    "V2": "compared with a word-for-word quotation on another site",
    "V3": "compared with a paraphrase by a reliable body; the operative text itself was not read",
    "P1": "compared in part with the primary text",
    "P2": "compared in part with a word-for-word quotation",
    "P3": "compared in part with a paraphrase",
    "R": "recalled, not compared with any text",
}


def _as_day_or_never(value: Any) -> Any:
    return value if value == "never" or isinstance(value, date) else a_day(str(value))


DayOrNever = Annotated[
    date | Literal["never"],
    BeforeValidator(_as_day_or_never),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"const": "never"}]}),
]

_CITATION = re.compile(r"^([a-z][a-z0-9_]*) (.+)$")
_PROVISION_WORDS = {
    "r.": "regulation ",
    "s.": "section ",
    "ss.": "sections ",
    "para ": "paragraph ",
    "rr.": "regulations ",
}
_FIRST_NUMBER = re.compile(r"\d+[A-Z]*")


class Strict(BaseModel):
    """The manner of everything read from a file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Source(Strict):
    """A legal text or guidance that rules are cited to."""

    title: str = Field(description="The text's full title.")
    short: str = Field(description="What people call it in a sentence.")
    url: str = Field(description="Where it can be read.", pattern=r"^https?://")
    provision_url: str | None = Field(None, description="Link to one provision; {number} stands for its number.")
    last_checked: DayOrNever = Field(description="The day a person last compared this file with the text, or never.")
    note: str | None = Field(None, description="What a reader should know about how it was read.")


@dataclass(frozen=True, slots=True)
class Citation:
    """One provision of one source, for example `regs r.5(1)`."""

    source: str
    provision: str

    @classmethod
    def read(cls, text: str) -> Citation:
        """Read `regs r.5(1)`; raises ValueError with what is expected."""
        match = _CITATION.match(str(text).strip())
        if not match:
            raise ValueError(f"`{text}` is not a citation. Write the source and the provision: regs r.5(1).")
        return cls(match[1], match[2])

    def __str__(self) -> str:
        return f"{self.source} {self.provision}"

    def in_words(self, sources: dict[str, Source]) -> str:
        """`regulation 5(1) of the SEND Regulations 2014`, for a reader who knows no abbreviations."""
        words = self.provision
        for short, long in _PROVISION_WORDS.items():
            if words.startswith(short):
                words = long + words.removeprefix(short)
                break
        return f"{words} of {sources[self.source].short}" if words != "-" else sources[self.source].short

    def link(self, sources: dict[str, Source]) -> str:
        """The address of the provision, or of the source where provisions have none of their own."""
        source = sources[self.source]
        number = _FIRST_NUMBER.search(self.provision)
        if source.provision_url and number:
            return source.provision_url.replace("{number}", number[0])
        return source.url


def _as_citations(value: Any) -> tuple[Citation, ...]:
    if isinstance(value, tuple):
        return value
    if not isinstance(value, str):
        raise ValueError("write one text, several citations with `;` between: regs r.5(1); act s.36.")
    return tuple(Citation.read(part) for part in value.split(";"))


Citations = Annotated[
    tuple[Citation, ...],
    BeforeValidator(_as_citations),
    WithJsonSchema({"type": "string", "description": "Source and provision, several with `;` between."}),
]


def citation_text(citations: tuple[Citation, ...]) -> str:
    """The citations as they stand in the file: `regs r.44(2)(b); regs r.42(2)`."""
    return "; ".join(str(citation) for citation in citations)
