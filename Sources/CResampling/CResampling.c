#include "CResampling.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

typedef uint8_t bytes8 __attribute__((vector_size(8)));
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int32_t words8 __attribute__((vector_size(32)));
typedef int32_t words16 __attribute__((vector_size(64)));

static const int32_t half = 1 << (ASSAY_WEIGHT_PRECISION - 1);

// Negative weights, and the rounding of thousands of them, can leave the range of a byte.
static inline uint8_t level(int32_t sum) {
  int32_t value = sum >> ASSAY_WEIGHT_PRECISION;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/// Combines the columns of four rows at a time, as long as a row follows: both ways to do so read up to two bytes past a pixel.
///
/// @return the rows that are done.
static size_t combine_columns_of_four_rows(
    const uint8_t *rows, size_t stride, size_t row_count, const assay_window *windows, size_t window_count,
    const int32_t *weights, uint8_t *output) {
  size_t y = 0;
  // Each half of a vector holds the three channels of a pixel and an unused fourth byte.
  for (; y + 4 < row_count; y += 4) {
    const uint8_t *top = rows + y * stride;
    uint8_t *target = output + y * window_count * 3;
    for (size_t x = 0; x < window_count; x++, target += 3) {
      const uint8_t *sample = top + (size_t)windows[x].first_sample * 3;
      const int32_t *weight = weights + windows[x].first_weight;
      words8 upper = {half, half, half, half, half, half, half, half};
      words8 lower = upper;
      for (int32_t tap = 0; tap < windows[x].count; tap++, sample += 3) {
        uint32_t pixels[4];
        for (size_t row = 0; row < 4; row++) memcpy(&pixels[row], sample + row * stride, 4);
        bytes8 first, second;
        memcpy(&first, &pixels[0], 8);
        memcpy(&second, &pixels[2], 8);
        upper += __builtin_convertvector(first, words8) * weight[tap];
        lower += __builtin_convertvector(second, words8) * weight[tap];
      }
      for (size_t channel = 0; channel < 3; channel++) {
        target[channel] = level(upper[channel]);
        target[window_count * 3 + channel] = level(upper[4 + channel]);
        target[window_count * 6 + channel] = level(lower[channel]);
        target[window_count * 9 + channel] = level(lower[4 + channel]);
      }
    }
  }
  return y;
}

#if defined(__x86_64__)
#define FOR_AVX2 __attribute__((target("avx2")))

/// Sums for the channels of four rows: of the first and the third, and of the second and the fourth. Each is `multiples` × 2^16 + `rests`.
typedef struct {
  __m256i multiples[2];
  __m256i rests[2];
} split_sums;

/// Adds one or two neighbouring taps. AVX2 has a fast product only of 16 bits, whose neighbours it adds. So a weight is split into a multiple
/// of 2^16 and a signed rest; what overflows in between cancels out.
FOR_AVX2 __attribute__((always_inline))
static inline void add_taps(split_sums *sums, const uint8_t *sample, size_t stride, const int32_t *weight, size_t taps) {
  uint64_t bytes[4] = {0}, both = 0;
  for (size_t row = 0; row < 4; row++) memcpy(&bytes[row], sample + row * stride, taps * 4);
  memcpy(&both, weight, taps * 4);
  __m256i weights = _mm256_set1_epi64x((int64_t)both);
  __m256i pixels = _mm256_set_epi64x((int64_t)bytes[3], (int64_t)bytes[2], (int64_t)bytes[1], (int64_t)bytes[0]);
  __m256i rests = _mm256_shuffle_epi8(weights, _mm256_set1_epi32(0x05040100));
  __m256i rounded = _mm256_add_epi32(weights, _mm256_set1_epi32(1 << 15));
  __m256i multiples = _mm256_shuffle_epi8(rounded, _mm256_set1_epi32(0x07060302));
  for (size_t row = 0; row < 2; row++) {
    // For each channel its values in both pixels, as 16 bits. An index of -1 gives 0.
    char i = (char)(8 * row);
    __m256i values = _mm256_shuffle_epi8(
        pixels, _mm256_broadcastsi128_si256(_mm_setr_epi8(
                    i, -1, i + 3, -1, i + 1, -1, i + 4, -1, i + 2, -1, i + 5, -1, -1, -1, -1, -1)));
    sums->multiples[row] = _mm256_add_epi32(sums->multiples[row], _mm256_madd_epi16(values, multiples));
    sums->rests[row] = _mm256_add_epi32(sums->rests[row], _mm256_madd_epi16(values, rests));
  }
}

FOR_AVX2 __attribute__((always_inline))
static inline __m256i levels(const split_sums *sums, size_t row) {
  __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(sums->multiples[row], 16), sums->rests[row]);
  return _mm256_srai_epi32(sum, ASSAY_WEIGHT_PRECISION);
}

