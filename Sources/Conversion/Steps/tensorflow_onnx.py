# tf2onnx, from a SavedModel or TFLite.
import tf2onnx.convert

kind = "--saved-model" if os.path.isdir(request["source"]) else "--tflite"
sys.argv = ["tf2onnx", kind, request["source"], "--output", request["result"], "--opset", "17"]
with Naming(r"Tensorflow op \[.*?: (\w+)\] is not supported", r"Unsupported ops: Counter\(\{'(\w+)'"):
    tf2onnx.convert.main()
if not os.path.exists(request["result"]):
    refuse("tf2onnx wrote no model; its log says why.")
