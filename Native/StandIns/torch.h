// Tensors of the stand-in for PyTorch, for the stand-in of a compiled model.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLOAT32 = 6, CPU = 0, CUDA = 1, MOST_DIMENSIONS = 4 };

typedef struct {
  float *elements;
  int32_t users, device;
  bool is_borrowed;
} storage;

typedef struct {
  storage *storage;
  int64_t rank, sizes[MOST_DIMENSIONS], strides[MOST_DIMENSIONS];
} tensor;
