"""`ehcp users token` and `ehcp webhooks`: how other programs get in, and which are told of flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ehcp_flow.cli.arguments import AsJson, day_or_today, office
from ehcp_flow.cli.output import Column, escaped, print_json, print_table
from ehcp_flow.today import ENGLAND

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Row

token = typer.Typer(no_args_is_help=True, help="Tokens by which other programs use the API.")
webhooks = typer.Typer(no_args_is_help=True, help="Other programs that are told when a limit is broken or comes near.")

TokenId = Annotated[str, typer.Argument(metavar="TOKEN", help="Its number, the first column of the list.")]
WebhookId = Annotated[str, typer.Argument(metavar="WEBHOOK", help="Its number, the first column of the list.")]


def add_to(app: typer.Typer, users: typer.Typer) -> None:
    """Add these commands to the main one and to `users`."""
    users.add_typer(token, name="token")
    app.add_typer(webhooks, name="webhooks", rich_help_panel="Upkeep")


@token.command("add")
def add_token_(
    username: Annotated[str, typer.Argument(metavar="USERNAME", help="The account for which the program acts.")],
    label: Annotated[str, typer.Option("--label", help="Which program uses it.")],
    scope: Annotated[
        list[str], typer.Option("--scope", help="cases, record, figures, observations or names; may be given again.")
    ],
    days: Annotated[int, typer.Option("--days", help="For how many days it is good, 366 at most.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it: it is shown this once, and never again.

    A token does no more than its account may, and of that only what its scopes say. Give it to the program as a
    secret, not in an address or on a command line.

    Example: ehcp users token add mosaic --label "Mosaic, nightly" --scope cases --scope record
    """
    from ehcp_flow.services.api_tokens import add_token

    new = add_token(office(), username, label, scope, days)
    if as_json:
        print_json({"id": new.id, "token": new.secret, "expires_on": new.expires_on})
        return
    typer.echo(f"Token {new.id} acts for {username} until {new.expires_on}. It is shown this once:")
    typer.echo(f"\n  {new.secret}\n")
    typer.echo(f"If it is no longer needed, or somebody else may have seen it: ehcp users token revoke {new.id}")


@token.command("list")
def list_tokens_(
    username: Annotated[str | None, typer.Argument(metavar="USERNAME", help="Only this account's.")] = None,
    as_json: AsJson = False,
) -> None:
    """The tokens there are: for whom, good for what, until when, and when last used. Never their secrets.

    Example: ehcp users token list
    """
    from ehcp_flow.services.api_tokens import list_tokens

    found, today = list_tokens(office(), username), day_or_today(None)
    if as_json:
        print_json([_token_as_json(row, today) for row in found])
    elif not found:
        typer.echo("There are no tokens. Make one with: ehcp users token add USERNAME --label PROGRAM --scope cases")
    else:
        columns = [Column("token"), Column("account"), Column("until"), Column("last used"), Column("", folds=True)]
        print_table(columns, [_token_cells(row, today) for row in found])


def _token_as_json(row: Row[Any], today: date) -> dict[str, Any]:
    from ehcp_flow.services.api_tokens import standing_of

    return {**row._asdict(), "scopes": row.scopes.split(), "standing": standing_of(row, today)}


def _token_cells(row: Row[Any], today: date) -> tuple[str, ...]:
    from ehcp_flow.services.api_tokens import standing_of

    used = f"{row.last_used_at.astimezone(ENGLAND):%Y-%m-%d}" if row.last_used_at else "[dim]never[/]"
    standing = standing_of(row, today)
    mark = "" if standing == "works" else f"[red]{standing}[/] · "
    says = f"{mark}{escaped(row.label)}: {', '.join(row.scopes.split())}"
    return row.id, escaped(row.username), str(row.expires_on), used, says


@token.command("revoke")
def revoke(token_id: TokenId) -> None:
    """Let a token work no more, at once and for good.

    Example: ehcp users token revoke 3f9a1c02be
    """
    from ehcp_flow.services.api_tokens import revoke_token

    revoke_token(office(), token_id)
    typer.echo(f"Token {token_id} is revoked: it works no more.")


