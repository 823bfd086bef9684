#include "core/parquet/statistics.h"

#include "core/base/bytes.h"
#include "core/parquet/plain.h"

#include <cmath>

namespace gamevents::parquet {
namespace {

/// The smallest and largest of `plain`'s values as `Read` reads them; those that are not `counted`
/// are left out.
template <class T, class Read, class Counted>
std::optional<std::pair<T, T>> Extremes(Type type, std::string_view plain, const Read& read,
                                        const Counted& counted) {
  std::optional<std::pair<T, T>> found;
  while (!plain.empty()) {
    const size_t size = PlainSize(type, plain);
    const T value = read(plain.substr(0, size));
    plain.remove_prefix(size);
    if (!counted(value)) continue;
    if (!found) found.emplace(value, value);
    if (value < found->first) found->first = value;
    if (found->second < value) found->second = value;
  }
  return found;
}

constexpr auto kAll = [](const auto&) { return true; };

std::optional<Bounds> TextBounds(Type type, std::string_view plain) {
  const auto text = [](std::string_view value) { return value.substr(kLengthBytes); };
  // char_traits<char> compares as unsigned bytes, which is the order of the specification.
  const auto found = Extremes<std::string_view>(type, plain, text, kAll);
  if (!found || found->first.size() > kBoundBytesMax || found->second.size() > kBoundBytesMax) {
    return std::nullopt;
  }
  return Bounds{std::string(found->first), std::string(found->second)};
}

std::optional<Bounds> DoubleBounds(std::string_view plain) {
  const auto found = Extremes<double>(Type::kDouble, plain, LoadPlain<double>,
                                      [](double value) { return !std::isnan(value); });
  if (!found) return std::nullopt;
  Bounds bounds;
  AppendPlain(bounds.min, found->first == 0 ? -0.0 : found->first);
  AppendPlain(bounds.max, found->second == 0 ? 0.0 : found->second);
  return bounds;
}

template <class T>
std::optional<Bounds> NumberBounds(Type type, std::string_view plain) {
  const auto found = Extremes<T>(type, plain, LoadPlain<T>, kAll);
  if (!found) return std::nullopt;
  Bounds bounds;
  AppendPlain(bounds.min, found->first);
  AppendPlain(bounds.max, found->second);
  return bounds;
}

}  // namespace

size_t PlainSize(Type type, std::string_view plain) {
  switch (type) {
    case Type::kBoolean:
      return 1;
    case Type::kDate:
      return sizeof(int32_t);
    case Type::kInt64:
    case Type::kDouble:
    case Type::kTimestampMillis:
      return sizeof(int64_t);
    case Type::kBytes:
    case Type::kString:
    case Type::kJson:
      break;
  }
  return kLengthBytes + LoadPlain<uint32_t>(plain);
}

std::optional<Bounds> BoundsOf(Type type, std::string_view plain) {
  switch (type) {
    case Type::kBoolean:
      return NumberBounds<uint8_t>(type, plain);
    case Type::kDate:
      return NumberBounds<int32_t>(type, plain);
    case Type::kInt64:
    case Type::kTimestampMillis:
      return NumberBounds<int64_t>(type, plain);
    case Type::kDouble:
      return DoubleBounds(plain);
    case Type::kBytes:
    case Type::kString:
    case Type::kJson:
      break;
  }
  return TextBounds(type, plain);
}

}  // namespace gamevents::parquet
