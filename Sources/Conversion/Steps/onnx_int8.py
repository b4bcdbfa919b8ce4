# Quantises by inserting pairs of QuantizeLinear and DequantizeLinear: unsigned activations, signed weights.
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

# Per channel as a rule: kernels differ in their range by far more than activations do.
RECIPES = {
    "default": dict(per_channel=True),
    "per-tensor": dict(per_channel=False),
    "percentile": dict(per_channel=True, calibrate_method=CalibrationMethod.Percentile),
    # Only what takes most of the time, so that the rest keeps its accuracy.
    "mixed": dict(per_channel=True, op_types_to_quantize=["Conv", "Gemm", "MatMul"]),
}


class Samples(CalibrationDataReader):
    def __init__(self):
        self.rest = iter(samples())

    def get_next(self):
        return next(self.rest, None)


quant_pre_process(request["source"], "prepared.onnx", skip_symbolic_shape=True)
# Products of u8 and s8 overflow 16 bits on processors without VNNI, unless weights have 7 bits.
quantize_static(
    "prepared.onnx", request["result"], Samples(), activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
    reduce_range=request["options"]["reduce_range"], **RECIPES[request["recipe"]])
keep_metadata()
