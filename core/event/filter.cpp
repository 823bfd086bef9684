#include "core/event/filter.h"

#include "core/event/filter_match.h"
#include "core/event/filter_parser.h"
#include "core/event/filter_tree.h"

#include <utility>
#include <variant>

namespace gamevents::event {
namespace {

/// Gathers the texts that a field is compared with.
struct ComparedTexts {
  const FieldPath& field;
  std::set<std::string, std::less<>> texts{};

  void operator()(const Comparison& comparison) {
    const auto* text = std::get_if<std::string>(&comparison.value);
    const bool counts = text != nullptr && comparison.op == Operator::kEqual;
    if (counts && comparison.field == field) texts.insert(*text);
  }
  void operator()(const OneOf& list) {
    if (list.field == field) texts.insert(list.texts.begin(), list.texts.end());
  }
  void operator()(const RegexMatch&) {}
  void operator()(const Exists&) {}
  void operator()(const Not& condition) { Look(*condition.inner); }
  void operator()(const All& all) {
    for (const Node& part : all.parts) Look(part);
  }
  void operator()(const Any& any) {
    for (const Node& part : any.parts) Look(part);
  }

  void Look(const Node& node) {
    std::visit([this](const auto& kind) { (*this)(kind); }, node.kind);
  }
};

}  // namespace

Filter::Filter(std::shared_ptr<const Tree> tree) : tree_(std::move(tree)) {}

Result<Filter> Filter::Parse(std::string_view text, const ReadMoment& moments) {
  auto tree = ParseFilter(text, moments);
  if (!tree) return std::move(tree).error();
  return Filter(*std::move(tree));
}

bool Filter::Matches(const FieldSource& source) const { return Meets(tree_->root, source); }

const std::vector<FieldPath>& Filter::fields() const { return tree_->fields; }

std::set<std::string, std::less<>> Filter::TextsOf(const FieldPath& field) const {
  ComparedTexts compared{field};
  compared.Look(tree_->root);
  return std::move(compared.texts);
}

}  // namespace gamevents::event
