#include "tests/unit/parquet/file_reader.h"

#include "core/base/check.h"

#include <zstd.h>

#include <cstring>

namespace gamevents::parquet::test {
namespace {

std::string_view Take(std::string_view& bytes, size_t size) {
  INVARIANT(size <= bytes.size());
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

template <class T>
T TakeNumber(std::string_view& bytes) {
  T number;
  std::memcpy(&number, Take(bytes, sizeof number).data(), sizeof number);
  return number;
}

uint64_t TakeVarint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    INVARIANT(shift < 64);
    const auto byte = TakeNumber<uint8_t>(bytes);
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

int64_t TakeSigned(std::string_view& bytes) {
  const uint64_t value = TakeVarint(bytes);
  return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

Node TakeNode(std::string_view& bytes, int type);

Node TakeList(std::string_view& bytes) {
  const auto head = TakeNumber<uint8_t>(bytes);
  const size_t size = head >> 4 == 15 ? TakeVarint(bytes) : head >> 4;
  Node list;
  for (size_t i = 0; i < size; ++i) list.items.push_back(TakeNode(bytes, head & 15));
  return list;
}

Node TakeNode(std::string_view& bytes, int type) {
  switch (type) {
    case 1:
    case 2:
      return Node{.number = type == 1 ? 1 : 0};
    case 4:
    case 5:
    case 6:
      return Node{.number = TakeSigned(bytes)};
    case 8:
      return Node{.text = std::string(Take(bytes, TakeVarint(bytes)))};
    case 9:
      return TakeList(bytes);
    case 12:
      return TakeStruct(bytes);
    default:
      INVARIANT(false);
  }
  return {};
}

Type TypeOf(const Node& element) {
  const int64_t physical = element.fields.at(1).number;
  INVARIANT(element.fields.at(3).number == 1);  // OPTIONAL
  const auto logical = element.fields.find(10);
  const int kind = logical == element.fields.end() ? 0 : logical->second.fields.begin()->first;
  const auto converted = element.fields.find(6);
  const int64_t old = converted == element.fields.end() ? -1 : converted->second.number;
  if (physical == 0 && kind == 0 && old == -1) return Type::kBoolean;
  if (physical == 1 && kind == 6 && old == 6) return Type::kDate;
  if (physical == 2 && kind == 0 && old == -1) return Type::kInt64;
  if (physical == 5 && kind == 0 && old == -1) return Type::kDouble;
  if (physical == 6 && kind == 0 && old == -1) return Type::kBytes;
  if (physical == 6 && kind == 1 && old == 0) return Type::kString;
  if (physical == 6 && kind == 12 && old == 19) return Type::kJson;
  INVARIANT(physical == 2 && kind == 8 && old == 9);
  const Node& timestamp = logical->second.fields.at(8);
  INVARIANT(timestamp.fields.at(1).number == 1);
  INVARIANT(timestamp.fields.at(2).fields.contains(1));
  return Type::kTimestampMillis;
}

std::vector<OwnedValue> TakePlain(std::string_view& bytes, Type type, size_t count) {
  std::vector<OwnedValue> values;
  for (size_t i = 0; i < count; ++i) {
    switch (type) {
      case Type::kBoolean:
        values.emplace_back((static_cast<uint8_t>(bytes[i / 8]) >> (i % 8) & 1) == 1);
        break;
      case Type::kDate:
        values.emplace_back(int64_t{TakeNumber<int32_t>(bytes)});
        break;
      case Type::kInt64:
      case Type::kTimestampMillis:
        values.emplace_back(TakeNumber<int64_t>(bytes));
        break;
      case Type::kDouble:
        values.emplace_back(TakeNumber<double>(bytes));
        break;
      case Type::kBytes:
      case Type::kString:
      case Type::kJson:
        values.emplace_back(std::string(Take(bytes, TakeNumber<uint32_t>(bytes))));
        break;
    }
  }
  if (type == Type::kBoolean) Take(bytes, (count + 7) / 8);
  INVARIANT(bytes.empty());
  return values;
}

/// A page: its header, and its content unpacked.
std::pair<Node, std::string> TakePage(std::string_view& bytes) {
  Node header = TakeStruct(bytes);
  std::string plain(static_cast<size_t>(header.fields.at(2).number), '\0');
  const std::string_view packed = Take(bytes, static_cast<size_t>(header.fields.at(3).number));
  const size_t size = ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
  INVARIANT(ZSTD_isError(size) == 0 && size == plain.size());
  return {std::move(header), std::move(plain)};
}

std::vector<OwnedValue> TakeDataPage(const Node& header, std::string_view bytes, Type type,
                                     const std::vector<OwnedValue>& dictionary) {
  const Node& facts = header.fields.at(5);
  const auto rows = static_cast<size_t>(facts.fields.at(1).number);
  std::string_view levels = Take(bytes, TakeNumber<uint32_t>(bytes));
  const std::vector<uint32_t> present = TakeHybrid(levels, 1, rows);
  INVARIANT(levels.empty());
  size_t count = 0;
  for (const uint32_t level : present) count += level;
  std::vector<OwnedValue> values;
  if (facts.fields.at(2).number == 8) {
    const auto width = TakeNumber<uint8_t>(bytes);
    for (const uint32_t number : TakeHybrid(bytes, width, count)) {
      values.push_back(dictionary.at(number));
    }
    INVARIANT(bytes.empty());
  } else {
    INVARIANT(facts.fields.at(2).number == 0);
    values = TakePlain(bytes, type, count);
  }
  std::vector<OwnedValue> all;
  size_t next = 0;
  for (const uint32_t level : present) all.push_back(level == 0 ? OwnedValue() : values[next++]);
  return all;
}

/// All values of a column in a row group.
std::vector<OwnedValue> ReadChunk(std::string_view file, const Node& metadata, const Column& column,
                                  ColumnFacts& facts) {
  INVARIANT(metadata.fields.at(3).items.at(0).text == column.name);
  INVARIANT(metadata.fields.at(4).number == 6);  // zstd
  const auto data_at = static_cast<size_t>(metadata.fields.at(9).number);
  facts.has_dictionary = metadata.fields.contains(11);
  const size_t start =
      facts.has_dictionary ? static_cast<size_t>(metadata.fields.at(11).number) : data_at;
  std::string_view pages = file.substr(start, static_cast<size_t>(metadata.fields.at(7).number));
  std::vector<OwnedValue> dictionary;
  if (facts.has_dictionary) {
    const auto [header, plain] = TakePage(pages);
    INVARIANT(header.fields.at(1).number == 2);
    std::string_view bytes = plain;
    dictionary =
        TakePlain(bytes, column.type, static_cast<size_t>(header.fields.at(7).fields.at(1).number));
    INVARIANT(pages.data() == file.data() + data_at);
  }
  std::vector<OwnedValue> values;
  while (!pages.empty()) {
    const auto [header, plain] = TakePage(pages);
    INVARIANT(header.fields.at(1).number == 0);
    for (OwnedValue& value : TakeDataPage(header, plain, column.type, dictionary)) {
      values.push_back(std::move(value));
    }
    facts.data_pages += 1;
  }
  INVARIANT(values.size() == static_cast<size_t>(metadata.fields.at(5).number));
  return values;
}

ColumnFacts FactsOf(const Node& metadata) {
  const Node& statistics = metadata.fields.at(12);
  ColumnFacts facts{.nulls = statistics.fields.at(3).number};
  if (statistics.fields.contains(5)) facts.max = statistics.fields.at(5).text;
  if (statistics.fields.contains(6)) facts.min = statistics.fields.at(6).text;
  return facts;
}

void ReadGroup(std::string_view bytes, const Node& group, File& file) {
  const auto rows = static_cast<size_t>(group.fields.at(3).number);
  const size_t first = file.rows.size();
  file.rows.resize(first + rows, OwnedRow(file.columns.size()));
  file.groups.emplace_back();
  for (size_t i = 0; i < file.columns.size(); ++i) {
    const Node& metadata = group.fields.at(1).items.at(i).fields.at(3);
    ColumnFacts facts = FactsOf(metadata);
    std::vector<OwnedValue> values = ReadChunk(bytes, metadata, file.columns[i], facts);
    INVARIANT(values.size() == rows);
    for (size_t row = 0; row < rows; ++row) file.rows[first + row][i] = std::move(values[row]);
    file.groups.back().push_back(std::move(facts));
  }
}

}  // namespace

Node TakeStruct(std::string_view& bytes) {
  Node node;
  int field = 0;
  for (;;) {
    const auto head = TakeNumber<uint8_t>(bytes);
    if (head == 0) return node;
    field = head >> 4 == 0 ? static_cast<int>(TakeSigned(bytes)) : field + (head >> 4);
    node.fields.emplace(field, TakeNode(bytes, head & 15));
  }
}

std::vector<uint32_t> TakeHybrid(std::string_view& bytes, int bit_width, size_t count) {
  std::vector<uint32_t> numbers;
  while (numbers.size() < count) {
    const uint64_t head = TakeVarint(bytes);
    if ((head & 1) == 0) {
      uint32_t value = 0;
      for (int bits = 0; bits < bit_width; bits += 8) {
        value |= static_cast<uint32_t>(TakeNumber<uint8_t>(bytes)) << bits;
      }
      INVARIANT(head >> 1 > 0);
      numbers.insert(numbers.end(), head >> 1, value);
      INVARIANT(numbers.size() <= count);
      continue;
    }
    const std::string_view packed =
        Take(bytes, static_cast<size_t>(head >> 1) * static_cast<size_t>(bit_width));
    for (size_t i = 0; i < (head >> 1) * 8 && numbers.size() < count; ++i) {
      uint32_t value = 0;
      for (size_t bit = 0; bit < static_cast<size_t>(bit_width); ++bit) {
        const size_t at = i * static_cast<size_t>(bit_width) + bit;
        const auto byte = static_cast<uint8_t>(packed[at / 8]);
        value |= static_cast<uint32_t>(byte >> (at % 8) & 1) << bit;
      }
      numbers.push_back(value);
    }
  }
  return numbers;
}

File ReadFile(std::string_view bytes) {
  INVARIANT(bytes.size() >= 12 && bytes.starts_with("PAR1") && bytes.ends_with("PAR1"));
  std::string_view length = bytes.substr(bytes.size() - 8);
  const auto size = TakeNumber<uint32_t>(length);
  std::string_view footer = bytes.substr(bytes.size() - 8 - size, size);
  const Node metadata = TakeStruct(footer);
  INVARIANT(footer.empty());
  File file;
  file.created_by = metadata.fields.at(6).text;
  const std::vector<Node>& schema = metadata.fields.at(2).items;
  INVARIANT(static_cast<size_t>(schema.at(0).fields.at(5).number) == schema.size() - 1);
  for (size_t i = 1; i < schema.size(); ++i) {
    file.columns.push_back({schema[i].fields.at(4).text, TypeOf(schema[i])});
  }
  for (const Node& order : metadata.fields.at(7).items) INVARIANT(order.fields.contains(1));
  INVARIANT(metadata.fields.at(7).items.size() == file.columns.size());
  if (metadata.fields.contains(5)) {
    for (const Node& note : metadata.fields.at(5).items) {
      file.notes.emplace(note.fields.at(1).text, note.fields.at(2).text);
    }
  }
  for (const Node& group : metadata.fields.at(4).items) ReadGroup(bytes, group, file);
  INVARIANT(file.rows.size() == static_cast<size_t>(metadata.fields.at(3).number));
  return file;
}

}  // namespace gamevents::parquet::test
