// A delegate that takes over all operations of one kind and computes them: ADD of int32 or float32 without broadcasting.
// Its options: kind=NUMBER (0, ADD, by default), refuse=WORDS, fail=prepare|invoke, crash=create|prepare|invoke|destroy, static=1.
#include "tflite.h"

#define EXPORT __attribute__((visibility("default")))

typedef struct {
  TfLiteDelegate delegate;
  int kind;
  char crash[16], fail[16];
} Adder;

static void maybe_crash(Adder *adder, const char *when) {
  if (strcmp(adder->crash, when) == 0) abort();
}

// The tensors of the operations that a kernel has taken, three an operation. Kernels cannot ask for operations when they run.
typedef struct {
  int count;
  int tensors[];
} Taken;

static void *init(TfLiteContext *context, const char *buffer, size_t length) {
  const TfLiteIntArray *nodes = ((const TfLiteDelegateParams *)buffer)->nodes_to_replace;
  Taken *taken = malloc(sizeof(int) * (1 + 3 * nodes->size));
  taken->count = nodes->size;
  for (int i = 0; i < nodes->size; i++) {
    TfLiteNode *node;
    TfLiteRegistration *registration;
    context->GetNodeAndRegistration(context, nodes->data[i], &node, &registration);
    memcpy(taken->tensors + 3 * i, node->inputs->data, 2 * sizeof(int));
    taken->tensors[3 * i + 2] = node->outputs->data[0];
  }
  return taken;
}

static void release(TfLiteContext *context, void *taken) { free(taken); }

static void add(TfLiteContext *context, const int tensors[3]) {
  TfLiteTensor *a = &context->tensors[tensors[0]], *b = &context->tensors[tensors[1]];
  TfLiteTensor *sum = &context->tensors[tensors[2]];
  for (size_t i = 0; i < sum->bytes / 4; i++) {
    if (sum->type == 2) ((int32_t *)sum->data)[i] = ((int32_t *)a->data)[i] + ((int32_t *)b->data)[i];
    if (sum->type == 1) ((float *)sum->data)[i] = ((float *)a->data)[i] + ((float *)b->data)[i];
  }
}

static TfLiteStatus invoke(TfLiteContext *context, TfLiteNode *node) {
  Adder *adder = (Adder *)node->delegate;
  maybe_crash(adder, "invoke");
  if (strcmp(adder->fail, "invoke") == 0) {
    context->ReportError(context, "the accelerator has lost %s", "power");
    return 1;
  }
  Taken *taken = node->user_data;
  for (int i = 0; i < taken->count; i++) add(context, taken->tensors + 3 * i);
  return 0;
}

static TfLiteStatus prepare(TfLiteContext *context, TfLiteDelegate *delegate) {
  Adder *adder = (Adder *)delegate;
  maybe_crash(adder, "prepare");
  if (strcmp(adder->fail, "prepare") == 0) {
    context->ReportError(context, "the graph is too large for the accelerator");
    return 1;
  }
  TfLiteIntArray *plan;
  if (context->GetExecutionPlan(context, &plan) != 0) return 1;
  TfLiteIntArray *taken = malloc(sizeof(int) * (1 + plan->size));
  taken->size = 0;
  for (int i = 0; i < plan->size; i++) {
    TfLiteNode *node;
    TfLiteRegistration *registration;
    if (context->GetNodeAndRegistration(context, plan->data[i], &node, &registration) != 0) return 1;
    if (registration->builtin_code == adder->kind) taken->data[taken->size++] = plan->data[i];
  }
  TfLiteRegistration kernel = {init, release, NULL, invoke, NULL, 51, "Adder", 1};
  TfLiteStatus status = context->ReplaceNodeSubsetsWithDelegateKernels(context, kernel, taken, delegate);
  free(taken);
  return status;
}

EXPORT TfLiteDelegate *tflite_plugin_create_delegate(
    char **keys, char **values, size_t count, void (*report_error)(const char *)) {
  Adder *adder = calloc(1, sizeof *adder);
  adder->delegate.Prepare = prepare;
  adder->delegate.flags = 1;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(keys[i], "kind") == 0) adder->kind = atoi(values[i]);
    else if (strcmp(keys[i], "static") == 0) adder->delegate.flags = 0;
    else if (strcmp(keys[i], "crash") == 0) snprintf(adder->crash, sizeof adder->crash, "%s", values[i]);
    else if (strcmp(keys[i], "fail") == 0) snprintf(adder->fail, sizeof adder->fail, "%s", values[i]);
    else {
      report_error(strcmp(keys[i], "refuse") == 0 ? values[i] : "unknown option");
      free(adder);
      return NULL;
    }
  }
  maybe_crash(adder, "create");
  return &adder->delegate;
}

EXPORT void tflite_plugin_destroy_delegate(TfLiteDelegate *delegate) {
  maybe_crash((Adder *)delegate, "destroy");
  free(delegate);
}
