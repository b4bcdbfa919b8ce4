// Stands in for libtorch_cpu.so of a PyTorch with CUDA and a machine with one GPU: tensors of float32, whose data on the GPU has an
// address that the host cannot read. Tensors that are not deleted make it fail.
#include <stdlib.h>
#include <string.h>

#include "torch.h"

static const char *failure = "";
static int32_t fail(const char *words) { return failure = words, 1; }

const char *torch_exception_get_what_without_backtrace(void) { return failure; }
uint64_t aoti_torch_abi_version(void) { return 2ull << 56 | 13ull << 48; }
void _ZN2at15set_num_threadsEi(int count) { (void)count; }
int32_t aoti_torch_device_type_cpu(void) { return CPU; }
int32_t aoti_torch_device_type_cuda(void) { return CUDA; }

static int live;
enum { MOST_LIVE = 20 };

static tensor *make(int64_t rank, const int64_t *sizes, const int64_t *strides, storage *storage) {
  tensor *made = calloc(1, sizeof *made);
  made->storage = storage, made->rank = rank;
  memcpy(made->sizes, sizes, (size_t)rank * sizeof *sizes);
  memcpy(made->strides, strides, (size_t)rank * sizeof *strides);
  storage->users += 1, live += 1;
  return made;
}

static size_t count(const tensor *tensor) {
  size_t count = 1;
  for (int64_t axis = 0; axis < tensor->rank; ++axis) count *= (size_t)tensor->sizes[axis];
  return count;
}

int32_t aoti_torch_create_tensor_from_blob(
    void *data, int64_t rank, const int64_t *sizes, const int64_t *strides, int64_t offset, int32_t type, int32_t device,
    int32_t index, tensor **result) {
  (void)index;
  if (offset != 0 || type != FLOAT32 || device != CPU) return fail("unexpected blob");
  storage *borrowed = calloc(1, sizeof *borrowed);
  borrowed->elements = data, borrowed->is_borrowed = true;
  *result = make(rank, sizes, strides, borrowed);
  return 0;
}

int32_t aoti_torch_empty_strided(
    int64_t rank, const int64_t *sizes, const int64_t *strides, int32_t type, int32_t device, int32_t index,
    tensor **result) {
  (void)type;
  if (device == CUDA && getenv("STAND_IN_NO_DRIVER")) {
    return fail("Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU\nException raised from");
  }
  if (device == CUDA && index > 0) return fail("CUDA error: invalid device ordinal");
  storage *own = calloc(1, sizeof *own);
  own->device = device;
  *result = make(rank, sizes, strides, own);
  own->elements = calloc(count(*result), sizeof(float));
  return 0;
}

int32_t aoti_torch_new_tensor_handle(tensor *source, tensor **result) {
  if (live > MOST_LIVE) return fail("tensors are not deleted");
  *result = make(source->rank, source->sizes, source->strides, source->storage);
  return 0;
}

int32_t aoti_torch_delete_tensor_object(tensor *tensor) {
  storage *storage = tensor->storage;
  if (--storage->users == 0) {
    if (!storage->is_borrowed) free(storage->elements);
    free(storage);
  }
  free(tensor);
  live -= 1;
  return 0;
}

static float *element(const tensor *tensor, size_t number) {
  size_t offset = 0;
  for (int64_t axis = tensor->rank - 1; axis >= 0; --axis) {
    offset += number % (size_t)tensor->sizes[axis] * (size_t)tensor->strides[axis];
    number /= (size_t)tensor->sizes[axis];
  }
  return tensor->storage->elements + offset;
}

int32_t aoti_torch_copy_(tensor *destination, tensor *source, int32_t may_not_block) {
  (void)may_not_block;
  if (count(destination) != count(source)) return fail("sizes differ");
  for (size_t number = 0; number < count(source); ++number) *element(destination, number) = *element(source, number);
  return 0;
}

int32_t aoti_torch_get_data_ptr(tensor *tensor, void **data) {
  const uintptr_t address = (uintptr_t)tensor->storage->elements;
  *data = (void *)(tensor->storage->device == CUDA ? address | 1ull << 63 : address);
  return 0;
}
int32_t aoti_torch_get_dim(tensor *tensor, int64_t *rank) { return *rank = tensor->rank, 0; }
int32_t aoti_torch_get_sizes(tensor *tensor, int64_t **sizes) { return *sizes = tensor->sizes, 0; }
int32_t aoti_torch_get_dtype(tensor *tensor, int32_t *type) { return (void)tensor, *type = FLOAT32, 0; }
int32_t aoti_torch_get_device_type(tensor *tensor, int32_t *type) { return *type = tensor->storage->device, 0; }
int32_t aoti_torch_is_contiguous(tensor *tensor, bool *result) {
  int64_t expected = 1;
  *result = true;
  for (int64_t axis = tensor->rank - 1; axis >= 0; expected *= tensor->sizes[axis--]) {
    if (tensor->strides[axis] != expected) *result = false;
  }
  return 0;
}
