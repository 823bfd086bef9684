// Goal: a body falls into the events that its sender meant, or is refused with the place. Method:
// bodies of each shape, whole and broken, with the pieces or the error expected.
#include "core/collector/request/body.h"

#include "core/base/text.h"
#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

using Texts = std::vector<std::string>;

Texts Cut(std::string_view body, Shape shape) {
  const auto pieces = Split(body, shape, 100);
  REQUIRE(pieces.ok());
  Texts texts;
  for (const Piece& piece : *pieces) texts.emplace_back(body.substr(piece.offset, piece.size));
  return texts;
}

std::string Complaint(std::string_view body, Shape shape, size_t events_max = 100) {
  const auto pieces = Split(body, shape, events_max);
  REQUIRE_FALSE(pieces.ok());
  return std::string(FaultName(pieces.error().fault)) + ": " + pieces.error().context;
}

}  // namespace

TEST_CASE("a content type in any form") {
  CHECK(ParseMediaType("").name.empty());
  CHECK(ParseMediaType(" Application/JSON ").name == "application/json");
  const MediaType type = ParseMediaType("application/json; a=b ;Charset=\"UTF-8\"");
  CHECK(type.name == "application/json");
  CHECK(type.charset == "utf-8");
  CHECK(type.IsJson());
  CHECK(ParseMediaType("application/problem+json").IsJson());
  CHECK_FALSE(ParseMediaType("application/x-ndjson").IsJson());
  CHECK_FALSE(ParseMediaType("text/plain").IsJson());
}

TEST_CASE("JSON without a shape is one object, an array or lines") {
  CHECK(Sniff("{\"a\":1}") == Shape::kOne);
  CHECK(Sniff(" \n{\"a\":1}\n\n") == Shape::kOne);
  CHECK(Sniff("{\n\"a\":1}") == Shape::kOne);
  CHECK(Sniff("{\"a\":\n1}\n{}") == Shape::kOne);
  CHECK(Sniff(" [") == Shape::kArray);
  CHECK(Sniff("{\"a\":1}\r\n{") == Shape::kLines);
  CHECK(Sniff("{\"a\":1,}\n{}") == Shape::kLines);  // a bad line among lines
  CHECK(Sniff("") == Shape::kOne);
}

TEST_CASE("one event, lines and arrays") {
  CHECK(Cut(" {} \n", Shape::kOne) == Texts{"{}"});
  CHECK(Cut("{}\r\n\n  \n{\"a\" : 1} \nnonsense", Shape::kLines) ==
        Texts{"{}", "{\"a\" : 1}", "nonsense"});
  CHECK(Cut("[]", Shape::kArray).empty());
  CHECK(Cut(" [ ] ", Shape::kArray).empty());
  CHECK(Cut("[{},\n{\"a\":[\"]\",{}]} ,5,\"x\"]", Shape::kArray) ==
        Texts{"{}", "{\"a\":[\"]\",{}]}", "5", "\"x\""});
  CHECK(Cut("[{\"a\":}]", Shape::kArray) == Texts{"{\"a\":}"});  // for a parser to refuse
}

TEST_CASE("an array that cannot be told apart is refused with the byte") {
  const std::string start = "bad input: the array of events is broken at byte ";
  CHECK(Complaint("{}", Shape::kArray) == start + "0: it must begin with '['");
  CHECK(Complaint("[{},", Shape::kArray) == start + "4: an event is missing");
  CHECK(Complaint("[{},]", Shape::kArray) == start + "4: an event is missing");
  CHECK(Complaint("[,{}]", Shape::kArray) == start + "1: an event is missing");
  CHECK(Complaint("[", Shape::kArray) == start + "1: an event is missing");
  CHECK(Complaint("[{}", Shape::kArray) == start + "3: it ends without ']'");
  CHECK(Complaint("[{}, {\"a\":1", Shape::kArray) ==
        start + "5: the event that begins here does not end");
  CHECK(Complaint("[{} {}]", Shape::kArray) == start + "4: expected ',' or ']'");
  CHECK(Complaint("[{}}]", Shape::kArray) == start + "3: expected ',' or ']'");
  CHECK(Complaint("[{}] {}", Shape::kArray) == start + "5: something follows its end");
}

TEST_CASE("a byte order mark at the start is passed over, and named elsewhere") {
  const std::string mark(kByteOrderMark);
  CHECK(Sniff(mark + " [{}]") == Shape::kArray);
  CHECK(Sniff(mark + "{}\n{}") == Shape::kLines);
  CHECK(Cut(mark + " {} ", Shape::kOne) == Texts{"{}"});
  CHECK(Cut(mark + "{}\n1", Shape::kLines) == Texts{"{}", "1"});
  CHECK(Cut(mark + " [{},1]", Shape::kArray) == Texts{"{}", "1"});
  CHECK(Split(mark + "[{}]", Shape::kArray, 1).value()[0].offset == 4);  // in the body as sent
  CHECK(Complaint(mark, Shape::kOne) == "bad input: the body is empty: there is no event in it");
  CHECK(Cut(mark + mark + "{}", Shape::kOne) == Texts{mark + "{}"});  // one, not two
  CHECK(Complaint("[{}, " + mark + "{\"a\":1,\"b\":2}]", Shape::kArray) ==
        "bad input: the array of events is broken at byte 5: a byte order mark, EF BB BF, stands "
        "before an event");
}

TEST_CASE("UTF-8 has several names, and a part of it has others") {
  for (const char* name : {"", "utf-8", "utf8", "unicode-1-1-utf-8", "us-ascii", "ascii"}) {
    CHECK(IsUtf8Charset(name));
  }
  for (const char* name : {"latin1", "iso-8859-1", "utf-16", "'utf-8'", "utf"}) {
    CHECK_FALSE(IsUtf8Charset(name));
  }
}

TEST_CASE("no event and too many events") {
  for (const Shape shape : {Shape::kOne, Shape::kArray, Shape::kLines}) {
    CHECK(Complaint(" \n ", shape) == "bad input: the body is empty: there is no event in it");
  }
  CHECK(Split("[1,2]", Shape::kArray, 2).ok());
  CHECK(Split("1\n\n2", Shape::kLines, 2).ok());
  CHECK(Complaint("[1,2,3]", Shape::kArray, 2).starts_with("full: more than 2 events"));
  CHECK(Complaint("1\n2\n3", Shape::kLines, 2).starts_with("full: more than 2 events"));
}

}  // namespace gamevents::collector
