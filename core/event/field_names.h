#pragma once

#include "core/base/check.h"
#include "core/event/document_field.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace gamevents::event {

/// Names of fields that are asked of one document after another: Document::Find remembers where
/// they stand in documents of a known shape, so that the other fields are not looked at. Constant,
/// so any thread may ask it.
class FieldNames {
 public:
  static constexpr size_t kMax = 16;

  /// Requires: at most kMax names, which differ and are not empty.
  constexpr explicit FieldNames(std::span<const std::string_view> names) : size_(names.size()) {
    INVARIANT(size_ <= kMax);
    for (size_t i = 0; i < size_; ++i) {
      names_[i] = names[i];
      size_t place = PlaceOf(names[i]);
      while (places_[place] != 0) place = (place + 1) % kPlaces;
      places_[place] = static_cast<uint8_t>(i + 1);
    }
  }

  size_t size() const { return size_; }

  /// Which of them `name` is; size() where it is none.
  size_t Find(std::string_view name) const {
    if (name.empty()) return size_;
    for (size_t place = PlaceOf(name); places_[place] != 0; place = (place + 1) % kPlaces) {
      const size_t which = places_[place] - size_t{1};
      if (names_[which] == name) return which;
    }
    return size_;
  }

 private:
  static constexpr size_t kPlaces = 2 * kMax;  // so some stay empty, where each search ends

  // First letter and length: they tell most names from most others.
  static constexpr size_t PlaceOf(std::string_view name) {
    return (static_cast<unsigned char>(name.front()) - name.size()) % kPlaces;
  }

  size_t size_;
  std::array<std::string_view, kMax> names_{};
  std::array<uint8_t, kPlaces> places_{};  // a name's number + 1, or 0
};

/// What a document has of a FieldNames, by its numbers: of repeated names the last one's value.
struct FoundFields {
  uint32_t there = 0;     ///< a bit for each
  uint32_t repeated = 0;  ///< the same of those that are there more than once
  std::array<DocumentField, FieldNames::kMax> fields{};  ///< of those that are there

  bool Has(size_t which) const { return (there >> which & 1) != 0; }
  bool IsRepeated(size_t which) const { return (repeated >> which & 1) != 0; }
  /// Null where it is not there.
  const DocumentField* Get(size_t which) const { return Has(which) ? &fields[which] : nullptr; }
};

}  // namespace gamevents::event
