// TensorRT's headers include CUDA's for these two names alone. With them here, no CUDA is needed to compile the shim.
#ifndef ASSAY_CUDA_RUNTIME_API_H
#define ASSAY_CUDA_RUNTIME_API_H

typedef struct CUstream_st *cudaStream_t;
typedef struct CUevent_st *cudaEvent_t;

#endif
