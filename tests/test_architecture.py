"""The house: imports point downward, the upper half is pure, and everything has its place."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "soundscape"

PURE = (
    *(
        "errors",
        "message_text",
        "translation",
        "units",
        "command_arguments",
        "command_specs",
        "midi",
        "dmx",
        "dsp",
        "scene",
        "synth",
        "lighting",
        "timeline",
    ),
    *("controls", "views", "mixer"),
)
ORDER = (
    *PURE,
    *(
        "media",
        "library",
        "ipc",
        "devices",
        "engine",
        "journal",
        "remote",
        "console",
        "report",
        "cli",
    ),
)
"""A part may import what stands before it, and itself."""

INNER_ORDER = {
    "scene": (
        *("yaml", "fields", "values", "wiring", "light_spec", "network_spec", "room", "models"),
        "rules",
    ),
    "synth": ("machinery", "parameters", "generators", "registry"),
    "library": ("files", "measure", "tracks", "playlists", "resolve", "checks"),
    "devices": ("quiet_stderr", "audio", "dmx", "midi", "lamps", "room_outputs"),
    "engine": ("event_log", "player", "host"),
    "remote": ("session_file", "api", "client", "mqtt", "service"),
}
"""In a larger package too, a part may import what stands before it. What is not listed may stand
anywhere, as long as no modules import each other in a circle."""

CIRCLES = {
    # A field's type names the type of its reader, for the type checker only.
    ("soundscape.scene.binding", "soundscape.scene.schema"),
}

PRIVATE_WORDS = {
    *("told", "teller", "overheard", "shadow", "vitals", "metering", "tape", "suffer", "fared"),
    *("heard", "lent", "commission", "sorry", "holding", "hosting", "acts", "agenda", "chronicle"),
    *("softening", "foresight", "presence", "findings", "homes", "taming", "strewn", "manner"),
    *("ink", "panels", "spoken", "reaching", "attaching", "beginning", "launching", "rehearsing"),
    *("wish", "said", "desk", "rounds", "glide", "hush", "guard", "form", "forms", "course"),
    *("reckoned", "incoming", "board", "learned", "faulty", "faults"),
}
"""Words that no name of a module or class contains, since the field says it otherwise."""

VAGUE_NAMES = {
    *("ask", "flash", "sounding", "sent", "over", "learn", "order", "place", "life", "ready"),
    *("held", "rooms", "opening", "news", "swell", "arc", "stage", "found", "written", "piece"),
    *("pace", "behind", "behind_main", "light", "light_bench", "serving", "light_holds"),
    *("connections", "echo", "answers", "press", "surface", "learning", "following", "position"),
    *("join", "line", "forecast", "words", "show_control", "needed", "calls", "names", "folders"),
    *("edges", "fold", "truncation", "pipe", "facts", "length", "hang_up", "audio_pace"),
    *("audio_swell", "quiet", "leading", "players", "strikes", "ringing", "steady", "bed"),
    *("wander", "lift", "face", "big", "large", "code"),
}
"""Names that no module or class has alone, since they do not say what it is."""

KEPT_NAMES = {
    "Order",  # of a playlist: sequential or shuffle; a key that people write
    "LearnedControl",  # MIDI learn is the field's term
}

IMPURE_MODULES = {
    *("threading", "multiprocessing", "subprocess", "asyncio", "signal", "socket", "sys"),
    *("os", "pathlib", "io", "shutil", "tempfile", "sqlite3", "logging", "time"),
    *("pygame", "mido", "rtmidi", "av"),
}
IMPURE_CALLS = {
    *("open", "print", "input"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
}
SEEDED = {"Generator", "SeedSequence", "PCG64", "Philox", "default_rng"}

TOP_LEVEL = {
    *("soundscape", "scenes", "playlists", "room.yaml", "tests", "benchmarks", "docs"),
    *("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"),
}
LONGEST = 500

# In pieces, so that this file does not name what it looks for.
REGISTRIES = re.compile(
    "pypi" + r"\.org|python" + r"hosted\.org|registry\.npm" + "js", re.IGNORECASE
)


def modules(*parts: str) -> list[Path]:
    """The package's modules, or those of some parts of it."""
    found = sorted(PACKAGE.rglob("*.py"))
    return [path for path in found if part_of(path) in parts] if parts else found


def part_of(path: Path) -> str:
    """The part of the house that a module belongs to: a package's or a module's name."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@functools.cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imported(path: Path) -> list[tuple[str, str]]:
    """What a module imports, wherever in it, as full names; each with its place."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(place(path, node), alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            found += [(place(path, node), f"{origin}.{alias.name}") for alias in node.names]
    return found


def called(path: Path) -> Iterator[tuple[str, str, bool]]:
    """What a module calls, as written; each with its place, and whether with arguments."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield place(path, node), ast.unparse(node.func), bool(node.args or node.keywords)


def place(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_every_part_has_its_place() -> None:
    assert {part_of(path) for path in modules()} - {"__init__", "__main__"} <= set(ORDER)


def test_imports_point_downward() -> None:
    upward = [
        f"{where}: {part} imports {name}"
        for part in ORDER
        for path in modules(part)
        for where, name in imported(path)
        if name.startswith("soundscape.")
        and (other := name.split(".")[1]) in ORDER
        and ORDER.index(other) > ORDER.index(part)
    ]
    assert upward == []


def dotted(path: Path) -> str:
    """The name that a module is imported by."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def inner_part(module: str) -> str:
    """The part of its package that a module belongs to; empty for the package itself."""
    return (*module.split("."), "", "")[2]


