"""The one address there is."""

from django.urls import path

from scripts.benchmarks.peers.django_page.views import today

urlpatterns = [path("today", today)]
