// Goal: each type reads what it should, refuses the rest with a message that helps, and leaves the
// field alone then. Method: rows made for the test, so that no type depends on a real key.
#include "core/config/value.h"

#include "tests/unit/catch.h"

#include <array>

namespace gamevents::config {
namespace {

constexpr auto kColours = std::to_array<std::string_view>({"red", "green"});

Key Row(Type type, int64_t min, int64_t max) {
  return {"test.key", type, "", min, max, "A key.", nullptr};
}

std::string Why(const Status& status) { return status.ok() ? "no error" : status.error().context; }

Status RefuseX(std::string_view text) {
  if (text != "x") return Done{};
  return Error{Fault::kBadInput, "x is refused"};
}

}  // namespace

TEST_CASE("integers are whole and in range") {
  const Key key = Row(Type::kInteger, -5, 65535);
  int64_t field = 7;
  CHECK(SetScalar(key, &field, "65535").ok());
  CHECK(field == 65535);
  CHECK(SetScalar(key, &field, "-5").ok());
  CHECK(field == -5);
  CHECK(Why(SetScalar(key, &field, "65536")) == "65536 is out of range: -5 to 65535");
  CHECK(Why(SetScalar(key, &field, "99999999999999999999")) == "99999999999999999999 is too large");
  for (const char* bad : {"", " 5", "5 ", "5.0", "0x10", "five", "1e3", "+5"}) {
    INFO(bad);
    CHECK(Why(SetScalar(key, &field, bad)) == "'" + std::string(bad) + "' is not a whole number");
  }
  CHECK(field == -5);
}

TEST_CASE("durations and sizes carry units and have ranges in them") {
  const Key duration = Row(Type::kDuration, 100, 60'000);
  std::chrono::milliseconds time{1};
  CHECK(SetScalar(duration, &time, "1m").ok());
  CHECK(time.count() == 60'000);
  CHECK(Why(SetScalar(duration, &time, "99ms")) == "99ms is out of range: 100ms to 1m");
  CHECK(Why(SetScalar(duration, &time, "61s")) == "61s is out of range: 100ms to 1m");
  CHECK(Why(SetScalar(duration, &time, "10")).find("has no unit") != std::string::npos);
  CHECK(FormatField(duration, &time) == "1m");

  const Key size = Row(Type::kSize, 1024, 1 << 20);
  int64_t bytes = 0;
  CHECK(SetScalar(size, &bytes, "64KiB").ok());
  CHECK(bytes == 65536);
  CHECK(SetScalar(size, &bytes, "2048").ok());
  CHECK(FormatField(size, &bytes) == "2KiB");
  CHECK(Why(SetScalar(size, &bytes, "2MiB")) == "2MiB is out of range: 1KiB to 1MiB");
  CHECK(Why(SetScalar(size, &bytes, "64KB")).find("unknown unit") != std::string::npos);
  CHECK(bytes == 2048);
}

TEST_CASE("booleans are two words") {
  const Key key = Row(Type::kBoolean, 0, 1);
  bool field = false;
  CHECK(SetScalar(key, &field, "true").ok());
  CHECK(field);
  CHECK(FormatField(key, &field) == "true");
  for (const char* bad : {"", "yes", "True", "1"}) {
    INFO(bad);
    CHECK_FALSE(SetScalar(key, &field, bad).ok());
  }
  CHECK(SetScalar(key, &field, "false").ok());
  CHECK_FALSE(field);
}

TEST_CASE("texts have a length, choices and a check") {
  Key key = Row(Type::kString, 1, 5);
  std::string field = "old";
  CHECK(Why(SetScalar(key, &field, "")) == "must not be empty");
  CHECK(Why(SetScalar(key, &field, "longer")) == "a text of 6 bytes is out of range: 1 to 5 bytes");
  CHECK(Why(SetScalar(key, &field, "\xFF")) == "the text is not UTF-8");
  CHECK_FALSE(SetScalar(key, &field, std::string_view("a\0b", 3)).ok());
  key.check = RefuseX;
  CHECK(Why(SetScalar(key, &field, "x")) == "x is refused");
  CHECK(field == "old");
  CHECK(SetScalar(key, &field, "y").ok());
  CHECK(field == "y");
  key.choices = kColours;
  CHECK(Why(SetScalar(key, &field, "gren")) ==
        "'gren' is not one of red, green; did you mean green?");
  CHECK(SetScalar(key, &field, "green").ok());
}

TEST_CASE("lists are split at commas and bounded") {
  CHECK(SplitList("").empty());
  CHECK(SplitList("  ").empty());
  CHECK(SplitList("a, b ,c") == std::vector<std::string>{"a", "b", "c"});
  CHECK(SplitList("a,") == std::vector<std::string>{"a", ""});
  Key key = Row(Type::kStrings, 0, 2);
  key.check = RefuseX;
  std::vector<std::string> field{"old"};
  CHECK(Why(SetList(key, &field, {"a", "b", "c"})) == "a list of 3 is out of range: 0 to 2 items");
  CHECK(Why(SetList(key, &field, {"a", "x"})) == "x is refused");
  CHECK_FALSE(SetList(key, &field, {"a,b"}).ok());
  CHECK_FALSE(SetList(key, &field, {std::string(kItemBytesMax + 1, 'a')}).ok());
  CHECK(field == std::vector<std::string>{"old"});
  CHECK(SetList(key, &field, {"a", "b"}).ok());
  CHECK(FormatField(key, &field) == "a,b");

  key.choices = kColours;
  key.check = nullptr;
  CHECK(SetList(key, &field, {"green", "red"}).ok());
  CHECK(Why(SetList(key, &field, {"red", "gren"})) ==
        "'gren' is not one of red, green; did you mean green?");
  CHECK(FormatRange(key) == "any of red, green");
}

TEST_CASE("entries are set one by one and bounded") {
  const Key key = Row(Type::kEntries, 0, 2);
  std::map<std::string, std::string> field;
  CHECK(SetEntry(key, &field, "a", "1").ok());
  CHECK(SetEntry(key, &field, "b", "").ok());
  CHECK(SetEntry(key, &field, "a", "2").ok());
  CHECK(Why(SetEntry(key, &field, "c", "3")) == "too many entries: 0 to 2 entries");
  CHECK_FALSE(SetEntry(key, &field, "", "3").ok());
  CHECK_FALSE(SetEntry(key, &field, "a", "\xC3").ok());
  CHECK_FALSE(SetEntry(key, &field, "a", std::string(kItemBytesMax + 1, 'a')).ok());
  CHECK(field == std::map<std::string, std::string>{{"a", "2"}, {"b", ""}});

  const auto split = SplitEntries("a=1, b=x=y");
  REQUIRE(split.ok());
  REQUIRE(split->size() == 2);
  CHECK(split->at(1) == std::pair<std::string, std::string>("b", "x=y"));
  // The tail of a password with a comma in it must not come out in the message.
  const auto bad = SplitEntries("sasl.password=hun,ter2");
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.error().context.find("ter2") == std::string::npos);
  CHECK(bad.error().context.find("item 2 has no '='") == 0);
  CHECK_FALSE(SplitEntries("=x").ok());
}

TEST_CASE("the real checks: brokers, topics, headers") {
  Settings settings;
  const auto set = [&](const char* name, const std::string& text) {
    const Key& key = *FindKey(name);
    if (key.type == Type::kStrings) return SetList(key, key.field(settings), SplitList(text));
    return SetScalar(key, key.field(settings), text);
  };
  CHECK(set("kafka.brokers", "a:1,[::1]:29092").ok());
  for (const char* bad : {"localhost", "a:1,", "a:1,b", "a:99999", ",a:1"}) {
    INFO(bad);
    CHECK(Why(set("kafka.brokers", bad)).find("HOST:PORT") != std::string::npos);
  }
  CHECK(set("kafka.topic", "a.b_c-9").ok());
  for (const char* bad : {".", "..", "a b", "a/b", "ä"}) {
    INFO(bad);
    CHECK_FALSE(set("kafka.topic", bad).ok());
  }
  CHECK_FALSE(set("kafka.topic", std::string(250, 'a')).ok());
  CHECK(set("serve.redact_headers", "X-Token,X_User").ok());
  for (const char* bad : {"X Token", "X-Token:", "a,,b"}) {
    INFO(bad);
    CHECK_FALSE(set("serve.redact_headers", bad).ok());
  }
}

}  // namespace gamevents::config
