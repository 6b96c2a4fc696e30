"""What a search by name reads: derived from people, remade by rebuild. A word is a name without accents and capitals.

Words are compared letter by letter on both databases, so that the beginning of one is a range of the index.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String
from sqlmodel import Field, SQLModel


def _word() -> String:
    return String().with_variant(String(collation="C"), "postgresql")


class NameWord(SQLModel, table=True):
    """A word of a person's name."""

    __tablename__ = "name_word"
    __table_args__ = {"sqlite_with_rowid": False}
    word: str = Field(sa_column=Column(_word(), primary_key=True))
    person_ref: str = Field(sa_column=Column(String, ForeignKey("person.person_ref"), primary_key=True, index=True))


class NameSlip(SQLModel, table=True):
    """A word that some person bears, under itself and under each spelling with a letter left out."""

    __tablename__ = "name_slip"
    __table_args__ = {"sqlite_with_rowid": False}
    slip: str = Field(sa_column=Column(_word(), primary_key=True))
    word: str = Field(sa_column=Column(_word(), primary_key=True, index=True))
