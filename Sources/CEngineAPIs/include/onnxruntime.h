// ONNX Runtime's C API, as far as Assay calls it.
//
// The library exports one function, OrtGetApiBase, which hands out a table of function pointers. The table only ever grows at its
// end, so a slot keeps its number in every later version. Slots that Assay does not call are `unused_FIRST_to_LAST`.
#ifndef ASSAY_ONNXRUNTIME_H
#define ASSAY_ONNXRUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The version (as in 1.11) whose table has everything that Assay must have: it ends at slot 209.
#define ASSAY_ORT_OLDEST_API 11
/// The versions that added functions which Assay calls where they are there.
#define ASSAY_ORT_NAMED_PROVIDER_API 12
#define ASSAY_ORT_DNNL_OPTIONS_API 15
#define ASSAY_ORT_ROCM_OPTIONS_API 17
#define ASSAY_ORT_HAS_SHAPE_API 24
#define ASSAY_ORT_ASSIGNMENT_API 24

typedef struct OrtAllocator OrtAllocator;
typedef struct OrtCUDAProviderOptionsV2 OrtCUDAProviderOptionsV2;
typedef struct OrtDnnlProviderOptions OrtDnnlProviderOptions;
typedef struct OrtEnv OrtEnv;
typedef struct OrtEpAssignedNode OrtEpAssignedNode;
typedef struct OrtEpAssignedSubgraph OrtEpAssignedSubgraph;
typedef struct OrtIoBinding OrtIoBinding;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtROCMProviderOptions OrtROCMProviderOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtStatus OrtStatus;
typedef struct OrtTensorRTProviderOptionsV2 OrtTensorRTProviderOptionsV2;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtValue OrtValue;

typedef enum {
  ORT_LOGGING_LEVEL_ERROR = 3,
} OrtLoggingLevel;

typedef enum {
  ORT_ENABLE_ALL = 99,
} GraphOptimizationLevel;

typedef enum {
  ORT_SEQUENTIAL = 0,
} ExecutionMode;

typedef enum {
  ORT_DEVICE_ALLOCATOR = 0,
} OrtAllocatorType;

typedef enum {
  ORT_MEM_TYPE_DEFAULT = 0,
} OrtMemType;

/// Why a call failed. There are others.
typedef enum {
  ORT_NOT_IMPLEMENTED = 9,
} OrtErrorCode;

/// What an input or output is.
typedef enum {
  ONNX_TYPE_UNKNOWN = 0,
  ONNX_TYPE_TENSOR = 1,
  ONNX_TYPE_SEQUENCE = 2,
  ONNX_TYPE_MAP = 3,
  ONNX_TYPE_OPAQUE = 4,
  ONNX_TYPE_SPARSE_TENSOR = 5,
  ONNX_TYPE_OPTIONAL = 6,
} ONNXType;

/// Element types, numbered as in ONNX's TensorProto.DataType.
typedef enum {
  ONNX_ELEMENT_UNDEFINED = 0,
  ONNX_ELEMENT_FLOAT = 1,
  ONNX_ELEMENT_UINT8 = 2,
  ONNX_ELEMENT_INT8 = 3,
  ONNX_ELEMENT_UINT16 = 4,
  ONNX_ELEMENT_INT16 = 5,
  ONNX_ELEMENT_INT32 = 6,
  ONNX_ELEMENT_INT64 = 7,
  ONNX_ELEMENT_STRING = 8,
  ONNX_ELEMENT_BOOL = 9,
  ONNX_ELEMENT_FLOAT16 = 10,
  ONNX_ELEMENT_DOUBLE = 11,
  ONNX_ELEMENT_UINT32 = 12,
  ONNX_ELEMENT_UINT64 = 13,
  ONNX_ELEMENT_BFLOAT16 = 16,
  ONNX_ELEMENT_FLOAT8E4M3FN = 17,
  ONNX_ELEMENT_FLOAT8E4M3FNUZ = 18,
  ONNX_ELEMENT_FLOAT8E5M2 = 19,
  ONNX_ELEMENT_FLOAT8E5M2FNUZ = 20,
  ONNX_ELEMENT_UINT4 = 21,
  ONNX_ELEMENT_INT4 = 22,
  ONNX_ELEMENT_FLOAT4E2M1 = 23,
  // These differ from the numbers of onnx.proto3.
  ONNX_ELEMENT_UINT2 = 24,
  ONNX_ELEMENT_INT2 = 25,
  ONNX_ELEMENT_FLOAT8E8M0 = 26,
} ONNXTensorElementDataType;

