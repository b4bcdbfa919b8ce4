# Quantises by NNCF.
import nncf
import numpy
import openvino

core = openvino.Core()
model = core.read_model(request["source"])
data = [list(sample.values()) for sample in samples()]
recipe = request["recipe"]
common = dict(subset_size=len(data))


def agreement(compiled, items):
    """The share of samples whose first class is that of the source. NNCF also asks for some of the samples alone."""
    good = [float(compiled(sample)[0].argmax() == truth) for sample, truth in items]
    return sum(good) / len(good), None


if recipe == "default":
    model = nncf.quantize(model, nncf.Dataset(data), **common)
elif recipe == "mixed":
    preset = nncf.QuantizationPreset.MIXED
    model = nncf.quantize(model, nncf.Dataset(data), preset=preset, fast_bias_correction=False, **common)
elif recipe == "accuracy-aware":
    source = core.compile_model(model, "CPU")
    pairs = [(sample, int(numpy.argmax(source(sample)[0]))) for sample in data]
    model = nncf.quantize_with_accuracy_control(
        model, nncf.Dataset(data), nncf.Dataset(pairs, lambda pair: pair[0]), agreement,
        max_drop=request["options"]["max_drop"], **common)
openvino.save_model(model, request["result"], compress_to_fp16=False)
