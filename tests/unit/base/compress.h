#pragma once

#include "tests/unit/catch.h"

#include <zlib.h>

#include <string>

namespace gamevents {

inline constexpr int kGzipFormat = 15 + 16;
inline constexpr int kZlibFormat = 15;

/// `text` as one member of a gzip, or in zlib's own format.
inline std::string Compress(const std::string& text, int format = kGzipFormat) {
  z_stream stream = {};
  REQUIRE(::deflateInit2(&stream, 9, Z_DEFLATED, format, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

}  // namespace gamevents
