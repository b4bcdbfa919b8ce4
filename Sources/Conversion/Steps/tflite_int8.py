# Quantises by Google's AI Edge Quantizer. Inputs and outputs stay as they are.
from ai_edge_quantizer import quantizer, recipe
from ai_edge_quantizer.utils import tfl_interpreter_utils

RECIPES = {"default": recipe.static_wi8_ai8, "mixed": recipe.static_wi8_ai16}

interpreter = tfl_interpreter_utils.create_tfl_interpreter(request["source"])
signatures = interpreter.get_signature_list()
# Samples have the names that the engine gives, those of the tensors or of the signature; the quantizer wants the latter.
key, wanted = None, {detail["name"]: detail["name"] for detail in interpreter.get_input_details()}
if signatures:
    key = next(iter(signatures))
    wanted = {detail["name"]: name for name, detail in interpreter.get_signature_runner(key).get_input_details().items()}
data = samples()
if len(wanted) == 1:
    data = [{name: array for name in wanted.values() for array in sample.values()} for sample in data]
elif set(data[0]) == set(wanted):
    data = [{wanted[name]: array for name, array in sample.items()} for sample in data]
elif set(data[0]) != set(wanted.values()):
    refuse(f"The inputs {sorted(data[0])} of the calibration data are not those of the model, {sorted(wanted)}.")

made = quantizer.Quantizer(request["source"], RECIPES[request["recipe"]]())
ranges = made.calibrate({key or tfl_interpreter_utils.DEFAULT_SIGNATURE_KEY: data}, num_threads=os.cpu_count())
made.quantize(ranges).export_model(request["result"], overwrite=True)
