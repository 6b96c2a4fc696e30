"""One address of the channels file, as written there, turned into a channel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from ehcp_flow.services.channels import Channel, mark_of
from ehcp_flow.services.deliver import MAIL, NOTIFY

NOTIFY_KEY = "EHCP_NOTIFY_KEY"

_SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_E_MAIL = re.compile(r"[^@\s:/?&#,;]+@[^@\s:/?&#,;]+")


class SecretMissing(Exception):
    """An address names a variable that the environment does not hold."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def channel(written: str, mail: str, environment: Mapping[str, str]) -> Channel:
    """The channel an address stands for; a bare e-mail address goes through the `mail` server of the file.

    Raises SecretMissing, or ValueError with what is wrong; neither repeats the address.
    """
    written = written.strip()
    template = _through(mail.strip(), written) if _E_MAIL.fullmatch(written) else written
    url = filled(template, environment)
    scheme = urlsplit(url).scheme.lower()
    if scheme in MAIL:
        return Channel(mark_of(written), f"e-mail to {_mail_to(url)}", url)
    if scheme == NOTIFY:
        if not environment.get(NOTIFY_KEY):
            raise SecretMissing(NOTIFY_KEY)
        says = f"GOV.UK Notify to {_notify_to(url, environment)}"
        return Channel(mark_of(written), says, url, environment[NOTIFY_KEY])
    _must_be_understood(url, scheme)
    return Channel(mark_of(written), scheme, url)


def _through(mail: str, address: str) -> str:
    if not mail:
        raise ValueError("for a bare e-mail address the file needs `mail:` with the server, mailtos://…")
    if mail.lower().startswith(f"{NOTIFY}://"):
        base, _, options = mail.partition("?")
        return f"{base.rstrip('/')}/{quote(address, safe='@')}" + (f"?{options}" if options else "")
    return f"{mail}{'&' if '?' in mail else '?'}to={quote(address, safe='@')}"


def filled(template: str, environment: Mapping[str, str]) -> str:
    """The address with every `${NAME}` replaced; in an account (before the `@`) a value is written so that it holds."""
    scheme, separator, rest = template.partition("://")
    length = min((at for at in map(rest.find, "/?") if at >= 0), default=len(rest))
    account, at, host = rest[:length].rpartition("@")
    quoted = _SECRET.sub(lambda match: quote(_value(match[1], environment), safe=""), account)
    others = [_SECRET.sub(lambda match: _value(match[1], environment), part) for part in (scheme, host + rest[length:])]
    return f"{others[0]}{separator}{quoted}{at}{others[1]}"


def _value(name: str, environment: Mapping[str, str]) -> str:
    if not environment.get(name):
        raise SecretMissing(name)
    return environment[name].strip()


def _mail_to(url: str) -> str:
    from ehcp_flow.services.deliver_mail import read_route

    return read_route(url).to.addr_spec


def _notify_to(url: str, environment: Mapping[str, str]) -> str:
    from ehcp_flow.services.deliver_notify import is_key, read_template

    if not is_key(environment[NOTIFY_KEY]):
        raise ValueError(f"{NOTIFY_KEY} does not look like a key of GOV.UK Notify.")
    return read_template(url).to


def _must_be_understood(url: str, scheme: str) -> None:
    if not scheme:
        raise ValueError("it is neither an e-mail address nor an address that begins with mailtos://, notify://, …")
    from ehcp_flow.services.deliver_other import is_understood

    if not is_understood(url):
        raise ValueError(f"Apprise does not understand this address ({scheme}://).")
