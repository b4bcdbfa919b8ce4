# ONNX, by the exporter of torch.export.
with Naming(r"No ONNX function found for <OpOverload\(op='([\w.]+)'", r"No decompositions registered for.*?'([\w.:]+)'"):
    made = torch.onnx.export(exported, inputs, dynamo=True, external_data=False, verbose=False)
made.save(request["result"], external_data=False)
