#include "core/report/scan/not_objects.h"

#include "core/base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace gamevents::report {

NotObjects::NotObjects() {
  for (size_t i = 0; i < kKinds; ++i) tallies_[i].kind = static_cast<Kind>(i);
}

Status NotObjects::Take(const Scanned& scanned) {
  if (scanned.event != nullptr) return Done{};
  Tally& tally = tallies_[static_cast<size_t>(KindOf(scanned.record.value))];
  count_ += 1;
  tally.count += 1;
  if (tally.first.size() < kExamplesMax) {
    tally.first.push_back({scanned.record.partition, scanned.record.offset});
  }
  return Done{};
}

void NotObjects::Add(const Tally& tally) {
  Tally& mine = tallies_[static_cast<size_t>(tally.kind)];
  count_ += tally.count;
  mine.count += tally.count;
  mine.first.insert(mine.first.end(), tally.first.begin(), tally.first.end());
  std::ranges::sort(mine.first);
  if (mine.first.size() > kExamplesMax) mine.first.resize(kExamplesMax);
}

void NotObjects::Merge(const NotObjects& other) {
  for (const Tally& tally : other.tallies_) Add(tally);
}

std::vector<NotObjects::Tally> NotObjects::Tallies() const {
  std::vector<Tally> seen;
  std::ranges::copy_if(tallies_, std::back_inserter(seen),
                       [](const Tally& tally) { return tally.count > 0; });
  std::ranges::stable_sort(seen, std::greater{}, &Tally::count);
  return seen;
}

std::string_view KindName(NotObjects::Kind kind) {
  using enum NotObjects::Kind;
  switch (kind) {
    case kNumber:
      return "number";
    case kString:
      return "string";
    case kArray:
      return "array";
    case kTruth:
      return "true or false";
    case kNull:
      return "JSON null";
    case kRefused:
      return "object beyond our limits";
    case kBroken:
      return "broken JSON";
    case kNotUtf8:
      return "not UTF-8";
    case kNone:
      return "no value (a tombstone)";
  }
  return "unknown";
}

std::optional<NotObjects::Kind> KindNamed(std::string_view name) {
  for (size_t i = 0; i < NotObjects::kKinds; ++i) {
    if (KindName(static_cast<NotObjects::Kind>(i)) == name) return static_cast<NotObjects::Kind>(i);
  }
  return std::nullopt;
}

NotObjects::Kind KindOf(const std::optional<std::string_view>& value) {
  using enum NotObjects::Kind;
  if (!value) return kNone;
  if (!IsUtf8(*value)) return kNotUtf8;
  const size_t start = value->find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || !nlohmann::json::accept(*value)) return kBroken;
  switch ((*value)[start]) {
    case '"':
      return kString;
    case '[':
      return kArray;
    case 't':
    case 'f':
      return kTruth;
    case 'n':
      return kNull;
    case '{':  // JSON by the book, but for example nested too deep for a Document
      return kRefused;
    default:
      return kNumber;
  }
}

Table TallyTable(const NotObjects& not_objects) {
  Table table{
      {{"kind", Type::kString}, {"count", Type::kLong}, {"first", Type::kString}}, {}, false};
  for (const NotObjects::Tally& tally : not_objects.Tallies()) {
    std::string first;
    for (const NotObjects::Place& place : tally.first) {
      first += fmt::format("{}[{}] {}", first.empty() ? "" : ", ", place.partition, place.offset);
    }
    table.rows.push_back({std::string(KindName(tally.kind)), tally.count, std::move(first)});
  }
  return table;
}

std::string Describe(const NotObjects& not_objects) {
  if (not_objects.count() == 0) return {};
  std::string out = not_objects.count() == 1
                        ? std::string("1 value was not a JSON object:\n")
                        : fmt::format("{} values were not JSON objects:\n", not_objects.count());
  for (const NotObjects::Tally& tally : not_objects.Tallies()) {
    out += fmt::format("  {}: {}, first at", KindName(tally.kind), tally.count);
    for (size_t i = 0; i < tally.first.size(); ++i) {
      out += fmt::format("{} [{}] {}", i == 0 ? "" : ",", tally.first[i].partition,
                         tally.first[i].offset);
    }
    out.push_back('\n');
  }
  return out;
}

}  // namespace gamevents::report
