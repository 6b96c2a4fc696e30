"""The file of who is told what over which channel (EHCP_CHANNELS); `docs/notices.md` explains it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ehcp_flow.errors import BadFile, BadInput
from ehcp_flow.law.read_yaml import YamlFile, read_yaml
from ehcp_flow.services.channel_address import SecretMissing, channel
from ehcp_flow.services.channels import Channel, Channels, Group, Ladder

if TYPE_CHECKING:
    from ehcp_flow.law.read_yaml import Path_

_KEYS = (
    "link",
    "mail",
    "officers",
    "team_managers",
    "directors",
    "analysts",
    "advice_givers",
    "escalate",
    "figures",
    "even_if_empty",
    "days",
)
_WORKING_DAYS = re.compile(r"([1-9]\d{0,2}) working days?")


def read_channels(path: Path, environment: Mapping[str, str] | None = None) -> Channels:
    """The channels in the file; `${NAME}` in an address is taken from `environment` (by default the process's own).

    Raises BadInput if the file is missing, BadFile with every line that is wrong. Neither shows a secret.
    """
    if not path.exists():
        raise BadInput(f"There is no file of channels at {path}.", next="Correct EHCP_CHANNELS, or leave it unset.")
    found = _Reader(read_yaml(path), os.environ if environment is None else environment)
    channels = found.channels()
    if found.file.problems:
        raise BadFile(f"{path.name} cannot be used:", sorted(set(found.file.problems), key=lambda each: each.line))
    return channels


class _Reader:
    """Reads the parts of one file and notes what is wrong with them."""

    def __init__(self, file: YamlFile, environment: Mapping[str, str]) -> None:
        self.file, self.environment = file, environment
        self.content = file.content if isinstance(file.content, dict) else {}
        if not isinstance(file.content, dict):
            self.file.problem((), "should hold keys such as `officers:` and `directors:`.")
        self.mail = self._text("mail") or ""

    def channels(self) -> Channels:
        """All of it; what is wrong is left out, and noted."""
        for key in self.content:
            if key not in _KEYS:
                self.file.problem((key,), f"`{key}` is not known here: there are {', '.join(_KEYS)}.")
        chosen: dict[str, Any] = {}
        if "figures" in self.content:
            chosen["figures"] = tuple(self._texts(("figures",), self.content["figures"]))
        return Channels(
            link=self._link(),
            officers=self._group("officers"),
            team_managers=self._group("team_managers"),
            directors=self._channels(("directors",), self.content.get("directors")),
            analysts=self._channels(("analysts",), self.content.get("analysts")),
            advice_givers=self._group("advice_givers"),
            ladder=self._ladder(),
            even_if_empty=self._one_of("even_if_empty", ("officers", "nobody")) == "officers",
            every_day=self._one_of("days", ("working days", "every day")) == "every day",
            **chosen,
        )

    def _text(self, key: str) -> str | None:
        value = self.content.get(key)
        if value is None or isinstance(value, str):
            return value
        self.file.problem((key,), f"`{key}` should be one piece of text.")
        return None

    def _texts(self, path: Path_, value: Any) -> list[str]:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return value
        if not self.file.is_unread(path):
            self.file.problem(path, f"`{path[-1]}` should be a list: [one, another].")
        return []

    def _link(self) -> str:
        link = self._text("link") or ""
        if link and not re.fullmatch(r"https?://[^\s?#]+", link):
            self.file.problem(("link",), "`link` should be the address of EHCP Flow's pages: https://ehcp.example")
        return link

    def _one_of(self, key: str, words: tuple[str, str]) -> str | None:
        word = self._text(key)
        if word is not None and word not in words:
            self.file.problem((key,), f"`{key}` can be: {' or '.join(words)}.")
        return word

    def _group(self, key: str) -> Group:
        value = self.content.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.file.problem((key,), f"`{key}` should be names with their addresses: asmith: [asmith@example].")
            return {}
        return {name: self._channels((key, name), addresses) for name, addresses in value.items()}

    def _channels(self, path: Path_, value: Any) -> tuple[Channel, ...]:
        if value is None:
            return ()
        found = [self._channel((*path, place), text) for place, text in enumerate(self._texts(path, value))]
        return tuple({each.mark: each for each in found if each}.values())

    def _channel(self, path: Path_, written: str) -> Channel | None:
        try:
            return channel(written, self.mail, self.environment)
        except SecretMissing as missing:
            self.file.problem(path, f"{missing.name} is not set in the environment.")
        except ValueError as error:
            self.file.problem(path, f"the address cannot be used: {error}")
        return None

    def _ladder(self) -> Ladder | None:
        value = self.content.get("escalate")
        if value is None:
            return None
        if not isinstance(value, dict) or "after" not in value:
            self.file.problem(("escalate",), "`escalate` should say {after: 3 working days, then: 5 working days}.")
            return None
        for key in value:
            if key not in ("after", "then"):
                self.file.problem(("escalate", key), f"`{key}` is not known here: there are after and then.")
        after, then = (self._working_days(("escalate", key), value.get(key)) for key in ("after", "then"))
        return Ladder(after, then) if after else None

    def _working_days(self, path: Path_, text: Any) -> int | None:
        match = _WORKING_DAYS.fullmatch(str(text).strip()) if text is not None else None
        if text is not None and not match:
            self.file.problem(path, f"`{path[-1]}` should be a number of working days: 3 working days.")
        return int(match[1]) if match else None
