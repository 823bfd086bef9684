// The numbers of fields and of enumerations are those of the specification's parquet.thrift.

#include "core/parquet/metadata.h"

#include "core/base/check.h"
#include "core/parquet/compact.h"
#include "core/parquet/plain.h"

#include <array>

namespace gamevents::parquet {
namespace {

using Element = CompactWriter::Element;

constexpr int32_t kFormatVersion = 1;  // readers of 1 know all that we write
constexpr int32_t kOptional = 1;
constexpr int32_t kZstd = 6;
// Whose file it is: readers know by it which writers' statistics to distrust.
constexpr std::string_view kCreatedBy = "gamevents version " GAMEVENTS_VERSION " (build 1)";

/// How the schema describes a type: its physical type, its converted type for readers of before
/// 2018, and its place in the union of logical types; -1: none.
struct TypeRow {
  Type type;
  int32_t physical;
  int32_t converted;
  int16_t logical;
};
constexpr int16_t kTimestampType = 8;
constexpr auto kTypeRows = std::to_array<TypeRow>({
    {Type::kBoolean, 0, -1, -1},
    {Type::kInt64, 2, -1, -1},
    {Type::kDouble, 5, -1, -1},
    {Type::kBytes, 6, -1, -1},
    {Type::kString, 6, 0, 1},
    {Type::kJson, 6, 19, 12},
    {Type::kTimestampMillis, 2, 9, kTimestampType},
    {Type::kDate, 1, 6, 6},
});

const TypeRow& RowOf(Type type) {
  const TypeRow& row = kTypeRows.at(static_cast<size_t>(type));
  INVARIANT(row.type == type);
  return row;
}

void WriteEmptyStruct(CompactWriter& writer, int16_t field) {
  writer.BeginStruct(field);
  writer.EndStruct();
}

/// A union with one of its fields set.
void WriteLogicalType(CompactWriter& writer, int16_t logical) {
  writer.BeginStruct(10);
  if (logical == kTimestampType) {
    writer.BeginStruct(kTimestampType);
    writer.Bool(1, true);  // a moment, whatever clock shows it
    writer.BeginStruct(2);
    WriteEmptyStruct(writer, 1);  // milliseconds
    writer.EndStruct();
    writer.EndStruct();
  } else {
    WriteEmptyStruct(writer, logical);
  }
  writer.EndStruct();
}

void WriteSchema(CompactWriter& writer, std::span<const Column> columns) {
  writer.BeginList(2, Element::kStruct, columns.size() + 1);
  writer.BeginStruct();
  writer.Text(4, "schema");
  writer.I32(5, static_cast<int32_t>(columns.size()));
  writer.EndStruct();
  for (const Column& column : columns) {
    const TypeRow& row = RowOf(column.type);
    writer.BeginStruct();
    writer.I32(1, row.physical);
    writer.I32(3, kOptional);
    writer.Text(4, column.name);
    if (row.converted >= 0) writer.I32(6, row.converted);
    if (row.logical >= 0) WriteLogicalType(writer, row.logical);
    writer.EndStruct();
  }
}

void WriteStatistics(CompactWriter& writer, const ChunkMetadata& chunk) {
  writer.BeginStruct(12);
  writer.I64(3, static_cast<int64_t>(chunk.nulls));
  if (chunk.bounds) {
    writer.Text(5, chunk.bounds->max);
    writer.Text(6, chunk.bounds->min);
    writer.Bool(7, true);  // both are values that are there
    writer.Bool(8, true);
  }
  writer.EndStruct();
}

void WriteEncodings(CompactWriter& writer, bool has_dictionary) {
  writer.BeginList(2, Element::kI32, has_dictionary ? 3 : 2);
  writer.I32(static_cast<int32_t>(Encoding::kPlain));
  writer.I32(static_cast<int32_t>(Encoding::kRunLengths));
  if (has_dictionary) writer.I32(static_cast<int32_t>(Encoding::kDictionary));
}

void WriteChunk(CompactWriter& writer, const Column& column, const ChunkMetadata& chunk) {
  writer.BeginStruct();
  writer.I64(2, 0);  // a field without use, which must be there
  writer.BeginStruct(3);
  writer.I32(1, RowOf(column.type).physical);
  WriteEncodings(writer, chunk.dictionary_at.has_value());
  writer.BeginList(3, Element::kText, 1);
  writer.Text(column.name);
  writer.I32(4, kZstd);
  writer.I64(5, static_cast<int64_t>(chunk.values));
  writer.I64(6, static_cast<int64_t>(chunk.plain_bytes));
  writer.I64(7, static_cast<int64_t>(chunk.packed_bytes));
  writer.I64(9, chunk.data_at);
  if (chunk.dictionary_at) writer.I64(11, *chunk.dictionary_at);
  WriteStatistics(writer, chunk);
  writer.EndStruct();
  writer.EndStruct();
}

void WriteGroup(CompactWriter& writer, std::span<const Column> columns,
                const GroupMetadata& group) {
  int64_t plain_bytes = 0;
  int64_t packed_bytes = 0;
  writer.BeginStruct();
  writer.BeginList(1, Element::kStruct, columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    WriteChunk(writer, columns[i], group.chunks[i]);
    plain_bytes += static_cast<int64_t>(group.chunks[i].plain_bytes);
    packed_bytes += static_cast<int64_t>(group.chunks[i].packed_bytes);
  }
  const ChunkMetadata& first = group.chunks.front();
  writer.I64(2, plain_bytes);
  writer.I64(3, static_cast<int64_t>(group.rows));
  writer.I64(5, first.dictionary_at.value_or(first.data_at));
  writer.I64(6, packed_bytes);
  writer.EndStruct();
}

/// Each column's values are ordered as its type says: only then are bounds to be trusted.
void WriteOrders(CompactWriter& writer, size_t columns) {
  writer.BeginList(7, Element::kStruct, columns);
  for (size_t i = 0; i < columns; ++i) {
    writer.BeginStruct();
    WriteEmptyStruct(writer, 1);
    writer.EndStruct();
  }
}

}  // namespace

void AppendPageHeader(std::string& out, const PageHeader& header) {
  constexpr int16_t kDataFields = 5;
  constexpr int16_t kDictionaryFields = 7;
  const bool is_data = header.kind == PageKind::kData;
  CompactWriter writer(out);
  writer.BeginStruct();
  writer.I32(1, static_cast<int32_t>(header.kind));
  writer.I32(2, static_cast<int32_t>(header.plain_bytes));
  writer.I32(3, static_cast<int32_t>(header.packed_bytes));
  writer.BeginStruct(is_data ? kDataFields : kDictionaryFields);
  writer.I32(1, static_cast<int32_t>(header.values));
  writer.I32(2, static_cast<int32_t>(header.encoding));
  if (is_data) {
    writer.I32(3, static_cast<int32_t>(Encoding::kRunLengths));  // which values are null
    writer.I32(4, static_cast<int32_t>(Encoding::kRunLengths));  // lists, which we have none of
  }
  writer.EndStruct();
  writer.EndStruct();
}

std::string Footer(std::span<const Column> columns, std::span<const GroupMetadata> groups,
                   const Notes& notes) {
  std::string out;
  size_t rows = 0;
  for (const GroupMetadata& group : groups) rows += group.rows;
  CompactWriter writer(out);
  writer.BeginStruct();
  writer.I32(1, kFormatVersion);
  WriteSchema(writer, columns);
  writer.I64(3, static_cast<int64_t>(rows));
  writer.BeginList(4, Element::kStruct, groups.size());
  for (const GroupMetadata& group : groups) WriteGroup(writer, columns, group);
  if (!notes.empty()) {
    writer.BeginList(5, Element::kStruct, notes.size());
    for (const auto& [name, text] : notes) {
      writer.BeginStruct();
      writer.Text(1, name);
      writer.Text(2, text);
      writer.EndStruct();
    }
  }
  writer.Text(6, kCreatedBy);
  WriteOrders(writer, columns.size());
  writer.EndStruct();
  AppendPlain(out, static_cast<uint32_t>(out.size()));
  out.append(kMagic);
  return out;
}

}  // namespace gamevents::parquet
