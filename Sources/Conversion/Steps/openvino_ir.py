# Reads ONNX, TFLite or a SavedModel, and writes IR: result.xml with its weights beside it.
import openvino

# As OpenVINO names operators that it cannot convert.
with Naming(r"\b(?:operation|op|node)s?:?\s+'?\b([A-Za-z_.]*[A-Z]\w+)\b'?", r"^-\s*(?:ai\.onnx\.)?(\w+)\b"):
    model = openvino.convert_model(request["source"])
openvino.save_model(model, request["result"], compress_to_fp16=False)