/// A function that may fail: NULL is success, anything else must be given to ReleaseStatus.
#define ASSAY_ORT_FUNCTION(NAME, ...) OrtStatus *_Nullable (*_Nonnull NAME)(__VA_ARGS__)
/// The functions for the options of an execution provider that has a type for them.
#define ASSAY_ORT_UPDATE(NAME, TYPE) \
  ASSAY_ORT_FUNCTION(NAME, TYPE *options, const char *_Nonnull const *_Nonnull keys, \
                     const char *_Nonnull const *_Nonnull values, size_t count)
#define ASSAY_ORT_UNUSED(FIRST, LAST) void *_Nullable unused_##FIRST##_to_##LAST[LAST - FIRST + 1]

typedef struct OrtApi {
  ASSAY_ORT_UNUSED(0, 0);
  OrtErrorCode (*_Nonnull GetErrorCode)(const OrtStatus *status);
  const char *_Nonnull (*_Nonnull GetErrorMessage)(const OrtStatus *status);
  ASSAY_ORT_FUNCTION(CreateEnv, OrtLoggingLevel severity, const char *log_id, OrtEnv *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(4, 6);
  ASSAY_ORT_FUNCTION(CreateSession, const OrtEnv *env, const char *model_path, const OrtSessionOptions *options,
                     OrtSession *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(8, 8);
  /// Outputs that are not NULL are written into; NULL ones are made by the library.
  ASSAY_ORT_FUNCTION(Run, OrtSession *session, const OrtRunOptions *_Nullable options,
                     const char *_Nonnull const *_Nonnull input_names, const OrtValue *_Nonnull const *_Nonnull inputs,
                     size_t input_count, const char *_Nonnull const *_Nonnull output_names, size_t output_count,
                     OrtValue *_Nullable *_Nonnull outputs);
  ASSAY_ORT_FUNCTION(CreateSessionOptions, OrtSessionOptions *_Nullable *_Nonnull out);
  ASSAY_ORT_FUNCTION(SetOptimizedModelFilePath, OrtSessionOptions *options, const char *path);
  ASSAY_ORT_UNUSED(12, 12);
  ASSAY_ORT_FUNCTION(SetSessionExecutionMode, OrtSessionOptions *options, ExecutionMode mode);
  /// The name of the file begins with the prefix.
  ASSAY_ORT_FUNCTION(EnableProfiling, OrtSessionOptions *options, const char *prefix);
  ASSAY_ORT_UNUSED(15, 22);
  ASSAY_ORT_FUNCTION(SetSessionGraphOptimizationLevel, OrtSessionOptions *options, GraphOptimizationLevel level);
  ASSAY_ORT_FUNCTION(SetIntraOpNumThreads, OrtSessionOptions *options, int count);
  ASSAY_ORT_FUNCTION(SetInterOpNumThreads, OrtSessionOptions *options, int count);
  ASSAY_ORT_UNUSED(26, 29);
  ASSAY_ORT_FUNCTION(SessionGetInputCount, const OrtSession *session, size_t *out);
  ASSAY_ORT_FUNCTION(SessionGetOutputCount, const OrtSession *session, size_t *out);
  ASSAY_ORT_UNUSED(32, 32);
  ASSAY_ORT_FUNCTION(SessionGetInputTypeInfo, const OrtSession *session, size_t index, OrtTypeInfo *_Nullable *_Nonnull out);
  ASSAY_ORT_FUNCTION(SessionGetOutputTypeInfo, const OrtSession *session, size_t index, OrtTypeInfo *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(35, 35);
  /// The name is freed with AllocatorFree, as is an output's.
  ASSAY_ORT_FUNCTION(SessionGetInputName, const OrtSession *session, size_t index, OrtAllocator *allocator,
                     char *_Nullable *_Nonnull out);
  ASSAY_ORT_FUNCTION(SessionGetOutputName, const OrtSession *session, size_t index, OrtAllocator *allocator,
                     char *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(38, 38);
  ASSAY_ORT_FUNCTION(CreateRunOptions, OrtRunOptions *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(40, 47);
  /// The value owns the data.
  ASSAY_ORT_FUNCTION(CreateTensorAsOrtValue, OrtAllocator *allocator, const int64_t *_Nullable shape, size_t rank,
                     ONNXTensorElementDataType type, OrtValue *_Nullable *_Nonnull out);
  /// The value does not own the data, which must outlive it.
  ASSAY_ORT_FUNCTION(CreateTensorWithDataAsOrtValue, const OrtMemoryInfo *info, void *data, size_t byte_count,
                     const int64_t *_Nullable shape, size_t rank, ONNXTensorElementDataType type,
                     OrtValue *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(50, 50);
  /// The data belongs to the value.
  ASSAY_ORT_FUNCTION(GetTensorMutableData, OrtValue *value, void *_Nullable *_Nonnull out);
  ASSAY_ORT_FUNCTION(FillStringTensor, OrtValue *value, const char *_Nonnull const *_Nonnull strings, size_t count);
  ASSAY_ORT_UNUSED(53, 54);
  /// The information belongs to the OrtTypeInfo; NULL when that is not of a tensor.
  ASSAY_ORT_FUNCTION(CastTypeInfoToTensorInfo, const OrtTypeInfo *type,
                     const OrtTensorTypeAndShapeInfo *_Nullable *_Nonnull out);
  ASSAY_ORT_FUNCTION(GetOnnxTypeFromTypeInfo, const OrtTypeInfo *type, ONNXType *out);
  ASSAY_ORT_UNUSED(57, 59);
  ASSAY_ORT_FUNCTION(GetTensorElementType, const OrtTensorTypeAndShapeInfo *info, ONNXTensorElementDataType *out);
  /// 0 for a scalar, and for a tensor of unknown rank.
  ASSAY_ORT_FUNCTION(GetDimensionsCount, const OrtTensorTypeAndShapeInfo *info, size_t *out);
  /// -1 stands for a dynamic dimension.
  ASSAY_ORT_FUNCTION(GetDimensions, const OrtTensorTypeAndShapeInfo *info, int64_t *out, size_t count);
  /// The names of dynamic dimensions, empty where a dimension has none. They belong to the information.
  ASSAY_ORT_FUNCTION(GetSymbolicDimensions, const OrtTensorTypeAndShapeInfo *info,
                     const char *_Nullable *_Nonnull out, size_t count);
  ASSAY_ORT_UNUSED(64, 64);
  ASSAY_ORT_FUNCTION(GetTensorTypeAndShape, const OrtValue *value, OrtTensorTypeAndShapeInfo *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(66, 68);
  ASSAY_ORT_FUNCTION(CreateCpuMemoryInfo, OrtAllocatorType allocator, OrtMemType type, OrtMemoryInfo *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(70, 75);
  ASSAY_ORT_FUNCTION(AllocatorFree, OrtAllocator *allocator, void *memory);
  ASSAY_ORT_UNUSED(77, 77);
  /// The allocator belongs to the library.
  ASSAY_ORT_FUNCTION(GetAllocatorWithDefaultOptions, OrtAllocator *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(79, 91);
  void (*_Nonnull ReleaseEnv)(OrtEnv *env);
  void (*_Nonnull ReleaseStatus)(OrtStatus *status);
  void (*_Nonnull ReleaseMemoryInfo)(OrtMemoryInfo *info);
  void (*_Nonnull ReleaseSession)(OrtSession *session);
  void (*_Nonnull ReleaseValue)(OrtValue *value);
  void (*_Nonnull ReleaseRunOptions)(OrtRunOptions *options);
  void (*_Nonnull ReleaseTypeInfo)(OrtTypeInfo *type);
  void (*_Nonnull ReleaseTensorTypeAndShapeInfo)(OrtTensorTypeAndShapeInfo *info);
  void (*_Nonnull ReleaseSessionOptions)(OrtSessionOptions *options);
  ASSAY_ORT_UNUSED(101, 109);
  /// The name of the file that has the profile is freed with AllocatorFree.
  ASSAY_ORT_FUNCTION(SessionEndProfiling, OrtSession *session, OrtAllocator *allocator, char *_Nullable *_Nonnull out);
  ASSAY_ORT_UNUSED(111, 124);
  ASSAY_ORT_FUNCTION(GetAvailableProviders, char *_Nonnull *_Nullable *_Nonnull out, int *count);
  ASSAY_ORT_FUNCTION(ReleaseAvailableProviders, char *_Nonnull *_Nonnull providers, int count);
  ASSAY_ORT_UNUSED(127, 129);
  /// A key that the version does not know is ignored.
  ASSAY_ORT_FUNCTION(AddSessionConfigEntry, OrtSessionOptions *options, const char *key, const char *value);
  ASSAY_ORT_UNUSED(131, 132);
  ASSAY_ORT_FUNCTION(RunWithBinding, OrtSession *session, const OrtRunOptions *_Nullable options,
                     const OrtIoBinding *binding);
  ASSAY_ORT_FUNCTION(CreateIoBinding, OrtSession *session, OrtIoBinding *_Nullable *_Nonnull out);
  void (*_Nonnull ReleaseIoBinding)(OrtIoBinding *binding);
  /// A value that is not in the device's memory is copied there once, now.
  ASSAY_ORT_FUNCTION(BindInput, OrtIoBinding *binding, const char *name, const OrtValue *value);
  ASSAY_ORT_FUNCTION(BindOutput, OrtIoBinding *binding, const char *name, const OrtValue *value);
  ASSAY_ORT_UNUSED(138, 152);
  ASSAY_ORT_FUNCTION(SessionOptionsAppendExecutionProvider_ROCM, OrtSessionOptions *options,
                     const OrtROCMProviderOptions *rocm);
  ASSAY_ORT_UNUSED(154, 169);
  ASSAY_ORT_FUNCTION(SessionOptionsAppendExecutionProvider_TensorRT_V2, OrtSessionOptions *options,
                     const OrtTensorRTProviderOptionsV2 *tensorrt);
  ASSAY_ORT_FUNCTION(CreateTensorRTProviderOptions, OrtTensorRTProviderOptionsV2 *_Nullable *_Nonnull out);
  ASSAY_ORT_UPDATE(UpdateTensorRTProviderOptions, OrtTensorRTProviderOptionsV2);
  ASSAY_ORT_UNUSED(173, 173);
  void (*_Nonnull ReleaseTensorRTProviderOptions)(OrtTensorRTProviderOptionsV2 *options);
  ASSAY_ORT_UNUSED(175, 203);
  ASSAY_ORT_FUNCTION(SessionOptionsAppendExecutionProvider_CUDA_V2, OrtSessionOptions *options,
                     const OrtCUDAProviderOptionsV2 *cuda);
  ASSAY_ORT_FUNCTION(CreateCUDAProviderOptions, OrtCUDAProviderOptionsV2 *_Nullable *_Nonnull out);
  ASSAY_ORT_UPDATE(UpdateCUDAProviderOptions, OrtCUDAProviderOptionsV2);
  ASSAY_ORT_UNUSED(207, 207);
  void (*_Nonnull ReleaseCUDAProviderOptions)(OrtCUDAProviderOptionsV2 *cuda);
  // Version 11 ends at slot 209; what follows is there only in later ones, as the constants above say.
  ASSAY_ORT_UNUSED(209, 215);
  /// Options with a provider that is known by a name alone.
  ASSAY_ORT_FUNCTION(SessionOptionsAppendExecutionProvider, OrtSessionOptions *options, const char *provider,
                     const char *_Nonnull const *_Nonnull keys, const char *_Nonnull const *_Nonnull values,
                     size_t count);
  ASSAY_ORT_UNUSED(217, 238);
  ASSAY_ORT_FUNCTION(SessionOptionsAppendExecutionProvider_Dnnl, OrtSessionOptions *options,
                     const OrtDnnlProviderOptions *dnnl);
  ASSAY_ORT_FUNCTION(CreateDnnlProviderOptions, OrtDnnlProviderOptions *_Nullable *_Nonnull out);
  ASSAY_ORT_UPDATE(UpdateDnnlProviderOptions, OrtDnnlProviderOptions);
  ASSAY_ORT_UNUSED(242, 242);
  void (*_Nonnull ReleaseDnnlProviderOptions)(OrtDnnlProviderOptions *options);
  ASSAY_ORT_UNUSED(244, 254);
  ASSAY_ORT_FUNCTION(CreateROCMProviderOptions, OrtROCMProviderOptions *_Nullable *_Nonnull out);
  ASSAY_ORT_UPDATE(UpdateROCMProviderOptions, OrtROCMProviderOptions);
  ASSAY_ORT_UNUSED(257, 257);
  void (*_Nonnull ReleaseROCMProviderOptions)(OrtROCMProviderOptions *options);
  ASSAY_ORT_UNUSED(259, 389);
  /// Whether a tensor's rank is known, which tells a scalar from the rest.
  bool (*_Nonnull TensorTypeAndShape_HasShape)(const OrtTensorTypeAndShapeInfo *info);
  ASSAY_ORT_UNUSED(391, 406);
  /// Which provider runs which nodes, of a session with the entry `session.record_ep_graph_assignment_info`. What this and the
  /// functions below return belongs to the session.
  ASSAY_ORT_FUNCTION(Session_GetEpGraphAssignmentInfo, const OrtSession *session,
                     const OrtEpAssignedSubgraph *_Nonnull const *_Nullable *_Nonnull out, size_t *count);
  ASSAY_ORT_FUNCTION(EpAssignedSubgraph_GetEpName, const OrtEpAssignedSubgraph *subgraph,
                     const char *_Nullable *_Nonnull out);
  ASSAY_ORT_FUNCTION(EpAssignedSubgraph_GetNodes, const OrtEpAssignedSubgraph *subgraph,
                     const OrtEpAssignedNode *_Nonnull const *_Nullable *_Nonnull out, size_t *count);
  ASSAY_ORT_UNUSED(410, 411);
  ASSAY_ORT_FUNCTION(EpAssignedNode_GetOperatorType, const OrtEpAssignedNode *node,
                     const char *_Nullable *_Nonnull out);
} OrtApi;

#undef ASSAY_ORT_FUNCTION
#undef ASSAY_ORT_UNUSED
#undef ASSAY_ORT_UPDATE

#define ASSAY_ORT_SLOT(NAME, SLOT) \
  _Static_assert(offsetof(OrtApi, NAME) == (SLOT) * sizeof(void *), #NAME " is not in its slot")
ASSAY_ORT_SLOT(GetErrorCode, 1);
ASSAY_ORT_SLOT(GetErrorMessage, 2);
ASSAY_ORT_SLOT(CreateEnv, 3);
ASSAY_ORT_SLOT(CreateSession, 7);
ASSAY_ORT_SLOT(Run, 9);
ASSAY_ORT_SLOT(CreateSessionOptions, 10);
ASSAY_ORT_SLOT(SetOptimizedModelFilePath, 11);
ASSAY_ORT_SLOT(SetSessionExecutionMode, 13);
ASSAY_ORT_SLOT(EnableProfiling, 14);
ASSAY_ORT_SLOT(SetSessionGraphOptimizationLevel, 23);
ASSAY_ORT_SLOT(SetIntraOpNumThreads, 24);
ASSAY_ORT_SLOT(SetInterOpNumThreads, 25);
ASSAY_ORT_SLOT(SessionGetInputCount, 30);
ASSAY_ORT_SLOT(SessionGetOutputCount, 31);
ASSAY_ORT_SLOT(SessionGetInputTypeInfo, 33);
ASSAY_ORT_SLOT(SessionGetOutputTypeInfo, 34);
ASSAY_ORT_SLOT(SessionGetInputName, 36);
ASSAY_ORT_SLOT(SessionGetOutputName, 37);
ASSAY_ORT_SLOT(CreateRunOptions, 39);
ASSAY_ORT_SLOT(CreateTensorAsOrtValue, 48);
ASSAY_ORT_SLOT(CreateTensorWithDataAsOrtValue, 49);
ASSAY_ORT_SLOT(GetTensorMutableData, 51);
ASSAY_ORT_SLOT(FillStringTensor, 52);
ASSAY_ORT_SLOT(CastTypeInfoToTensorInfo, 55);
ASSAY_ORT_SLOT(GetOnnxTypeFromTypeInfo, 56);
ASSAY_ORT_SLOT(GetTensorElementType, 60);
ASSAY_ORT_SLOT(GetDimensionsCount, 61);
ASSAY_ORT_SLOT(GetDimensions, 62);
ASSAY_ORT_SLOT(GetSymbolicDimensions, 63);
ASSAY_ORT_SLOT(GetTensorTypeAndShape, 65);
ASSAY_ORT_SLOT(CreateCpuMemoryInfo, 69);
ASSAY_ORT_SLOT(AllocatorFree, 76);
ASSAY_ORT_SLOT(GetAllocatorWithDefaultOptions, 78);
ASSAY_ORT_SLOT(ReleaseEnv, 92);
ASSAY_ORT_SLOT(ReleaseStatus, 93);
ASSAY_ORT_SLOT(ReleaseMemoryInfo, 94);
ASSAY_ORT_SLOT(ReleaseSession, 95);
ASSAY_ORT_SLOT(ReleaseValue, 96);
ASSAY_ORT_SLOT(ReleaseRunOptions, 97);
ASSAY_ORT_SLOT(ReleaseTypeInfo, 98);
ASSAY_ORT_SLOT(ReleaseTensorTypeAndShapeInfo, 99);
ASSAY_ORT_SLOT(ReleaseSessionOptions, 100);
ASSAY_ORT_SLOT(SessionEndProfiling, 110);
ASSAY_ORT_SLOT(GetAvailableProviders, 125);
ASSAY_ORT_SLOT(ReleaseAvailableProviders, 126);
ASSAY_ORT_SLOT(AddSessionConfigEntry, 130);
ASSAY_ORT_SLOT(RunWithBinding, 133);
ASSAY_ORT_SLOT(CreateIoBinding, 134);
ASSAY_ORT_SLOT(ReleaseIoBinding, 135);
ASSAY_ORT_SLOT(BindInput, 136);
ASSAY_ORT_SLOT(BindOutput, 137);
ASSAY_ORT_SLOT(SessionOptionsAppendExecutionProvider_ROCM, 153);
ASSAY_ORT_SLOT(SessionOptionsAppendExecutionProvider_TensorRT_V2, 170);
ASSAY_ORT_SLOT(CreateTensorRTProviderOptions, 171);
ASSAY_ORT_SLOT(UpdateTensorRTProviderOptions, 172);
ASSAY_ORT_SLOT(ReleaseTensorRTProviderOptions, 174);
ASSAY_ORT_SLOT(SessionOptionsAppendExecutionProvider_CUDA_V2, 204);
ASSAY_ORT_SLOT(CreateCUDAProviderOptions, 205);
ASSAY_ORT_SLOT(UpdateCUDAProviderOptions, 206);
ASSAY_ORT_SLOT(ReleaseCUDAProviderOptions, 208);
ASSAY_ORT_SLOT(SessionOptionsAppendExecutionProvider, 216);
ASSAY_ORT_SLOT(SessionOptionsAppendExecutionProvider_Dnnl, 239);
ASSAY_ORT_SLOT(CreateDnnlProviderOptions, 240);
ASSAY_ORT_SLOT(UpdateDnnlProviderOptions, 241);
ASSAY_ORT_SLOT(ReleaseDnnlProviderOptions, 243);
ASSAY_ORT_SLOT(CreateROCMProviderOptions, 255);
ASSAY_ORT_SLOT(UpdateROCMProviderOptions, 256);
ASSAY_ORT_SLOT(ReleaseROCMProviderOptions, 258);
ASSAY_ORT_SLOT(TensorTypeAndShape_HasShape, 390);
ASSAY_ORT_SLOT(Session_GetEpGraphAssignmentInfo, 407);
ASSAY_ORT_SLOT(EpAssignedSubgraph_GetEpName, 408);
ASSAY_ORT_SLOT(EpAssignedSubgraph_GetNodes, 409);
ASSAY_ORT_SLOT(EpAssignedNode_GetOperatorType, 412);
#undef ASSAY_ORT_SLOT

/// What OrtGetApiBase returns. It never changes.
typedef struct {
  /// NULL, with a line on standard error, for a version that the library does not have.
  const OrtApi *_Nullable (*_Nonnull GetApi)(uint32_t version);
  /// `1.32.0`; the second number is the newest API version that the library has.
  const char *_Nonnull (*_Nonnull GetVersionString)(void);
} OrtApiBase;

typedef const OrtApiBase *_Nullable (*OrtGetApiBaseFunction)(void);

#pragma clang assume_nonnull end

#endif
