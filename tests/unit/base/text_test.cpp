// Goal: text that outsiders send is decoded exactly or refused. Method: tables of known answers.
#include "core/base/text.h"

#include "tests/unit/catch.h"

#include <array>

namespace gamevents {

TEST_CASE("percent encoding leaves what a URL may hold, and comes back") {
  CHECK(PercentEncode("a-Z_0.9~") == "a-Z_0.9~");
  CHECK(PercentEncode("a b=\"ü\"&%") == "a%20b%3D%22%C3%BC%22%26%25");
  CHECK(PercentDecode(PercentEncode("a b=\"ü\"&%+")).value() == "a b=\"ü\"&%+");
}

TEST_CASE("a byte counts the same wherever in a text it stands") {
  for (size_t length = 1; length <= 25; ++length) {
    for (size_t i = 0; i < length; ++i) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'x');
        text[i] = static_cast<char>(byte);
        INFO(length << " " << i << " " << byte);
        REQUIRE(IsUtf8(text) == (byte < 0x80));
        std::string escaped;
        AppendJsonString(escaped, text);
        const bool plain = byte >= 0x20 && byte != '"' && byte != '\\';
        REQUIRE((escaped == '"' + text + '"') == plain);
        REQUIRE(IsPlain(text) == (plain && byte < 0x80));
      }
    }
  }
}

TEST_CASE("two bytes are escaped wherever in a text they stand") {
  for (size_t length = 2; length <= 25; ++length) {
    for (size_t second = 1; second < length; ++second) {
      for (size_t first = 0; first < second; ++first) {
        std::string text(length, 'x');
        text[first] = '"';
        text[second] = '\\';
        std::string expected = '"' + text;
        expected.insert(second + 1, "\\");
        expected.insert(first + 1, "\\");
        std::string escaped;
        AppendJsonString(escaped, text);
        INFO(length << " " << first << " " << second);
        REQUIRE(escaped == expected + '"');
      }
    }
  }
}

TEST_CASE("UTF-8 is checked as RFC 3629 says") {
  for (std::string_view good : {"", "divya", "Zo\xC3\xAB", "\xE2\x9A\x94", "\xF0\x9F\x97\xA1",
                                "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    CHECK(IsUtf8(good));
  }
  for (std::string_view bad : {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                               "\xF4\x90\x80\x80", "\xFF", "a\xF0\x9F\x97"}) {
    CHECK_FALSE(IsUtf8(bad));
  }
}

TEST_CASE("a JSON string escapes what it must and nothing else") {
  std::string out;
  AppendJsonString(out, std::string_view("a\"b\\c\n\t\x01\x1f/\xC3\xAB\0z", 14));
  CHECK(out == "\"a\\\"b\\\\c\\n\\t\\u0001\\u001f/\xC3\xAB\\u0000z\"");
}

TEST_CASE("percent-encoding is undone, a plus stays a plus") {
  CHECK(PercentDecode("a%20b%2Fc+d%C3%AB").value() == "a b/c+d\xC3\xAB");
  CHECK(PercentDecode("%41").value() == "A");
  for (const char* bad : {"%", "%4", "%4g", "100%"}) {
    CHECK(PercentDecode(bad).error().fault == Fault::kBadInput);
  }
}

TEST_CASE("base64 goes there and back for every length") {
  CHECK(Base64Encode("sword") == "c3dvcmQ=");
  std::string bytes;
  for (int i = 0; i < 260; ++i) {
    CHECK(Base64Decode(Base64Encode(bytes)).value() == bytes);
    bytes += static_cast<char>(i * 7);
  }
  for (const char* bad : {"a", "abc", "ab=c", "====", "ab!="}) {
    INFO(bad);
    CHECK_FALSE(Base64Decode(bad).ok());
  }
}

TEST_CASE("a slip of the fingers finds the word that was meant") {
  constexpr std::array<std::string_view, 3> kWords{"serve.port", "serve.host", "kafka.topic"};
  CHECK(NearestWord("serve.prot", kWords) == "serve.port");
  CHECK(NearestWord("kafka.topci", kWords) == "kafka.topic");
  CHECK(NearestWord("SERVE.HOST", kWords) == "serve.host");
  CHECK_FALSE(NearestWord("colour", kWords).has_value());
  CHECK(DidYouMean("serve.prot", kWords) == "; did you mean serve.port?");
  CHECK(DidYouMean("colour", kWords).empty());
}

TEST_CASE("a text is split into lines, with either ending, and a last one without") {
  using Lines = std::vector<std::string_view>;
  CHECK(SplitLines("a\nb\r\n\nc") == Lines{"a", "b", "", "c"});
  CHECK(SplitLines("a\n") == Lines{"a"});
  CHECK(SplitLines("").empty());
}

TEST_CASE("an origin is a scheme and a host, as browsers write them") {
  for (const char* origin : {"https://game.example", "http://localhost:8080", "app://game"}) {
    CHECK(IsOrigin(origin));
  }
  for (const char* other :
       {"", "*", "null", "game.example", "://a", "https://", "https://A.b", "https://a/",
        "https://a?b", "https://u@a", "https://*.a", "http://a b"}) {
    INFO(other);
    CHECK_FALSE(IsOrigin(other));
  }
}

TEST_CASE("host and port are split") {
  CHECK(ParseHostPort("localhost:29092").value().host == "localhost");
  CHECK(ParseHostPort("[::1]:80").value().host == "::1");
  CHECK(ParseHostPort("[::1]:80").value().port == 80);
  CHECK(FormatHostPort("::1", 80) == "[::1]:80");
  CHECK(FormatHostPort("localhost", 29092) == "localhost:29092");
  for (const char* bad : {"", "localhost", ":80", "h:", "h:x", "h:65536", "[]:1"}) {
    INFO(bad);
    CHECK_FALSE(ParseHostPort(bad).ok());
  }
}

TEST_CASE("a name that can stand in a line") {
  for (const std::string name : {"a", "mobile game", "zo\u00EB", "-", "#1", "a=b", "\u00A0x"}) {
    INFO(name);
    CHECK(CheckName(name).ok());
  }
  CHECK(CheckName(std::string(128, 'a')).ok());
  for (const std::string name : {"", " a", "a ", "\ta", "a\nb", "a\x7F",
                                 "a\xC2\x9B"
                                 "31m",
                                 "\xC3", "a\x01"}) {
    INFO(name);
    CHECK(CheckName(name).error().fault == Fault::kBadInput);
  }
  CHECK_FALSE(CheckName(std::string(129, 'a')).ok());
}

}  // namespace gamevents
