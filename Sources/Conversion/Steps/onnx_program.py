# ONNX as a module of PyTorch, operator by operator. What does not depend on the values of inputs is computed by ONNX's own reference, so
# that shapes are numbers: what onnx2torch and onnx2pytorch make looks into tensors for them, and cannot be exported.
import numpy
import onnx
import torch
from onnx.reference import ReferenceEvaluator

F = torch.nn.functional


class Call:
    """An operator with its inputs: tensors where they depend on the model's inputs, else arrays."""

    def __init__(self, program, node, values):
        self.program, self.node, self.values, self.opset = program, node, values, program.opset
        self.attributes = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}

    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        """The tensor of an input; None if it is left out."""
        value = self.values[index] if index < len(self.values) else None
        if value is None or isinstance(value, torch.Tensor):
            return value
        weight = self.program.weights.get(self.node.input[index])
        return torch.from_numpy(numpy.array(value)) if weight is None else getattr(self.program, weight)

    def all(self):
        return [self[index] for index in range(len(self))]

    def attribute(self, name, default=None):
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def numbers(self, index, name, default=None):
        """What newer ONNX has as an input and older as an attribute."""
        value = self.values[index] if index < len(self.values) else None
        if isinstance(value, torch.Tensor):
            refuse("The shapes in this model depend on the values of its inputs.", [self.node.op_type])
        if value is None:
            return self.attribute(name, default)
        return [item.item() for item in value.reshape(-1)]


def type_of(element):
    return torch.from_numpy(numpy.zeros(1, onnx.helper.tensor_dtype_to_np_dtype(element))).dtype


def along(value, axis, rank):
    """A scale or zero point a channel, for a tensor of a rank."""
    if value is None or value.numel() == 1:
        return value
    return value.reshape([-1 if index == axis % rank else 1 for index in range(rank)])


def quantize(call):
    axis, rank = call.attribute("axis", 1), call[0].dim()
    zero = call[2] if call[2] is not None else torch.zeros(1, dtype=torch.uint8)
    limits = torch.iinfo(zero.dtype)
    scaled = torch.round(call[0] / along(call[1], axis, rank)) + along(zero, axis, rank).to(call[0].dtype)
    return scaled.clamp(limits.min, limits.max).to(zero.dtype)


def dequantize(call):
    axis, rank, scale = call.attribute("axis", 1), call[0].dim(), call[1]
    zero = along(call[2], axis, rank)
    value = call[0].to(scale.dtype)
    return (value if zero is None else value - zero.to(scale.dtype)) * along(scale, axis, rank)


