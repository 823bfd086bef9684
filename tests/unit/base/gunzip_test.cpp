// Goal: a gzip gives all that it holds or an error, and never more than its bound. Method: gzips of
// one member and of several, whole, cut at every byte, with something between or behind them, and
// at the bound to the byte.
#include "core/base/gunzip.h"

#include "tests/unit/base/compress.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents {
namespace {

constexpr size_t kBytesMax = 100'000;

std::string Unpacked(const std::string& gzip, size_t bytes_max = kBytesMax) {
  auto out = Gunzip(gzip, bytes_max);
  return out ? std::move(out).value() : std::string(FaultName(out.error().fault));
}

// Text that does not compress to nothing.
std::string Text(size_t size) {
  std::string text;
  uint32_t random = 1;
  while (text.size() < size) {
    random = random * 1'664'525 + 1'013'904'223;
    text += std::to_string(random);
  }
  text.resize(size);
  return text;
}

}  // namespace

TEST_CASE("one member gives what it holds") {
  for (const size_t size : std::vector<size_t>{0, 1, 4'095, 4'096, 4'097, 100'000}) {
    INFO(size);
    CHECK(Unpacked(Compress(Text(size))) == Text(size));
  }
}

TEST_CASE("several members give what they hold one after the other") {
  const std::string first = Compress("{\"event_type\":\"a\"}\n");
  const std::string second = Compress("{\"event_type\":\"b\"}\n");
  const std::string empty = Compress("");
  const std::string both = "{\"event_type\":\"a\"}\n{\"event_type\":\"b\"}\n";
  CHECK(Unpacked(first + second) == both);
  CHECK(Unpacked(empty + first + empty + second + empty) == both);
  std::string many;
  std::string text;
  for (int i = 0; i < 2'000; ++i) {
    many += Compress(std::to_string(i));
    text += std::to_string(i);
  }
  CHECK(Unpacked(many) == text);
}

TEST_CASE("the bound is kept to the byte, whichever member passes it") {
  const std::string text = Text(50'000);
  const std::string gzip = Compress(text);
  CHECK(Unpacked(gzip, 50'000) == text);
  CHECK(Unpacked(gzip, 49'999) == "full");
  CHECK(Unpacked(gzip + gzip, 100'000) == text + text);
  CHECK(Unpacked(gzip + gzip, 99'999) == "full");
  CHECK(Unpacked(gzip + Compress("x"), 50'000) == "full");
  CHECK(Unpacked(gzip + Compress(""), 50'000) == text);
  CHECK(Unpacked(Compress(""), 0).empty());
  CHECK(Unpacked(Compress("x"), 0) == "full");
  CHECK(Unpacked(Compress(std::string(100 << 20, '\0'))) == "full");
}

TEST_CASE("what is cut anywhere but between members is refused") {
  const std::string first = Compress(Text(500));
  const std::string whole = first + Compress(Text(300));
  size_t turns = 0;
  for (size_t length = 0; length < whole.size(); ++length, ++turns) {
    INFO(length);
    const std::string outcome = Unpacked(whole.substr(0, length));
    REQUIRE(outcome == (length == first.size() ? Text(500) : "bad input"));
  }
  CHECK(turns == whole.size());
}

TEST_CASE("what stands between or behind members is refused") {
  const std::string gzip = Compress("sword");
  for (const std::string& more : {std::string("x"), std::string(1, '\0'), std::string(512, '\0'),
                                  gzip.substr(0, 1), Compress("sword", kZlibFormat)}) {
    CHECK(Unpacked(gzip + more) == "bad input");
    CHECK(Unpacked(gzip + more + gzip) == "bad input");
  }
  CHECK(Unpacked("sword") == "bad input");
}

}  // namespace gamevents
