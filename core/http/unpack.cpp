// The only file of the server that knows cpp-httplib; what differs between its versions 0.11 and
// 0.18 is marked "Version".
//
// httplib::Server reads a whole request from an in-memory stream here, and gives back its body
// decompressed. It does so for compressed bodies only: the way through process_request costs 35,000
// instructions (regular expressions over the request line and the path, a tree of headers, an
// answer that would be thrown away because ours comes later), which is more than all the rest of
// reading and answering a request here. What it is given is a head of our own making, so that
// nothing a client sent is acted on but the body: httplib percent-decodes headers, takes addresses
// from them, matches paths with a recursive regex, and reads lines, headers and chunks of any
// number and length.
//
// Two things it does not do. It takes a body that was cut off, and (0.18) one that more follows,
// for a whole one: a gzip's last bytes tell, those of brotli do not, so only gzip is taken. And it
// has no limit on what comes out.

#include "core/http/unpack.h"

#include "core/http/characters.h"
#include "core/http/limits.h"

#include <httplib.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::http {
namespace {

// Two texts to read one after the other, and nowhere to write to.
class MemoryStream final : public httplib::Stream {
 public:
  MemoryStream(std::string_view head, std::string_view body) : parts_{head, body} {}

  ssize_t read(char* out, size_t size) override {
    std::string_view& part = parts_[0].empty() ? parts_[1] : parts_[0];
    const size_t count = std::min(size, part.size());
    if (count > 0) std::memcpy(out, part.data(), count);
    part.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char*, size_t size) override { return static_cast<ssize_t>(size); }
  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return -1; }

 private:
  std::string_view parts_[2];
};

// One body on its way through httplib.
struct Unpacking {
  size_t bytes_max = 0;
  std::string body;
  bool too_long = false;
  bool whole = false;
};

// process_request stays in its caller's thread from the first byte to the last, and this is how
// the route below finds what its caller waits for.
thread_local Unpacking* current = nullptr;

// Whether `body` is all that `gzip` holds. A gzip ends with the CRC-32 of what it holds and its
// length modulo 2^32 (RFC 1952 section 2.3.1): at another end it was cut, or more follows. The same
// end earlier means that it is several gzips in a row, of which httplib reads the first.
bool IsWhole(std::string_view gzip, const std::string& body) {
  constexpr size_t kEndBytes = 8;
  const uint64_t sum = ::crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
  uint64_t expected = sum | uint64_t{static_cast<uint32_t>(body.size())} << 32;
  std::string end;
  for (size_t i = 0; i < kEndBytes; ++i, expected >>= 8) end += static_cast<char>(expected & 0xff);
  // The end of nothing is eight zeros, and the byte before them is zero too: not an earlier end.
  return gzip.size() > 2 * kEndBytes && gzip.ends_with(end) &&
         gzip.find(end) > gzip.size() - 2 * kEndBytes;
}

// Whether gzip is the only coding, under either of its names.
bool IsGzip(const Request& request) {
  int codings = 0;
  int gzips = 0;
  for (const auto& [name, value] : request.headers) {
    if (!EqualsIgnoringCase(name, "Content-Encoding")) continue;
    ++codings;
    if (EqualsIgnoringCase(value, "gzip") || EqualsIgnoringCase(value, "x-gzip")) ++gzips;
  }
  return codings == 1 && gzips == 1;
}

bool IsIdentity(const Request& request) {
  return std::ranges::all_of(request.headers, [](const auto& header) {
    return !EqualsIgnoringCase(header.first, "Content-Encoding") ||
           EqualsIgnoringCase(header.second, "identity");
  });
}

}  // namespace

class Unpacker::Server final : public httplib::Server {
 public:
  explicit Server(int64_t bytes_max) : bytes_max_(static_cast<size_t>(bytes_max)) {
    Post("/",
         [](const httplib::Request&, httplib::Response&, const httplib::ContentReader& reader) {
           Unpacking& unpacking = *current;
           unpacking.whole = reader([&](const char* bytes, size_t count) {
             unpacking.too_long = count > unpacking.bytes_max - unpacking.body.size();
             if (!unpacking.too_long) unpacking.body.append(bytes, count);
             return !unpacking.too_long;
           });
         });
  }

  Unpacking Run(std::string_view body) {
    Unpacking unpacking;
    unpacking.bytes_max =
        std::min(bytes_max_, std::max(kUnpackedBytesAlways, kUnpackRatioMax * body.size()));
    const std::string head = "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: " +
                             std::to_string(body.size()) + "\r\n\r\n";
    MemoryStream stream(head, body);
    current = &unpacking;
    ProcessRequest(*this, stream);
    current = nullptr;
    return unpacking;
  }

 private:
  // Version: 0.18 is told the addresses, 0.11 asks the stream for them. Nobody looks at them.
  template <class Self>
  static void ProcessRequest(Self& self, MemoryStream& stream) {
    bool closed = false;
    if constexpr (requires { self.process_request(stream, false, closed, nullptr); }) {
      self.process_request(stream, false, closed, nullptr);
    } else {
      self.process_request(stream, {}, 0, {}, 0, false, closed, nullptr);
    }
  }

  const size_t bytes_max_;
};

Unpacker::Unpacker(int64_t bytes_max) : server_(std::make_unique<Server>(bytes_max)) {}

Unpacker::~Unpacker() = default;

std::optional<Refusal> Unpacker::Unpack(Request& request) const {
  if (IsIdentity(request)) return {};
  if (!IsGzip(request)) return Refusal{415, "the only Content-Encoding that is understood is gzip"};
  if (request.body.empty()) return {};
  Unpacking unpacking = server_->Run(request.body);
  if (unpacking.too_long) {
    return Refusal{413, "the body becomes longer than " + std::to_string(unpacking.bytes_max) +
                            " bytes when unpacked"};
  }
  if (!unpacking.whole || !IsWhole(request.body, unpacking.body)) {
    return Refusal{400, "the body is not one whole gzip"};
  }
  request.body = std::move(unpacking.body);
  return {};
}

}  // namespace gamevents::http
