# float16 inside, and the inputs and outputs of the source.
import onnx
from onnxruntime.transformers.float16 import convert_float_to_float16

model = convert_float_to_float16(onnx.load(request["source"]), keep_io_types=True)
onnx.save(model, request["result"])
keep_metadata()
