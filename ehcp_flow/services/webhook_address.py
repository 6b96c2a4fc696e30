"""Where a webhook may be: public addresses over TLS only, unless the settings name the host.

Whoever can have the program call an address could otherwise reach what only the program's own network can.
The name is looked up once and the call goes to the address that was checked, so that a name cannot lead
elsewhere a moment later.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import TYPE_CHECKING

from ehcp_flow.errors import BadInput

if TYPE_CHECKING:
    import httpx

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST = 500
_PORTS = range(1, 65_536)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LAST_32_BITS = 0xFFFFFFFF


class NotThere(Exception):
    """The host has no address, or one that may not be called; says which in plain words."""


def read_address(text: str, allowed: Collection[str] = ()) -> httpx.URL:
    """The address as written, if a webhook may have it. Raises BadInput.

    Without TLS only a host on this machine that the settings name (`allowed`), which is for trying things.
    """
    import httpx

    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise BadInput("This is not the address of a webhook.", next="Write it as https://host/path.")
    try:
        url = httpx.URL(text)
        port = 443 if url.port is None else url.port
    except (httpx.InvalidURL, ValueError):
        raise BadInput("This is not the address of a webhook.", next="Write it as https://host/path.") from None
    if not url.host or url.userinfo or url.fragment or port not in _PORTS:
        raise BadInput("A webhook's address has a host, and neither user, password nor #.")
    if url.scheme != "https" and not (url.scheme == "http" and _is_here(url.host) and url.host in allowed):
        raise BadInput("A webhook's address begins with https://.", "What we send says which cases are late.")
    return url


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(host: str, port: int, allowed: Collection[str] = ()) -> str:
    """The network address to call for a host. Raises NotThere if it has none, or one that is not public.

    A host that the settings name may be anywhere.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotThere("The host's name leads nowhere.") from None
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if host not in allowed and not all(is_public(ipaddress.ip_address(each)) for each in addresses):
        raise NotThere("The host is on a private network. To allow it, name it in EHCP_WEBHOOK_HOSTS.")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet, looked at through every disguise of an IPv4 address.

    >>> [
    ...     is_public(ipaddress.ip_address(a))
    ...     for a in ("93.184.215.14", "10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")
    ... ]
    [True, False, False, False]
    """
    inner = _inside(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _inside(address: Address) -> Address | None:
    """The IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & _LAST_32_BITS)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour
