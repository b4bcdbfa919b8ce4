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
    """The share of samples whose first class is that of the source; for each of them, how close the outputs are."""
    good = []
    for sample in items:
        output = compiled(sample)[0]
        good.append(float(output.argmax() == truth[len(good)]))
    return sum(good) / len(good), None


if recipe == "default":
    model = nncf.quantize(model, nncf.Dataset(data), **common)
elif recipe == "mixed":
    preset = nncf.QuantizationPreset.MIXED
    model = nncf.quantize(model, nncf.Dataset(data), preset=preset, fast_bias_correction=False, **common)
elif recipe == "accuracy-aware":
    source = core.compile_model(model, "CPU")
    truth = [int(numpy.argmax(source(sample)[0])) for sample in data]
    dataset = nncf.Dataset(data)
    model = nncf.quantize_with_accuracy_control(
        model, dataset, dataset, agreement, max_drop=request["options"]["max_drop"], **common)
openvino.save_model(model, request["result"], compress_to_fp16=False)
