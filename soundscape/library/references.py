"""Looks up the names in a scene that mean something elsewhere: playlists, lights and cues."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from soundscape.errors import LibraryError, Problem
from soundscape.library.files.load import SceneFiles, is_no_room
from soundscape.message_text import listed, quoted
from soundscape.scene.binding import nearest_name, no_such
from soundscape.scene.document import Draft
from soundscape.scene.yaml.nodes import ListNode, MapNode, ScalarNode

DEFINED = {"light": ("lights", "groups", "aliases"), "look": ("looks",), "cue": ("cues",)}
"""The names of a room that a scene may use, and the keys that define them."""

ALIAS = (
    "; where it has another name there, write 'aliases: {{{0}: …}}' in the room, and where a room "
    "may lack it, 'optional: [{0}]' in the scene"
)


def look_up(scene: Draft, reading: SceneFiles, room: Draft | None) -> list[Problem]:
    """Return a problem for each name that means nothing, even in a scene with errors.

    `room` is None without a room. Problems of the playlists themselves go to the findings of
    `reading`. If no light of a scene exists, there is a warning.
    """
    problems: list[Problem] = []
    optional = _optional(scene)
    lacking: list[str] = []
    if room is not None:
        problems += _none_of_its_lights(scene, room)
        lacking = [kind for kind in DEFINED if not _known(room, kind)]
        problems += _all_lacking(scene, room, lacking)
    for reference in scene.references:
        if reference.kind == "playlist":
            try:
                reading.playlist(reference.value)
            except LibraryError as error:
                problems.append(scene.problem(reference.path, str(error)))
        elif room is not None and reference.kind in DEFINED and reference.kind not in lacking:
            known = _known(room, reference.kind)
            if reference.value not in known and reference.value not in optional:
                missing = no_such(reference.value, f"{reference.kind} in {room.file}", known)
                message = f"{quoted(reference.value)}: {missing}"
                if reference.kind == "light" and not nearest_name(reference.value, known):
                    message += ALIAS.format(reference.value)
                problems.append(scene.problem(reference.path, message))
    return problems


def _all_lacking(scene: Draft, room: Draft, kinds: Sequence[str]) -> list[Problem]:
    """Return one problem for all names of the kinds that a room has nothing of."""
    optional = _optional(scene)
    missing = [
        reference
        for reference in scene.references
        if reference.kind in kinds and reference.value not in optional
    ]
    if not missing:
        return []
    names = {
        kind: list(dict.fromkeys(one.value for one in missing if one.kind == kind))
        for kind in kinds
    }
    wanted = " and ".join(
        f"the {kind if len(found) == 1 else kind + 's'} {listed(found)}"
        for kind, found in names.items()
        if found
    )
    if is_no_room(room):
        message = f"{room.file} is missing, and the scene names {wanted}: write a room.yaml"
    else:
        message = f"{room.file} defines none of what the scene names, {wanted}: name them there"
    if names.get("light"):
        message += f", or write 'optional: [{', '.join(names['light'])}]' in the scene"
    return [scene.problem(missing[0].path, message)]


def _none_of_its_lights(scene: Draft, room: Draft) -> list[Problem]:
    """Return a warning if a room has lights but none of those that the scene moves."""
    lights = [reference for reference in scene.references if reference.kind == "light"]
    named = list(dict.fromkeys(reference.value for reference in lights))
    known = _lights(room)
    if not named or not known or set(named) & set(known) or set(named) - _optional(scene):
        return []
    message = (
        f"the room has none of the scene's lights ({listed(named)}), so none moves: name one so, "
        f"or write 'aliases: {{{named[0]}: {known[0]}}}' in {room.file}"
    )
    return [scene.problem(lights[0].path, message, "warning")]


def _lights(room: Draft) -> list[str]:
    """Return all names of lights, groups and aliases."""
    return _known(room, "light")


def _known(room: Draft, kind: str) -> list[str]:
    """Return all names of a kind that the room defines."""
    return [name for key in DEFINED[kind] for name in _defined(room, key)]


def _defined(room: Draft, key: str) -> Collection[str]:
    """Return the names under a key of the room, even if their values have errors."""
    node = room.root.items.get(key) if isinstance(room.root, MapNode) else None
    return tuple(node.items) if isinstance(node, MapNode) else ()


def _optional(scene: Draft) -> set[str]:
    """Return the lights that the room may lack."""
    node = scene.root.items.get("optional") if isinstance(scene.root, MapNode) else None
    items = node.items if isinstance(node, ListNode) else ()
    return {item.text for item in items if isinstance(item, ScalarNode)}
