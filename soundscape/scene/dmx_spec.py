"""DMX as an integrator writes it: universes over sACN and Art-Net, and the addresses of a light."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from soundscape import units
from soundscape.dmx.reachability import MULTICAST
from soundscape.message_text import quoted
from soundscape.scene.binding import Binder
from soundscape.scene.fields import Measure, Numbers, Text, Whole
from soundscape.scene.schema import INVALID, FieldProblem, Keys, Model, ValueType
from soundscape.scene.yaml.core_schema import resolve
from soundscape.scene.yaml.nodes import KeyPath, ListNode, MapNode, Node, ScalarNode

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

_LONGEST_SOURCE = 63
"""Bytes of a source name in UTF-8 (ANSI E1.31, 6.2.2: 64 with the null)."""

_SLOT = Whole(1, 512, "a DMX address")
_PAIR = Numbers(_SLOT, 2, 2, "[12, 13]")


@dataclass(frozen=True)
class _ReceiverType(ValueType):
    """The IPv4 address of a receiver; with `multicast` also that word.

    A name is refused: a lookup can take half a minute, and a session would have to wait for it.
    """

    multicast: bool = False

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the address, or INVALID."""
        text = node.text.strip() if isinstance(node, ScalarNode) and node.value is not None else ""
        if not text:
            return binder.report(node.mark, path, f"needs {self._what()}")
        if self.multicast and text == MULTICAST:
            return text
        try:
            address = ipaddress.IPv4Address(text)
        except ValueError:
            message = f"{quoted(text)} is not {self._what()}; names are not looked up"
            return binder.report(node.mark, path, message)
        if address.is_multicast or address.is_unspecified or address.packed == b"\xff" * 4:
            message = f"{quoted(text)} is no single receiver: write {self._what()}"
            return binder.report(node.mark, path, message)
        return str(address)

    def _what(self) -> str:
        also = f", or '{MULTICAST}'" if self.multicast else ""
        return f"the receiver's IPv4 address, such as {self.sample()}{also}"

    def sample(self) -> str:
        """Return an address."""
        return "10.0.0.20"

    def describe(self) -> JsonSchemaValue:
        """Return the address, and the word where it is allowed."""
        address: JsonSchemaValue = {"type": "string", "format": "ipv4"}
        return {"anyOf": [address, {"const": MULTICAST}]} if self.multicast else address


@dataclass(frozen=True, kw_only=True)
class SacnSpec(Model):
    """A DMX universe over sACN (ANSI E1.31)."""

    protocol: ClassVar[str] = "sACN"

    universe: Annotated[int, Whole(1, 63999, "an sACN universe")]
    """The universe, as on the receiver: 1 to 63999."""
    to: Annotated[str, _ReceiverType(multicast=True)]
    """The receiver's IPv4 address, or `multicast`."""
    priority: Annotated[int, Whole(0, 200, "an sACN priority")] = 100
    """Of several senders the receiver follows the one with the highest: 0 to 200 (100)."""
    source: Annotated[str, Text("a name", "Room 1", longest=_LONGEST_SOURCE)] = "Soundscape"
    """The name that the receiver shows (Soundscape)."""

    @classmethod
    def problems(cls, keys: Keys) -> Iterator[FieldProblem]:
        """A name that the packet has no place for."""
        if len((keys["source"] or "").encode()) > _LONGEST_SOURCE:
            yield FieldProblem(("source",), f"is longer than {_LONGEST_SOURCE} bytes in UTF-8")


@dataclass(frozen=True, kw_only=True)
class ArtnetSpec(Model):
    """A DMX universe over Art-Net."""

    protocol: ClassVar[str] = "Art-Net"

    universe: Annotated[int, Whole(0, 32767, "an Art-Net universe")]
    """Net, sub-net and universe as one number: 0 to 32767."""
    to: Annotated[str, _ReceiverType()]
    """The receiver's IPv4 address."""


def universe_name(spec: SacnSpec | ArtnetSpec) -> str:
    """A universe in words, which also tells it from any other."""
    where = MULTICAST if spec.to == MULTICAST else f"at {spec.to}"
    return f"{spec.protocol} universe {spec.universe} {where}"


Span = tuple[int, float, float]
"""An address, and the parts of full (0 to 1) that it has at 0 % and at 100 % of its light."""


def _span(value: units.Written) -> tuple[float, float]:
    low, middle, high = value.partition(" to ") if isinstance(value, str) else (value, "", "")
    first = units.parse_percent(low)
    return first, units.parse_percent(high) if middle else first


_SPAN = Measure(
    _span,
    "a range",
    "0% to 60%",
    rf"{units.PERCENT_TEXT}(?: to {units.PERCENT_TEXT})?",
    number=False,
)


@dataclass(frozen=True)
class _DmxAddressType(ValueType):
    """An address, `[coarse, fine]` (16 bits), or several addresses, each with its range."""

    def read(self, binder: Binder, node: Node, path: KeyPath) -> Any:
        """Return the number, the pair or the spans, or INVALID."""
        if isinstance(node, ListNode):
            pair = _PAIR.read(binder, node, path)
            if pair is not INVALID and pair[0] == pair[1]:
                return binder.report(node.mark, path, "both bytes have one address")
            return pair
        if isinstance(node, MapNode):
            return self._spans(binder, node, path)
        return _SLOT.read(binder, node, path)

    def _spans(self, binder: Binder, node: MapNode, path: KeyPath) -> Any:
        if not node.items:
            return binder.report(node.mark, path, f"has no addresses: write {self.sample()}")
        spans: list[Any] = []
        for key, item in node.items.items():
            name = ScalarNode(node.keys[key], key, resolve(key))
            number = _SLOT.read(binder, name, (*path, key))
            span = _SPAN.read(binder, item, (*path, key))
            if INVALID in (number, span):
                spans.append(INVALID)
            elif number in [other[0] for other in spans if other is not INVALID]:
                spans.append(binder.report(node.keys[key], (*path, key), "is there twice"))
            else:
                spans.append((number, *span))
        return INVALID if INVALID in spans else tuple(spans)

    def sample(self) -> str:
        """Return several addresses."""
        return "{12: 0% to 100%, 13: 0% to 60%}"

    def describe(self) -> JsonSchemaValue:
        """Return the three forms."""
        several = {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[0-9]+$"},
            "additionalProperties": _SPAN.describe(),
        }
        return {"anyOf": [_SLOT.describe(), _PAIR.describe(), several]}


DmxAddress = Annotated[int | tuple[int, int] | tuple[Span, ...], _DmxAddressType()]


def slots_of(address: int | tuple[int, int] | tuple[Span, ...]) -> tuple[int, ...]:
    """All addresses of a light."""
    if isinstance(address, int):
        return (address,)
    return tuple(one if isinstance(one, int) else one[0] for one in address)


def address_problem(address: Any, *, is_switch: bool, is_colour: bool) -> str:
    """Say what is wrong with a light's addresses, or nothing."""
    if not isinstance(address, tuple):
        return ""
    spans = [one for one in address if not isinstance(one, int)]
    if not spans:
        return "a switch needs one address, not a 16-bit pair" if is_switch else ""
    if all(low == high for _, low, high in spans):
        return "none of these ranges changes anything: write one such as 0% to 100%"
    if not is_colour and any(low > high for _, low, high in spans):
        return "a range that falls goes with a colour (with 'range'): a light gives more at 100%"
    return ""
