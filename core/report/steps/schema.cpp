#include "core/report/steps/schema.h"

#include "core/base/check.h"
#include "core/base/units.h"
#include "core/event/filter.h"
#include "core/event/number.h"
#include "core/report/steps/field_profile.h"
#include "core/report/table/spark_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace gamevents::report {
namespace {

/// What values were seen, a bit each.
enum Kind : uint8_t {
  kTruth = 1,
  kWhole = 2,
  kFraction = 4,
  kText = 8,
  kArray = 16,
  kStruct = 32,
};

std::string_view KindTypeName(unsigned kinds) {
  switch (kinds) {
    case kTruth:
      return "boolean";
    case kWhole:
      return "long";
    case kFraction:
    case kWhole | kFraction:
      return "double";
    case kArray:
      return "array";
    case kStruct:
      return "struct";
    default:
      return "string";
  }
}

/// Where the JSON value at `text`'s front ends. Requires: valid JSON.
size_t ValueEnd(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ',' || c == ']' || c == '}') && depth == 0) {
      return i;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return text.size();
}

std::string_view TrimJson(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// The text of a JSON string; `unescaped` holds it where it is written with escapes.
std::string_view TextOf(std::string_view json, std::string& unescaped) {
  const std::string_view text = json.substr(1, json.size() - 2);
  if (text.find('\\') == std::string_view::npos) return text;
  const auto parsed = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_string()) return text;
  unescaped = parsed.get<std::string>();
  return unescaped;
}

/// A JSON value. A text lives as long as `unescaped`.
event::Value ElementValue(std::string_view json, std::string& unescaped) {
  switch (json.front()) {
    case '"':
      return TextOf(json, unescaped);
    case '{':
    case '[':
      return event::RawJson{json};
    case 't':
    case 'f':
      return json.front() == 't';
    case 'n':
      return event::Null{};
    default:
      return event::ParseJsonNumber(json).value_or(event::Null{});
  }
}

}  // namespace

struct Schema::Node {
  unsigned kinds = 0;
  int64_t values = 0;   ///< that are not null
  int64_t objects = 0;  ///< of them: what could have each of `fields`
  int64_t elements = 0;
  int64_t seen_in = 0;  ///< the number of the object that had it last: names may repeat
  std::map<std::string, std::unique_ptr<Node>, std::less<>> fields;
  std::unique_ptr<Node> element;
  std::unique_ptr<FieldProfile> profile;  ///< null where none is asked for

  /// An object without fields has no type, nor an array's element; the field is a string then.
  bool IsStruct() const { return kinds == kStruct && !fields.empty(); }
  std::string_view Type() const {
    return kinds == kStruct && fields.empty() ? "string" : KindTypeName(kinds);
  }
};

Schema::Schema() : Schema(nullptr) {}
Schema::Schema(std::shared_ptr<MemoryBudget> memory)
    : root_(std::make_unique<Node>()), memory_(std::move(memory)) {
  root_->kinds = kStruct;
}
Schema::~Schema() = default;
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;

std::unique_ptr<Schema> Schema::Sibling() const { return std::make_unique<Schema>(memory_); }

bool Schema::Satisfied() const { return fields_ > kSchemaFieldsMax || beyond_memory_; }

Status Schema::Take(const Scanned& scanned) {
  if (!scanned.selected || Satisfied()) return Done{};
  SeeObject(*root_, scanned.event->document(), 0);
  return Done{};
}

void Schema::SeeObject(Node& node, const event::Document& object, size_t depth) {
  node.objects += 1;
  object.ForEachField([&](std::string_view name, const event::Value& value) {
    auto found = node.fields.find(name);
    if (found == node.fields.end()) {
      if (++fields_ > kSchemaFieldsMax) return;
      found = node.fields.emplace(name, std::make_unique<Node>()).first;
    }
    Node& field = *found->second;
    const int64_t before = field.values;
    See(field, value, depth);
    if (field.seen_in == node.objects) field.values = before;
    if (field.values > before) field.seen_in = node.objects;
  });
}

void Schema::SeeArray(Node& node, std::string_view array, size_t depth) {
  std::string_view rest = TrimJson(array.substr(1, array.size() - 2));
  if (!node.element) {
    if (++fields_ > kSchemaFieldsMax) return;
    node.element = std::make_unique<Node>();
  }
  std::string unescaped;
  while (!rest.empty()) {
    const size_t end = ValueEnd(rest);
    node.elements += 1;
    See(*node.element, ElementValue(TrimJson(rest.substr(0, end)), unescaped), depth);
    rest = end == rest.size() ? std::string_view() : TrimJson(rest.substr(end + 1));
  }
}

void Schema::See(Node& node, const event::Value& value, size_t depth) {
  if (std::holds_alternative<event::Null>(value)) return;
  node.values += 1;
  if (memory_) {
    if (!node.profile) node.profile = std::make_unique<FieldProfile>();
    beyond_memory_ = !memory_->Add(node.profile->Add(value)) || beyond_memory_;
  }
  if (std::holds_alternative<bool>(value)) {
    node.kinds |= kTruth;
  } else if (std::holds_alternative<int64_t>(value)) {
    node.kinds |= kWhole;
  } else if (std::holds_alternative<double>(value) ||
             std::holds_alternative<event::Digits>(value)) {
    node.kinds |= kFraction;
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    if (!text->empty()) node.kinds |= kText;
  } else if (const auto* json = std::get_if<event::RawJson>(&value)) {
    if (json->text.front() == '[') {
      node.kinds |= kArray;
      SeeArray(node, json->text, depth + 1);
      return;
    }
    node.kinds |= kStruct;
    if (nested_.size() <= depth) nested_.resize(depth + 1);
    if (!nested_[depth]) nested_[depth] = std::make_unique<event::Document>();
    // It was read as part of its event, so it is sound.
    if (nested_[depth]->Parse(json->text)) SeeObject(node, *nested_[depth], depth + 1);
  }
}

