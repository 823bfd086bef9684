// Goal: every kind of field that a message may have is read, written, printed and compared.
// Method: a message with one field of each kind, also of those that no API has today.
#include "core/broker/protocol/value_type.h"

#include "tests/unit/catch.h"

#include <array>
#include <functional>
#include <limits>
#include <tuple>

namespace gamevents::broker {

// Not in an anonymous namespace: the comparison of messages is found in theirs.

struct NumberAndText {
  int16_t left = 7;
  std::string right;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"left", &Self::left},
      Field{"right", &Self::right},
  };
};

struct EveryKind {
  static constexpr VersionRange kVersions{0, 1};
  static constexpr int16_t kFlexibleFrom = 1;

  bool truth = false;
  int8_t int8 = 0;
  int16_t int16 = 0;
  uint16_t uint16 = 0;
  int32_t int32 = 0;
  int64_t int64 = 0;
  double float64 = 0;
  ApiKey code = ApiKey::kProduce;
  Uuid id{};
  std::string text;
  Bytes bytes;
  Records records;
  std::vector<uint16_t> numbers;
  NumberAndText pair;
  std::vector<NumberAndText> pairs;
  std::optional<std::string> maybe_text;
  std::optional<Bytes> maybe_bytes;
  std::optional<Records> maybe_records;
  std::optional<std::vector<std::string>> maybe_texts;
  std::optional<NumberAndText> maybe_pair;
  double tagged = 0.5;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"truth", &Self::truth},
      Field{"int8", &Self::int8},
      Field{"int16", &Self::int16},
      Field{"uint16", &Self::uint16},
      Field{"int32", &Self::int32},
      Field{"int64", &Self::int64},
      Field{"float64", &Self::float64},
      Field{"code", &Self::code},
      Field{"id", &Self::id},
      Field{"text", &Self::text},
      Field{"bytes", &Self::bytes},
      Field{"records", &Self::records},
      Field{"numbers", &Self::numbers},
      Field{"pair", &Self::pair},
      Field{"pairs", &Self::pairs},
      Field{"maybe_text", &Self::maybe_text, {.nullable = 0}},
      Field{"maybe_bytes", &Self::maybe_bytes, {.nullable = 0}},
      Field{"maybe_records", &Self::maybe_records, {.nullable = 0}},
      Field{"maybe_texts", &Self::maybe_texts, {.nullable = 0}},
      Field{"maybe_pair", &Self::maybe_pair, {.nullable = 0}},
      Field{"tagged", &Self::tagged, {.since = 1, .tag = 0, .ignorable = true}},
  };
};

