"""The studies that the fleet measures, and what their stores hold."""

import collections
import json
import pathlib
import sqlite3
import struct

from .processes import FleetError

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Samples"
STEADY = [f"steady{number}" for number in range(4)]
REPEATS = 2
RUNS = 1000
# Where a record log has the number of its records.
COUNT_OFFSET = 24
# Model, target and measure of all cells of a host: a Synthetic one takes two seconds, those of real engines less than one.
CELLS = [
    *[(model, "Synthetic", "speed") for model in STEADY],
    *[("digits int8", "LiteRT", measure) for measure in ("speed", "accuracy")],
    *[("digits float32", "ONNX Runtime", measure) for measure in ("speed", "accuracy")],
]


def write(folder, name, hosts):
    """A study of `CELLS` on every host. `hosts` has the `via` of each, `None` for the machine that runs the study."""
    for model in STEADY:
        # Two of the same content would be sent once.
        text = json.dumps({"latency": {"base_us": 2000 + STEADY.index(model)}})
        (folder / f"{model}.synthetic").write_text(text)
    declared = "\n".join(
        f"  - {{name: {host}}}" if via is None else f"  - {{name: {host}, via: {json.dumps(via)}}}"
        for host, via in hosts.items())
    models = "\n".join(f"  - {{name: {model}, path: {model}.synthetic}}" for model in STEADY)
    path = folder / f"{name}.yaml"
    path.write_text(f"""\
study: 1
name: {name}
repeats: {REPEATS}
hosts:
{declared}
models:
{models}
  - {{name: digits int8, path: {SAMPLES}/models/digits_int8.tflite}}
  - {{name: digits float32, path: {SAMPLES}/models/digits_float32.onnx}}
targets:
  - {{name: Synthetic, target: synthetic}}
  - {{name: LiteRT, target: litert}}
  - {{name: ONNX Runtime, target: onnxruntime}}
measures:
  - {{name: speed, kind: latency, runs: {RUNS}, warm-up: 0s}}
  - {{name: accuracy, kind: accuracy, images: {SAMPLES}/digits}}
cells:
  - {{models: [{", ".join(STEADY)}], targets: Synthetic, measures: speed, threads: 1}}
  - {{models: digits int8, targets: LiteRT, threads: 1}}
  - {{models: digits float32, targets: ONNX Runtime, threads: 1}}
report:
  sections:
    - title: Results
      show: [{{table: best-time}}, {{table: accuracy-by-model}}]
""")
    return path


def cells(hosts):
    return {(host, *cell, repetition) for host in hosts for cell in CELLS for repetition in range(1, REPEATS + 1)}


Row = collections.namedtuple("Row", "id cell status records")


class Store:
    def __init__(self, path):
        self.path = path

    def rows(self, study):
        """The saved runs of a study, in the order in which they were saved."""
        if not self.path.exists():
            return []
        database = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)
        try:
            return [Row(row[0], tuple(row[1:6]), row[6], row[7] or 0) for row in database.execute(
                "SELECT id, study_host, report ->> '$.study.model', report ->> '$.study.target',"
                " report ->> '$.study.measure', study_repetition, status, log_count"
                " FROM run WHERE study = ? ORDER BY id", [study])]
        except sqlite3.OperationalError as error:
            # It is being made.
            if "no such" in str(error):
                return []
            raise
        finally:
            database.close()

    def done(self, study, host=None):
        return [row for row in self.rows(study) if row.status == "ok" and host in (None, row.cell[0])]

    def measuring(self, host):
        """Whether the first half of a `STEADY` cell is being measured, by the note and the record log of the run."""
        for note in (self.path.parent / "running").glob("*.json"):
            try:
                # Its last line counts.
                report = json.loads(note.read_text().splitlines()[-1])["report"]
                cell = report["study"]
                with open(report["record_log"], "rb") as log:
                    log.seek(COUNT_OFFSET)
                    [count] = struct.unpack("<Q", log.read(8))
            except (OSError, ValueError, LookupError, struct.error):
                # It has ended, or has just begun.
                continue
            if cell["host"] == host and cell["model"] in STEADY and 0 < count < RUNS / 2:
                return True
        return False


def check_whole(rows, hosts, cuts):
    """Every cell of the study is done once; of each cut at most one run per host is left that was measured in vain."""
    done = collections.Counter(row.cell for row in rows if row.status == "ok")
    expected = cells(hosts)
    if lost := expected - set(done):
        raise FleetError(f"{len(lost)} cells were lost, such as {sorted(lost)[0]}.")
    if strange := set(done) - expected:
        raise FleetError(f"There are results of cells that the study does not have, such as {sorted(strange)[0]}.")
    if twice := [cell for cell, count in done.items() if count > 1]:
        raise FleetError(f"{len(twice)} cells have two results, such as {twice[0]}.")
    cut = collections.Counter(row.cell[0] for row in rows if row.status != "ok" and row.records > 0)
    for host, count in cut.items():
        if count > cuts.get(host, 0):
            raise FleetError(f"{count} runs of {host} were cut, and it was interrupted {cuts.get(host, 0)} times.")
    return sum(cut.values())
