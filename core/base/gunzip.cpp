#include "core/base/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace gamevents {
namespace {

// The largest window, and gzip's head and tail around each member.
constexpr int kGzipWindow = 15 + 16;
// What is tried first: events come to a few times the size that they are sent in.
constexpr size_t kFirstRatio = 4;
constexpr size_t kFirstBytes = 4 * 1024;

Error Damaged(const char* why) { return {Fault::kBadInput, std::string("not a gzip: ") + why}; }

// Makes room for more bytes, one beyond `bytes_max` at most: whoever needs that one is too long.
void Grow(std::string& out, size_t packed_bytes, size_t bytes_max) {
  const size_t wanted = std::max({out.size() * 2, packed_bytes * kFirstRatio, kFirstBytes});
  out.resize(std::min(wanted, bytes_max) + 1);
}

}  // namespace

Result<std::string> Gunzip(std::string_view gzip, size_t bytes_max) {
  if (gzip.size() > std::numeric_limits<uInt>::max()) return Damaged("longer than 4 GiB");
  z_stream stream = {};
  if (::inflateInit2(&stream, kGzipWindow) != Z_OK) return Error{Fault::kFull, "no memory"};
  const std::unique_ptr<z_stream, decltype(&::inflateEnd)> end(&stream, &::inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  std::string out;
  size_t used = 0;
  for (int code = Z_OK; code != Z_STREAM_END || stream.avail_in > 0;) {
    if (code == Z_STREAM_END && ::inflateReset(&stream) != Z_OK) return Damaged("cannot go on");
    if (used == out.size()) Grow(out, gzip.size(), bytes_max);
    const auto room =
        static_cast<uInt>(std::min<size_t>(out.size() - used, std::numeric_limits<uInt>::max()));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = room;
    code = ::inflate(&stream, Z_NO_FLUSH);
    used += room - stream.avail_out;
    if (used > bytes_max) {
      return Error{Fault::kFull, "more than " + std::to_string(bytes_max) + " bytes when unpacked"};
    }
    if (code == Z_BUF_ERROR || (code == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
      return Damaged("it is cut off");
    }
    if (code == Z_MEM_ERROR) return Error{Fault::kFull, "no memory"};
    if (code != Z_OK && code != Z_STREAM_END) {
      return Damaged(stream.msg != nullptr ? stream.msg : "damaged");
    }
  }
  out.resize(used);
  return out;
}

}  // namespace gamevents
