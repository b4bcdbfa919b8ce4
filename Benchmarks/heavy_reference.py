#!/usr/bin/env python3
"""What a user would write to time TensorFlow or PyTorch: the median latency in ms of a model with random inputs, as JSON.

    heavy_reference.py tensorflow MODEL --threads 2 --runs 300
    heavy_reference.py torch MODEL.pt2 --input float32:1,3,224,224 --threads 2 --runs 300
"""
import argparse, json, os, statistics, time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def tensorflow(path, threads, _):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    loaded = tf.saved_model.load(path)
    function = loaded.signatures["serving_default"]
    inputs = {
        name: tf.random.uniform([size or 1 for size in spec.shape], dtype=spec.dtype)
        for name, spec in function.structured_input_signature[1].items()}
    # The function does not keep the variables.
    return lambda: (loaded, [value.numpy() for value in function(**inputs).values()])


def torch(path, threads, inputs):
    import torch

    torch.set_num_threads(threads)
    package = torch._inductor.aoti_load_package(path)
    specs = [text.split(":") for text in inputs]
    tensors = [torch.rand([int(size) for size in shape.split(",")]).to(getattr(torch, dtype)) for dtype, shape in specs]

    def run():
        with torch.inference_mode():
            result = package(*tensors)
        return [value.numpy() for value in torch.utils._pytree.tree_leaves(result)]
    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=("tensorflow", "torch"))
    parser.add_argument("model")
    parser.add_argument("--input", action="append", default=[], help="TYPE:SHAPE, one for each input of a .pt2")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=300)
    a = parser.parse_args()
    infer = globals()[a.engine](a.model, a.threads, a.input)
    # As Assay warms up: at least 3 inferences and half a second.
    start, count = time.perf_counter(), 0
    while count < 3 or time.perf_counter() - start < 0.5:
        infer()
        count += 1
    times = []
    for _ in range(a.runs):
        start = time.perf_counter_ns()
        infer()
        times.append(time.perf_counter_ns() - start)
    print(json.dumps({"p50": statistics.median(times) / 1e6}))


main()
