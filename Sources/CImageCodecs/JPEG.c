#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>

/// A progressive file can repeat scans endlessly, each as costly as the whole image. libjpeg-turbo's tools stop at 500 too.
enum { MAXIMUM_SCANS = 500 };

/// Rows requested per call. The library returns at most one row of blocks: 2 × 8 × the vertical sampling factor.
enum { ROWS_AT_ONCE = 16 };

typedef struct {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf failed;
  char *message;
} decoder;

static void fail(decoder *state) {
  char text[JMSG_LENGTH_MAX];
  state->errors.format_message((j_common_ptr)&state->codec, text);
  snprintf(state->message, ASSAY_CODEC_MESSAGE_SIZE, "%s", text);
  longjmp(state->failed, 1);
}

static void on_error(j_common_ptr codec) { fail(codec->client_data); }

/// Level -1 is a warning, higher levels are traces. The warnings ignored here do not affect pixels.
static void on_message(j_common_ptr codec, int level) {
  if (level != -1) return;
  switch (codec->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
      return;
    default:
      fail(codec->client_data);
  }
}

/// Keeps the library from printing.
static void on_output(j_common_ptr codec) { (void)codec; }

static void on_progress(j_common_ptr codec) {
  decoder *state = codec->client_data;
  if (state->codec.input_scan_number <= MAXIMUM_SCANS) return;
  snprintf(state->message, ASSAY_CODEC_MESSAGE_SIZE, "more than %d progressive scans", MAXIMUM_SCANS);
  longjmp(state->failed, 1);
}

/// Creates a codec for `data` and reads the header. Call after setjmp.
static void open_header(decoder *state, const uint8_t *data, size_t count) {
  state->codec.err = jpeg_std_error(&state->errors);
  state->errors.error_exit = on_error;
  state->errors.emit_message = on_message;
  state->errors.output_message = on_output;
  state->codec.client_data = state;
  jpeg_create_decompress(&state->codec);
  state->progress.progress_monitor = on_progress;
  state->codec.progress = &state->progress;
  jpeg_mem_src(&state->codec, data, count);
  jpeg_read_header(&state->codec, TRUE);
}

/// Pillow treats four components as inverted CMYK, as Adobe writes it, whatever the file says. So `row` holds 255 - ink, and
/// a channel is ink-free white (255 - k) minus the share that its ink absorbs, with Pillow's rounding of the division by 255.
static void inverted_cmyk_to_rgb(const JSAMPLE *row, uint8_t *pixels, uint32_t width) {
  for (uint32_t x = 0; x < width; x++, row += 4, pixels += 3) {
    unsigned white = row[3];
    for (int channel = 0; channel < 3; channel++) {
      unsigned taken = (255u - row[channel]) * white + 128;
      pixels[channel] = (uint8_t)(white - (((taken >> 8) + taken) >> 8));
    }
  }
}

static void read_rgb(decoder *state, uint8_t *pixels) {
  size_t stride = (size_t)state->codec.output_width * 3;
  while (state->codec.output_scanline < state->codec.output_height) {
    JSAMPROW rows[ROWS_AT_ONCE];
    JDIMENSION wanted = 0;
    for (JDIMENSION y = state->codec.output_scanline; wanted < ROWS_AT_ONCE && y < state->codec.output_height; y++) {
      rows[wanted++] = pixels + y * stride;
    }
    jpeg_read_scanlines(&state->codec, rows, wanted);
  }
}

static void read_cmyk(decoder *state, uint8_t *pixels) {
  uint32_t width = state->codec.output_width;
  JSAMPARRAY row = state->codec.mem->alloc_sarray((j_common_ptr)&state->codec, JPOOL_IMAGE, width * 4, 1);
  for (; state->codec.output_scanline < state->codec.output_height; pixels += (size_t)width * 3) {
    jpeg_read_scanlines(&state->codec, row, 1);
    inverted_cmyk_to_rgb(row[0], pixels, width);
  }
}

/// Bytes that the library allocates for the coefficients of all scans; 0 for a single scan, which is decoded row by row.
static uint64_t coefficient_bytes(decoder *state) {
  if (!jpeg_has_multiple_scans(&state->codec)) return 0;
  uint64_t blocks = 0;
  for (int i = 0; i < state->codec.num_components; i++) {
    const jpeg_component_info *component = &state->codec.comp_info[i];
    blocks += (uint64_t)component->width_in_blocks * component->height_in_blocks;
  }
  return blocks * sizeof(JBLOCK);
}

/// The width of a row's units of blocks, between which the library can cut. In several scans, smoothing reaches further than one unit; grey and
/// CMYK images are too rare to be worth the care.
static uint32_t column_step(decoder *state) {
  if (state->codec.num_components != 3 || jpeg_has_multiple_scans(&state->codec)) return 0;
  int widest = 1;
  for (int i = 0; i < 3; i++) {
    int factor = state->codec.comp_info[i].h_samp_factor;
    if (factor > widest) widest = factor;
  }
  return (uint32_t)(widest * DCTSIZE);
}

/// Restricts the rows to some columns.
///
/// @return false where the library would return other columns.
static bool crop(decoder *state, uint32_t first_column, uint32_t column_count) {
  JDIMENSION first = first_column, count = column_count;
  if (count != state->codec.output_width) jpeg_crop_scanline(&state->codec, &first, &count);
  return first == first_column && count == column_count && state->codec.output_width == column_count;
}

bool assay_jpeg_size(const uint8_t *data, size_t count, assay_image_size *size, char *message) {
  decoder state = {.message = message};
  if (setjmp(state.failed)) {
    jpeg_destroy_decompress(&state.codec);
    return false;
  }
  open_header(&state, data, count);
  *size = (assay_image_size){
      state.codec.image_width, state.codec.image_height, coefficient_bytes(&state), column_step(&state)};
  jpeg_destroy_decompress(&state.codec);
  return true;
}

bool assay_jpeg_decode(
    const uint8_t *data, size_t count, assay_image_size size, uint32_t first_column, uint32_t column_count, uint8_t *pixels,
    char *message) {
  decoder state = {.message = message};
  if (setjmp(state.failed)) {
    jpeg_destroy_decompress(&state.codec);
    return false;
  }
  open_header(&state, data, count);
  bool four_components = state.codec.num_components == 4;
  // Otherwise the library's defaults, as in Pillow: the exact integer inverse DCT and smooth chroma upsampling.
  state.codec.out_color_space = four_components ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(&state.codec);
  bool agrees = state.codec.output_width == size.width && state.codec.output_height == size.height &&
                column_step(&state) == size.column_step;
  if (!agrees) {
    snprintf(message, ASSAY_CODEC_MESSAGE_SIZE, "the size in the header changed");
  } else if (!crop(&state, first_column, column_count)) {
    snprintf(message, ASSAY_CODEC_MESSAGE_SIZE, "this libjpeg-turbo cuts columns %u to %u in another way", first_column,
             first_column + column_count);
    agrees = false;
  } else if (four_components) {
    read_cmyk(&state, pixels);
  } else {
    read_rgb(&state, pixels);
  }
  jpeg_destroy_decompress(&state.codec);
  return agrees;
}
