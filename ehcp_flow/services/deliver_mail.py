"""E-mail over SMTP, from an address written as Apprise writes them:

    mailtos://USER:PASSWORD@smtp.example?from=ehcp@example&to=asmith@example

`mailtos` encrypts (STARTTLS on port 587; `mode=ssl` for port 465), `mailto` does not (port 25). Apprise itself
makes the plain text from the HTML and sets no key, so mail is sent here.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from ehcp_flow.services.deliver import Undelivered

if TYPE_CHECKING:
    from ehcp_flow.services.deliver import Parcel

SECONDS = 30
"""How long a mail server may take for one step."""

_PORTS = {"plain": 25, "starttls": 587, "ssl": 465}
_KNOWN = ("from", "to", "name", "mode")
_TEMPORARY = range(400, 500)


@dataclass(frozen=True, slots=True)
class Route:
    """A mail server with an account, from whom the mail comes and to whom it goes."""

    host: str
    port: int
    security: Literal["plain", "starttls", "ssl"]
    sender: Address
    to: Address
    user: str = ""
    password: str = field(default="", repr=False)


def read_route(url: str) -> Route:
    """Read the address of a mail channel. Raises ValueError with what is wrong, without its secrets."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ValueError("the server's name or port cannot be read.") from None
    said = {key.lower(): value for key, value in parse_qsl(parts.query, keep_blank_values=True)}
    if unknown := [key for key in said if key not in _KNOWN]:
        raise ValueError(f"`{unknown[0]}` is not known for e-mail: there are {', '.join(_KNOWN)}.")
    if not host:
        raise ValueError("the mail server is missing: mailtos://smtp.example?from=…&to=…")
    if said.get("mode", "starttls") not in ("starttls", "ssl") or ("mode" in said and parts.scheme == "mailto"):
        raise ValueError("`mode` can be starttls or ssl, with mailtos:// only.")
    security = "plain" if parts.scheme.lower() == "mailto" else said.get("mode", "starttls")
    return Route(
        host,
        port or _PORTS[security],
        security,  # type: ignore[arg-type]
        _address(said.get("from", ""), "from", said.get("name", "EHCP Flow")),
        _address(said.get("to", ""), "to"),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _address(text: str, what: str, name: str = "") -> Address:
    try:
        if "," in text or ";" in text:
            raise ValueError("several")
        user, _, domain = text.strip().rpartition("@")
        if not user or not domain or " " in text.strip():
            raise ValueError("no address")
        return Address(display_name=name, username=user, domain=domain)
    except (ValueError, IndexError):
        raise ValueError(f"`{what}=` must give one e-mail address; write a line for each recipient.") from None


def letter(route: Route, parcel: Parcel) -> EmailMessage:
    """The mail, as text and as HTML. Sent twice, it carries the same Message-ID and the same X-EHCP-Key."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = route.sender, route.to, parcel.subject
    mail["Date"] = format_datetime(parcel.at)
    mail["Message-ID"] = f"<{hashlib.sha256(parcel.key.encode()).hexdigest()[:40]}@{route.sender.domain}>"
    mail["X-EHCP-Key"] = parcel.key
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # no out-of-office replies from Exchange
    mail.set_content(parcel.text, cte="quoted-printable")
    mail.add_alternative(parcel.html, subtype="html", cte="quoted-printable")
    return mail


def send_mail(route: Route, parcel: Parcel) -> None:
    """Send one mail; returns when the server has taken it. Raises Undelivered."""
    mail = letter(route, parcel)
    with _in_plain_words(route), _connected(route) as server:
        server.send_message(mail)


@contextmanager
def _connected(route: Route) -> Iterator[smtplib.SMTP]:
    if route.security == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            route.host, route.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(route.host, route.port, timeout=SECONDS)
    try:
        if route.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if route.user:
            server.login(route.user, route.password)
        yield server
        with suppress(OSError, smtplib.SMTPException):  # it has taken the mail; how it says goodbye is its affair
            server.quit()
    finally:
        server.close()


@contextmanager
def _in_plain_words(route: Route) -> Iterator[None]:
    where = f"The mail server {route.host}"
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        raise Undelivered(f"{where} does not accept the account or password.", server=route.host) from None
    except smtplib.SMTPNotSupportedError:
        raise Undelivered(f"{where} cannot do what the settings ask (encryption or an account).") from None
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError):
        raise Undelivered(f"{where} takes no connections.", server=route.host) from None
    except smtplib.SMTPRecipientsRefused as error:
        code = max((code for code, _ in error.recipients.values()), default=0)
        raise Undelivered(f"{where} refused the recipient ({code}).", is_refused=code not in _TEMPORARY) from None
    except smtplib.SMTPResponseException as error:
        code = error.smtp_code
        raise Undelivered(f"{where} refused the message ({code}).", is_refused=code not in _TEMPORARY) from None
    except ssl.SSLCertVerificationError:
        raise Undelivered(f"{where} has a certificate that is not trusted.", server=route.host) from None
    except smtplib.SMTPServerDisconnected as error:
        if "timed out" in str(error):
            raise Undelivered(f"{where} does not answer.", server=route.host) from None
        raise Undelivered(f"{where} broke off in the middle.") from None
    except (OSError, smtplib.SMTPException):
        raise Undelivered(f"{where} cannot be reached.", server=route.host) from None
