"""Cases, their limits and who holds them. What our page words from the law stands ready in the rows here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Officer(models.Model):
    """Who holds cases."""

    username = models.CharField(max_length=50, primary_key=True)
    name = models.CharField(max_length=100)
    team = models.CharField(max_length=50, null=True, db_index=True)  # noqa: DJ001 as in the table that is copied

    def __str__(self) -> str:
        return self.name


class Case(models.Model):
    """A case."""

    ref = models.CharField(max_length=40, primary_key=True)
    officer = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.ref


class Limit(models.Model):
    """An open time limit of a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    group = models.CharField(max_length=10)
    due_on = models.DateField()
    what = models.CharField(max_length=200)
    subject = models.CharField(max_length=100)
    basis = models.CharField(max_length=10)
    step = models.CharField(max_length=300)
    remark = models.CharField(max_length=100)
    record_path = models.CharField(max_length=200)
    explain_path = models.CharField(max_length=200)

    class Meta:
        """The list is read by group, the most overdue first."""

        indexes: ClassVar = [models.Index(fields=["group", "due_on"])]

    def __str__(self) -> str:
        return self.what