namespace {

constexpr std::byte kRecordBytes[] = {std::byte{1}, std::byte{2}, std::byte{3}};

/// One change a field; no two fields are set to the same bytes.
const std::function<void(EveryKind&)> kChanges[] = {
    [](EveryKind& to) { to.truth = true; },
    [](EveryKind& to) { to.int8 = -2; },
    [](EveryKind& to) { to.int16 = -300; },
    [](EveryKind& to) { to.uint16 = 65'535; },
    [](EveryKind& to) { to.int32 = -70'000; },
    [](EveryKind& to) { to.int64 = std::numeric_limits<int64_t>::min(); },
    [](EveryKind& to) { to.float64 = -0.25; },
    [](EveryKind& to) { to.code = ApiKey::kMetadata; },
    [](EveryKind& to) { to.id[15] = 9; },
    [](EveryKind& to) { to.text = "a text that is longer than a string holds inside"; },
    [](EveryKind& to) { to.bytes = {std::byte{0xFF}, std::byte{0}}; },
    [](EveryKind& to) { to.records.bytes = kRecordBytes; },
    [](EveryKind& to) { to.numbers = {1, 65'534}; },
    [](EveryKind& to) { to.pair.left = 8; },
    [](EveryKind& to) { to.pairs = {{1, "one"}, {2, "two"}}; },
    [](EveryKind& to) { to.maybe_text = ""; },
    [](EveryKind& to) { to.maybe_bytes = Bytes{std::byte{5}}; },
    [](EveryKind& to) { to.maybe_records = Records{.bytes = kRecordBytes}; },
    [](EveryKind& to) { to.maybe_texts = std::vector<std::string>{"", "x"}; },
    [](EveryKind& to) { to.maybe_pair = NumberAndText{}; },
    [](EveryKind& to) { to.tagged = 4; },
};

Bytes Encoded(const EveryKind& message, int16_t version) {
  WireWriter out;
  REQUIRE(Encode(message, version, out).ok());
  return std::move(out).TakeBytes();
}

}  // namespace

TEST_CASE("each kind of field comes back as it was sent, and makes a message another one") {
  STATIC_REQUIRE(std::size(kChanges) == EveryKind::kFields<EveryKind>.size());
  EveryKind all;
  for (const auto& change : kChanges) {
    const EveryKind before = all;
    change(all);
    CHECK_FALSE(all == before);
    CHECK(Encoded(all, 1) != Encoded(before, 1));
    for (const int16_t version : {int16_t{0}, int16_t{1}}) {
      const Bytes bytes = Encoded(all, version);
      WireReader in(bytes);
      const auto decoded = Decode<EveryKind>(in, version);
      REQUIRE(decoded.ok());
      CHECK(in.remaining() == 0);
      EveryKind expected = all;
      if (version == 0) expected.tagged = 0.5;
      CHECK(*decoded == expected);
    }
  }
}

TEST_CASE("each kind of field is printed") {
  EveryKind message;
  CHECK(Print(message, 0) ==
        "{truth: false, int8: 0, int16: 0, uint16: 0, int32: 0, int64: 0, float64: 0.000000, "
        "code: 0, id: 00000000-0000-0000-0000-000000000000, text: \"\", bytes: <0 bytes>, "
        "records: <0 bytes>, numbers: [], pair: {left: 7, right: \"\"}, pairs: [], "
        "maybe_text: null, maybe_bytes: null, maybe_records: null, maybe_texts: null, "
        "maybe_pair: null}");
  for (const auto& change : kChanges) change(message);
  CHECK(Print(message, 1) ==
        "{truth: true, int8: -2, int16: -300, uint16: 65535, int32: -70000, "
        "int64: -9223372036854775808, float64: -0.250000, code: 3, "
        "id: 00000000-0000-0000-0000-000000000009, "
        "text: \"a text that is longer than a string holds inside\", bytes: <2 bytes>, "
        "records: <3 bytes>, numbers: [1, 65534], pair: {left: 8, right: \"\"}, "
        "pairs: [{left: 1, right: \"one\"}, {left: 2, right: \"two\"}], maybe_text: \"\", "
        "maybe_bytes: <1 bytes>, maybe_records: <3 bytes>, maybe_texts: [\"\", \"x\"], "
        "maybe_pair: {left: 7, right: \"\"}, tagged: 4.000000}");
}

TEST_CASE("numbers with a fraction are compared as numbers, not by their bytes") {
  EveryKind message;
  message.float64 = -0.0;
  CHECK(message == EveryKind{});
  message.float64 = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(message == message);
}

TEST_CASE("null is refused for a field that has none") {
  const Bytes good = Encoded(EveryKind{}, 0);
  const size_t text_at = 1 + 1 + 2 + 2 + 4 + 8 + 8 + 2 + 16;
  for (const auto& [name, at, width] :
       {std::tuple{"text", text_at, 2}, std::tuple{"bytes", text_at + 2, 4},
        std::tuple{"records", text_at + 6, 4}, std::tuple{"numbers", text_at + 10, 4}}) {
    Bytes bad = good;
    for (int i = 0; i < width; ++i) bad[at + static_cast<size_t>(i)] = std::byte{0xFF};
    WireReader in(bad);
    const auto decoded = Decode<EveryKind>(in, 0);
    REQUIRE_FALSE(decoded.ok());
    CHECK(decoded.error().context.starts_with(std::string(name) + ": is null, which this version"));
  }
}

}  // namespace gamevents::broker
