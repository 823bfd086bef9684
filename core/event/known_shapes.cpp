#include "core/event/known_shapes.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gamevents::event {

const Shape* KnownShapes::Find(std::string_view text, std::vector<ScalarSpan>& scalars) {
  for (size_t i = 0; i < known_.size(); ++i) {
    // The last one, then the others in their order.
    const size_t index = i == 0 ? last_ : i - (i <= last_ ? 1 : 0);
    Known& known = known_[index];
    if (!known.shape->Matches(text, scalars)) continue;
    known.met = true;
    last_ = index;
    return known.shape.get();
  }
  return nullptr;
}

const ShapeFields& KnownShapes::Locate(const FieldNames& names) {
  static_assert(kShapeBytesMax <= std::numeric_limits<uint16_t>::max(), "as many fields fit");
  Known& known = known_[last_];
  for (const ShapeFields& located : known.located) {
    if (located.names == &names) return located;
  }
  ShapeFields& made = known.located.emplace_back();
  made.names = &names;
  const Shape& shape = *known.shape;
  for (size_t field = 0; field < shape.field_count(); field = shape.NextOf(field)) {
    const size_t which = names.Find(shape.NameOf(field));
    if (which == names.size()) continue;
    const uint32_t bit = uint32_t{1} << which;
    made.repeated |= made.there & bit;
    made.there |= bit;
    made.fields[which] = static_cast<uint16_t>(field);
  }
  return made;
}

bool KnownShapes::Wants(size_t bytes) {
  if (left_ > 0) {
    --left_;
    return false;
  }
  return bytes <= kShapeBytesMax;
}

void KnownShapes::Learn(std::string_view text, std::span<const DocumentField> fields) {
  Known made{std::make_unique<const Shape>(text, fields), false, {}};
  if (known_.size() < kShapesMax) {
    known_.push_back(std::move(made));
    return;
  }
  Known& old = known_[replaced_];
  pause_ = old.met ? 1 : std::min(pause_ * 2, kPauseMax);
  left_ = pause_;
  old = std::move(made);
  replaced_ = (replaced_ + 1) % kShapesMax;
}

}  // namespace gamevents::event
