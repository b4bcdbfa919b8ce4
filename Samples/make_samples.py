#!/usr/bin/env python3
"""Makes the contents of this folder: held-out images of handwritten digits, and a small network that reads them, in four files.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/python make_samples.py

The network is trained once, in Keras. The ONNX files are built node by node from the same weights, so both formats hold the
same network. Everything random is seeded: on one machine, the script always makes the same files. At the end it prints the
table of README.md: how many images each file classifies correctly on each runtime."""
import os
import shutil
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np
import onnx
import onnxruntime as ort
import openvino as ov
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from PIL import Image
from sklearn.datasets import load_digits

HERE = Path(__file__).resolve().parent
SEED = 1
HELD_OUT = 30  # images per class
IMAGE = 32  # side of the PNG files, in pixels
# The size after the usual preprocessing of a classifier: shorter side to 28 / 0.875 = 32, then the centre 28 × 28.
SIZE = 28
MARGIN = (IMAGE - SIZE) // 2


def images_of(digits):
    """Digits of 8 × 8 pixels in 17 grey levels, enlarged three times on a black square of 32 × 32 pixels."""
    canvas = np.zeros((len(digits), IMAGE, IMAGE), np.uint8)
    for picture, digit in zip(canvas, digits):
        grey = Image.fromarray(np.round(digit * 255 / 16).astype(np.uint8))
        picture[4:28, 4:28] = np.asarray(grey.resize((24, 24), Image.Resampling.BICUBIC))
    return canvas


def preprocess(images):
    """Turns grey images [N, 32, 32] into model inputs: RGB [N, 28, 28, 3], each value from -1 to 1."""
    cropped = images[:, MARGIN:-MARGIN, MARGIN:-MARGIN, None].repeat(3, axis=3)
    return (cropped / 127.5 - 1).astype(np.float32)


def split(labels):
    """Indices for training and held-out indices, the latter with the same number of each class."""
    order = np.random.default_rng(SEED).permutation(len(labels))
    held_out = np.concatenate([order[labels[order] == digit][:HELD_OUT] for digit in range(10)])
    return np.setdiff1d(order, held_out), held_out


def write_images(images, labels):
    shutil.rmtree(HERE / "digits", ignore_errors=True)
    for index, (image, label) in enumerate(zip(images, labels)):
        folder = HERE / "digits" / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{label}_{index % HELD_OUT:02}.png", optimize=True)


