/*
 * A whole engine for Assay in one file of C: networks of dense layers, y = activation(W x + b), from a text format of its own.
 *
 *   dense 3 2            inputs and outputs of the next layer
 *   0.5 -1 2             weights, a row per output
 *   1 0.25 0
 *   0.1 -0.2             biases
 *   relu                 or linear, or softmax
 *
 * More layers follow in the same way. The batch is dynamic: --batch 8 computes eight rows at once.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "assay_engine.h"

enum { MOST_LAYERS = 64, WIDEST = 65536 };

typedef struct {
  int inputs, outputs;
  float *weights, *biases;
  char activation[8];
} layer;

struct assay_engine {
  int unused;
};

struct assay_model {
  layer layers[MOST_LAYERS];
  int layer_count, widest;
  int64_t input_shape[2], output_shape[2];
};

/* Two rows of numbers for what is between the layers: sessions of one model may run at once. */
struct assay_session {
  const assay_model *model;
  const float *input;
  float *output, *between[2];
};

static assay_status create(assay_engine **engine, assay_error *error) {
  *engine = calloc(1, sizeof **engine);
  return *engine ? ASSAY_OK : assay_fail(error, ASSAY_ENGINE_UNAVAILABLE, "there is no memory");
}

static void destroy(assay_engine *engine) { free(engine); }

static void describe(assay_engine *engine, assay_engine_info *info) {
  static const char *const formats[] = {"dense", NULL}, *const devices[] = {"cpu", NULL}, *const precisions[] = {"f32", NULL};
  (void)engine;
  info->name = "dense";
  info->display_name = "Dense example";
  info->version = "1.0";
  info->formats = formats;
  info->devices = devices;
  info->precisions = precisions;
}

static void destroy_model(assay_model *model) {
  for (int i = 0; i < model->layer_count; i++) free(model->layers[i].weights), free(model->layers[i].biases);
  free(model);
}

static int read_floats(FILE *file, float *values, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (fscanf(file, "%f", &values[i]) != 1) return 0;
  return 1;
}

/* Reads the next layer. Returns 1, or 0 at the end of the file, or -1 with an error. */
static int read_layer(FILE *file, assay_model *model, assay_error *error) {
  char word[8] = "";
  int number = model->layer_count + 1, before = number > 1 ? model->layers[number - 2].outputs : 0, ending;
  layer next = {0, 0, NULL, NULL, ""};
  if ((ending = fscanf(file, "%7s", word)) == EOF && number > 1) return 0;
  if (ending != 1 || strcmp(word, "dense") || fscanf(file, "%d %d", &next.inputs, &next.outputs) != 2)
    return assay_fail(error, ASSAY_BAD_MODEL, "layer %d does not begin with: dense INPUTS OUTPUTS", number), -1;
  if (number > MOST_LAYERS || next.inputs < 1 || next.inputs > WIDEST || next.outputs < 1 || next.outputs > WIDEST)
    return assay_fail(error, ASSAY_BAD_MODEL, "layer %d has a size beyond 1 to %d, or is beyond layer %d", number, WIDEST, MOST_LAYERS), -1;
  if (before && next.inputs != before)
    return assay_fail(error, ASSAY_BAD_MODEL, "layer %d has %d inputs, and layer %d has %d outputs", number, next.inputs, number - 1, before), -1;
  next.weights = malloc(sizeof(float) * (size_t)next.inputs * (size_t)next.outputs);
  next.biases = malloc(sizeof(float) * (size_t)next.outputs);
  model->layers[model->layer_count++] = next;
  if (!next.weights || !next.biases) return assay_fail(error, ASSAY_BAD_REQUEST, "there is no memory for layer %d", number), -1;
  if (!read_floats(file, next.weights, (size_t)next.inputs * (size_t)next.outputs) || !read_floats(file, next.biases, (size_t)next.outputs))
    return assay_fail(error, ASSAY_BAD_MODEL, "layer %d has too few numbers, or something that is none", number), -1;
  if (fscanf(file, "%7s", word) != 1 || (strcmp(word, "relu") && strcmp(word, "linear") && strcmp(word, "softmax")))
    return assay_fail(error, ASSAY_BAD_MODEL, "layer %d does not end with relu, linear or softmax", number), -1;
  strcpy(model->layers[number - 1].activation, word);
  if (next.outputs > model->widest) model->widest = next.outputs;
  return 1;
}

