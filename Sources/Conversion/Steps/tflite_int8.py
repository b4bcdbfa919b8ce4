# Quantises by Google's AI Edge Quantizer.
from ai_edge_quantizer import qtyping, quantizer, recipe
from ai_edge_quantizer.utils import tfl_interpreter_utils

# Bits of activations.
RECIPES = {"default": 8, "mixed": 16}


def steps():
    """All operations. Inputs and outputs become int8, and stay floats where they would become int16, which holds no images."""
    bits, manager = RECIPES[request["recipe"]], recipe.recipe_manager.RecipeManager()
    manager.add_static_config(
        regex=".*", operation_name=qtyping.TFLOperationName.ALL_SUPPORTED, activation_num_bits=bits, weight_num_bits=8)
    if bits > 8:
        for side in (qtyping.TFLOperationName.INPUT, qtyping.TFLOperationName.OUTPUT):
            manager.add_quantization_config(
                regex=".*", operation_name=side, algorithm_key=recipe.AlgorithmName.NO_QUANTIZE)
    return manager.get_quantization_recipe()


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

made = quantizer.Quantizer(request["source"], steps())
ranges = made.calibrate({key or tfl_interpreter_utils.DEFAULT_SIGNATURE_KEY: data}, num_threads=os.cpu_count())
made.quantize(ranges).export_model(request["result"], overwrite=True)
