# Reads ONNX, TFLite or a SavedModel, and writes IR: result.xml with its weights beside it.
import openvino

# As OpenVINO names operators that it cannot convert.
with Naming(r"(?:operation|op|node)s?:?\s+'?([A-Za-z_.]*[A-Z]\w+)'?", r"^-\s*(?:ai\.onnx\.)?(\w+)"):
    model = openvino.convert_model(request["source"])
openvino.save_model(model, request["result"], compress_to_fp16=False)