void Schema::MergeNodes(Node& into, Node& from, size_t& fields) {
  if (from.profile && into.profile) into.profile->Merge(*from.profile);
  if (from.profile && !into.profile) into.profile = std::move(from.profile);
  into.kinds |= from.kinds;
  into.values += from.values;
  into.objects += from.objects;
  into.elements += from.elements;
  for (auto& [name, field] : from.fields) {
    auto& mine = into.fields[name];
    if (!mine) {
      ++fields;
      mine = std::make_unique<Node>();
    }
    MergeNodes(*mine, *field, fields);
  }
  if (!from.element) return;
  if (!into.element) {
    ++fields;
    into.element = std::make_unique<Node>();
  }
  MergeNodes(*into.element, *from.element, fields);
}

void Schema::Merge(Schema&& sibling) {
  MergeNodes(*root_, *sibling.root_, fields_);
  if (sibling.Satisfied()) fields_ = std::max(fields_, sibling.fields_);
  beyond_memory_ = beyond_memory_ || sibling.beyond_memory_;
}

std::string Schema::Tree() const {
  std::string out = "root\n";
  const std::function<void(const Node&, const std::string&)> children = [&](const Node& node,
                                                                            const std::string& in) {
    if (node.kinds == kArray) {
      const std::string_view type = node.element ? node.element->Type() : "string";
      out += fmt::format("{} |-- element: {} (containsNull = true)\n", in, type);
      if (node.element) children(*node.element, in + " |   ");
    }
    if (node.kinds != kStruct) return;
    for (const auto& [name, field] : node.fields) {
      out += fmt::format("{} |-- {}: {} (nullable = true)\n", in, EscapeMeta(name), field->Type());
      children(*field, in + " |   ");
    }
  };
  children(*root_, "");
  return out + "\n";
}

Status Schema::CheckFields() const {
  if (fields_ <= kSchemaFieldsMax) return Done{};
  return Error{Fault::kFull,
               fmt::format("the events have more than {} different fields: narrow them with "
                           "a filter, or select those that you want by name",
                           kSchemaFieldsMax)};
}

void Schema::ForEachField(const Node& node, const std::string& path, bool of_mixed_types,
                          const Visit& visit) {
  if (node.element && (of_mixed_types || node.kinds == kArray)) {
    visit(path + "[]", *node.element, node.elements);
    ForEachField(*node.element, path + "[]", of_mixed_types, visit);
  }
  if (!of_mixed_types && node.kinds != kStruct) return;
  for (const auto& [name, field] : node.fields) {
    const std::string written = event::FormatFieldPath({name});
    const std::string full = path.empty() ? written : path + "." + written;
    visit(full, *field, node.objects);
    ForEachField(*field, full, of_mixed_types, visit);
  }
}

Result<Table> Schema::Finish() const {
  if (auto checked = CheckFields(); !checked) return std::move(checked).error();
  Table table{{{"field", Type::kString},
               {"type", Type::kString},
               {"nullable", Type::kAny},
               {"count", Type::kLong},
               {"share", Type::kAny}},
              {},
              false};
  ForEachField(*root_, "", false, [&](const std::string& path, const Node& node, int64_t of) {
    const double share = of == 0 ? 0 : static_cast<double>(node.values) / static_cast<double>(of);
    table.rows.push_back({path, std::string(node.Type()), node.values < of, node.values, share});
  });
  return table;
}

Result<Table> Schema::Profile() const {
  INVARIANT(memory_ != nullptr);
  if (auto checked = CheckFields(); !checked) return std::move(checked).error();
  if (beyond_memory_) {
    return Error{Fault::kFull,
                 fmt::format("a profile of all fields takes more than {} (report.memory): narrow "
                             "the events with a filter, or raise report.memory",
                             FormatSize(memory_->bytes_max()))};
  }
  Table table{{{"field", Type::kString},
               {"types", Type::kString},
               {"count", Type::kLong},
               {"null_share", Type::kAny},
               {"distinct", Type::kLong},
               {"min", Type::kAny},
               {"q1", Type::kAny},
               {"median", Type::kAny},
               {"q3", Type::kAny},
               {"max", Type::kAny},
               {"top", Type::kString}},
              {},
              false};
  static const FieldProfile kOnlyNulls;
  ForEachField(*root_, "", true, [&](const std::string& path, const Node& node, int64_t of) {
    const FieldProfile& profile = node.profile ? *node.profile : kOnlyNulls;
    const double nulls = 1 - static_cast<double>(node.values) / static_cast<double>(of);
    table.rows.push_back({path, profile.Types(), node.values, of == 0 ? Cell() : Cell(nulls),
                          profile.Distinct(), profile.Min(), profile.Quantile(0.25),
                          profile.Quantile(0.5), profile.Quantile(0.75), profile.Max(),
                          profile.Top()});
  });
  return table;
}

}  // namespace gamevents::report
