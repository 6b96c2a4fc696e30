"""The due list of one group, fifty lines a page, for whoever is signed in and may see it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import render

from scripts.benchmarks.peers.django_page.models import Limit, Officer
from scripts.benchmarks.peers.django_page.words import CHOICES, GROUPS, NAVIGATION

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE = 50


class Filters(forms.Form):
    """What the list can be narrowed by."""

    officer = forms.ChoiceField(label="Whose cases", required=False)
    team = forms.ChoiceField(label="Team", required=False)
    workflow = forms.ChoiceField(label="Process", required=False, choices=CHOICES["workflow"])
    clock = forms.ChoiceField(label="What is due", required=False, choices=CHOICES["clock"])
    basis = forms.ChoiceField(label="Basis", required=False, choices=CHOICES["basis"])
    sort = forms.ChoiceField(label="Sort by", required=False, choices=CHOICES["sort"])


@login_required
@permission_required("django_page.view_limit", raise_exception=True)
def today(request: HttpRequest) -> HttpResponse:
    """A page of a group, with how many there are of each."""
    group = request.GET.get("group", "overdue")
    numbers = dict(Limit.objects.values_list("group").annotate(number=Count("id")))
    lines = Limit.objects.filter(group=group).select_related("case__officer").order_by("due_on", "case_id", "id")
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    day = date.today()  # noqa: DTZ011 the day of the list, as ours
    for line in page:
        line.days = (line.due_on - day).days
        line.days_late = -line.days
    context = {
        "page": page,
        "day": day,
        "group": group,
        "counts": [(key, title, numbers.get(key, 0)) for key, (title, _) in GROUPS.items()],
        "title": GROUPS[group][0],
        "hint": GROUPS[group][1],
        "filters": _filters(request),
        "navigation": NAVIGATION,
        "may_record": request.user.has_perm("django_page.change_limit"),
    }
    return render(request, "due.html", context)


def _filters(request: HttpRequest) -> Filters:
    filters = Filters(request.GET)
    officers = list(Officer.objects.order_by("name"))
    filters.fields["officer"].choices = [("", "Everybody"), *((each.username, each.name) for each in officers)]
    teams = sorted({each.team for each in officers if each.team})
    filters.fields["team"].choices = [("", "Every team"), *((team, team) for team in teams)]
    return filters
