#!/usr/bin/env python3
"""Writes loadgen.json, what MLPerf's LoadGen issues, when, and what it concludes, for ScenariosTests.

Usage: python3 make_fixtures.py      (needs mlcommons-loadgen 6.0.17)

The latencies of the summaries are those of one run, so they differ from run to run; what follows from them must not.
"""
import json
import tempfile
import time
from pathlib import Path

import mlperf_loadgen as loadgen

QSL_SEED, SAMPLE_SEED, SCHEDULE_SEED = 2085463073848966840, 2747215439041700203, 16159082839903944936


def run(scenario, count, samples=64, trace=False, pause=0, **settings):
    """Runs LoadGen on a system that does nothing, and returns what it did."""
    issued, loaded = [], []

    def issue(queries):
        issued.append([query.index for query in queries])
        if pause:
            time.sleep(pause * (1 + len(issued) % 7))
        loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(query.id, 0, 0) for query in queries])

    test = loadgen.TestSettings()
    test.scenario = getattr(loadgen.TestScenario, scenario)
    test.mode = loadgen.TestMode.PerformanceOnly
    test.min_duration_ms = 0
    test.min_query_count = count
    test.qsl_rng_seed, test.sample_index_rng_seed, test.schedule_rng_seed = QSL_SEED, SAMPLE_SEED, SCHEDULE_SEED
    test.multi_stream_samples_per_query = 8
    for name, value in settings.items():
        setattr(test, name, value)
    with tempfile.TemporaryDirectory() as folder:
        log = loadgen.LogSettings()
        log.log_output.outdir = folder
        log.enable_trace = trace
        sut = loadgen.ConstructSUT(issue, lambda: None)
        qsl = loadgen.ConstructQSL(samples, samples, loaded.append, lambda _: None)
        loadgen.StartTestWithLogSettings(sut, qsl, test, log)
        loadgen.DestroyQSL(qsl)
        loadgen.DestroySUT(sut)
        detail = {}
        for line in (Path(folder) / "mlperf_log_detail.txt").read_text().splitlines():
            try:
                entry = json.loads(line.removeprefix(":::MLLOG "))
            except json.JSONDecodeError:  # LoadGen writes -nan for the rate of one query.
                continue
            detail[entry["key"]] = entry["value"]
        result = {"issued": issued, "loaded": loaded, "detail": detail}
        result["summary"] = (Path(folder) / "mlperf_log_summary.txt").read_text()
        if trace:
            # One event a line; the file as a whole is not always JSON.
            lines = (Path(folder) / "mlperf_log_trace.json").read_text().splitlines()
            events = [json.loads(line.rstrip(",")) for line in lines if line.startswith('{"name":"Sample","cat"')]
            result["samples"] = [event["args"] | {"ts": event["ts"]} for event in events if "args" in event]
            assert len(result["samples"]) == sum(map(len, issued))
    return result


def samples():
    """Which samples are loaded and issued, in order."""
    cases = [("SingleStream", n, 200, {}) for n in (1, 2, 3, 7, 64, 1024)]
    cases += [("Server", n, 200, {"server_target_qps": 1e9}) for n in (1, 64, 1024)]
    cases += [("MultiStream", n, 60, {}) for n in (1, 8, 20, 64, 1024)]
    cases += [("Offline", n, 300, {"offline_expected_qps": 1}) for n in (1, 7, 64)]
    cases += [("SingleStream", 70_000, 50, {}), ("SingleStream", 64, 100, {"sample_index_rng_seed": 1, "qsl_rng_seed": 2})]
    found = []
    for scenario, count, queries, settings in cases:
        result = run(scenario, queries, count, **settings)
        loaded = result["loaded"][0]
        found.append({
            "scenario": scenario, "samples": count, "queries": queries,
            "qslSeed": settings.get("qsl_rng_seed", QSL_SEED),
            "sampleSeed": settings.get("sample_index_rng_seed", SAMPLE_SEED),
            "loaded": loaded[:100], "issued": result["issued"],
        })
    return found


