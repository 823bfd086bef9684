// Goal: the footer and the headers of pages say what the specification wants of them. Method: the
// tests' own reader of the protocol, field by field.

#include "core/parquet/metadata.h"

#include "tests/unit/catch.h"
#include "tests/unit/parquet/file_reader.h"

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::parquet {
namespace {

TEST_CASE("a page's header names its kind, its sizes and its encodings") {
  std::string out;
  AppendPageHeader(out, {PageKind::kData, Encoding::kDictionary, 7, 100, 60});
  std::string_view rest = out;
  const test::Node data = test::TakeStruct(rest);
  CHECK(rest.empty());
  CHECK(data.fields.at(1).number == 0);
  CHECK(data.fields.at(2).number == 100);
  CHECK(data.fields.at(3).number == 60);
  CHECK(data.fields.at(5).fields.at(1).number == 7);
  CHECK(data.fields.at(5).fields.at(2).number == 8);
  CHECK(data.fields.at(5).fields.at(3).number == 3);

  out.clear();
  AppendPageHeader(out, {PageKind::kDictionary, Encoding::kPlain, 2, 10, 20});
  rest = out;
  const test::Node dictionary = test::TakeStruct(rest);
  CHECK(dictionary.fields.at(1).number == 2);
  CHECK(dictionary.fields.at(7).fields.at(1).number == 2);
  CHECK(dictionary.fields.at(7).fields.at(2).number == 0);
}

TEST_CASE("the footer has the schema, the groups and the notes, and ends with its length") {
  const std::vector<Column> columns{{"a", Type::kTimestampMillis}, {"b", Type::kJson}};
  const ChunkMetadata first{.dictionary_at = 4,
                            .data_at = 20,
                            .values = 3,
                            .nulls = 1,
                            .plain_bytes = 50,
                            .packed_bytes = 40,
                            .bounds = Bounds{"12345678", "87654321"}};
  const ChunkMetadata second{
      .dictionary_at = {}, .data_at = 44, .values = 3, .plain_bytes = 5, .packed_bytes = 6};
  const std::vector<GroupMetadata> groups{{{first, second}, 3}};
  const std::string out = Footer(columns, groups, {{"topic", "events"}});

  REQUIRE(out.ends_with(kMagic));
  uint32_t length = 0;
  std::memcpy(&length, out.data() + out.size() - 8, 4);
  CHECK(length == out.size() - 8);
  std::string_view rest = out;
  const test::Node node = test::TakeStruct(rest);
  CHECK(rest.size() == 8);
  CHECK(node.fields.at(3).number == 3);
  CHECK(node.fields.at(5).items.at(0).fields.at(2).text == "events");
  CHECK(node.fields.at(6).text.starts_with("gamevents version "));
  CHECK(node.fields.at(7).items.size() == 2);
  const test::Node& group = node.fields.at(4).items.at(0);
  CHECK(group.fields.at(2).number == 55);
  CHECK(group.fields.at(3).number == 3);
  CHECK(group.fields.at(5).number == 4);  // where the first page is, that of the dictionary
  CHECK(group.fields.at(6).number == 46);
  const test::Node& chunk = group.fields.at(1).items.at(0).fields.at(3);
  CHECK(chunk.fields.at(2).items.size() == 3);
  CHECK(chunk.fields.at(11).number == 4);
  CHECK(chunk.fields.at(12).fields.at(3).number == 1);
  CHECK(chunk.fields.at(12).fields.at(6).text == "12345678");
  const test::Node& other = group.fields.at(1).items.at(1).fields.at(3);
  CHECK_FALSE(other.fields.contains(11));
  CHECK_FALSE(other.fields.at(12).fields.contains(5));
}

}  // namespace
}  // namespace gamevents::parquet
