"""Measure infermux side by side with other clients: `python benchmarks/run.py`.

Each measurement is a process of its own; the libraries take turns, and what counts is the ratio within one turn.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from environments import ROOT, prepare, version

HERE = Path(__file__).resolve().parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- printed by benchmarks/run.py -->", "<!-- end -->"
OURS, RIVAL = "infermux", "huggingface_hub"
PEERS = (RIVAL, "openai", "litellm")
SLOW = {"litellm": 10}
"""Libraries that do a task a fraction as often, so that a run ends today."""
LONGEST_S = 60


@dataclass(frozen=True)
class Measure:
    """A row of the table: a function of `measure.py`, and how good it should be."""

    title: str
    function: str
    unit: str
    path: str = ""
    count: int = 1
    most_times: float | None = None
    """The target as a multiple of the rival's figure."""
    most: float | None = None
    """The target as a figure; such a row is measured once, as it takes long and varies little."""
    of: tuple[str, ...] = (OURS, *PEERS)
    """The libraries that can do it."""


MEASURES = (
    Measure("Chat call", "calls", "µs", "", 1_000, most_times=0.40),
    Measure("Chat call, 64 at once, async", "async_calls", "µs", "", 1_280, most_times=0.25),
    Measure("Streamed chunk", "stream", "µs", "", 20, most_times=0.10),
    Measure("Streamed chunk, 64 streams at once, async", "async_stream", "µs", "", 64, most_times=0.12),
    Measure("Streamed chunk, one every 1 ms", "stream", "µs", "/slow/1/250"),
    Measure("Streamed chunk, one every 20 ms, 64 streams, async", "async_stream", "µs", "/slow/20/50", 64),
    Measure("Import of both clients", "imports", "ms", most_times=0.25),
    Measure("Import and first call", "first_call", "ms"),
    Measure("Import and first call, async", "first_async_call", "ms"),
    Measure("Memory after the import", "memory", "MB"),
    Measure("{:,} two-second jobs awaited together", "jobs", "s", "", 100, most=5, of=(OURS, RIVAL)),
    Measure("Longest stall of the loop meanwhile, {:,} jobs", "stall", "ms", "", 100, most=50, of=(OURS, RIVAL)),
    Measure("Growth over {:,} calls of 100 KB", "growth", "MB", "/large", 10_000, most=3),
    Measure("Sockets left by {:,} abandoned streams", "sockets", "", "/endless", 1_000, most=0),
    Measure("Sockets left by {:,} abandoned streams, async", "async_sockets", "", "/endless", 1_000, most=0),
)
QUICK = 4
"""A quick run does everything a fourth as often."""

Figures = dict[str, list[float]]
"""Library → what each round measured; a failed measurement is not a number."""


def main() -> None:
    asked = arguments()
    libraries = [OURS, *asked.peers]
    pythons = {library: prepare(library, upgrade=asked.upgrade) for library in libraries}
    rounds = asked.rounds or (2 if asked.quick else 5)
    rows: list[list[str]] = []
    notes: list[str] = []
    with server() as url:
        for measure in MEASURES:
            if not asked.only or asked.only in measure.function:
                title = measure.title.format(count_for(measure, OURS, asked.quick))
                print(f"{title} …", file=sys.stderr, flush=True)
                found = figures(measure, pythons, url, rounds, asked.quick, notes)
                rows.append([title, *row(measure, found)])
                print("  " + "  ".join(rows[-1][1:]), file=sys.stderr, flush=True)
    versions = ", ".join(f"{library} {version(library, python)}" for library, python in pythons.items())
    command = " ".join(["python benchmarks/run.py", *(word for word in sys.argv[1:] if word != "--markdown")])
    notes += [f"{library} did each task 1/{SLOW[library]} as often." for library in libraries if library in SLOW]
    report = "\n\n".join(
        [
            f"{versions}; Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores.",
            f"Printed by `{command}`: medians of {rounds} rounds; growth and sockets are measured once.",
            table([header(libraries), *rows]),
            *notes,
        ]
    )
    print(report)
    if asked.markdown:
        write(report)