def schedules():
    """When the query after the last of `queries` would be due, in ns: the sum of all waits."""
    found = []
    for rate, seed in ((1e4, SCHEDULE_SEED), (1234.5, 1), (9e5, 0xFFFF_FFFF_FFFF)):
        for count in list(range(1, 40)) + [1000, 10_000]:
            if count / rate > 1.5:
                continue
            result = run("Server", count, 1, server_target_qps=rate, schedule_rng_seed=seed)
            found.append(
                {"rate": rate, "seed": seed, "queries": count, "end": result["detail"]["generated_query_duration"]})
    # As many queries as the duration needs.
    for rate, milliseconds in ((1e4, 100), (3e3, 250)):
        result = run("Server", 1, 1, server_target_qps=rate, min_duration_ms=milliseconds)
        found.append({
            "rate": rate, "seed": SCHEDULE_SEED, "minimumSeconds": milliseconds / 1000,
            "queries": result["detail"]["generated_query_count"], "end": result["detail"]["generated_query_duration"],
        })
    return found


def early_stopping():
    """How many of the slowest queries LoadGen discards, and how many more a server would need."""
    found = []
    for percentile, counts in (
        (0.5, (1, 7, 8, 9, 100)), (0.9, (10, 63, 64, 65, 80, 81, 82, 100, 128, 197, 745, 1000, 5000)),
        (0.95, (129, 130, 397, 398)), (0.97, (300, 1000)), (0.99, (100, 661, 662, 663, 838, 2010, 3000, 10_000)),
        (0.999, (6635, 6636, 8403)),
    ):
        for count in counts:
            result = run("SingleStream", count, 1, single_stream_target_latency_percentile=percentile)
            text = result["detail"]["early_stopping_result"]
            discarded = int(text.split("Would discard ")[1].split()[0]) if "Would discard" in text else None
            needed = int(text.split("at least ")[1].split()[0])
            found.append(
                {"percentile": percentile, "queries": count, "discarded": discarded, "needed": needed})
    servers = []
    for percentile in (0.9, 0.99, 0.999):
        for count in (1, 2, 11, 40, 200):
            # Every query is late.
            result = run(
                "Server", count, 1, server_target_qps=1e6, server_target_latency_ns=0,
                server_target_latency_percentile=percentile)
            text = result["detail"]["early_stopping_result"]
            servers.append({
                "percentile": percentile, "late": count,
                "needed": count + int(text.split("run at least ")[1].split()[0]),
            })
    return found, servers


def summaries():
    """Whole runs: latencies in, the summary out."""
    cases = [
        ("SingleStream", 100, {}), ("SingleStream", 1000, {}), ("SingleStream", 40, {}),
        ("SingleStream", 70, {"min_duration_ms": 50, "single_stream_expected_latency_ns": 10_000_000}),
        ("MultiStream", 700, {}), ("MultiStream", 100, {}),
        ("Server", 400, {"server_target_qps": 1000, "server_target_latency_ns": 10_000_000}),
        ("Server", 300, {"server_target_qps": 1000, "server_target_latency_ns": 20_000}),
        ("Offline", 200, {"offline_expected_qps": 1}),
    ]
    found = []
    for scenario, count, settings in cases:
        result = run(scenario, count, 16, trace=True, pause=2e-5, **settings)
        queries = {}
        for sample in sorted(result["samples"], key=lambda sample: sample["sample_seq"]):
            queries.setdefault(sample["query_seq"], []).append(sample)
        found.append({
            "scenario": scenario, "settings": settings | {"min_query_count": count}, "summary": result["summary"],
            "detail": {key: value for key, value in result["detail"].items() if key.startswith(("result_", "early_"))},
            "queries": [{
                "scheduled": round(samples[0]["ts"] * 1000), "issueDelay": samples[0]["issue_start_ns"],
                "latencies": [sample["complete_ns"] for sample in samples],
            } for _, samples in sorted(queries.items())],
        })
    return found


def main():
    streams, servers = early_stopping()
    fixtures = {
        "samples": samples(), "schedules": schedules(), "earlyStopping": streams, "serverStopping": servers,
        "summaries": summaries(),
    }
    path = Path(__file__).parent / "loadgen.json"
    path.write_text(json.dumps(fixtures, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
