// The element types of TensorFlow Lite's tensors. LiteRT took over their numbers.
#ifndef ASSAY_TFLITE_TYPES_H
#define ASSAY_TFLITE_TYPES_H

/// Those that host memory can hold as they are. There are others: strings, complex and 4-bit numbers.
typedef enum {
  kTfLiteFloat32 = 1,
  kTfLiteInt32 = 2,
  kTfLiteUInt8 = 3,
  kTfLiteInt64 = 4,
  kTfLiteBool = 6,
  kTfLiteInt16 = 7,
  kTfLiteInt8 = 9,
  kTfLiteFloat16 = 10,
  kTfLiteFloat64 = 11,
  kTfLiteUInt64 = 13,
  kTfLiteUInt32 = 16,
  kTfLiteUInt16 = 17,
  kTfLiteBFloat16 = 19,
} TfLiteType;

#endif
