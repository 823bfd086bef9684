// Goal: a compressed body is unpacked whole or refused, and a bomb costs no more than its limit.
// Method: bodies made with zlib: whole, of several members, cut at every byte, changed, followed by
// more, and bombs.
#include "core/http/unpack.h"

#include "core/http/limits.h"
#include "tests/unit/base/compress.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::http {
namespace {

constexpr int64_t kBytesMax = 1 << 20;

// Text that compresses as events do, not as a bomb does.
std::string Text(size_t size) {
  std::string text;
  uint32_t random = 1;
  while (text.size() < size) {
    random = random * 1'664'525 + 1'013'904'223;
    text += "{\"event_type\":\"purchase\",\"n\":" + std::to_string(random) + "}\n";
  }
  text.resize(size);
  return text;
}

// What becomes of a body: itself, or the refusal's status.
std::string Unpacked(const std::string& body, const Headers& headers) {
  static const Unpacker unpacker(kBytesMax);
  Request request;
  request.headers = headers;
  request.body = body;
  const auto refusal = unpacker.Unpack(request);
  CHECK(request.headers == headers);
  if (refusal) CHECK_FALSE(refusal->detail.empty());
  return refusal ? std::to_string(refusal->status()) : request.body;
}

std::string Gunzipped(const std::string& body) {
  return Unpacked(body, {{"Content-Encoding", "gzip"}});
}

}  // namespace

TEST_CASE("a gzip is unpacked, up to the limit at the byte") {
  CHECK(Gunzipped(Compress("sword")) == "sword");
  CHECK(Unpacked(Compress("sword"), {{"content-encoding", "X-GZIP"}}) == "sword");
  CHECK(Gunzipped(Compress("")).empty());
  CHECK(Gunzipped("").empty());
  const std::string longest = Text(kBytesMax);
  CHECK(Gunzipped(Compress(longest)) == longest);
  CHECK(Gunzipped(Compress(longest + "x")) == "413");
}

TEST_CASE("a gzip that is cut anywhere, or followed by more, is refused") {
  const std::string whole = Compress(Text(5'000));
  size_t turns = 0;
  for (size_t length = 1; length < whole.size(); ++length, ++turns) {
    INFO(length);
    REQUIRE(Gunzipped(whole.substr(0, length)) == "400");
  }
  CHECK(turns == whole.size() - 1);
  CHECK(Gunzipped(whole + "x") == "400");
  CHECK(Gunzipped(whole + "x" + whole.substr(whole.size() - 8)) == "400");
}

TEST_CASE("a gzip of several members is one body, within the same limits") {
  const std::string half = Text(kBytesMax / 2);
  CHECK(Gunzipped(Compress("a\n") + Compress("b\n")) == "a\nb\n");
  CHECK(Gunzipped(Compress(half) + Compress(half)) == half + half);
  CHECK(Gunzipped(Compress(half) + Compress(half) + Compress("x")) == "413");
  // The ratio is that of the whole.
  const std::string bomb = Compress(std::string(kUnpackedBytesAlways, '\0'));
  CHECK(Gunzipped(bomb) == std::string(kUnpackedBytesAlways, '\0'));
  CHECK(Gunzipped(bomb + bomb) == "413");
}

TEST_CASE("a gzip with a changed byte never gives another text") {
  const std::string text = Text(500);
  const std::string whole = Compress(text);
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    INFO(i);
    const std::string outcome = Gunzipped(changed);
    // The head's time, system and flags do not change what is inside.
    CHECK((outcome == "400" || outcome == text));
    if (i >= 10) CHECK(outcome == "400");
  }
}

TEST_CASE("a bomb is refused by its size and by its ratio") {
  const std::string big = Compress(std::string(100 << 20, '\0'));
  CHECK(big.size() < 200'000);
  CHECK(Gunzipped(big) == "413");
  // Within the size, yet a thousand times what was sent.
  const std::string small = Compress(std::string(500'000, '\0'));
  CHECK(Gunzipped(small) == "413");
  // Too little to do harm, whatever its ratio.
  CHECK(Gunzipped(Compress(std::string(kUnpackedBytesAlways, 'x'))) ==
        std::string(kUnpackedBytesAlways, 'x'));
}

TEST_CASE("other codings are refused, and none is none") {
  const std::string zlib = Compress("sword", kZlibFormat);
  for (const char* coding : {"deflate", "br", "zstd", "compress", "gzip, gzip", "gzip,", "",
                             "identity, gzip", "gzip\r\nX: y", "%0d%0a"}) {
    INFO(coding);
    CHECK(Unpacked(zlib, {{"Content-Encoding", coding}}) == "415");
  }
  CHECK(Unpacked(zlib, {{"Content-Encoding", "gzip"}, {"Content-Encoding", "gzip"}}) == "415");
  CHECK(Unpacked("as it is", {{"Content-Encoding", "Identity"}}) == "as it is");
}

}  // namespace gamevents::http
