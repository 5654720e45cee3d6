"""`python -m benchmarks [NAME ...]`: runs benchmarks and writes what they find."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import CannotRun, Figure, Result, as_json, draw, markdown
from benchmarks.measuring import Lab, about

NAMES = (
    "decode",
    "offline_render",
    "render_memory",
    "scan",
    "start_up",
    "player_load",
    "clients",
    "fade_quality",
    "gapless",
    "gaps",
    "steering",
    "light_timing",
    "generators",
    "large_library",
    "growth",
    "small_machine",
    "rooms",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for. Return 1 if a benchmark could not run, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement (default: 3)")
    parser.add_argument("--quick", action="store_true", help="with little material: a trial")
    parser.add_argument(
        "--output", type=Path, default=Path("build/benchmarks"), metavar="FOLDER",
        help="for results.md, results.json and plots (default: build/benchmarks)",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(NAMES))
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(NAMES)}")
    if options.rounds < 1:
        parser.error("--rounds must be 1 or more")
    options.output.mkdir(parents=True, exist_ok=True)
    results = []
    for name in options.names or NAMES:
        results.append(run(name, options.rounds, quick=options.quick))
        write(results, options.output)
    return int(any(result.error is not None for result in results))


def run(name: str, rounds: int, *, quick: bool) -> Result:
    """Run one benchmark, and print each figure as it is found."""
    module = importlib.import_module(f"benchmarks.{name}")
    summary = (module.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    result = Result(name, summary)
    print(f"{name}: {summary}", flush=True)
    begin = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as folder:
            lab = Lab(Path(folder), rounds, quick)
            os.environ["SOUNDSCAPE_HOME"] = str(lab.home)
            for found in module.figures(lab):
                if isinstance(found, Figure):
                    result.figures.append(found)
                    print("  " + " | ".join(cell for cell in found.row() if cell), flush=True)
                else:
                    result.plots.append(found)
    except CannotRun as err:
        result.error = str(err)
    except Exception as err:  # noqa: BLE001 - the others still run
        traceback.print_exc()
        result.error = f"{type(err).__name__}: {err}"
    if result.error is not None:
        print(f"  could not run: {result.error}", file=sys.stderr, flush=True)
    result.seconds = time.perf_counter() - begin
    return result


def write(results: list[Result], folder: Path) -> None:
    """Write all results so far."""
    known = about()
    for result in results:
        try:
            for plot in result.plots:
                draw(plot, folder)
        except CannotRun as err:
            result.error = result.error or str(err)
    (folder / "results.md").write_text(markdown(results, known), encoding="utf-8")
    text = json.dumps(as_json(results, known), ensure_ascii=False, indent=1)
    (folder / "results.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
