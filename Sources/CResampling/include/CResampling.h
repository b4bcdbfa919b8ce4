// The inner loops of the resampler. They are in C because Swift cannot compile a function for several processors and choose
// one at start-up. The loops need vector products of 32-bit integers, which x86-64 has only from SSE4.1 on.
#ifndef ASSAY_CRESAMPLING_H
#define ASSAY_CRESAMPLING_H

#include <stddef.h>
#include <stdint.h>

/// Fractional bits of a weight: of 32 bits, 8 hold a sample and 2 guard against overflow.
enum { ASSAY_WEIGHT_PRECISION = 32 - 8 - 2 };

/// The samples that one output combines, and the index of their first weight.
typedef struct {
  int32_t first_sample;
  int32_t count;
  int32_t first_weight;
} assay_window;

/// Combines neighbouring RGB pixels: `window_count` pixels for each of `row_count` rows, written without gaps.
///
/// @param rows The first row; its pixel 0 is sample 0 of the windows. Rows are `stride` bytes apart.
void assay_combine_columns(
    const uint8_t *_Nonnull rows, size_t stride, size_t row_count, const assay_window *_Nonnull windows,
    size_t window_count, const int32_t *_Nonnull weights, uint8_t *_Nonnull output);

/// Combines bytes vertically: `count` bytes of as many rows as there are weights, into one row.
void assay_combine_rows(
    const uint8_t *_Nonnull rows, size_t stride, size_t count, const int32_t *_Nonnull weights, size_t weight_count,
    uint8_t *_Nonnull output);

#endif