def padding(call, kernel):
    """What is added before and after each dimension of an image, for a window of a size."""
    sizes = call[0].shape[2:]
    strides = call.attribute("strides", [1] * len(sizes))
    dilations = call.attribute("dilations", [1] * len(sizes))
    mode = call.attribute("auto_pad", "NOTSET")
    if mode.startswith("SAME"):
        both = [max((-(-size // stride) - 1) * stride + (window - 1) * dilation + 1 - size, 0)
                for size, window, stride, dilation in zip(sizes, kernel, strides, dilations)]
        less, more = [item // 2 for item in both], [item - item // 2 for item in both]
        before, after = (less, more) if mode == "SAME_UPPER" else (more, less)
    else:
        pads = call.attribute("pads", [0] * 2 * len(sizes))
        before, after = pads[:len(sizes)], pads[len(sizes):]
    return before, after, strides, dilations


def padded(value, before, after, constant=0.0):
    if not any(before) and not any(after):
        return value
    return F.pad(value, [item for pair in reversed(list(zip(before, after))) for item in pair], value=constant)


def convolve(call):
    weight = call[1]
    before, after, strides, dilations = padding(call, weight.shape[2:])
    value, inside = call[0], before
    if before != after:
        value, inside = padded(value, before, after), [0] * len(before)
    function = [F.conv1d, F.conv2d, F.conv3d][len(before) - 1]
    return function(value, weight, call[2], strides, inside, dilations, call.attribute("group", 1))


def convolve_transposed(call):
    weight = call[1]
    if call.attribute("output_shape") or call.attribute("auto_pad", "NOTSET") != "NOTSET":
        refuse("Transposed convolutions with output_shape or auto_pad are not supported.", ["ConvTranspose"])
    before, after, strides, dilations = padding(call, weight.shape[2:])
    function = [F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d][len(before) - 1]
    more = call.attribute("output_padding", [0] * len(before))
    made = function(call[0], weight, call[2], strides, 0, more, call.attribute("group", 1), dilations)
    for index, (first, last) in enumerate(zip(before, after)):
        made = made.narrow(index + 2, first, made.shape[index + 2] - first - last)
    return made


def pool(call, functions, constant):
    kernel = call.attribute("kernel_shape")
    before, after, strides, dilations = padding(call, kernel)
    function, rounding = functions[len(kernel) - 1], bool(call.attribute("ceil_mode", 0))
    value, inside = call[0], before
    if before != after:
        value, inside = padded(value, before, after, constant), [0] * len(before)
    if constant:
        return function(value, kernel, strides, inside, dilations, rounding)
    includes = bool(call.attribute("count_include_pad", 0))
    made = function(value, kernel, strides, inside, rounding, includes)
    if before == after or includes:
        return made
    return made / function(padded(torch.ones_like(call[0]), before, after), kernel, strides, 0, rounding)


def resize(call):
    value, sizes = call[0], call.numbers(3, "sizes")
    if not sizes:
        factors = call.numbers(2 if call.opset > 10 else 1, "scales")
        sizes = [int(size * factor) for size, factor in zip(value.shape, factors)]
    mode, where = call.attribute("mode", "nearest"), call.attribute("coordinate_transformation_mode", "half_pixel")
    known = {("linear", "half_pixel"): "bilinear", ("linear", "pytorch_half_pixel"): "bilinear",
             ("linear", "align_corners"): "bilinear", ("nearest", "half_pixel"): "nearest-exact",
             ("nearest", "asymmetric"): "nearest"}.get((mode, where))
    if not known or value.dim() != 4 or sizes[:2] != list(value.shape[:2]):
        refuse(f"Resize of mode {mode} by {where} is not supported.", ["Resize"])
    return F.interpolate(value, sizes[2:], mode=known, **({"align_corners": where == "align_corners"}
                                                         if mode == "linear" else {}))


def reshape(call):
    sizes = call.numbers(1, "shape")
    if not call.attribute("allowzero", 0):
        sizes = [call[0].shape[index] if size == 0 else size for index, size in enumerate(sizes)]
    return call[0].reshape(sizes)


def cut(call):
    value, starts, ends = call[0], call.numbers(1, "starts"), call.numbers(2, "ends")
    axes = call.numbers(3, "axes") or range(len(starts))
    for start, end, axis, step in zip(starts, ends, axes, call.numbers(4, "steps") or [1] * len(starts)):
        places = range(value.shape[axis])[start:end if step > 0 or end >= -value.shape[axis] else None:step]
        value = value.index_select(axis, torch.tensor(list(places), dtype=torch.int64)) if step < 0 else (
            value.narrow(axis, places.start, max(places.stop - places.start, 0))[
                (slice(None),) * (axis % value.dim()) + (slice(None, None, step),)])
    return value


def split(call):
    axis, sizes = call.attribute("axis", 0), call.numbers(1, "split")
    if not sizes:
        count = len(call.node.output)
        size = -(-call[0].shape[axis] // count)
        sizes = [min(size, call[0].shape[axis] - index * size) for index in range(count)]
    return torch.split(call[0], sizes, axis)


def unsqueeze(call):
    axes, value = call.numbers(1, "axes"), call[0]
    for axis in sorted(item % (value.dim() + len(axes)) for item in axes):
        value = value.unsqueeze(axis)
    return value


def squeeze(call):
    axes = call.numbers(1, "axes")
    return call[0].squeeze() if axes is None else call[0].squeeze(tuple(axes))


def pad(call):
    pads, rank, mode = call.numbers(1, "pads"), call[0].dim(), call.attribute("mode", "constant")
    axes = [item % rank for item in call.numbers(3, "axes") or range(rank)]
    amounts = {axis: (pads[index], pads[index + len(axes)]) for index, axis in enumerate(axes)}
    flat = [item for axis in reversed(range(rank)) for item in amounts.get(axis, (0, 0))]
    if mode == "constant":
        return F.pad(call[0], flat, value=(call.numbers(2, "value", 0.0) or [0.0])[0])
    while flat[-2:] == [0, 0]:
        flat = flat[:-2]
    return F.pad(call[0], flat, mode={"edge": "replicate", "reflect": "reflect"}[mode])


def multiply(call):
    first, second = call[0], call[1]
    first = first.transpose(-1, -2) if call.attribute("transA", 0) else first
    second = second.transpose(-1, -2) if call.attribute("transB", 0) else second
    made = call.attribute("alpha", 1.0) * (first @ second)
    return made if call[2] is None else made + call.attribute("beta", 1.0) * call[2]


def softmax(call, function):
    # Up to opset 12 all that follows the axis is one dimension.
    if call.opset >= 13:
        return function(call[0], call.attribute("axis", -1))
    axis = call.attribute("axis", 1) % call[0].dim()
    return function(call[0].flatten(axis), axis).reshape(call[0].shape)


def reduce(call, function):
    axes = call.numbers(1, "axes")
    if axes is None:
        axes = [] if call.attribute("noop_with_empty_axes", 0) else range(call[0].dim())
    return function(call[0], list(axes), bool(call.attribute("keepdims", 1))) if len(axes) else call[0]


def flatten(call):
    axis = call.attribute("axis", 1) % (call[0].dim() + 1)
    return call[0].reshape(int(numpy.prod(call[0].shape[:axis])), -1)


def divide(call):
    return torch.div(call[0], call[1], rounding_mode=None if call[0].is_floating_point() else "trunc")


def clip(call):
    bounds = [call.numbers(index, name) for index, name in ((1, "min"), (2, "max"))]
    return call[0].clamp(*[item[0] if isinstance(item, list) else item for item in bounds])


def depth_to_space(call):
    value, size = call[0], call.attribute("blocksize")
    if call.attribute("mode", "DCR") == "CRD":
        return F.pixel_shuffle(value, size)
    batch, depth, height, width = value.shape
    value = value.reshape(batch, size, size, depth // size ** 2, height, width).permute(0, 3, 4, 1, 5, 2)
    return value.reshape(batch, depth // size ** 2, height * size, width * size)


def gather(call):
    axis, places = call.attribute("axis", 0) % call[0].dim(), call[1].to(torch.int64)
    size = call[0].shape[axis]
    chosen = call[0].index_select(axis, torch.where(places < 0, places + size, places).reshape(-1))
    return chosen.reshape(call[0].shape[:axis] + places.shape + call[0].shape[axis + 1:])


def folded(function):
    """An operator of two operands for any number of them."""
    def call_all(call):
        made = call[0]
        for value in call.all()[1:]:
            made = function(made, value)
        return made
    return call_all


def plain(function):
    return lambda call: function(*call.all())


OPERATORS = {
    "Abs": plain(torch.abs), "Add": plain(torch.add), "And": plain(torch.logical_and), "Ceil": plain(torch.ceil),
    "Cos": plain(torch.cos), "Div": divide, "Equal": plain(torch.eq), "Erf": plain(torch.erf), "Exp": plain(torch.exp),
    "Floor": plain(torch.floor), "Greater": plain(torch.gt), "GreaterOrEqual": plain(torch.ge), "Less": plain(torch.lt),
    "LessOrEqual": plain(torch.le), "Log": plain(torch.log), "Max": folded(torch.maximum), "Min": folded(torch.minimum),
    "Mod": lambda c: (torch.fmod if c.attribute("fmod", 0) else torch.remainder)(c[0], c[1]), "Mul": plain(torch.mul),
    "Neg": plain(torch.neg), "Not": plain(torch.logical_not), "Or": plain(torch.logical_or), "Pow": plain(torch.pow),
    "Reciprocal": plain(torch.reciprocal), "Round": plain(torch.round), "Sign": plain(torch.sign),
    "Sin": plain(torch.sin), "Sqrt": plain(torch.sqrt), "Sub": plain(torch.sub), "Sum": folded(torch.add),
    "Where": plain(torch.where),
    "Clip": clip, "Elu": lambda c: F.elu(c[0], c.attribute("alpha", 1.0)),
    "Gelu": lambda c: F.gelu(c[0], approximate=c.attribute("approximate", "none")),
    "HardSigmoid": lambda c: (c[0] * c.attribute("alpha", 0.2) + c.attribute("beta", 0.5)).clamp(0, 1),
    "HardSwish": plain(F.hardswish), "LeakyRelu": lambda c: F.leaky_relu(c[0], c.attribute("alpha", 0.01)),
    "Mish": plain(F.mish), "PRelu": lambda c: torch.where(c[0] < 0, c[0] * c[1], c[0]), "Relu": plain(torch.relu),
    "Selu": plain(F.selu), "Sigmoid": plain(torch.sigmoid), "Softplus": plain(F.softplus), "Tanh": plain(torch.tanh),
    "LogSoftmax": lambda c: softmax(c, torch.log_softmax), "Softmax": lambda c: softmax(c, torch.softmax),
    "AveragePool": lambda c: pool(c, [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d], 0.0),
    "BatchNormalization": lambda c: F.batch_norm(c[0], c[3], c[4], c[1], c[2], eps=c.attribute("epsilon", 1e-5)),
    "Conv": convolve, "ConvTranspose": convolve_transposed, "Gemm": multiply,
    "GlobalAveragePool": lambda c: c[0].mean(list(range(2, c[0].dim())), True),
    "GlobalMaxPool": lambda c: c[0].amax(list(range(2, c[0].dim())), True),
    "InstanceNormalization": lambda c: F.instance_norm(c[0], None, None, c[1], c[2], eps=c.attribute("epsilon", 1e-5)),
    "LayerNormalization": lambda c: F.layer_norm(
        c[0], c[0].shape[c.attribute("axis", -1):], c[1], c[2], c.attribute("epsilon", 1e-5)),
    "LRN": lambda c: F.local_response_norm(
        c[0], c.attribute("size"), c.attribute("alpha", 1e-4), c.attribute("beta", 0.75), c.attribute("bias", 1.0)),
    "MatMul": plain(torch.matmul), "MaxPool": lambda c: pool(
        c, [F.max_pool1d, F.max_pool2d, F.max_pool3d], -float("inf")),
    "DequantizeLinear": dequantize, "QuantizeLinear": quantize,
    "ArgMax": lambda c: torch.argmax(c[0], c.attribute("axis", 0), bool(c.attribute("keepdims", 1))),
    "ReduceMax": lambda c: reduce(c, torch.amax), "ReduceMean": lambda c: reduce(c, torch.mean),
    "ReduceMin": lambda c: reduce(c, torch.amin), "ReduceSum": lambda c: reduce(c, torch.sum),
    "ReduceL2": lambda c: reduce(c, lambda value, axes, keep: torch.linalg.vector_norm(value, 2, axes, keep)),
    "Cast": lambda c: c[0].to(type_of(c.attribute("to"))),
    "Concat": lambda c: torch.cat(c.all(), c.attribute("axis")), "DepthToSpace": depth_to_space,
    "Dropout": lambda c: c[0], "Expand": lambda c: c[0] * torch.ones(c.numbers(1, "shape"), dtype=c[0].dtype),
    "Flatten": flatten, "Gather": gather, "Identity": lambda c: c[0], "Pad": pad, "Reshape": reshape, "Resize": resize,
    "Upsample": resize, "Slice": cut, "Split": split, "Squeeze": squeeze,
    "Tile": lambda c: c[0].tile(c.numbers(1, "repeats")),
    "Transpose": lambda c: c[0].permute(c.attribute("perm", list(reversed(range(c[0].dim()))))), "Unsqueeze": unsqueeze,
}
# Its result is numbers, whatever it is asked about.
SHAPE = "Shape"


def computed(node, given):
    """What an operator makes of arrays alone."""
    return ReferenceEvaluator(node).run(None, {name: value for name, value in zip(node.input, given) if name})


class Program(torch.nn.Module):
    """A module that runs an ONNX graph."""

    def __init__(self, model):
        super().__init__()
        graph = model.graph
        self.opset = next(item.version for item in model.opset_import if item.domain in ("", "ai.onnx"))
        self.constants = {item.name: onnx.numpy_helper.to_array(item) for item in graph.initializer}
        self.names = [item.name for item in graph.input if item.name not in self.constants]
        self.results = [item.name for item in graph.output]
        self.nodes = self.folded(graph.node)
        self.weights = {}
        for name, value in self.constants.items():
            if value.dtype.kind == "f" and value.ndim:
                self.weights[name] = f"weight{len(self.weights)}"
                self.register_buffer(self.weights[name], torch.from_numpy(numpy.array(value)))

    def folded(self, nodes):
        """The operators that depend on the inputs or their shapes; what the others make becomes constant."""
        moving, rest, unknown = set(self.names), [], set()
        for node in self.sorted(nodes):
            if not any(name and name not in self.constants for name in node.input):
                made = computed(node, [self.constants.get(name) for name in node.input])
                self.constants.update((name, numpy.asarray(value)) for name, value in zip(node.output, made))
                continue
            rest.append(node)
            if node.op_type != SHAPE and moving.intersection(node.input):
                moving.update(node.output)
                if node.op_type not in OPERATORS or node.domain not in ("", "ai.onnx"):
                    unknown.add(node.op_type)
        if unknown:
            refuse("Assay does not know these operators of ONNX in PyTorch.", unknown)
        return rest

    def sorted(self, nodes):
        """Each after what it takes, as ONNX wants and not every converter writes."""
        known, waiting = {"", *self.names, *self.constants}, list(nodes)
        while waiting:
            later = []
            for node in waiting:
                if known.issuperset(node.input):
                    known.update(node.output)
                    yield node
                else:
                    later.append(node)
            if len(later) == len(waiting):
                refuse("The graph takes values that no operator makes.", [later[0].op_type])
            waiting = later

    def forward(self, *inputs):
        values = self.constants | dict(zip(self.names, inputs))
        for node in self.nodes:
            given = [values[name] if name else None for name in node.input]
            call = Call(self, node, given)
            if node.op_type == SHAPE:
                made = [numpy.array(given[0].shape[call.attribute("start", 0):call.attribute("end")], numpy.int64)]
            elif any(isinstance(value, torch.Tensor) for value in given):
                made = OPERATORS[node.op_type](call)
            else:
                made = computed(node, given)
            values.update(zip(node.output, made if isinstance(made, (tuple, list)) else [made]))
        return tuple(values[name] for name in self.results)


def program_of_onnx(path):
    """The module of an ONNX file, and inputs of its shapes; what is left open is one."""
    model = onnx.load(path)
    made, inputs = Program(model), []
    for item in model.graph.input:
        if item.name in made.names:
            kind = item.type.tensor_type
            shape = [size.dim_value if size.HasField("dim_value") else 1 for size in kind.shape.dim]
            inputs.append(torch.zeros(shape, dtype=type_of(kind.elem_type)))
    return made.eval(), tuple(inputs)
