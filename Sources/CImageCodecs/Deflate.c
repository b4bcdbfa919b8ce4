#include "CImageCodecs.h"

#include <limits.h>
#include <string.h>

#include <zlib.h>

bool assay_inflate(const void *data, size_t count, void *result, size_t size) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  // Raw deflate, as in zip archives.
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  // A stream without output still needs a place to write to.
  Bytef nothing;
  stream.next_in = (z_const Bytef *)data;
  stream.next_out = size > 0 ? result : &nothing;
  int status = Z_OK;
  size_t left_in = count, left_out = size;
  while (status == Z_OK) {
    // zlib counts in unsigned int.
    uInt input = left_in > INT_MAX ? INT_MAX : (uInt)left_in;
    uInt output = left_out > INT_MAX ? INT_MAX : (uInt)left_out;
    stream.avail_in = input;
    stream.avail_out = output;
    status = inflate(&stream, Z_NO_FLUSH);
    left_in -= input - stream.avail_in;
    left_out -= output - stream.avail_out;
    if (status == Z_OK && input == stream.avail_in && output == stream.avail_out) status = Z_BUF_ERROR;
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && left_out == 0;
}

uint32_t assay_crc32(const void *data, size_t count) { return (uint32_t)crc32_z(0, data, count); }
