import Testing

@testable import Engines

@Suite("A message of ONNX Runtime says what is wrong with the model, not where in the library it was noticed")
struct ORTMessageTests {
  @Test(
    arguments: [
      (
        "Non-zero status code returned while running ReduceSum node. Name:'sum' Status Message: "
          + "/onnxruntime_src/onnxruntime/core/providers/common.h:31 int64_t onnxruntime::HandleNegativeAxis(int64_t, int64_t) "
          + "IsAxisInRange(axis, tensor_rank) was false. axis 45 is not in valid range [-3,2]",
        "ReduceSum node 'sum': axis 45 is not in valid range [-3,2]"
      ),
      (
        "/onnxruntime_src/onnxruntime/core/providers/cpu/rnn/rnn.h:48 onnxruntime::RNN<T>::RNN(const "
          + "onnxruntime::OpKernelInfo&) [with T = float] layout_ == 0 was false. Batchwise operations are not supported.",
        "Batchwise operations are not supported."
      ),
      (
        "/onnxruntime_src/onnxruntime/core/providers/cpu/text/string_normalizer.cc:235 onnxruntime::StringNormalizer::"
          + "Locale::Locale(const std::string&)::<lambda()> Failed to construct locale with name:en_US.UTF-8",
        "Failed to construct locale with name:en_US.UTF-8"
      ),
      (
        "Non-zero status code returned while running ConvInteger node. Name:'' Status Message: /onnxruntime_src/a.cc:52 "
          + "virtual onnxruntime::common::Status onnxruntime::ConvInteger::Compute(onnxruntime::OpKernelContext*) const "
          + "IsScalar(x) was false.",
        "ConvInteger node: IsScalar(x) was false."
      ),
      (
        "Non-zero status code returned while running If node. Name:'' Status Message: Non-zero status code returned while "
          + "running Resize node. Name:'' Status Message: upsamplebase.h:579 ScalesValidation 'Cubic' mode only supports:\n 2-D",
        "If node: Resize node: 'Cubic' mode only supports:  2-D"
      ),
      ("INVALID_PROTOBUF", "INVALID_PROTOBUF"), ("/onnxruntime_src/", ""), ("/onnxruntime_src/a.cc:1 f::f(", "f::f("),
    ])
  func readable(text: String, expected: String) {
    #expect(ORTMessage.readable(text) == expected)
  }
}
