// Goal: structs are written as Thrift's compact protocol has them. Method: exact bytes, by the
// protocol's specification, of each kind of field and of what its short forms cannot hold.

#include "core/parquet/compact.h"

#include "tests/unit/catch.h"

#include <cstdint>
#include <string>

namespace gamevents::parquet {
namespace {

using namespace std::string_literals;
using Element = CompactWriter::Element;

TEST_CASE("a field's header holds the distance to the field before") {
  std::string out;
  CompactWriter writer(out);
  writer.BeginStruct();
  writer.I32(1, 1);
  writer.Bool(2, true);
  writer.Bool(4, false);
  writer.I64(5, -1);
  writer.EndStruct();
  CHECK(out == "\x15\x02\x11\x22\x16\x01\0"s);
}

TEST_CASE("a field that is far from the one before has its number") {
  std::string out;
  CompactWriter writer(out);
  writer.BeginStruct();
  writer.I32(16, 0);
  writer.EndStruct();
  CHECK(out == "\x05\x20\0\0"s);
}

TEST_CASE("a struct within a struct counts its own fields") {
  std::string out;
  CompactWriter writer(out);
  writer.BeginStruct();
  writer.BeginStruct(3);
  writer.Text(1, "ab");
  writer.EndStruct();
  writer.Text(4, "");
  writer.EndStruct();
  CHECK(out == "\x3C\x18\x02"s + "ab\0\x18\0\0"s);
}

TEST_CASE("a list of more than fourteen elements has its length behind the type") {
  std::string out;
  CompactWriter writer(out);
  writer.BeginStruct();
  writer.BeginList(1, Element::kI32, 1);
  writer.I32(300);
  writer.BeginList(2, Element::kText, 15);
  for (int i = 0; i < 15; ++i) writer.Text("x");
  writer.EndStruct();
  CHECK(out.starts_with("\x19\x15\xD8\x04\x19\xF8\x0F\x01x"s));
  CHECK(out.size() == 4 + 3 + 15 * 2 + 1);
}

TEST_CASE("the ends of 64 bits are written") {
  std::string out;
  CompactWriter writer(out);
  writer.BeginStruct();
  writer.I64(1, INT64_MIN);
  writer.EndStruct();
  CHECK(out == "\x16\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\0"s);
}

}  // namespace
}  // namespace gamevents::parquet
