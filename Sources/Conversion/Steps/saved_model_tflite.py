# By TensorFlow's own converter, without operators of TensorFlow that no TFLite library has.
import tensorflow

converter = tensorflow.lite.TFLiteConverter.from_saved_model(request["source"])
with Naming(r"\btf\.(\w+)\b'? op is neither", r"\bFlex ops: (\w+)\b"):
    made = converter.convert()
with open(request["result"], "wb") as file:
    file.write(made)
