"""The web application. A page or a part of the interface is a module under `pages/` or `api/`; none is named here."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from ehcp_flow import __version__
from ehcp_flow.web import api, mistakes, pages
from ehcp_flow.web.body_limit import BodyLimit
from ehcp_flow.web.nav import Nav
from ehcp_flow.web.rendering import SERVICE, STATIC
from ehcp_flow.web.rules import must_all_have_rules
from ehcp_flow.web.visits import Visits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from ehcp_flow.services.office import Office


def create_app(office: Office) -> FastAPI:
    """The application at work in `office`. Raises ValueError for a route that declares no rule."""
    app = FastAPI(title=SERVICE, version=__version__, openapi_url=None, docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    app.state.office = office
    modules = list(_modules())
    for module in modules:
        # Not include_router: each route keeps the rule it declares where all can see it.
        app.router.routes.extend(module.router.routes)
    app.state.navigation = tuple(sorted(_navigation(modules), key=lambda nav: nav.order))
    must_all_have_rules(app)
    app.mount("/static", StaticFiles(directory=STATIC))
    mistakes.add_to(app)
    app.add_middleware(BodyLimit, larger=_upload_limits(modules))
    app.add_middleware(Visits)
    return app


def _modules() -> Iterator[ModuleType]:
    """The modules of `pages/` and `api/` that offer a router."""
    for package in (pages, api):
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
            module = import_module(f"{package.__name__}.{found.name}")
            if hasattr(module, "router"):
                yield module


def _navigation(modules: list[ModuleType]) -> Iterator[Nav]:
    for module in modules:
        declared: Any = getattr(module, "NAV", ())
        yield from (declared,) if isinstance(declared, Nav) else declared


def _upload_limits(modules: list[ModuleType]) -> dict[str, int]:
    """`UPLOADS = {"/import": 50_000_000}` in a module lets that many bytes in at that path and below it."""
    return {path: most for module in modules for path, most in getattr(module, "UPLOADS", {}).items()}
