/// The environment variables that a run is kept with: those that engines, their thread pools, the loader and allocators heed.
///
/// They are exact names. A prefix would also keep what other programs put there, such as tokens.
public enum HeededVariables {
  public static func values(in environment: [String: String]) -> [String: String] {
    environment.filter { names.contains($0.key) || isLibraryOfEngine($0.key) }
  }

  /// `ASSAY_OPENVINO_2022_3_LIBRARY`, `ASSAY_TENSORRT_RUNTIME`: the path of a library that an engine loads.
  private static func isLibraryOfEngine(_ name: String) -> Bool {
    name.hasPrefix("ASSAY_") && ["_LIBRARY", "_RUNTIME"].contains { name.hasSuffix($0) }
      && name.allSatisfy { ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_" }
  }

  private static let names = Set(assay + loader + allocators + openMP + threadPools + engines + devices)

  private static let assay = ["ASSAY_WORKER", "ASSAY_REMOTE_WORKER"]

  /// ld.so(8)
  private static let loader = [
    "LD_AUDIT", "LD_BIND_NOW", "LD_LIBRARY_PATH", "LD_PRELOAD", "LD_PROFILE", "GLIBC_TUNABLES",
  ]

  /// mallopt(3), tbbmalloc, jemalloc, tcmalloc, mimalloc.
  private static let allocators = [
    "MALLOC_ARENA_MAX", "MALLOC_ARENA_TEST", "MALLOC_CHECK_", "MALLOC_CONF", "MALLOC_MMAP_MAX_",
    "MALLOC_MMAP_THRESHOLD_", "MALLOC_PERTURB_", "MALLOC_TOP_PAD_", "MALLOC_TRIM_THRESHOLD_",
    "MIMALLOC_ARENA_EAGER_COMMIT",
    "MIMALLOC_ALLOW_LARGE_OS_PAGES", "MIMALLOC_EAGER_COMMIT_DELAY", "MIMALLOC_PURGE_DELAY",
    "MIMALLOC_RESERVE_HUGE_OS_PAGES", "TBB_MALLOC_SET_HUGE_SIZE_THRESHOLD", "TBB_MALLOC_USE_HUGE_PAGES",
    "TCMALLOC_MAX_TOTAL_THREAD_CACHE_BYTES", "TCMALLOC_RELEASE_RATE",
  ]

  /// OpenMP 5.2, libgomp, and the runtime of LLVM and Intel.
  private static let openMP = [
    "GOMP_CPU_AFFINITY", "GOMP_SPINCOUNT", "GOMP_STACKSIZE", "KMP_AFFINITY", "KMP_ALL_THREADS", "KMP_BLOCKTIME",
    "KMP_DUPLICATE_LIB_OK", "KMP_DYNAMIC_MODE", "KMP_HW_SUBSET", "KMP_LIBRARY", "KMP_NUM_THREADS", "KMP_STACKSIZE",
    "KMP_TPAUSE", "KMP_USER_LEVEL_MWAIT", "OMP_CANCELLATION", "OMP_DEFAULT_DEVICE", "OMP_DYNAMIC",
    "OMP_MAX_ACTIVE_LEVELS", "OMP_MAX_TASK_PRIORITY", "OMP_NESTED", "OMP_NUM_TEAMS", "OMP_NUM_THREADS", "OMP_PLACES",
    "OMP_PROC_BIND", "OMP_SCHEDULE", "OMP_STACKSIZE", "OMP_TARGET_OFFLOAD", "OMP_TEAMS_THREAD_LIMIT",
    "OMP_THREAD_LIMIT", "OMP_WAIT_POLICY",
  ]

  /// oneTBB and the mathematical libraries that engines are built with.
  private static let threadPools = [
    "BLIS_NUM_THREADS", "DNNL_DEFAULT_FPMATH_MODE", "DNNL_MAX_CPU_ISA", "DNNL_CPU_ISA_HINTS",
    "DNNL_PRIMITIVE_CACHE_CAPACITY", "MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_DOMAIN_NUM_THREADS", "MKL_DYNAMIC",
    "MKL_ENABLE_INSTRUCTIONS", "MKL_NUM_THREADS", "MKL_THREADING_LAYER", "ONEDNN_CPU_ISA_HINTS",
    "ONEDNN_DEFAULT_FPMATH_MODE", "ONEDNN_MAX_CPU_ISA", "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS", "TBB_ENABLE_SANITIZERS", "TBB_NUM_THREADS",
  ]

  /// Found in the libraries of ONNX Runtime 1.32, OpenVINO 2026.4, LiteRT 2 and TensorFlow 2.
  private static let engines = [
    "LITERT_DISABLE_OPENCL", "LITERT_OV_WEIGHTS_PATH", "LITERT_WEBGPU", "OPENVINO_LOG_LEVEL",
    "ORT_DISABLE_FLASH_ATTENTION",
    "ORT_GQA_DISABLE_FLASH_ATTENTION", "ORT_INTER_OP_NUM_THREADS", "ORT_INTRA_OP_NUM_THREADS",
    "ORT_LOAD_CONFIG_FROM_MODEL", "ORT_MLAS_QKGEMM_S8_APPROX_VNNI", "ORT_TENSORRT_CACHE_PATH",
    "ORT_TENSORRT_ENGINE_CACHE_ENABLE", "ORT_TENSORRT_FP16_ENABLE", "ORT_TENSORRT_INT8_ENABLE",
    "ORT_TENSORRT_MAX_PARTITION_ITERATIONS", "ORT_TENSORRT_MAX_WORKSPACE_SIZE", "ORT_TENSORRT_MIN_SUBGRAPH_SIZE",
    "ORT_USE_MLAS_Q4_GEMM_MOE", "OV_CPU_LEGACY_ATTN", "OV_CPU_MAX_ISA", "OV_GPU_PA_ONLINE_TILE_STEPS",
    "OV_GPU_PA_TILE_Q", "TF_CPP_MAX_VLOG_LEVEL", "TF_CPP_MIN_LOG_LEVEL", "TF_CUDNN_USE_AUTOTUNE",
    "TF_DETERMINISTIC_OPS", "TF_DISABLE_MKL", "TF_ENABLE_ONEDNN_OPTS", "TF_FORCE_GPU_ALLOW_GROWTH", "TF_GPU_ALLOCATOR",
    "TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_XLA_FLAGS", "XLA_FLAGS",
  ]

  /// Drivers of accelerators.
  private static let devices = [
    "CUDA_CACHE_DISABLE", "CUDA_CACHE_MAXSIZE", "CUDA_CACHE_PATH", "CUDA_DEVICE_MAX_CONNECTIONS", "CUDA_DEVICE_ORDER",
    "CUDA_FORCE_PTX_JIT", "CUDA_LAUNCH_BLOCKING", "CUDA_MODULE_LOADING", "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE",
    "CUDA_MPS_PIPE_DIRECTORY", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "NVIDIA_TF32_OVERRIDE",
    "NVIDIA_VISIBLE_DEVICES", "ONEAPI_DEVICE_SELECTOR", "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK",
    "ZE_FLAT_DEVICE_HIERARCHY",
  ]
}
