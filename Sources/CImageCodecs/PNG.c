#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

typedef struct {
  png_structp codec;
  png_infop header;
  const uint8_t *next;
  size_t left;
  char *message;
} decoder;

static void on_error(png_structp codec, png_const_charp reason) {
  decoder *state = png_get_error_ptr(codec);
  snprintf(state->message, ASSAY_CODEC_MESSAGE_SIZE, "%s", reason);
  png_longjmp(codec, 1);
}

/// Warnings concern unused metadata, or data after the pixels.
static void on_warning(png_structp codec, png_const_charp reason) {
  (void)codec;
  (void)reason;
}

static void on_read(png_structp codec, png_bytep bytes, size_t count) {
  decoder *state = png_get_io_ptr(codec);
  if (count > state->left) png_error(codec, "the file ends too early");
  memcpy(bytes, state->next, count);
  state->next += count;
  state->left -= count;
}

/// @return false if out of memory.
static bool create(decoder *state) {
  snprintf(state->message, ASSAY_CODEC_MESSAGE_SIZE, "out of memory");
  state->codec = png_create_read_struct(PNG_LIBPNG_VER_STRING, state, on_error, on_warning);
  if (state->codec == NULL) return false;
  state->header = png_create_info_struct(state->codec);
  return state->header != NULL;
}

static bool destroy(decoder *state, bool succeeded) {
  png_destroy_read_struct(&state->codec, &state->header, NULL);
  return succeeded;
}

/// Call after setjmp.
static assay_image_size read_header(decoder *state) {
  // The caller limits the number of pixels; by default, the library refuses any side over a million.
  png_set_user_limits(state->codec, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_read_fn(state->codec, state, on_read);
  png_read_info(state->codec, state->header);
  return (assay_image_size){
      png_get_image_width(state->codec, state->header), png_get_image_height(state->codec, state->header), 0};
}

/// What the library returns for a pixel: an index into the palette, a 16-bit grey, or RGB. The value is its size in bytes.
typedef enum { INDEX = 1, GREY16 = 2, RGB = 3 } pixel_format;

/// Requests pixels as Pillow reads them: alpha is dropped, not composited; 16-bit colour keeps its upper bytes.
static pixel_format choose_format(decoder *state) {
  int colour = png_get_color_type(state->codec, state->header);
  int depth = png_get_bit_depth(state->codec, state->header);
  if (colour == PNG_COLOR_TYPE_PALETTE) {
    png_set_packing(state->codec);
    return INDEX;
  }
  if (colour == PNG_COLOR_TYPE_GRAY && depth == 16) return GREY16;
  png_set_strip_16(state->codec);
  png_set_strip_alpha(state->codec);
  png_set_gray_to_rgb(state->codec);
  return RGB;
}

/// Both expansions work in place, from pixels right-aligned in the row: each is read before it is overwritten.
static void expand_indices(decoder *state, uint8_t *row, uint32_t width) {
  png_colorp palette = NULL;
  int colours = 0;
  png_get_PLTE(state->codec, state->header, &palette, &colours);
  const uint8_t *indices = row + (size_t)width * 2;
  for (uint32_t x = 0; x < width; x++, row += 3) {
    int index = indices[x];
    if (index >= colours) png_error(state->codec, "a pixel has a colour that is not in the palette");
    row[0] = palette[index].red;
    row[1] = palette[index].green;
    row[2] = palette[index].blue;
  }
}

/// Pillow's conversion from 16-bit grey clips at 255; it does not scale.
static void expand_grey16(uint8_t *row, uint32_t width) {
  const uint8_t *greys = row + width;
  for (uint32_t x = 0; x < width; x++, row += 3, greys += 2) {
    uint8_t grey = greys[0] != 0 ? 255 : greys[1];
    row[0] = row[1] = row[2] = grey;
  }
}

bool assay_png_size(const uint8_t *data, size_t count, assay_image_size *size, char *message) {
  decoder state = {.next = data, .left = count, .message = message};
  if (!create(&state) || setjmp(png_jmpbuf(state.codec))) return destroy(&state, false);
  *size = read_header(&state);
  return destroy(&state, true);
}

bool assay_png_decode(const uint8_t *data, size_t count, assay_image_size size, uint8_t *pixels, char *message) {
  decoder state = {.next = data, .left = count, .message = message};
  if (!create(&state) || setjmp(png_jmpbuf(state.codec))) return destroy(&state, false);
  assay_image_size header = read_header(&state);
  pixel_format format = choose_format(&state);
  int passes = png_set_interlace_handling(state.codec);
  png_read_update_info(state.codec, state.header);
  if (header.width != size.width || header.height != size.height ||
      png_get_rowbytes(state.codec, state.header) != (size_t)size.width * format) {
    png_error(state.codec, "the size in the header changed");
  }
  size_t stride = (size_t)size.width * 3;
  uint8_t *right_aligned = pixels + (size_t)size.width * (3 - format);
  for (int pass = 0; pass < passes; pass++) {
    for (size_t y = 0; y < size.height; y++) {
      png_read_row(state.codec, right_aligned + y * stride, NULL);
    }
  }
  for (size_t y = 0; y < size.height && format != RGB; y++) {
    if (format == INDEX) {
      expand_indices(&state, pixels + y * stride, size.width);
    } else {
      expand_grey16(pixels + y * stride, size.width);
    }
  }
  return destroy(&state, true);
}
