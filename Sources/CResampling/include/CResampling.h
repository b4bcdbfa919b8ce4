// The inner loops of the resampler, in C for what Swift cannot say: that a function is compiled once for every kind of processor and chosen
// when the program starts. A 32-bit product of vectors, of which these loops are made, came with SSE4.1; a program for every x86-64 may not count
// on that, and one for the best would not run everywhere.
#ifndef ASSAY_CRESAMPLING_H
#define ASSAY_CRESAMPLING_H

#include <stddef.h>
#include <stdint.h>

/// Fractional bits of a weight: what 32 bits leave of 8 for a sample and 2 for overflow.
enum { ASSAY_WEIGHT_PRECISION = 32 - 8 - 2 };

/// The samples that one output is made of, and where their weights stand.
typedef struct {
  int32_t first_sample;
  int32_t count;
  int32_t first_weight;
} assay_window;

/// Combines neighbouring RGB pixels: `window_count` pixels for each of `row_count` rows, written without gaps.
///
/// @param rows The first row, whose pixel 0 is the sample 0 of the windows; each other one begins `stride` bytes behind the one before.
void assay_combine_columns(
    const uint8_t *_Nonnull rows, size_t stride, size_t row_count, const assay_window *_Nonnull windows,
    size_t window_count, const int32_t *_Nonnull weights, uint8_t *_Nonnull output);

/// Combines bytes that stand under one another: `count` bytes of as many rows as there are weights, into one row.
void assay_combine_rows(
    const uint8_t *_Nonnull rows, size_t stride, size_t count, const int32_t *_Nonnull weights, size_t weight_count,
    uint8_t *_Nonnull output);

#endif
