#!/usr/bin/env python3
"""A model behind MLPerf's LoadGen, as somebody who wants it fast writes it in Python: for Benchmarks/loadgen-parity.

Inputs and outputs are bound beforehand. `session.run` would copy and allocate in each query, which costs 1 to 2 % of MobileNetV2.

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

    outputs = [
        onnxruntime.OrtValue.ortvalue_from_numpy(value)
        for value in session.run(None, {item.name: np.zeros(shape, np.float32)})
    ]

    def bound(sample):
        binding = session.io_binding()
        binding.bind_cpu_input(item.name, sample)
        for output, value in zip(session.get_outputs(), outputs):
            binding.bind_ortvalue_output(output.name, value)
        return binding

    def over(samples):
        bindings = [bound(sample) for sample in samples]
        return lambda index: session.run_with_iobinding(bindings[index])

    return shape, np.float32, over


def openvino_session(model, threads):
    import openvino

    core = openvino.Core()
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": "1"})
    request = compiled.create_infer_request()
    port = compiled.inputs[0]

    def over(samples):
        return lambda index: request.infer([samples[index]], share_inputs=True)

    return list(port.shape), port.element_type.to_dtype(), over


def null_session(model, threads):
    return [1], np.float32, lambda samples: lambda index: None


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
    streams = [over(samples) for _, _, over in sessions]
    for infer in streams:
        for index in range(min(10, a.samples)):
            infer(index)

    def complete(items, infer):
        for item in items:
            infer(item.index)
        loadgen.QuerySamplesComplete([loadgen.QuerySampleResponse(item.id, 0, 0) for item in items])

    waiting = queue.SimpleQueue()

    def serve(infer):
        while (items := waiting.get()) is not None:
            complete(items, infer)

    if a.streams == 1:
        # A query of server that is due meanwhile waits in LoadGen, which counts its latency from then on.
        issue = lambda items: complete(items, streams[0])
    else:
        for infer in streams:
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
