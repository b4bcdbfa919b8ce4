// One header a library, written for Assay: types, enumeration values and function signatures, and nothing that needs the
// library to be there.
#ifndef ASSAY_CENGINEAPIS_H
#define ASSAY_CENGINEAPIS_H

#include "litert.h"
#include "onnxruntime.h"
#include "openvino.h"
#include "tensorflow.h"
#include "torch.h"

#endif
