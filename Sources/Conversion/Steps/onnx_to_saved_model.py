# A SavedModel by the part of onnx2tf that needs TensorFlow: images become NHWC.
import numpy
import onnx2tf

# It checks its work on these, which it would download.
numpy.save("calibration_image_sample_data_20x128x128x3_float32.npy", numpy.zeros((20, 128, 128, 3), numpy.float32))
with Naming(r"\b(?:op|operator|op_type|OP)\s*[=:]\s*'?([A-Z]\w+)\b", r"\b[Uu]nsupported\w*\s+(?:\w+\s+)?'?([A-Z]\w+)\b"):
    onnx2tf.convert(
        input_onnx_file_path=own_onnx(), output_folder_path="made", batch_size=1,
        tflite_backend="tf_converter", output_signaturedefs=True, copy_onnx_input_output_names_to_tflite=True,
        non_verbose=True)
# It leaves TFLite files there too.
os.makedirs(request["result"])
for name in ("saved_model.pb", "fingerprint.pb", "variables", "assets"):
    if os.path.exists(f"made/{name}"):
        shutil.move(f"made/{name}", request["result"])
