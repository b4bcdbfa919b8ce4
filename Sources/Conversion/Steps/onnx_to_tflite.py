# onnx2tf writes TFLite itself, without TensorFlow: images become NHWC.
import onnx
import onnx2tf

graph = onnx.load(request["source"], load_external_data=False).graph
fixed = {value.name for value in graph.initializer}
for value in graph.input:
    dimensions = value.type.tensor_type.shape.dim
    if value.name not in fixed and any(not d.HasField("dim_value") for d in dimensions[1:]):
        refuse(f"The input {value.name} has a dynamic shape, and this converter needs a fixed one.")

with Naming(r"\b(?:op|operator|op_type|OP)\s*[=:]\s*'?([A-Z]\w+)\b", r"\b[Uu]nsupported\w*\s+(?:\w+\s+)?'?([A-Z]\w+)\b"):
    onnx2tf.convert(
        input_onnx_file_path=own_onnx(), output_folder_path="made", batch_size=1,
        copy_onnx_input_output_names_to_tflite=True, non_verbose=True)
(made,) = [name for name in os.listdir("made") if name.endswith("_float32.tflite")]
shutil.move(f"made/{made}", request["result"])
