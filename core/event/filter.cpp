#include "core/event/filter.h"

#include "core/event/filter_match.h"
#include "core/event/filter_parser.h"
#include "core/event/filter_tree.h"

#include <utility>

namespace gamevents::event {

Filter::Filter(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}

Result<Filter> Filter::Parse(std::string_view text) {
  auto tree = ParseFilter(text);
  if (!tree) return std::move(tree).error();
  return Filter(*std::move(tree));
}

bool Filter::Matches(const FieldSource& source) const { return Meets(tree_->root, source); }

const std::vector<FieldPath>& Filter::fields() const { return tree_->fields; }

}  // namespace gamevents::event
