"""What the therapist asks of the running session, from any terminal: one command a verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import rich_click as click

from soundscape.cli.connect import reach, session_option, stop
from soundscape.cli.options import json_option
from soundscape.cli.verb_help import VERBS
from soundscape.errors import InvalidValue

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_ON = click.option("--on/--off", "on", default=None, help="Set it, instead of toggling.")
_EXAMPLES: dict[str, str] = {
    "goto": "soundscape goto return",
    "extend": "soundscape extend 10m\n  soundscape extend -5m",
    "dose": "soundscape dose\n  soundscape dose --ago 3m",
    "level": "soundscape level -1",
    "duck": "soundscape duck\n  soundscape duck --off",
    "stop": "soundscape stop\n  soundscape stop --fade 20s",
    "note": 'soundscape note "first words"',
}
_TAKES: dict[str, tuple[Decorator, ...]] = {
    "goto": (click.argument("phase"),),
    "extend": (click.argument("by", metavar="TIME"),),
    "dose": (click.option("--ago", metavar="TIME", help="It was given so long ago: 3m."),),
    "level": (click.argument("by", metavar="DB"),),
    "stop": (click.option("--fade", metavar="TIME", help="Instead of the scene's end fade: 20s."),),
    "note": (click.argument("text", nargs=-1, required=True),),
    "duck": (_ON,),
    "care": (_ON,),
    "land": (_ON,),
}


def _verb(do: str) -> click.Command:
    def act(session: str | None, as_json: bool, **given: Any) -> None:
        text = given.get("text")
        if text is not None:
            given["text"] = " ".join(text)
        asked = {"do": do, **{name: value for name, value in given.items() if value is not None}}
        try:
            answer = stop(session, asked) if do == "stop" else reach(session).do(asked)
        except InvalidValue as fault:
            raise click.UsageError(str(fault)) from fault
        click.echo(answer.model_dump_json() if as_json else answer.said)

    act.__doc__ = f"{VERBS[do]}\n\n\b\nExample:\n  {_EXAMPLES.get(do, f'soundscape {do}')}\n"
    decorated: Callable[..., Any] = act
    for takes in (*_TAKES.get(do, ()), session_option, json_option):
        decorated = takes(decorated)
    # A negative argument is no option: `level -1`, `extend -5m`.
    settings = {"ignore_unknown_options": do in ("level", "extend")}
    return click.command(do, context_settings=settings)(decorated)


COMMANDS = {do: _verb(do) for do in VERBS}
