#include "CUnicodeData.h"

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define IS_BIG_ENDIAN 1
#else
#define IS_BIG_ENDIAN 0
#endif

const struct assay_unicode_data icudt76_dat __attribute__((aligned(16))) = {
  .header_size = 32,
  .magic = {0xDA, 0x27},
  .info_size = 20,
  .is_big_endian = IS_BIG_ENDIAN,
  .char_size = 2,
  .format = {'T', 'o', 'C', 'P'},
  .format_version = {1},
};
