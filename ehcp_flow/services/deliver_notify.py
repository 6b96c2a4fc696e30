"""GOV.UK Notify, by its documented REST interface: `notify://TEMPLATE_ID/asmith@example`.

The template in Notify needs two placeholders, ((subject)) and ((body)). The official Python client is not used: it
asks for a package of which no built file exists, and we install built files only (docs/decisions).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, unquote, urlsplit
from urllib.request import Request, urlopen

from ehcp_flow.services.deliver import Undelivered

if TYPE_CHECKING:
    from ehcp_flow.services.deliver import Parcel

LIVE = "https://api.notifications.service.gov.uk"
SECONDS = 30
_UUID = 36
_BAD_REQUEST, _NO_ACCESS, _TOO_MANY = 400, 403, 429
_HERE = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Template:
    """A template in Notify, to whom it goes, and the address of the service (another one only for tests)."""

    template: str
    to: str
    api: str


def read_template(url: str) -> Template:
    """Read `notify://TEMPLATE_ID/address`. Raises ValueError with what is wrong."""
    parts = urlsplit(url)
    to = unquote(parts.path.strip("/"))
    if parts.username or not parts.hostname or "@" not in to or "/" in to:
        raise ValueError("write it as notify://TEMPLATE_ID/asmith@example")
    api = parse_qs(parts.query).get("api", [LIVE])[0].rstrip("/")
    if urlsplit(api).scheme != "https" and urlsplit(api).hostname not in _HERE:
        raise ValueError("`api=` must begin with https://")
    return Template(parts.hostname, to, api)


def is_key(text: str) -> bool:
    """Whether a text has the shape of a Notify key: a name, the service's id and a secret, joined by hyphens."""
    return len(text) > 2 * _UUID + 1 and text[-_UUID - 1] == "-" and text[-2 * _UUID - 2] == "-"


def send_by_notify(template: Template, key: str, parcel: Parcel) -> None:
    """Send one e-mail through Notify; returns when it has taken it. Raises Undelivered.

    Notify keeps our key as its reference. Tried again, what it has under that reference is not sent a second time.
    """
    if parcel.again and _has(template, key, parcel):
        return
    said = {
        "email_address": template.to,
        "template_id": template.template,
        "personalisation": {"subject": parcel.subject, "body": parcel.text},
        "reference": parcel.key,
    }
    _ask(template, key, parcel, "/v2/notifications/email", said)


def _has(template: Template, key: str, parcel: Parcel) -> bool:
    found = _ask(template, key, parcel, f"/v2/notifications?reference={quote(parcel.key, safe='')}")
    return any(not str(each.get("status", "")).endswith("failure") for each in found.get("notifications", []))


def _ask(template: Template, key: str, parcel: Parcel, path: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
    request = Request(  # noqa: S310 read_template lets only https through
        template.api + path,
        data=json.dumps(said).encode() if said else None,
        headers={
            "Authorization": f"Bearer {token(key, int(parcel.at.timestamp()))}",
            "Content-Type": "application/json",
        },
    )
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
            return found
    except HTTPError as error:
        raise _refused(error.code) from None
    except (OSError, ValueError):
        raise Undelivered("GOV.UK Notify cannot be reached.", server=template.api) from None


def _refused(code: int) -> Undelivered:
    if code == _NO_ACCESS:
        return Undelivered("GOV.UK Notify does not accept EHCP_NOTIFY_KEY (403).", server=LIVE)
    if code == _BAD_REQUEST:
        why = "Look at the template (it needs ((subject)) and ((body))), the address, and whether the service is live."
        return Undelivered(f"GOV.UK Notify refused the message (400). {why}", is_refused=True)
    if code == _TOO_MANY:
        return Undelivered("GOV.UK Notify takes no more for now (429).", server=LIVE)
    return Undelivered(f"GOV.UK Notify answered {code}.")


def token(key: str, issued_at: int) -> str:
    """The signed token Notify asks for: who we are and when, by HS256 with the secret half of the key."""
    service, secret = key[-2 * _UUID - 1 : -_UUID - 1], key[-_UUID:]
    said = [{"typ": "JWT", "alg": "HS256"}, {"iss": service, "iat": issued_at}]
    text = ".".join(_plain(json.dumps(part, separators=(",", ":")).encode()) for part in said)
    return f"{text}.{_plain(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def _plain(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
