// Stands in for the library of a model that AOTInductor has compiled for CUDA: y = 2x + 1, transposed as cuBLAS leaves results, for x of the
// shape [2, 3]. It wants its kernel in the folder that it is given.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torch.h"

int32_t aoti_torch_empty_strided(
    int64_t rank, const int64_t *sizes, const int64_t *strides, int32_t type, int32_t device, int32_t index,
    tensor **result);
int32_t aoti_torch_delete_tensor_object(tensor *tensor);

static const char *failure = "";
static int32_t fail(const char *words) { return failure = words, 1; }
int32_t AOTInductorGetLastError(const char **text) { return *text = failure, 0; }

int32_t AOTInductorModelContainerCreateWithDevice(char **container, size_t models, const char *device, const char *folder) {
  if (models != 1 || strcmp(device, "cuda:0") != 0) return fail("it is made for one model on cuda:0");
  *container = strdup(folder ? folder : "");
  return 0;
}
int32_t AOTInductorModelContainerDelete(char *container) { return free(container), 0; }

int32_t AOTInductorModelContainerRun(
    char *container, tensor **inputs, size_t input_count, tensor **outputs, size_t output_count, void *stream,
    void *executor) {
  (void)stream, (void)executor;
  char path[4096];
  snprintf(path, sizeof path, "%s/kernel.cubin", container);
  FILE *kernel = fopen(path, "rb");
  if (!kernel) return fail("CUDA driver error: file not found");
  fclose(kernel);
  if (input_count != 1 || output_count != 1 || inputs[0]->storage->device != CUDA) return fail("inputs are not on the GPU");
  const int64_t sizes[] = {2, 3}, strides[] = {1, 2};
  aoti_torch_empty_strided(2, sizes, strides, FLOAT32, CUDA, 0, &outputs[0]);
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column) {
      outputs[0]->storage->elements[row + 2 * column] = 2 * inputs[0]->storage->elements[3 * row + column] + 1;
    }
  }
  aoti_torch_delete_tensor_object(inputs[0]);
  return 0;
}

int32_t AOTInductorModelContainerGetNumInputs(char *container, size_t *count) { return (void)container, *count = 1, 0; }
int32_t AOTInductorModelContainerGetNumOutputs(char *container, size_t *count) { return (void)container, *count = 1, 0; }
int32_t AOTInductorModelContainerGetInputName(char *container, size_t index, const char **name) {
  return (void)container, (void)index, *name = "arg0_1", 0;
}
int32_t AOTInductorModelContainerGetOutputName(char *container, size_t index, const char **name) {
  return (void)container, (void)index, *name = "output0", 0;
}
int32_t AOTInductorModelContainerGetCallSpec(char *container, const char **inputs, const char **outputs) {
  return (void)container, *inputs = "", *outputs = "", 0;
}
