"""Signing in with the organisation's account, by OpenID Connect: the talk with the provider.

One issuer is trusted, that of the council's own tenant. Each sign-in has a secret that only the browser keeps; what
the provider must give back (state, nonce, the proof of RFC 7636) is made from it, so nothing need be stored meanwhile.
"""

from __future__ import annotations

import hmac
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx
from authlib.integrations.base_client.errors import OAuthError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ehcp_flow.errors import BadInput
from ehcp_flow.services.policy import NotPermitted
from ehcp_flow.services.sign_in_tokens import hash_of
from ehcp_flow.today import now

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    from ehcp_flow.settings import Settings

SCOPES: Final = "openid profile email"
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_SECONDS: Final = 10
_SLOW_CLOCKS: Final = 60


class SignOnRefused(NotPermitted):
    """The provider, or what it sent, does not let this person in."""


@dataclass
class SingleSignOn:
    """The provider named in the settings. What it says of itself is asked for once, its keys again if one is new."""

    issuer: str
    client_id: str
    client_secret: str
    back_to: str
    _about: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None

    async def address(self, secret: str) -> str:
        """Where the browser goes to sign in. Raises SignOnRefused where the provider cannot be reached."""
        about = await self._discover()
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"],
                state=_made_from("state", secret),
                nonce=_made_from("nonce", secret),
                code_verifier=_made_from("verifier", secret),
            )
        return str(address)

    async def claims(self, secret: str, answer: dict[str, str]) -> dict[str, Any]:
        """What the provider says of whoever came back with `answer`, proved. Raises SignOnRefused."""
        if not hmac.compare_digest(answer.get("state", "").encode(), _made_from("state", secret).encode()):
            raise _refused("The answer does not belong to this browser’s sign-in.")
        if answer.get("iss", self.issuer) != self.issuer:
            raise _refused("The answer is of another provider.")
        if "error" in answer or not answer.get("code"):
            raise _refused("The sign-in was stopped at your organisation’s account.")
        return await self._proved(await self._exchange(answer["code"], secret), _made_from("nonce", secret))

    async def _exchange(self, code: str, secret: str) -> str:
        about = await self._discover()
        try:
            async with self._client() as client:
                token = await client.fetch_token(
                    about["token_endpoint"], code=code, code_verifier=_made_from("verifier", secret)
                )
        except (OAuthError, httpx.HTTPError) as error:
            raise _refused("The provider did not accept the answer.") from error
        if not isinstance(token.get("id_token"), str):
            raise _refused("The provider sent no proof of who you are.")
        return str(token["id_token"])

    async def _proved(self, id_token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that this issuer signed, for us, for this sign-in, and that has not run out."""
        try:
            try:
                token = jwt.decode(id_token, await self._key_set(), algorithms=_ALGORITHMS)
            except (JoseError, ValueError):
                token = jwt.decode(id_token, await self._key_set(again=True), algorithms=_ALGORITHMS)
            jwt.JWTClaimsRegistry(
                now=int(now().timestamp()),
                leeway=_SLOW_CLOCKS,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client_id},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(token.claims)
        except (JoseError, ValueError) as error:
            raise _refused("The proof of who you are is not valid.") from error
        claims: dict[str, Any] = dict(token.claims)
        if claims.get("azp", self.client_id) != self.client_id:
            raise _refused("The proof of who you are was made for another service.")
        return claims

    async def _discover(self) -> dict[str, Any]:
        if not self._about:
            about = await self._fetch(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != self.issuer:
                raise _refused("The provider calls itself otherwise than EHCP_OIDC_ISSUER does.")
            self._about = about
        return self._about

    async def _key_set(self, *, again: bool = False) -> KeySet:
        if self._keys is None or again:
            self._keys = KeySet.import_key_set(await self._fetch((await self._discover())["jwks_uri"]))  # type: ignore[arg-type]  # joserfc asks for its own shape
        return self._keys

    async def _fetch(self, address: str) -> dict[str, Any]:
        must_be_safe(address)
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as client:
                found = await client.get(address)
                found.raise_for_status()
                said: dict[str, Any] = found.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _refused("Your organisation’s sign-in cannot be reached.") from error
        return said

    def _client(self) -> AsyncOAuth2Client:
        with warnings.catch_warnings():
            # It would rather have a fork of httpx, and says so to whoever starts the server.
            warnings.simplefilter("ignore")
            from authlib.integrations.httpx_client import AsyncOAuth2Client

        return AsyncOAuth2Client(
            self.client_id,
            self.client_secret,
            scope=SCOPES,
            redirect_uri=self.back_to,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )


def single_sign_on(settings: Settings, path: str) -> SingleSignOn:
    """The provider of the settings; `path` is where it sends the browser back to. Raises BadInput if none is set."""
    if not (settings.oidc_issuer and settings.oidc_client_id):
        raise BadInput("Single sign-on is not set up.", next="Sign in with a username and password.")
    must_be_safe(settings.oidc_issuer)
    back_to = f"{settings.base_url}{path}"
    return SingleSignOn(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, back_to)


def must_be_safe(address: str) -> None:
    """Raises BadInput for a provider that is not asked over TLS, unless it runs on this very machine."""
    parts = urlsplit(address)
    is_here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise BadInput("The provider of single sign-on must be asked over https.", next="Look at EHCP_OIDC_ISSUER.")


def _made_from(what: str, secret: str) -> str:
    return hash_of(f"{what} {secret}")


def _refused(why: str) -> SignOnRefused:
    return SignOnRefused(
        "You could not be signed in with your organisation’s account.", why, "Try again from the start."
    )
