#pragma once

#include "core/event/field_names.h"
#include "core/event/shape.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace gamevents::event {

/// Where the fields of a FieldNames stand in a shape.
struct ShapeFields {
  const FieldNames* names = nullptr;
  uint32_t there = 0;                               ///< as FoundFields
  uint32_t repeated = 0;                            ///< as FoundFields
  std::array<uint16_t, FieldNames::kMax> fields{};  ///< of the shape, by their numbers
};

/// The shapes of the texts that came last: what one stream of events has are few. Shapes that come
/// only once are not worth making; after such ones it waits for longer and longer before it makes
/// the next. Not thread-safe.
class KnownShapes {
 public:
  /// Shapes that are kept.
  static constexpr size_t kShapesMax = 8;
  /// Texts without a known shape that may pass before another is made.
  static constexpr uint32_t kPauseMax = 1'024;

  /// The shape of `text`, the one that matched last first; nullptr when it has none that is known.
  /// `scalars` as Shape::Matches has them. The shape lives until the next Learn. Requires:
  /// kShapePadding zero bytes behind `text`.
  const Shape* Find(std::string_view text, std::vector<ScalarSpan>& scalars);

  /// Where `names` stand in the shape that Find gave last; looked for once a shape. Requires:
  /// `names` lives as long as this.
  const ShapeFields& Locate(const FieldNames& names);

  /// Whether the shape of a text that Find did not know, of `bytes`, is worth making. To be asked
  /// once a text.
  bool Wants(size_t bytes);

  /// Keeps the shape of `text`. Requires: as the constructor of Shape.
  void Learn(std::string_view text, std::span<const DocumentField> fields);

  size_t size() const { return known_.size(); }

 private:
  struct Known {
    std::unique_ptr<const Shape> shape;
    bool met = false;  ///< another text had it
    std::vector<ShapeFields> located;
  };

  std::vector<Known> known_;
  size_t last_ = 0;      ///< which matched last
  size_t replaced_ = 0;  ///< which the next takes the place of, when all places are taken
  // The first text of all makes none: many a Document reads no second one.
  uint32_t pause_ = 1;
  uint32_t left_ = 1;  ///< of the pause
};

}  // namespace gamevents::event