def test_imports_point_downward_inside_the_larger_packages() -> None:
    upward = [
        f"{where}: {inner_part(dotted(path))} imports {name}"
        for package, order in INNER_ORDER.items()
        for path in modules(package)
        for where, name in imported(path)
        if name.startswith(f"soundscape.{package}.")
        and (own := inner_part(dotted(path))) in order
        and (other := inner_part(name)) in order
        and order.index(other) > order.index(own)
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {dotted(path) for path in modules()}
    imports = {
        dotted(path): {
            module
            for _, name in imported(path)
            for module in (name, name.rpartition(".")[0])
            if module in names and module != dotted(path)
        }
        for path in modules()
        if path.name != "__init__.py"
    }
    while lowest := {name for name, needed in imports.items() if not needed & set(imports)}:
        imports = {name: needed for name, needed in imports.items() if name not in lowest}
    circles = {
        tuple(sorted((name, other)))
        for name, needed in imports.items()
        for other in needed
        if name in imports.get(other, ())
    }
    assert circles == CIRCLES
    for pair in CIRCLES:  # each of them is the only circle that its modules are in
        imports[pair[0]].discard(pair[1])
    while lowest := {name for name, needed in imports.items() if not needed & set(imports)}:
        imports = {name: needed for name, needed in imports.items() if name not in lowest}
    assert imports == {}


def classes() -> Iterator[tuple[str, str]]:
    """The package's classes, wherever in a module; each with its place."""
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                yield place(path, node), node.name


def words(name: str) -> list[str]:
    """The words of a module's or class's name, in lower case."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)]


def test_no_class_name_stands_twice() -> None:
    named: dict[str, list[str]] = {}
    for where, name in classes():
        named.setdefault(name.lstrip("_"), []).append(where)
    assert {name: places for name, places in named.items() if len(places) > 1} == {}


def test_no_module_name_stands_twice() -> None:
    named: dict[str, list[str]] = {}
    for path in modules():
        named.setdefault(path.stem, []).append(dotted(path))
    twice = {name: places for name, places in named.items() if len(places) > 1}
    assert set(twice) <= {"__init__", "main"}


def test_modules_and_classes_are_named_in_the_terms_of_the_field() -> None:
    named = [(dotted(path), path.stem) for path in modules()]
    private = [
        f"{where}: {name}"
        for where, name in (*named, *classes())
        if name not in KEPT_NAMES
        and (PRIVATE_WORDS & set(words(name)) or "_".join(words(name)) in VAGUE_NAMES)
    ]
    assert private == []


def test_imports_say_the_whole_name() -> None:
    relative = [f"{where}: {name}" for path in modules() for where, name in imported(path)
                if name.startswith(".")]  # fmt: skip
    assert relative == []


def test_the_upper_half_imports_no_thread_device_file_or_clock() -> None:
    impure = [
        f"{where}: {name}"
        for path in modules(*PURE)
        for where, name in imported(path)
        if name.split(".")[0] in IMPURE_MODULES
    ]
    assert impure == []


def test_the_upper_half_opens_prints_and_asks_nothing() -> None:
    impure = [
        f"{where}: {name}()"
        for path in modules(*PURE)
        for where, name, _ in called(path)
        if name in IMPURE_CALLS
    ]
    assert impure == []


def test_the_upper_half_has_no_chance_of_its_own() -> None:
    own = []
    for path in modules(*PURE):
        own += [
            f"{where}: {name}"
            for where, name in imported(path)
            if name.split(".")[0] == "random" and name != "random.Random"
        ]
        for where, name, seeded in called(path):
            last = name.split(".")[-1]
            if "random." in name and last not in SEEDED:
                own.append(f"{where}: {name}()")
            if last in (*SEEDED, "Random") and not seeded:
                own.append(f"{where}: {name}() without a seed")
    assert own == []


def test_there_is_one_clock() -> None:
    """`time.monotonic` advances in steps of 15.6 ms on Windows before Python 3.13."""
    others = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules()
        for name in ("time.monotonic", "time.perf_counter")
        if name in re.sub("`.*?`", "", path.read_text(encoding="utf-8"))
        and path != PACKAGE / "ipc" / "clock.py"
    ]
    assert others == []


def test_nothing_that_plays_reads_the_clock_of_the_wall() -> None:
    """It may be set while a session plays, by hand or by a time server."""
    wall = re.compile(r"\btime\.(time|time_ns|localtime|gmtime|strftime)\b|\bdatetime\b")
    plays = ("engine", "devices", "ipc", "lighting", "media", "mixer", "synth", "timeline")
    readers = [path.name for path in modules(*plays) if wall.search(path.read_text("utf-8"))]
    assert readers == []


def test_only_the_command_line_knows_the_terminal() -> None:
    aware = [
        f"{where}: {name}"
        for path in modules()
        for where, name in imported(path)
        if (name.split(".")[0] in ("click", "rich_click") and part_of(path) != "cli")
        or (name.split(".")[0] == "rich" and part_of(path) not in ("cli", "console"))
    ]
    assert aware == []


def test_no_module_is_longer_than_two_subjects() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path.name: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_the_repository_holds_only_what_it_should() -> None:
    entries = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {entry for entry in entries if not entry.startswith(".")} - TOP_LEVEL == set()


def test_tests_mirror_the_packages() -> None:
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert folders - {"fuzz", "peers", "soak", "support", "__pycache__"} - set(ORDER) == set()


def test_no_file_names_a_registry_or_a_path_of_this_machine() -> None:
    here = {str(ROOT), str(ROOT.parent), sys.prefix, str(Path.home())} - {"/", "/tmp"}  # noqa: S108
    paths = re.compile("|".join(rf"(?<![\w.]){re.escape(path)}/" for path in sorted(here)))
    named = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        found = REGISTRIES.search(text) or paths.search(text)
        if found:
            named.append(f"{path.relative_to(ROOT)}: {found.group()}")
    assert named == []