def train(x, y):
    tf.keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    layers = tf.keras.layers
    model = tf.keras.Sequential([
        layers.Input((SIZE, SIZE, 3), batch_size=1, name="image"),
        layers.Conv2D(16, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(32, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(48, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(10, name="scores"),
    ])
    # The same layers without the batch of one, which only the converted model has.
    trained = tf.keras.Sequential([
        layers.Input((SIZE, SIZE, 3)), layers.RandomTranslation(0.08, 0.08, fill_mode="constant", fill_value=-1, seed=SEED),
        layers.RandomRotation(0.03, fill_mode="constant", fill_value=-1, seed=SEED), *model.layers,
    ])
    epochs = 60
    rate = tf.keras.optimizers.schedules.CosineDecay(3e-3, epochs * -(-len(x) // 64))
    trained.compile(
        tf.keras.optimizers.Adam(rate), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    trained.fit(x, y, batch_size=64, epochs=epochs, verbose=0)
    return model


def write_tflite(model, calibration):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    (HERE / "models" / "digits_float32.tflite").write_bytes(converter.convert())
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[None]] for image in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    (HERE / "models" / "digits_int8.tflite").write_bytes(converter.convert())


def write_onnx(model, calibration):
    nodes, weights, current = [], [], "image"

    def constant(name, array):
        weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    side = SIZE
    for layer in model.layers:
        name = layer.name
        if isinstance(layer, tf.keras.layers.Conv2D):
            kernel, bias = layer.get_weights()
            stride = layer.strides[0]
            # "same" in TensorFlow pads an odd pixel on the right and below.
            padding = max((-(-side // stride) - 1) * stride + 3 - side, 0)
            before, after, side = padding // 2, padding - padding // 2, -(-side // stride)
            nodes.append(helper.make_node(
                "Conv", [current, constant(f"{name}_kernel", kernel.transpose(3, 2, 0, 1)), constant(f"{name}_bias", bias)],
                [f"{name}_sum"], name, kernel_shape=[3, 3], strides=[stride] * 2, pads=[before, before, after, after]))
            nodes.append(helper.make_node("Relu", [f"{name}_sum"], [f"{name}_out"], f"{name}_relu"))
        elif isinstance(layer, tf.keras.layers.Flatten):
            nodes.append(helper.make_node("Flatten", [current], [f"{name}_out"], name, axis=1))
        else:
            kernel, bias = layer.get_weights()
            # Keras flattens rows, columns, channels; ONNX puts channels first.
            kernel = kernel.reshape(side, side, -1, 10).transpose(2, 0, 1, 3).reshape(-1, 10)
            nodes.append(helper.make_node(
                "Gemm", [current, constant(f"{name}_kernel", kernel), constant(f"{name}_bias", bias)], ["scores"], name))
        current = nodes[-1].output[0]
    graph = helper.make_graph(
        nodes, "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 10])], weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="make_samples.py")
    onnx.checker.check_model(made, full_check=True)
    path = HERE / "models" / "digits_float32.onnx"
    onnx.save(made, path)

    class Calibration(CalibrationDataReader):
        def __init__(self):
            self.images = iter(calibration.transpose(0, 3, 1, 2))

        def get_next(self):
            image = next(self.images, None)
            return None if image is None else {"image": image[None]}

    with tempfile.TemporaryDirectory() as folder:
        prepared = f"{folder}/prepared.onnx"
        ort.quantization.quant_pre_process(path, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared, HERE / "models" / "digits_int8.onnx", Calibration(), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
            # Weights of seven bits: with eight, the 16-bit sums of x86 processors without VNNI saturate.
            reduce_range=True)


def litert(path):
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    source, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]

    def scores(image):
        if source["dtype"] == np.int8:
            scale, zero = source["quantization"]
            image = np.clip(np.round(image / scale + zero), -128, 127).astype(np.int8)
        interpreter.set_tensor(source["index"], image)
        interpreter.invoke()
        return interpreter.get_tensor(result["index"])
    return scores


def onnxruntime(path):
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    return lambda image: session.run(None, {"image": image.transpose(0, 3, 1, 2)})[0]


def openvino(path):
    compiled = ov.compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    if path.suffix == ".onnx":
        return lambda image: compiled(image.transpose(0, 3, 1, 2))[0]
    if compiled.input(0).element_type == ov.Type.i8:
        scale, zero = Interpreter(str(path)).get_input_details()[0]["quantization"]
        return lambda image: compiled(np.clip(np.round(image / scale + zero), -128, 127).astype(np.int8))[0]
    return lambda image: compiled(image)[0]


def print_accuracy():
    files = sorted((HERE / "digits").glob("*/*.png"))
    labels = np.array([int(file.parent.name) for file in files])
    images = preprocess(np.stack([np.asarray(Image.open(file)) for file in files]))
    print("| model | bytes | engine | top-1 | top-5 |\n| --- | ---: | --- | ---: | ---: |")
    for path in sorted((HERE / "models").iterdir()):
        for runtime in (litert if path.suffix == ".tflite" else onnxruntime, openvino):
            scores = runtime(path)
            ranks = np.concatenate([np.argsort(-scores(image[None]).astype(np.float32), kind="stable") for image in images])
            hits = ranks == labels[:, None]
            print(f"| `{path.name}` | {path.stat().st_size} | {runtime.__name__} "
                  f"| {hits[:, 0].sum()}/{len(files)} | {hits[:, :5].sum()}/{len(files)} |")


def main():
    digits = load_digits()
    images, labels = images_of(digits.images), digits.target
    training, held_out = split(labels)
    write_images(images[held_out], labels[held_out])
    (HERE / "models").mkdir(exist_ok=True)
    x = preprocess(images[training])
    model = train(x, labels[training])
    calibration = x[np.random.default_rng(SEED).choice(len(x), 200, replace=False)]
    write_tflite(model, calibration)
    write_onnx(model, calibration)
    print_accuracy()


if __name__ == "__main__":
    main()
