# Quantises by Google's AI Edge Quantizer. Inputs and outputs stay as they are.
from ai_edge_quantizer import quantizer, recipe
from ai_edge_quantizer.utils import tfl_interpreter_utils

RECIPES = {"default": recipe.static_wi8_ai8, "mixed": recipe.static_wi8_ai16}

interpreter = tfl_interpreter_utils.create_tfl_interpreter(request["source"])
signatures = interpreter.get_signature_list()
key, names = None, [detail["name"] for detail in interpreter.get_input_details()]
if signatures:
    key = next(iter(signatures))
    names = signatures[key]["inputs"]
data = samples()
if set(data[0]) != set(names):
    data = [dict(zip(names, sample.values())) for sample in data]

made = quantizer.Quantizer(request["source"], RECIPES[request["recipe"]]())
ranges = made.calibrate({key or tfl_interpreter_utils.DEFAULT_SIGNATURE_KEY: data}, num_threads=os.cpu_count())
made.quantize(ranges).export_model(request["result"], overwrite=True)
