"""The main navigation: what stands in it is said by the pages themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ehcp_flow.services.policy import may

if TYPE_CHECKING:
    from ehcp_flow.services.policy import Actor


@dataclass(frozen=True, slots=True)
class Nav:
    """An entry of the navigation, shown to whoever holds `permission`; the lower `order`, the further to the left."""

    title: str
    path: str
    order: int
    permission: str

    def leads_to(self, path: str) -> bool:
        """Whether `path` is this entry's page or one below it."""
        return path == self.path or path.startswith(f"{self.path}/")


def entries_for(navigation: tuple[Nav, ...], actor: Actor | None, path: str) -> list[dict[str, object]]:
    """The entries that `actor` may use, as the service navigation component wants them."""
    return [
        {"text": nav.title, "href": nav.path, "active": nav.leads_to(path)}
        for nav in navigation
        if may(actor, nav.permission)
    ]
