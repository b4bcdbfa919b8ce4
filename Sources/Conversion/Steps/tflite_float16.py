# Weights of float16, which engines widen when they load the model.
from ai_edge_quantizer import qtyping, quantizer, recipe

steps = recipe.recipe_manager.RecipeManager()
steps.add_weight_only_config(
    regex=".*", operation_name=qtyping.TFLOperationName.ALL_SUPPORTED, num_bits=16,
    algorithm_key=recipe.AlgorithmName.FLOAT_CASTING)
made = quantizer.Quantizer(request["source"], steps.get_quantization_recipe())
made.quantize().export_model(request["result"], overwrite=True)
