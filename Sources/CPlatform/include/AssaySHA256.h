// SHA-256 (FIPS 180-4), with the processor's own instructions where it has them.
#ifndef ASSAY_SHA256_H
#define ASSAY_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A digest in the making.
typedef struct {
  uint32_t hash[8];
  /// Bytes taken in so far.
  uint64_t length;
  /// The bytes that do not fill a block yet.
  uint8_t block[64];
  bool is_accelerated;
} assay_sha256;

/// Whether this processor has instructions for SHA-256: the SHA extensions of x86-64, the cryptographic extension of AArch64.
bool assay_sha256_has_instructions(void);

/// Begins a digest. `accelerated` must be false where `assay_sha256_has_instructions` is.
void assay_sha256_begin(assay_sha256 *_Nonnull state, bool accelerated);

void assay_sha256_update(assay_sha256 *_Nonnull state, const void *_Nullable bytes, size_t count);

/// Writes the digest. The state is used up.
void assay_sha256_finish(assay_sha256 *_Nonnull state, uint8_t digest[_Nonnull 32]);

#endif
