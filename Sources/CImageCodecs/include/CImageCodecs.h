// Decodes JPEG and PNG files in memory to 8-bit RGB, through libjpeg-turbo's classic API and libpng, and deflated data through zlib. The image
// libraries report errors by longjmp, which must not cross Swift frames: every jump ends in this target.
#ifndef ASSAY_CIMAGECODECS_H
#define ASSAY_CIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Size of a buffer for a library's message, with its final zero.
enum { ASSAY_CODEC_MESSAGE_SIZE = 200 };

/// Width and height in pixels, from a file's header. Both are positive. Beside the pixels, decoding takes memory in proportion
/// to the width, and `coefficient_bytes` for a JPEG file in several scans. Columns at both sides can be left out in multiples of
/// `column_step`; where it is 0, none can.
typedef struct {
  uint32_t width;
  uint32_t height;
  uint64_t coefficient_bytes;
  uint32_t column_step;
} assay_image_size;

/// Reads a file's header without allocating memory for its pixels.
///
/// @return false with the library's reason in `message` (ASSAY_CODEC_MESSAGE_SIZE bytes).
bool assay_jpeg_size(
    const uint8_t *_Nonnull data, size_t count, assay_image_size *_Nonnull size, char *_Nonnull message);
bool assay_png_size(
    const uint8_t *_Nonnull data, size_t count, assay_image_size *_Nonnull size, char *_Nonnull message);

/// Decodes a file whose header gave `size` into rows of RGB pixels, without gaps: 3 bytes for each of `width` columns, or for those that
/// are wanted of a JPEG file. The file is read to its end in any case, so that damage anywhere is found.
///
/// @param first_column A multiple of `column_step`.
/// @param column_count The columns next to those left out are not those of the whole image, because chroma is smoothed across columns.
///
/// The pixels are those of Pillow's `convert("RGB")`. A warning that means invented pixels is an error here, though the library
/// would continue.
///
/// @return false with the library's reason in `message` (ASSAY_CODEC_MESSAGE_SIZE bytes); the pixels are then unspecified.
bool assay_jpeg_decode(
    const uint8_t *_Nonnull data, size_t count, assay_image_size size, uint32_t first_column, uint32_t column_count,
    uint8_t *_Nonnull pixels, char *_Nonnull message);
bool assay_png_decode(
    const uint8_t *_Nonnull data, size_t count, assay_image_size size, uint8_t *_Nonnull pixels, char *_Nonnull message);

/// Inflates raw deflate data (RFC 1951) that make exactly `size` bytes.
///
/// @return false where they do not.
bool assay_inflate(const void *_Nullable data, size_t count, void *_Nullable result, size_t size);

/// The checksum of zip archives.
uint32_t assay_crc32(const void *_Nullable data, size_t count);

#endif
