#include "core/parquet/column_chunk.h"

#include "core/base/check.h"
#include "core/parquet/hybrid.h"
#include "core/parquet/plain.h"
#include "core/parquet/statistics.h"

#include <algorithm>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

namespace gamevents::parquet {
namespace {

/// Appends a value as its column has it. Requires: the type takes it.
struct PlainAppender {
  std::string& out;
  Type type;

  void operator()(std::monostate) const { INVARIANT(false); }
  void operator()(bool value) const {
    INVARIANT(type == Type::kBoolean);
    out.push_back(value ? '\1' : '\0');
  }
  void operator()(int64_t value) const {
    if (type == Type::kDate) {
      INVARIANT(std::in_range<int32_t>(value));
      return AppendPlain(out, static_cast<int32_t>(value));
    }
    INVARIANT(type == Type::kInt64 || type == Type::kTimestampMillis);
    AppendPlain(out, value);
  }
  void operator()(double value) const {
    INVARIANT(type == Type::kDouble);
    AppendPlain(out, value);
  }
  void operator()(std::string_view value) const {
    INVARIANT(type == Type::kBytes || type == Type::kString || type == Type::kJson);
    INVARIANT(value.size() <= std::numeric_limits<int32_t>::max());
    AppendPlainText(out, value);
  }
};

/// An empty one in its place: assigning would keep a string's memory, for each of many columns.
void LetGo(Dictionary& dictionary) {
  Dictionary empty;
  std::swap(dictionary, empty);
}

}  // namespace

void ColumnChunk::Add(const Value& value) {
  const bool is_null = std::holds_alternative<std::monostate>(value);
  present_.push_back(is_null ? '\0' : '\1');
  if (is_null) return;
  value_.clear();
  std::visit(PlainAppender{value_, type_}, value);
  // A boolean is a bit: no number of it is shorter.
  if (type_ == Type::kBoolean) by_number_ = false;
  AddPlain(value_);
}

void ColumnChunk::AddPlain(std::string_view plain) {
  if (by_number_) {
    const auto number = dictionary_.NumberOf(plain);
    if (number) {
      numbers_.push_back(*number);
      numbered_bytes_ += plain.size();
      return;
    }
    GiveUpDictionary();
  }
  plain_.append(plain);
}

void ColumnChunk::GiveUpDictionary() {
  plain_.reserve(numbered_bytes_);
  for (const uint32_t number : numbers_) plain_.append(dictionary_.At(number));
  by_number_ = false;
  numbered_bytes_ = 0;
  std::vector<uint32_t>().swap(numbers_);
  LetGo(dictionary_);
}

bool ColumnChunk::DictionaryIsWorthIt() const {
  const size_t bits =
      numbers_.size() * static_cast<size_t>(BitWidth(static_cast<uint32_t>(dictionary_.size())));
  return dictionary_.bytes().size() + bits / 8 < numbered_bytes_;
}

size_t ColumnChunk::MemoryBytes() const {
  return present_.size() + numbers_.size() * sizeof(uint32_t) + plain_.size() +
         dictionary_.MemoryBytes();
}

/// Cuts a chunk into data pages and writes them.
class ColumnChunk::Pages {
 public:
  explicit Pages(const ColumnChunk& chunk)
      : chunk_(chunk), present_(chunk.present_), numbers_(chunk.numbers_), plain_(chunk.plain_) {
    if (chunk.by_number_ && chunk.dictionary_.size() > 0) {
      width_ = BitWidth(static_cast<uint32_t>(chunk.dictionary_.size() - 1));
    }
  }

  bool Empty() const { return present_.empty(); }

  /// Errors: the sink's.
  Status WriteNext(PageSink& sink, ChunkMetadata& metadata) {
    size_t rows = 0;
    size_t values = 0;
    size_t bytes = 0;  // of plain values
    while (rows < std::min(present_.size(), kPageRowsMax) && bytes < kPageBytesMax) {
      if (present_[rows++] == '\0') continue;
      values += 1;
      if (!chunk_.by_number_) bytes += PlainSize(chunk_.type_, plain_.substr(bytes));
    }
    page_.clear();
    AppendPresence(present_.first(rows));
    AppendValues(values, bytes);
    present_ = present_.subspan(rows);
    metadata.values += rows;
    metadata.nulls += rows - values;
    return sink.WritePage({.kind = PageKind::kData,
                           .encoding = chunk_.by_number_ ? Encoding::kDictionary : Encoding::kPlain,
                           .values = rows},
                          page_, metadata);
  }

 private:
  /// The definition levels, with their length before them: 1 where there is a value.
  void AppendPresence(std::span<const char> present) {
    levels_.assign(present.begin(), present.end());
    std::string levels;
    AppendHybrid(levels, levels_, 1);
    AppendPlainText(page_, levels);
  }

  void AppendValues(size_t values, size_t bytes) {
    if (chunk_.by_number_) {
      page_.push_back(static_cast<char>(width_));
      AppendHybrid(page_, numbers_.first(values), width_);
      numbers_ = numbers_.subspan(values);
      return;
    }
    const std::string_view plain = plain_.substr(0, bytes);
    plain_.remove_prefix(bytes);
    if (chunk_.type_ == Type::kBoolean) {
      AppendBits(page_, plain);
    } else {
      page_.append(plain);
    }
  }

  const ColumnChunk& chunk_;
  // What is left to write.
  std::span<const char> present_;
  std::span<const uint32_t> numbers_;
  std::string_view plain_;
  int width_ = 1;
  std::string page_;
  std::vector<uint32_t> levels_;
};

Result<ChunkMetadata> ColumnChunk::Write(PageSink& sink) {
  if (by_number_ && !DictionaryIsWorthIt()) GiveUpDictionary();
  ChunkMetadata metadata;
  if (by_number_) {
    metadata.dictionary_at = sink.position();
    auto written = sink.WritePage(
        {.kind = PageKind::kDictionary, .encoding = Encoding::kPlain, .values = dictionary_.size()},
        dictionary_.bytes(), metadata);
    if (!written) return std::move(written).error();
  }
  metadata.data_at = sink.position();
  for (Pages pages(*this); !pages.Empty();) {
    if (auto written = pages.WriteNext(sink, metadata); !written) {
      return std::move(written).error();
    }
  }
  metadata.bounds = BoundsOf(type_, by_number_ ? dictionary_.bytes() : plain_);
  ColumnChunk begun(type_);
  std::swap(*this, begun);
  return metadata;
}

}  // namespace gamevents::parquet