class MeasureError(Exception):
    """A measurement came to no figure."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--peers", type=lambda text: text.split(","), default=list(PEERS), help="comma-separated")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--rounds", type=int, help="how often each library has its turn")
    parser.add_argument("--only", help="the measures whose function in measure.py has this in its name")
    parser.add_argument("--upgrade", action="store_true", help="take the newest releases of the packages")
    parser.add_argument("--markdown", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)} too")
    asked = parser.parse_args()
    if unknown := set(asked.peers) - set(PEERS):
        parser.error(f"unknown peer {', '.join(unknown)}; there are {', '.join(PEERS)}")
    return asked


@contextmanager
def server() -> Iterator[str]:
    """Run the server in a process of its own."""
    command = [sys.executable, "-I", str(HERE / "server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"


def figures(
    measure: Measure, pythons: dict[str, Path], url: str, rounds: int, quick: bool, notes: list[str]
) -> Figures:
    """Measure, the libraries taking turns; note what fails."""
    found: Figures = {library: [] for library in pythons}
    for _ in range(rounds if measure.most is None else 1):
        for library, python in pythons.items():
            if library not in measure.of:
                continue
            count = count_for(measure, library, quick)
            command = [str(python), "-I", str(HERE / "measure.py"), library, measure.function, url + measure.path]
            try:
                found[library].append(one_figure([*command, str(count)]))
            except MeasureError as error:
                found[library].append(math.nan)
                note = f"{library} failed at {measure.title.format(count)!r}: {error}."
                if note not in notes:
                    notes.append(note)
    return found


def count_for(measure: Measure, library: str, quick: bool) -> int:
    quicker = QUICK if quick and measure.function not in ("jobs", "stall") else 1
    return max(measure.count // (SLOW.get(library, 1) * quicker), 1)


def one_figure(command: list[str]) -> float:
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        raise MeasureError(f"not done in {LONGEST_S} s") from None
    for line in done.stdout.splitlines():
        if line.startswith("measured "):
            return float(line.split()[1])
    raise MeasureError((done.stderr.strip() or "nothing was printed").splitlines()[-1])


def environment() -> dict[str, str]:
    """No proxy between client and server, and no library that fetches something of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {**kept, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HF_HUB_DISABLE_TELEMETRY": "1"}


def header(libraries: Sequence[str]) -> list[str]:
    ratio = [f"{OURS} ÷ {RIVAL}", "target", ""] if RIVAL in libraries else ["target", ""]
    return ["CPU time, memory, or waiting", "unit", *libraries, *ratio]


def row(measure: Measure, found: Figures) -> list[str]:
    ours, rival = found[OURS], found.get(RIVAL, [])
    cells = [measure.unit, *(cell(measure, values) for values in found.values())]
    ratios = [own / other for own, other in zip(ours, rival, strict=False)] if measure.most is None else []
    if RIVAL in found:
        cells.append(f"{median(ratios):.3f} ({min(ratios):.3f}-{max(ratios):.3f})" if ratios else "")
    return [*cells, *verdict(measure, ratios, ours)]


def cell(measure: Measure, values: list[float]) -> str:
    if not values:
        return "-"
    value = median(values)
    if math.isnan(value):
        return "failed"
    return f"{value:.1f}" if measure.unit and value < 100 else f"{value:,.0f}"


def verdict(measure: Measure, ratios: list[float], ours: list[float]) -> list[str]:
    """The target and whether it is met."""
    if measure.most is not None:
        return [f"≤ {measure.most:g} {measure.unit}".rstrip(), "ok" if max(ours) <= measure.most else "over"]
    if measure.most_times is not None:
        if not ratios:
            return [f"≤ {measure.most_times:.2f}", ""]
        return [f"≤ {measure.most_times:.2f}", "ok" if median(ratios) <= measure.most_times else "over"]
    return ["", ""]


def table(rows: list[list[str]]) -> str:
    """A Markdown table whose columns stand below each other; figures to the right."""
    widths = [max(3, *map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * width if at < 2 else "-" * (width - 1) + ":" for at, width in enumerate(widths)]
    lines = [[f"{text:{'<' if at < 2 else '>'}{widths[at]}}" for at, text in enumerate(line)] for line in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def write(report: str) -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{report}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
