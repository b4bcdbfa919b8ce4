#include "CResampling.h"

#include <string.h>

#if defined(__x86_64__)
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

FOR_EVERY_PROCESSOR
void assay_combine_columns(
    const uint8_t *rows, size_t stride, size_t row_count, const assay_window *windows, size_t window_count,
    const int32_t *weights, uint8_t *output) {
  size_t y = 0;
  // Four rows at a time. Each half of a vector holds the three channels of a pixel and an unused fourth byte, which lies one
  // byte past the pixel; so the last row is left to the loop below.
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
