#pragma once

#include "core/event/document_field.h"
#include "core/event/value.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::event {

/// A JSON text that is read by its shape has at least so many zero bytes behind it.
inline constexpr size_t kShapePadding = 16;
/// Texts that are longer have no shape: they are rarely alike.
inline constexpr size_t kShapeBytesMax = 4'096;

/// Where a scalar stands in a text: of a string what is between its quotes.
struct ScalarSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// A JSON object's text with its scalars (strings, numbers, true, false, null) taken out. Events of
/// one sender differ in their scalars only. A text that has the same bytes between its scalars as a
/// valid one, and whose scalars are valid, is valid, too, and has the same fields: nothing else of
/// it needs to be read. Constant once it is made: any thread may ask it.
class Shape {
 public:
  /// The shape of `text`, whose fields outside of arrays are `fields`, in their order.
  /// Requires: `text` is a valid JSON object of at most kShapeBytesMax bytes.
  Shape(std::string_view text, std::span<const DocumentField> fields);

  /// Whether `text` has this shape; then `scalars` has where its scalars are. A string with an
  /// escape matches no shape. Requires: kShapePadding zero bytes behind `text`.
  bool Matches(std::string_view text, std::vector<ScalarSpan>& scalars) const;

  /// The value at `path` in a text that matched; as Document::Field.
  Value Field(const FieldPath& path, std::string_view text,
              std::span<const ScalarSpan> scalars) const;

  size_t field_count() const { return fields_.size(); }
  std::string_view NameOf(size_t field) const { return fields_[field].name; }
  /// The index of the next field of the same object.
  size_t NextOf(size_t field) const { return fields_[field].next; }
  /// Writes the field as a text that matched has it over `to`. Its name is the shape's.
  void FieldAt(size_t field, std::string_view text, std::span<const ScalarSpan> scalars,
               DocumentField& to) const;

 private:
  friend class ShapeReader;

  enum class Scalar : uint8_t { kString, kNumber, kWord, kNone };

  /// What stands before a scalar, or after the last: so many of bytes_.
  struct Piece {
    uint32_t first = 0;
    uint32_t size = 0;
    uint64_t tail_mask = 0;  ///< what counts of its last look
    Scalar scalar = Scalar::kNone;
  };
  /// A byte of a piece.
  struct Place {
    uint32_t piece = 0;
    uint32_t offset = 0;
  };
  struct OneField {
    std::string name;
    size_t next = 0;
    Scalar kind = Scalar::kNone;  ///< of none: an array or an object, from `begin` to `end`
    uint32_t scalar = 0;          ///< which, unless it is nested
    Place begin{};
    Place end{};
  };

  void AddPiece(std::string_view bytes, Scalar scalar);
  static DocumentField::Kind KindOf(Scalar scalar, std::string_view text);
  static uint32_t Locate(Place place, std::span<const ScalarSpan> scalars);

  std::vector<Piece> pieces_;  ///< one more than scalars
  std::string bytes_;          ///< of the pieces, each filled up to whole looks
  std::vector<OneField> fields_;
};

}  // namespace gamevents::event
