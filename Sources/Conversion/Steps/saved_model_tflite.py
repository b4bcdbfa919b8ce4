# By TensorFlow's own converter, without operators of TensorFlow that no TFLite library has.
import tensorflow

model = tensorflow.saved_model.load(request["source"])
if not model.signatures:
    refuse("The SavedModel has no signature.")
name = "serving_default" if "serving_default" in model.signatures else next(iter(model.signatures))
# Straight from the folder, the variables of some models are left out, and their outputs are not finite.
converter = tensorflow.lite.TFLiteConverter.from_concrete_functions([model.signatures[name]], model)
with Naming(r"\btf\.(\w+)\b'? op is neither", r"\bFlex ops: (\w+)\b"):
    made = converter.convert()
with open(request["result"], "wb") as file:
    file.write(made)
