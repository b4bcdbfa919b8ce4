"""Writes .tflite files tensor by tensor, so that a fixture has exactly the types, names and operators that it needs."""
import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

TYPES = {
    "float32": schema.TensorType.FLOAT32, "float16": schema.TensorType.FLOAT16, "int8": schema.TensorType.INT8,
    "uint8": schema.TensorType.UINT8, "int32": schema.TensorType.INT32, "int64": schema.TensorType.INT64,
    "bool": schema.TensorType.BOOL,
}


class TFLiteModel:
    """A graph under construction. `tensor` and `constant` return the index of the new tensor."""

    def __init__(self):
        self.codes, self.tensors, self.operators = [], [], []
        self.buffers = [schema.BufferT()]  # by convention, the first is empty

    def tensor(self, name, dtype, shape, quantization=None, buffer=0):
        """A negative dimension is dynamic; `quantization` is (scale, zero point)."""
        tensor = schema.TensorT()
        tensor.name, tensor.type, tensor.buffer = name, TYPES[dtype], buffer
        tensor.shape = np.array([max(size, 1) for size in shape], np.int32)
        # Without it, LiteRT ignores the dynamic dimension and uses the 1 in `shape`.
        tensor.hasRank = True
        if min(shape) < 0:
            tensor.shapeSignature = np.array(shape, np.int32)
        if quantization:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = np.array([quantization[0]], np.float32)
            tensor.quantization.zeroPoint = np.array([quantization[1]], np.int64)
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def constant(self, name, array):
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(array.tobytes(), np.uint8)
        self.buffers.append(buffer)
        return self.tensor(name, array.dtype.name, array.shape, buffer=len(self.buffers) - 1)

    def operator(self, kind, inputs, outputs, version=1, **options):
        """Adds an operator by its name in the schema: `operator("TRANSPOSE", …)`. A custom one has a name and bytes."""
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, kind)
        code.customCode = options.pop("custom_name", None)
        custom_options = options.pop("custom_options", None)
        code.deprecatedBuiltinCode, code.version = min(code.builtinCode, 127), version
        self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(self.codes) - 1
        operator.inputs, operator.outputs = np.array(inputs, np.int32), np.array(outputs, np.int32)
        if custom_options:
            operator.customOptions = np.frombuffer(custom_options, np.uint8)
        if options:
            name = options.pop("type") + "Options"
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, name)
            operator.builtinOptions = getattr(schema, name + "T")()
            for key, value in options.items():
                setattr(operator.builtinOptions, key, value)
        self.operators.append(operator)

    def write(self, path, inputs, outputs):
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = np.array(inputs, np.int32), np.array(outputs, np.int32)
        model = schema.ModelT()
        model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, self.codes, [graph], self.buffers
        builder = flatbuffers.Builder()
        builder.Finish(model.Pack(builder), b"TFL3")
        path.write_bytes(builder.Output())
