#include "AssaySHA256.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#include <sys/auxv.h>
#endif

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, int bits) { return value >> bits | value << (32 - bits); }

/// The compression function of FIPS 180-4, 6.2.2, on whole blocks.
static void compress(uint32_t hash[8], const uint8_t *data, size_t blocks) {
  for (; blocks > 0; blocks--, data += 64) {
    uint32_t w[64];
    for (int t = 0; t < 16; t++) {
      w[t] = (uint32_t)data[4 * t] << 24 | (uint32_t)data[4 * t + 1] << 16 | (uint32_t)data[4 * t + 2] << 8 | data[4 * t + 3];
    }
    for (int t = 16; t < 64; t++) {
      uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
      uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
      w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
    uint32_t a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    for (int t = 0; t < 64; t++) {
      uint32_t sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + constants[t] + w[t];
      uint32_t sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e, hash[5] += f, hash[6] += g, hash[7] += h;
  }
}

#if defined(__x86_64__)

bool assay_sha256_has_instructions(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSSE3) || !(c & bit_SSE4_1)) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

/// Four rounds at a time. The instructions keep the eight words in two registers, as ABEF and CDGH.
__attribute__((target("sha,sse4.1,ssse3"))) static void compress_accelerated(
    uint32_t hash[8], const uint8_t *data, size_t blocks) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&hash[0]), 0xB1);
  __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)&hash[4]), 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  for (; blocks > 0; blocks--, data += 64) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    __m128i w[4];
    for (int i = 0; i < 4; i++) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), big_endian);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      __m128i input = _mm_add_epi32(w[i & 3], _mm_loadu_si128((const __m128i *)&constants[4 * i]));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, input);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(input, 0x0E));
      // The schedule's next four words take the place of those that are used up.
      __m128i last = w[(i + 3) & 3], seven_back = _mm_alignr_epi8(last, w[(i + 2) & 3], 4);
      __m128i partial = _mm_add_epi32(_mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]), seven_back);
      if (i < 12) w[i & 3] = _mm_sha256msg2_epu32(partial, last);
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)&hash[0], _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)&hash[4], _mm_alignr_epi8(dchg, feba, 8));
}

#elif defined(__aarch64__)

// HWCAP_SHA2 of asm/hwcap.h.
bool assay_sha256_has_instructions(void) { return (getauxval(AT_HWCAP) & (1 << 6)) != 0; }

/// Four rounds at a time.
__attribute__((target("sha2"))) static void compress_accelerated(uint32_t hash[8], const uint8_t *data, size_t blocks) {
  uint32x4_t abcd = vld1q_u32(&hash[0]), efgh = vld1q_u32(&hash[4]);
  for (; blocks > 0; blocks--, data += 64) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t w[4];
    for (int i = 0; i < 4; i++) w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      uint32x4_t input = vaddq_u32(w[i & 3], vld1q_u32(&constants[4 * i])), abcd_old = abcd;
      abcd = vsha256hq_u32(abcd, efgh, input);
      efgh = vsha256h2q_u32(efgh, abcd_old, input);
      // The schedule's next four words take the place of those that are used up.
      uint32x4_t partial = vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]);
      if (i < 12) w[i & 3] = vsha256su1q_u32(partial, w[(i + 2) & 3], w[(i + 3) & 3]);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(&hash[0], abcd);
  vst1q_u32(&hash[4], efgh);
}

#else

bool assay_sha256_has_instructions(void) { return false; }

#define compress_accelerated compress

#endif

static void take_blocks(assay_sha256 *state, const uint8_t *data, size_t blocks) {
  if (state->is_accelerated) {
    compress_accelerated(state->hash, data, blocks);
  } else {
    compress(state->hash, data, blocks);
  }
}

void assay_sha256_begin(assay_sha256 *state, bool accelerated) {
  // The first 32 bits of the fractional parts of the square roots of the first eight primes (FIPS 180-4, 5.3.3).
  static const uint32_t initial[8] = {
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(state->hash, initial, sizeof initial);
  state->length = 0;
  state->is_accelerated = accelerated;
}

void assay_sha256_update(assay_sha256 *state, const void *bytes, size_t count) {
  if (count == 0) return;
  const uint8_t *data = bytes;
  size_t used = state->length % 64;
  state->length += count;
  if (used > 0) {
    size_t taken = count < 64 - used ? count : 64 - used;
    memcpy(state->block + used, data, taken);
    if (used + taken < 64) return;
    take_blocks(state, state->block, 1);
    data += taken;
    count -= taken;
  }
  take_blocks(state, data, count / 64);
  memcpy(state->block, data + count / 64 * 64, count % 64);
}

void assay_sha256_finish(assay_sha256 *state, uint8_t digest[32]) {
  // A one bit, zeros, and the length in bits as a big-endian number that ends the block (FIPS 180-4, 5.1.1).
  const uint64_t bits = state->length * 8;
  const size_t used = state->length % 64;
  uint8_t padding[128] = {0x80};
  const size_t count = (used < 56 ? 64 : 128) - used;
  for (int i = 0; i < 8; i++) padding[count - 1 - i] = (uint8_t)(bits >> (8 * i));
  assay_sha256_update(state, padding, count);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(state->hash[i / 4] >> (24 - 8 * (i % 4)));
}
