import AssayCore
import CEngineAPIs

/// An execution provider of ONNX Runtime, which runs operations on a kind of device.
struct ORTProvider: Sendable {
  /// The word of a target: `cuda`.
  let device: String
  /// The library's name for it: `CUDAExecutionProvider`.
  let name: String
  /// How a session gets it.
  let registration: Registration
  /// What may follow the device in a target, and the option that takes it.
  var part = Part.none
  /// The option for the number of threads; most providers need none.
  var threadOption: String?
  /// The options that make it compute in a precision.
  var precisions: [Precision: [String: String]] = [:]
  /// How to get a build of the library that has it, in words.
  var source = "Build ONNX Runtime with it, and name the library: --engine-library onnxruntime=PATH"
  /// What to check where it cannot be used.
  var advice = "What it needs: https://onnxruntime.ai/docs/execution-providers"

  enum Registration: Sendable {
    /// Every session has it.
    case always
    /// By name, with options as texts.
    case named(String)
    /// Through functions for its own type of options.
    case typed(oldestAPI: Int32, @Sendable (UnsafePointer<OrtApi>) -> Functions)
  }

  enum Part: Sendable {
    case none
    /// Of several devices: `cuda:1`.
    case number
    /// A device in OpenVINO's words, the CPU if there is none: `openvino:gpu:1`, `openvino:hetero:gpu+cpu`.
    case openVINO
  }

  struct Functions {
    let create: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    let update:
      (OpaquePointer, UnsafePointer<UnsafePointer<CChar>>, UnsafePointer<UnsafePointer<CChar>>, Int) -> OpaquePointer?
    let append: (OpaquePointer, OpaquePointer) -> OpaquePointer?
    let release: (OpaquePointer) -> Void
  }

  static let cpu = ORTProvider(device: "cpu", name: "CPUExecutionProvider", registration: .always)

  static let cuda = ORTProvider(
    device: "cuda", name: "CUDAExecutionProvider",
    registration: .typed(oldestAPI: ASSAY_ORT_OLDEST_API) { api in
      Functions(
        create: api.pointee.CreateCUDAProviderOptions, update: api.pointee.UpdateCUDAProviderOptions,
        append: api.pointee.SessionOptionsAppendExecutionProvider_CUDA_V2,
        release: api.pointee.ReleaseCUDAProviderOptions)
    },
    part: .number, precisions: [.float32: ["use_tf32": "0"]], source: Self.gpuBuild,
    advice:
      "Check that nvidia-smi lists the GPU, and that the CUDA and cuDNN libraries which this ONNX Runtime needs are found."
  )

  static let tensorRT = ORTProvider(
    device: "tensorrt", name: "TensorrtExecutionProvider",
    registration: .typed(oldestAPI: ASSAY_ORT_OLDEST_API) { api in
      Functions(
        create: api.pointee.CreateTensorRTProviderOptions, update: api.pointee.UpdateTensorRTProviderOptions,
        append: api.pointee.SessionOptionsAppendExecutionProvider_TensorRT_V2,
        release: api.pointee.ReleaseTensorRTProviderOptions)
    },
    part: .number,
    precisions: [
      .float32: ["trt_fp16_enable": "0"], .float16: ["trt_fp16_enable": "1"], .bfloat16: ["trt_bf16_enable": "1"],
    ],
    source: Self.gpuBuild,
    advice:
      "Check that nvidia-smi lists the GPU, and that libnvinfer and the CUDA libraries which this ONNX Runtime needs are found."
  )

  static let openVINO = ORTProvider(
    device: "openvino", name: "OpenVINOExecutionProvider", registration: .named("OpenVINO"), part: .openVINO,
    threadOption: "num_of_threads",
    precisions: [.float32: ["precision": "FP32"], .float16: ["precision": "FP16"]],
    source: "Install a build with it: assay engines install onnxruntime-openvino, then -e onnxruntime-openvino:openvino"
  )

  /// Those that Assay drives. ONNX Runtime has others, such as one for a service in the network.
  static let all = [
    cpu, cuda, tensorRT, openVINO,
    ORTProvider(
      device: "dnnl", name: "DnnlExecutionProvider",
      registration: .typed(oldestAPI: ASSAY_ORT_DNNL_OPTIONS_API) { api in
        Functions(
          create: api.pointee.CreateDnnlProviderOptions, update: api.pointee.UpdateDnnlProviderOptions,
          append: api.pointee.SessionOptionsAppendExecutionProvider_Dnnl,
          release: api.pointee.ReleaseDnnlProviderOptions)
      }),
    ORTProvider(
      device: "rocm", name: "ROCMExecutionProvider",
      registration: .typed(oldestAPI: ASSAY_ORT_ROCM_OPTIONS_API) { api in
        Functions(
          create: api.pointee.CreateROCMProviderOptions, update: api.pointee.UpdateROCMProviderOptions,
          append: api.pointee.SessionOptionsAppendExecutionProvider_ROCM,
          release: api.pointee.ReleaseROCMProviderOptions)
      }, part: .number),
    ORTProvider(
      device: "migraphx", name: "MIGraphXExecutionProvider", registration: .named("MIGraphX"), part: .number,
      precisions: [.float16: ["migraphx_fp16_enable": "1"]]),
    ORTProvider(device: "qnn", name: "QNNExecutionProvider", registration: .named("QNN")),
    ORTProvider(
      device: "xnnpack", name: "XnnpackExecutionProvider", registration: .named("XNNPACK"),
      threadOption: "intra_op_num_threads"),
    ORTProvider(device: "webgpu", name: "WebGpuExecutionProvider", registration: .named("WebGPU")),
    ORTProvider(device: "vitisai", name: "VitisAIExecutionProvider", registration: .named("VitisAI")),
  ]

  private static let gpuBuild =
    "The package onnxruntime-gpu has it: install that with pip, and name its library: --engine-library onnxruntime=PATH"
}
