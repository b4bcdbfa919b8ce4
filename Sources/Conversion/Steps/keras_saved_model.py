# A SavedModel for serving, and what the model makes of a few inputs: no engine reads Keras' files.
import keras
import numpy

REFERENCES = 8

model = keras.models.load_model(request["source"], compile=False)
generator = numpy.random.default_rng(1)
arrays = {}
for number in range(REFERENCES):
    given = []
    for value in model.inputs:
        shape = [1 if index == 0 else size for index, size in enumerate(value.shape)]
        if None in shape:
            refuse(f"The input {value.name} has a dynamic shape, and this converter needs a fixed one.")
        given.append(generator.random(shape).astype(value.dtype))
    made = model.predict_on_batch(given if len(given) > 1 else given[0])
    made = list(made.values()) if isinstance(made, dict) else made if isinstance(made, (list, tuple)) else [made]
    for kind, values in (("input", given), ("output", made)):
        for index, value in enumerate(values):
            arrays[f"{number}/{kind}/{index}"] = numpy.ascontiguousarray(value)
numpy.savez(os.path.join(os.path.dirname(request["result"]), "model.reference.npz"), **arrays)
model.export(request["result"], verbose=False)
