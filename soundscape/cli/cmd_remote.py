"""`soundscape remote`: opens and closes the tablet's page, and pairs devices."""

from __future__ import annotations

import rich_click as click

from soundscape.cli.connect import reach, session_option
from soundscape.cli.options import json_option
from soundscape.console.qr import qr_lines
from soundscape.units import format_duration


@click.command()
@click.option("--off", is_flag=True, help="Close the page.")
@click.option("--unpair", is_flag=True, help="Forget all paired devices.")
@click.option(
    "--docs", is_flag=True, help="A link to the documentation of the API, for this computer."
)
@click.option("--address", metavar="IP", help="Open it at this address of this computer.")
@session_option
@json_option
def remote(
    off: bool,
    unpair: bool,
    docs: bool,
    address: str | None,
    session: str | None,
    as_json: bool,
) -> None:
    """Open the page for a tablet or phone, and pair a device.

    The code pairs one device, once. The page is plain HTTP on the clinic's network: use a
    network that belongs to the clinic. The page closes when the session ends.

    \b
    Example:
      soundscape remote
      soundscape remote --off
      soundscape remote --unpair
      soundscape remote --docs
    """
    if off and address:
        raise click.UsageError("--off closes the page; --address opens it")
    client = reach(session)
    if docs:
        link = client.docs_link()
        said = f"{link.url}\nopens once, in one browser, within {format_duration(link.expires_in)}"
        click.echo(link.model_dump_json() if as_json else said)
        return
    if unpair:
        state = client.unpair()
    if off:
        state = client.remote(False)
    if unpair or off:
        said = "all devices are unpaired" if unpair else "the page is closed"
        click.echo(state.model_dump_json() if as_json else said)
        return
    client.remote(True, address)
    pairing = client.pairing()
    if as_json:
        click.echo(pairing.model_dump_json())
        return
    click.echo("\n".join(qr_lines(pairing.url)))
    click.echo(pairing.url)
    click.echo(f"pairs one device, within {format_duration(pairing.expires_in)}")
