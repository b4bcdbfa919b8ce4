// Foundation brings 34 MB of ICU's tables: names of languages, foreign calendars, rules of collation. Assay shows none of them, so
// that `assay` has an empty table in their place. What needs one fails as on a system without ICU data: use no locale, and no
// calendar but the Gregorian.
#ifndef ASSAY_CUNICODEDATA_H
#define ASSAY_CUNICODEDATA_H

#include <stdint.h>

/// The head of ICU's data and an empty table of contents, as in `source/stubdata` of ICU.
struct assay_unicode_data {
  uint16_t header_size;
  uint8_t magic[2];
  uint16_t info_size, reserved;
  uint8_t is_big_endian, charset_family, char_size, reserved_byte;
  uint8_t format[4], format_version[4], data_version[4];
  uint8_t padding[8];
  uint32_t count, reserved_word;
  int32_t names[4];
};

/// The name under which the ICU of Swift 6.3 looks for its data. With another ICU the program is larger, and nothing else changes.
extern const struct assay_unicode_data icudt76_dat;

#endif
