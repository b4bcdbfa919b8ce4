// Stands in for libedgetpu.so.1: the same functions, and a kernel for edgetpu-custom-op that needs no Edge TPU.
//
// Score k of ten is the number of input bytes from 25 k to below 25 (k + 1), scaled so that all bytes make 255.
//
// STICKS      how many are connected (1)
// RUNTIME     the runtime version (14)
// REFUSE      edgetpu_create_delegate returns NULL
// SKEWED      the kernel does not understand the model, as when libedgetpu is built for another TensorFlow Lite
// FIRST_MS    how long the first inference of a delegate takes, as if it uploaded the model
// PULLED_AT   the number of the inference, from 1, at which the stick is pulled out
// CRASH       create, invoke or free: aborts there
// NOTES       a file to which a line is appended for each delegate that is made: the path of its stick
#include "tflite.h"

#include <time.h>

#define EXPORT __attribute__((visibility("default")))

typedef struct {
  int type;
  const char *path;
} edgetpu_device;

typedef struct {
  TfLiteDelegate delegate;
  long inferences;
} Stick;

static long number(const char *variable, long otherwise) {
  const char *text = getenv(variable);
  return text ? atol(text) : otherwise;
}

static void maybe_crash(const char *when) {
  const char *text = getenv("CRASH");
  if (text && strcmp(text, when) == 0) abort();
}

EXPORT edgetpu_device *edgetpu_list_devices(size_t *count) {
  static const char *paths[] = {"/sys/bus/usb/devices/2-1", "/dev/apex_0"};
  *count = number("STICKS", 1);
  if (*count == 0) return NULL;
  edgetpu_device *devices = malloc(*count * sizeof *devices);
  for (size_t i = 0; i < *count; i++) devices[i] = (edgetpu_device){i % 2 == 0, paths[i % 2]};
  return devices;
}

EXPORT void edgetpu_free_devices(edgetpu_device *devices) { free(devices); }

EXPORT const char *edgetpu_version(void) {
  static char text[64];
  snprintf(text, sizeof text, "BuildLabel(N/A), RuntimeVersion(%ld)", number("RUNTIME", 14));
  return text;
}

static TfLiteStatus invoke(TfLiteContext *context, TfLiteNode *node) {
  Stick *stick = (Stick *)node->delegate;
  maybe_crash("invoke");
  stick->inferences++;
  if (stick->inferences == 1) {
    long milliseconds = number("FIRST_MS", 0);
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
  }
  if (stick->inferences >= number("PULLED_AT", -1) && getenv("PULLED_AT")) {
    context->ReportError(context, "USB transfer error 2 [LibUsbDataInCallback]");
    return 1;
  }
  TfLiteTensor *input = &context->tensors[node->inputs->data[0]], *output = &context->tensors[node->outputs->data[0]];
  size_t counts[10] = {0};
  for (size_t i = 0; i < input->bytes; i++) {
    size_t bin = ((unsigned char *)input->data)[i] / 25;
    counts[bin < 10 ? bin : 9]++;
  }
  for (size_t k = 0; k < output->bytes; k++)
    ((unsigned char *)output->data)[k] = k < 10 ? counts[k] * 255 / input->bytes : 0;
  return 0;
}

static TfLiteStatus prepare_kernel(TfLiteContext *context, TfLiteNode *node) {
  if (!getenv("SKEWED")) return 0;
  context->ReportError(context, "Internal: Unsupported data type in custom op handler: %d", 2130706432);
  return 1;
}

static TfLiteStatus prepare(TfLiteContext *context, TfLiteDelegate *delegate) {
  TfLiteIntArray *plan;
  if (context->GetExecutionPlan(context, &plan) != 0) return 1;
  int count = plan->size, *nodes = malloc(sizeof(int) * (count + 1));
  memcpy(nodes, plan->data, sizeof(int) * count);
  for (int i = 0; i < count; i++) {
    TfLiteNode *node;
    TfLiteRegistration *registration;
    if (context->GetNodeAndRegistration(context, nodes[i], &node, &registration) != 0) return 1;
    if (!registration->custom_name || strcmp(registration->custom_name, "edgetpu-custom-op") != 0) continue;
    struct { int size, node; } taken = {1, nodes[i]};
    TfLiteRegistration kernel = {NULL, NULL, prepare_kernel, invoke, NULL, 51, "EdgeTpuDelegateForCustomOp", 1};
    context->ReplaceNodeSubsetsWithDelegateKernels(context, kernel, (const TfLiteIntArray *)&taken, delegate);
  }
  free(nodes);
  return 0;
}

EXPORT TfLiteDelegate *edgetpu_create_delegate(int type, const char *name, const void *options, size_t count) {
  maybe_crash("create");
  if (getenv("REFUSE")) return NULL;
  if (getenv("NOTES")) {
    FILE *file = fopen(getenv("NOTES"), "a");
    fprintf(file, "%s\n", name), fclose(file);
  }
  Stick *stick = calloc(1, sizeof *stick);
  stick->delegate.Prepare = prepare;
  stick->delegate.flags = 1;
  return &stick->delegate;
}

EXPORT void edgetpu_free_delegate(TfLiteDelegate *delegate) {
  maybe_crash("free");
  free(delegate);
}
