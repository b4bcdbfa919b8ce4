# TFLite by Google's litert-torch, without TensorFlow: images become NHWC.
import litert_torch

IMAGE = 4


def images(values):
    """The places of images among values."""
    return [index for index, value in enumerate(values) if value.dim() == IMAGE]


module = exported.module()
with torch.no_grad():
    made = tensors(module(*inputs))
module = litert_torch.to_channel_last_io(module, args=images(inputs), outputs=images(made))
given = tuple(value.permute(0, 2, 3, 1).contiguous() if value.dim() == IMAGE else value for value in inputs)
with Naming(r"Lowering not found: aten\.([\w.]+)", r"failed to legalize operation '([\w.]+)'"):
    litert_torch.convert(module, given).export(request["result"])
