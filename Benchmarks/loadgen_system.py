#!/usr/bin/env python3
"""A model behind MLPerf's LoadGen, as somebody writes it in Python: for Benchmarks/loadgen-parity.

Usage: loadgen_system.py SCENARIO MODEL ENGINE --threads N --streams N --seconds S --queries N [--rate R] [--bound-ms B]

Prints a line of JSON: what LoadGen's summary and detail log say. ENGINE is onnxruntime, openvino or null.
"""
import argparse
import json
import queue
import tempfile
import threading
from pathlib import Path

import mlperf_loadgen as loadgen
import numpy as np

NAMES = {"single-stream": "SingleStream", "multi-stream": "MultiStream", "server": "Server", "offline": "Offline"}


def onnxruntime_session(model, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    item = session.get_inputs()[0]
    shape = [size if isinstance(size, int) else 1 for size in item.shape]
    return shape, np.float32, lambda sample: session.run(None, {item.name: sample})


def openvino_session(model, threads):
    import openvino

    core = openvino.Core()
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": "1"})
    request = compiled.create_infer_request()
    port = compiled.inputs[0]
    return list(port.shape), port.element_type.to_dtype(), lambda sample: request.infer([sample], share_inputs=True)


def null_session(model, threads):
    return [1], np.float32, lambda sample: None


SESSIONS = {"onnxruntime": onnxruntime_session, "openvino": openvino_session, "null": null_session}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", choices=NAMES)
    parser.add_argument("model")
    parser.add_argument("engine", choices=SESSIONS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--queries", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1)
    parser.add_argument("--bound-ms", type=float, default=1000)
    parser.add_argument("--samples", type=int, default=64)
    a = parser.parse_args()

    sessions = [SESSIONS[a.engine](a.model, a.threads) for _ in range(a.streams)]
    shape, kind, _ = sessions[0]
    random = np.random.default_rng(1)
    if np.issubdtype(kind, np.floating):
        samples = [random.random(shape, dtype=np.float32).astype(kind) for _ in range(a.samples)]
    else:
        samples = [random.integers(0, 256, shape).astype(kind) for _ in range(a.samples)]
    for _, _, infer in sessions:
        for sample in samples[:10]:
            infer(sample)

    def complete(items, infer):
        for item in items:
            infer(samples[item.index])
        loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(item.id, 0, 0) for item in items])

    waiting = queue.SimpleQueue()

    def serve(infer):
        while (items := waiting.get()) is not None:
            complete(items, infer)

    if a.streams == 1 and a.scenario != "server":
        issue = lambda items: complete(items, sessions[0][2])
    else:
        for _, _, infer in sessions:
            threading.Thread(target=serve, args=[infer], daemon=True).start()

        def issue(items):
            for item in items:
                waiting.put([item])

    settings = loadgen.TestSettings()
    settings.scenario = getattr(loadgen.TestScenario, NAMES[a.scenario])
    settings.mode = loadgen.TestMode.PerformanceOnly
    settings.min_duration_ms = int(a.seconds * 1000)
    settings.min_query_count = a.queries
    settings.qsl_rng_seed, settings.sample_index_rng_seed = 2085463073848966840, 2747215439041700203
    settings.schedule_rng_seed = 16159082839903944936
    settings.server_target_qps = settings.offline_expected_qps = a.rate
    settings.server_target_latency_ns = int(a.bound_ms * 1e6)
    settings.single_stream_expected_latency_ns = settings.multi_stream_expected_latency_ns = int(1e9 / a.rate)
    settings.multi_stream_samples_per_query = 8
    with tempfile.TemporaryDirectory() as folder:
        log = loadgen.LogSettings()
        log.log_output.outdir = folder
        log.enable_trace = False
        system = loadgen.ConstructSUT(issue, lambda: None)
        library = loadgen.ConstructQSL(a.samples, a.samples, lambda _: None, lambda _: None)
        loadgen.StartTestWithLogSettings(system, library, settings, log)
        found = {}
        for line in (Path(folder) / "mlperf_log_detail.txt").read_text().splitlines():
            entry = json.loads(line.removeprefix(":::MLLOG "))
            if entry["key"].startswith(("result_", "early_")):
                found[entry["key"]] = entry["value"]
    print(json.dumps(found))


main()