@webhooks.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the other program listens; begins with https://.")],
    label: Annotated[str, typer.Option("--label", help="Which program it is.")] = "",
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="breach, near or cleared; may be given again. All, if none is.")
    ] = None,
) -> None:
    """Tell another program of new flags, and print the secret by which it knows that we are speaking.

    It is told the case's reference, the limit and the days, never a name. The scheduler sends; docs/api.md shows how a
    receiver checks a message.

    Example: ehcp webhooks add https://hooks.example.gov.uk/ehcp --label "Case system" --kind breach
    """
    from ehcp_flow.services.webhook_messages import KINDS
    from ehcp_flow.services.webhooks import add_webhook

    new = add_webhook(office(), url, label, kind or tuple(KINDS))
    typer.echo(f"Webhook {new.id} is registered. The secret for checking signatures is shown this once:")
    typer.echo(f"\n  {new.secret}\n")
    typer.echo(f"Try it: ehcp webhooks test {new.id}")


@webhooks.command("list")
def list_(as_json: AsJson = False) -> None:
    """The webhooks there are, and how many messages arrived, wait, or were given up.

    Example: ehcp webhooks list --json
    """
    from ehcp_flow.services.webhooks import list_webhooks

    found = list_webhooks(office())
    names = ("id", "url", "label", "kinds", "created_at", "created_by", "waiting", "dead", "arrived")
    if as_json:
        print_json([{name: getattr(line, name) for name in names} for line in found])
    elif not found:
        typer.echo("No other program is told. Register one with: ehcp webhooks add https://…")
    else:
        columns = [Column("webhook"), *(Column(name, right=True) for name in ("arrived", "waiting", "given up"))]
        rows = [
            (
                line.id,
                f"{line.arrived:,}",
                f"{line.waiting:,}",
                f"{line.dead:,}",
                _says(line.label, line.url, line.kinds),
            )
            for line in found
        ]
        print_table([*columns, Column("", folds=True)], rows)


def _says(label: str, url: str, kinds: tuple[str, ...]) -> str:
    return f"{escaped(label)}, of {', '.join(kinds)}: {escaped(url)}"


@webhooks.command()
def test(webhook: WebhookId) -> None:
    """Send a message that says it is only a test, now.

    Exit code 1 if it does not arrive, with what kept it.
    """
    from ehcp_flow.services.webhooks import try_webhook

    trouble = try_webhook(office(), webhook)
    if trouble:
        typer.echo(f"The test did not arrive. {trouble}", err=True)
        raise typer.Exit(1)
    typer.echo("The test arrived.")


@webhooks.command()
def send() -> None:
    """Send what waits, now.

    The scheduler does it every minute.
    """
    from ehcp_flow.services.send_webhooks import send_webhooks

    report = send_webhooks(office())
    typer.echo(f"{report.sent:,} sent, {report.failed:,} to be tried again, {report.given_up:,} given up.")
    typer.echo(f"{report.waiting:,} wait; {report.dead:,} were given up in all.")


@webhooks.command()
def retry(webhook: WebhookId) -> None:
    """Let the messages that were given up be tried again, from the beginning.

    Example: ehcp webhooks retry 3f9a1c02be
    """
    from ehcp_flow.services.webhooks import retry_webhook

    number = retry_webhook(office(), webhook)
    typer.echo(f"{number:,} will be tried again with the next round: ehcp webhooks send")


@webhooks.command()
def remove(webhook: WebhookId) -> None:
    """Tell a webhook nothing more; what waits for it is dropped, and its secret forgotten.

    Example: ehcp webhooks remove 3f9a1c02be
    """
    from ehcp_flow.services.webhooks import remove_webhook

    remove_webhook(office(), webhook)
    typer.echo(f"Webhook {webhook} is removed: it is told nothing more.")
