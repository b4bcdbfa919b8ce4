// One header a library, written for Assay: types, enumeration values and function signatures, and nothing that needs the
// library to be there.
#ifndef ASSAY_CENGINEAPIS_H
#define ASSAY_CENGINEAPIS_H

#include "assay_engine.h"
#include "assay_tensorrt.h"
#include "litert.h"
#include "onnxruntime.h"
#include "openvino.h"
#include "tensorflow.h"
#include "tflite.h"
#include "tflite_types.h"
#include "torch.h"

#endif