/// The same for processors with AVX2, in a third of the time.
FOR_AVX2
static size_t combine_columns_of_four_rows_avx2(
    const uint8_t *rows, size_t stride, size_t row_count, const assay_window *windows, size_t window_count,
    const int32_t *weights, uint8_t *output) {
  size_t y = 0;
  for (; y + 4 < row_count; y += 4) {
    uint8_t *target = output + y * window_count * 3;
    for (size_t x = 0; x < window_count; x++, target += 3) {
      const uint8_t *sample = rows + y * stride + (size_t)windows[x].first_sample * 3;
      const int32_t *weight = weights + windows[x].first_weight;
      const __m256i none = _mm256_setzero_si256(), rounding = _mm256_set1_epi32(half);
      split_sums sums = {{none, none}, {rounding, rounding}};
      int32_t tap = 0;
      for (; tap + 2 <= windows[x].count; tap += 2) add_taps(&sums, sample + tap * 3, stride, weight + tap, 2);
      if (tap < windows[x].count) add_taps(&sums, sample + tap * 3, stride, weight + tap, 1);
      // Packing limits the levels to a byte.
      __m256i packed = _mm256_packs_epi32(levels(&sums, 0), levels(&sums, 1));
      packed = _mm256_packus_epi16(packed, packed);
      uint8_t pixels[32];
      _mm256_storeu_si256((__m256i *)pixels, packed);
      memcpy(target, pixels, 3);
      memcpy(target + window_count * 3, pixels + 4, 3);
      memcpy(target + window_count * 6, pixels + 16, 3);
      memcpy(target + window_count * 9, pixels + 20, 3);
    }
  }
  return y;
}
#endif

void assay_combine_columns(
    const uint8_t *rows, size_t stride, size_t row_count, const assay_window *windows, size_t window_count,
    const int32_t *weights, uint8_t *output) {
#if defined(__x86_64__)
  bool has_avx2 = __builtin_cpu_supports("avx2");
  size_t y = (has_avx2 ? combine_columns_of_four_rows_avx2 : combine_columns_of_four_rows)(
      rows, stride, row_count, windows, window_count, weights, output);
#else
  size_t y = combine_columns_of_four_rows(rows, stride, row_count, windows, window_count, weights, output);
#endif
  for (; y < row_count; y++) {
    uint8_t *target = output + y * window_count * 3;
    for (size_t x = 0; x < window_count; x++, target += 3) {
      const uint8_t *sample = rows + y * stride + (size_t)windows[x].first_sample * 3;
      const int32_t *weight = weights + windows[x].first_weight;
      int32_t red = half, green = half, blue = half;
      for (int32_t tap = 0; tap < windows[x].count; tap++, sample += 3) {
        red += sample[0] * weight[tap];
        green += sample[1] * weight[tap];
        blue += sample[2] * weight[tap];
      }
      target[0] = level(red);
      target[1] = level(green);
      target[2] = level(blue);
    }
  }
}

FOR_EVERY_PROCESSOR
void assay_combine_rows(
    const uint8_t *rows, size_t stride, size_t count, const int32_t *weights, size_t weight_count, uint8_t *output) {
  size_t x = 0;
  for (; x + 16 <= count; x += 16) {
    words16 sum = {0};
    sum += half;
    for (size_t tap = 0; tap < weight_count; tap++) {
      bytes16 samples;
      memcpy(&samples, rows + tap * stride + x, 16);
      sum += __builtin_convertvector(samples, words16) * weights[tap];
    }
    sum >>= ASSAY_WEIGHT_PRECISION;
    sum = sum & (sum > 0);
    words16 over = sum > 255;
    sum = (sum & ~over) | (over & 255);
    bytes16 levels = __builtin_convertvector(sum, bytes16);
    memcpy(output + x, &levels, 16);
  }
  for (; x < count; x++) {
    int32_t sum = half;
    for (size_t tap = 0; tap < weight_count; tap++) sum += rows[tap * stride + x] * weights[tap];
    output[x] = level(sum);
  }
}
