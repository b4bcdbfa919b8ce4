/// What helps with an operator that an engine lacks.
enum OperatorAdvice {
  /// - Parameter text: the operator's name, or a message that has it.
  static func advice(for text: String) -> String? {
    if text.contains("edgetpu-custom-op") {
      return "The model is compiled for an Edge TPU: use the file without `_edgetpu`, or -e tflite:edgetpu."
    }
    if text.contains("Flex") {
      return "Flex operators are TensorFlow's: convert the model again without SELECT_TF_OPS, or use the SavedModel."
    }
    return nil
  }
}