static assay_status compile(assay_engine *engine, const assay_compile_request *request, assay_model **result, assay_error *error) {
  FILE *file = fopen(request->model_path, "r");
  assay_model *model = calloc(1, sizeof *model);
  int more = 1;
  (void)engine;
  if (!file || !model) {
    if (file) fclose(file);
    free(model);
    return assay_fail(error, ASSAY_BAD_MODEL, "the file cannot be opened");
  }
  while (more == 1) more = read_layer(file, model, error);
  fclose(file);
  if (more < 0) return destroy_model(model), ASSAY_BAD_MODEL;
  model->input_shape[0] = model->output_shape[0] = -1;
  model->input_shape[1] = model->layers[0].inputs;
  model->output_shape[1] = model->layers[model->layer_count - 1].outputs;
  *result = model;
  return ASSAY_OK;
}

static uint32_t one(assay_model *model) { return (void)model, 1; }

static assay_status describe_tensor(assay_tensor *tensor, const char *name, const int64_t *shape) {
  tensor->name = name;
  tensor->type = ASSAY_FLOAT32;
  tensor->rank = 2;
  tensor->shape = shape;
  return ASSAY_OK;
}

static assay_status input(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error) {
  (void)index, (void)error;
  return describe_tensor(tensor, "x", model->input_shape);
}

static assay_status output(assay_model *model, uint32_t index, assay_tensor *tensor, assay_error *error) {
  (void)index, (void)error;
  return describe_tensor(tensor, "y", model->output_shape);
}

static assay_status reshape(assay_model *model, const assay_shape *inputs, assay_error *error) {
  if (inputs[0].sizes[1] != model->input_shape[1])
    return assay_fail(error, ASSAY_UNSUPPORTED, "the model has %d inputs", (int)model->input_shape[1]);
  model->input_shape[0] = model->output_shape[0] = inputs[0].sizes[0];
  return ASSAY_OK;
}

static void destroy_session(assay_session *session) {
  free(session->between[0]), free(session->between[1]);
  free(session);
}

static assay_status open_session(assay_model *model, const assay_buffers *buffers, assay_session **result, assay_error *error) {
  assay_session *session = calloc(1, sizeof *session);
  if (!session) return assay_fail(error, ASSAY_BAD_REQUEST, "there is no memory");
  session->model = model;
  session->input = buffers->inputs[0];
  session->output = buffers->outputs[0];
  for (int i = 0; i < 2; i++) session->between[i] = malloc(sizeof(float) * (size_t)model->widest);
  if (!session->between[0] || !session->between[1]) return destroy_session(session), assay_fail(error, ASSAY_BAD_REQUEST, "there is no memory");
  *result = session;
  return ASSAY_OK;
}

static void run_layer(const layer *layer, const float *x, float *y) {
  float largest = -INFINITY, sum = 0;
  for (int o = 0; o < layer->outputs; o++) {
    const float *row = layer->weights + (size_t)o * (size_t)layer->inputs;
    float value = layer->biases[o];
    for (int i = 0; i < layer->inputs; i++) value += row[i] * x[i];
    y[o] = layer->activation[0] == 'r' && value < 0 ? 0 : value;
    if (y[o] > largest) largest = y[o];
  }
  if (layer->activation[0] != 's') return;
  for (int o = 0; o < layer->outputs; o++) sum += y[o] = expf(y[o] - largest);
  for (int o = 0; o < layer->outputs; o++) y[o] /= sum;
}

static assay_status infer(assay_session *session, assay_error *error) {
  const assay_model *model = session->model;
  (void)error;
  for (int64_t row = 0; row < model->input_shape[0]; row++) {
    const float *x = session->input + row * model->input_shape[1];
    for (int i = 0; i < model->layer_count; i++) {
      float *y = i == model->layer_count - 1 ? session->output + row * model->output_shape[1] : session->between[i % 2];
      run_layer(&model->layers[i], x, y);
      x = y;
    }
  }
  return ASSAY_OK;
}

const assay_engine_api *assay_engine_get_api(uint32_t version) {
  static const assay_engine_api api = {
      .struct_size = sizeof api, .version = ASSAY_ENGINE_VERSION, .create = create, .destroy = destroy, .describe = describe,
      .compile = compile, .destroy_model = destroy_model, .input_count = one, .output_count = one, .input = input, .output = output,
      .reshape = reshape, .open_session = open_session, .destroy_session = destroy_session, .infer = infer};
  return version == ASSAY_ENGINE_VERSION ? &api : NULL;
}
