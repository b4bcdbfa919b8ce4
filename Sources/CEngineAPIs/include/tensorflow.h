// TensorFlow's C API: what Assay uses of it, written after the headers of the tensorflow-cpu 2.21.0 wheel.
#ifndef ASSAY_TENSORFLOW_H
#define ASSAY_TENSORFLOW_H

#include <stddef.h>
#include <stdint.h>

typedef struct TF_Status TF_Status;
typedef struct TF_Graph TF_Graph;
typedef struct TF_Operation TF_Operation;
typedef struct TF_Session TF_Session;
typedef struct TF_SessionOptions TF_SessionOptions;
typedef struct TF_DeviceList TF_DeviceList;
typedef struct TF_Tensor TF_Tensor;

enum { TF_OK = 0, TF_UNIMPLEMENTED = 12 };

/// The numbers are those of `DataType` in types.proto, too.
typedef enum {
  TF_FLOAT = 1,
  TF_DOUBLE = 2,
  TF_INT32 = 3,
  TF_UINT8 = 4,
  TF_INT16 = 5,
  TF_INT8 = 6,
  TF_STRING = 7,
  TF_INT64 = 9,
  TF_BOOL = 10,
  TF_BFLOAT16 = 14,
  TF_UINT16 = 17,
  TF_HALF = 19,
  TF_UINT32 = 22,
  TF_UINT64 = 23,
} TF_DataType;

typedef struct {
  const void *_Nullable data;
  size_t length;
  void (*_Nullable data_deallocator)(void *_Nullable data, size_t length);
} TF_Buffer;

/// An output of an operation; where values are fed, it takes their place.
typedef struct {
  TF_Operation *_Nonnull oper;
  int index;
} TF_Output;

/// A string of a tensor, made and destroyed by the functions of its library.
typedef struct {
  uint64_t words[3];
} TF_TString;

_Static_assert(sizeof(TF_Buffer) == 3 * sizeof(void *), "TF_Buffer is read as the library lays it out");
_Static_assert(sizeof(TF_Output) == 2 * sizeof(void *), "TF_Output is read as the library lays it out");

/// The functions that Assay calls, each named after its symbol without the leading `TF_`.
typedef struct {
  const char *_Nonnull (*_Nonnull Version)(void);

  TF_Status *_Nonnull (*_Nonnull NewStatus)(void);
  void (*_Nonnull DeleteStatus)(TF_Status *_Nonnull status);
  int (*_Nonnull GetCode)(const TF_Status *_Nonnull status);
  const char *_Nonnull (*_Nonnull Message)(const TF_Status *_Nonnull status);

  TF_Buffer *_Nonnull (*_Nonnull NewBuffer)(void);
  void (*_Nonnull DeleteBuffer)(TF_Buffer *_Nonnull buffer);

  TF_Graph *_Nonnull (*_Nonnull NewGraph)(void);
  void (*_Nonnull DeleteGraph)(TF_Graph *_Nonnull graph);
  TF_Operation *_Nullable (*_Nonnull GraphOperationByName)(TF_Graph *_Nonnull graph, const char *_Nonnull name);
  int (*_Nonnull OperationNumOutputs)(TF_Operation *_Nonnull operation);

  TF_SessionOptions *_Nonnull (*_Nonnull NewSessionOptions)(void);
  void (*_Nonnull DeleteSessionOptions)(TF_SessionOptions *_Nonnull options);
  /// - Parameter config: a serialised ConfigProto.
  void (*_Nonnull SetConfig)(
      TF_SessionOptions *_Nonnull options, const void *_Nonnull config, size_t length, TF_Status *_Nonnull status);
  TF_Session *_Nullable (*_Nonnull NewSession)(
      TF_Graph *_Nonnull graph, const TF_SessionOptions *_Nonnull options, TF_Status *_Nonnull status);
  /// - Parameter meta_graph_def: becomes a serialised MetaGraphDef.
  TF_Session *_Nullable (*_Nonnull LoadSessionFromSavedModel)(
      const TF_SessionOptions *_Nonnull options, const TF_Buffer *_Nullable run_options, const char *_Nonnull folder,
      const char *_Nonnull const *_Nonnull tags, int tag_count, TF_Graph *_Nonnull graph,
      TF_Buffer *_Nonnull meta_graph_def, TF_Status *_Nonnull status);
  void (*_Nonnull CloseSession)(TF_Session *_Nonnull session, TF_Status *_Nonnull status);
  void (*_Nonnull DeleteSession)(TF_Session *_Nonnull session, TF_Status *_Nonnull status);
  void (*_Nonnull SessionRun)(
      TF_Session *_Nonnull session, const TF_Buffer *_Nullable run_options, const TF_Output *_Nullable inputs,
      TF_Tensor *_Nonnull const *_Nullable input_values, int input_count, const TF_Output *_Nullable outputs,
      TF_Tensor *_Nullable *_Nullable output_values, int output_count,
      const TF_Operation *_Nonnull const *_Nullable targets, int target_count, TF_Buffer *_Nullable run_metadata,
      TF_Status *_Nonnull status);

  TF_DeviceList *_Nullable (*_Nonnull SessionListDevices)(TF_Session *_Nonnull session, TF_Status *_Nonnull status);
  void (*_Nonnull DeleteDeviceList)(TF_DeviceList *_Nonnull list);
  int (*_Nonnull DeviceListCount)(const TF_DeviceList *_Nonnull list);
  const char *_Nullable (*_Nonnull DeviceListType)(
      const TF_DeviceList *_Nonnull list, int index, TF_Status *_Nonnull status);

  /// Takes over the data, which it copies if it is not aligned, and gives it to the deallocator in the end.
  TF_Tensor *_Nullable (*_Nonnull NewTensor)(
      TF_DataType type, const int64_t *_Nullable dimensions, int rank, void *_Nonnull data, size_t length,
      void (*_Nonnull deallocator)(void *_Nullable data, size_t length, void *_Nullable argument),
      void *_Nullable argument);
  TF_Tensor *_Nullable (*_Nonnull AllocateTensor)(
      TF_DataType type, const int64_t *_Nullable dimensions, int rank, size_t length);
  void (*_Nonnull DeleteTensor)(TF_Tensor *_Nonnull tensor);
  int (*_Nonnull NumDims)(const TF_Tensor *_Nonnull tensor);
  int64_t (*_Nonnull Dim)(const TF_Tensor *_Nonnull tensor, int index);
  size_t (*_Nonnull TensorByteSize)(const TF_Tensor *_Nonnull tensor);
  void *_Nullable (*_Nonnull TensorData)(const TF_Tensor *_Nonnull tensor);

  void (*_Nonnull StringInit)(TF_TString *_Nonnull string);
  void (*_Nonnull StringCopy)(TF_TString *_Nonnull string, const char *_Nonnull bytes, size_t length);
  void (*_Nonnull StringDealloc)(TF_TString *_Nonnull string);
} TF_functions;

#endif
