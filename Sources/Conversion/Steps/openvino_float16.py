# Weights of float16; OpenVINO computes in what the device prefers.
import openvino

openvino.save_model(openvino.Core().read_model(request["source"]), request["result"], compress_to_fp16=True)
