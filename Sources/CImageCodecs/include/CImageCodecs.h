// JPEG and PNG files in memory to 8-bit RGB, through libjpeg-turbo's classic API and libpng. Both libraries leave a function by
// longjmp on an error, which Swift cannot have cross its frames, so that every such jump ends here.
#ifndef ASSAY_CIMAGECODECS_H
#define ASSAY_CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Room for a message of either library with its final zero.
enum { ASSAY_CODEC_MESSAGE_SIZE = 200 };

/// Width and height in pixels, as a file's header tells. Both are positive. What a decoder needs beside the pixels grows with the
/// width alone, but for `coefficient_bytes`, which a JPEG file in several scans takes.
typedef struct {
  uint32_t width;
  uint32_t height;
  uint64_t coefficient_bytes;
} assay_image_size;

/// Reads a file's header, and allocates nothing of the size that it tells.
///
/// @return false with the library's reason in `message` (ASSAY_CODEC_MESSAGE_SIZE bytes).
bool assay_jpeg_size(
    const uint8_t *_Nonnull data, size_t count, assay_image_size *_Nonnull size, char *_Nonnull message);
bool assay_png_size(
    const uint8_t *_Nonnull data, size_t count, assay_image_size *_Nonnull size, char *_Nonnull message);

/// Decodes a file whose header told `size` into rows of `width` RGB pixels, without gaps: 3 × width × height bytes.
///
/// The pixels are what Pillow's `convert("RGB")` makes of the same file. Damaged data is an error even where a library would go
/// on with a warning, if the warning means that pixels are made up.
///
/// @return false with the library's reason in `message` (ASSAY_CODEC_MESSAGE_SIZE bytes); the pixels are then unspecified.
bool assay_jpeg_decode(
    const uint8_t *_Nonnull data, size_t count, assay_image_size size, uint8_t *_Nonnull pixels, char *_Nonnull message);
bool assay_png_decode(
    const uint8_t *_Nonnull data, size_t count, assay_image_size size, uint8_t *_Nonnull pixels, char *_Nonnull message);

#endif
