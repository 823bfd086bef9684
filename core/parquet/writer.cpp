#include "core/parquet/writer.h"

#include "core/base/check.h"

#include <utility>

namespace gamevents::parquet {
namespace {

constexpr bool IsText(Type type) {
  return type == Type::kBytes || type == Type::kString || type == Type::kJson;
}

/// Rows between two looks at the memory in use, which costs a walk over the columns.
constexpr size_t kRowsBetweenLooks = 64;

}  // namespace

Writer::Writer(std::vector<Column> columns, Options options, Sink sink)
    : columns_(std::move(columns)), options_(std::move(options)), sink_(std::move(sink)) {
  INVARIANT(!columns_.empty());
  for (const Column& column : columns_) chunks_.emplace_back(column.type);
}

Status Writer::Add(std::span<const Value> row) {
  INVARIANT(row.size() == columns_.size());
  for (size_t i = 0; i < row.size(); ++i) chunks_[i].Add(row[i]);
  rows_ += 1;
  if (rows_ >= options_.group_rows_max) return WriteGroup();
  if (rows_ % kRowsBetweenLooks != 0) return Done{};
  size_t bytes = 0;
  for (const ColumnChunk& chunk : chunks_) bytes += chunk.MemoryBytes();
  return bytes < options_.group_bytes_max ? Status(Done{}) : WriteGroup();
}

void Writer::SetTextType(size_t column, Type type) {
  INVARIANT(IsText(columns_[column].type) && IsText(type));
  columns_[column].type = type;
}

Status Writer::WriteGroup() {
  if (sink_.position() == 0) {
    if (auto begun = sink_.Write(kMagic); !begun) return begun;
  }
  GroupMetadata group{{}, std::exchange(rows_, 0)};
  for (ColumnChunk& chunk : chunks_) {
    auto written = chunk.Write(sink_);
    if (!written) return std::move(written).error();
    group.chunks.push_back(std::move(*written));
  }
  groups_.push_back(std::move(group));
  return Done{};
}

Status Writer::Finish() {
  if (rows_ > 0) {
    if (auto written = WriteGroup(); !written) return written;
  }
  if (sink_.position() == 0) {
    if (auto begun = sink_.Write(kMagic); !begun) return begun;
  }
  if (auto ended = sink_.Write(Footer(columns_, groups_, options_.notes)); !ended) return ended;
  return sink_.Flush();
}

}  // namespace gamevents::parquet
