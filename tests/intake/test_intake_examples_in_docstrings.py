"""The examples in the docstrings of the reader are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import ehcp_flow.intake

MODULES = [module.name for module in pkgutil.iter_modules(ehcp_flow.intake.__path__, "ehcp_flow.intake.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_module_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
