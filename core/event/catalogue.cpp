#include "core/event/catalogue.h"

#include "core/base/file.h"
#include "core/base/number.h"
#include "core/base/terminal.h"
#include "core/base/text.h"
#include "core/base/yaml_pairs.h"
#include "core/event/event_writer.h"
#include "core/event/items_yaml.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace gamevents::event {
namespace {

/// More than a screen of errors helps nobody.
constexpr size_t kErrorsMax = 20;
constexpr auto kFields =
    std::to_array<std::string_view>({"kind", "types", "price", "stack_limit", "unique"});

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kItemNameMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

/// Walks one document down to items and their fields, and gathers what is wrong.
class CatalogueWalk {
 public:
  explicit CatalogueWalk(const std::string& path) : path_(path) {}

  void Fail(const YAML::Mark& mark, const std::string& what) {
    if (++errors_ > kErrorsMax) return;
    error_text_.append(error_text_.empty() ? "" : "\n").append(path_);
    if (!mark.is_null()) {
      error_text_ += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
    }
    // Names come from the file: a line break in one must not make two errors of it.
    error_text_ += ": " + EscapeControls(what);
  }

  void Document(const YAML::Node& root) {
    if (!root.IsMap()) return Fail(root.Mark(), "expected 'items:', with the items below it");
    bool found = false;
    EachPair("", root, [&](const std::string& name, const YAML::Node& key, const YAML::Node& body) {
      if (name != "items") {
        return Fail(key.Mark(), name + " is not known; there is items");
      }
      found = true;
      Items(body);
    });
    if (!found) Fail(root.Mark(), "expected 'items:', with the items below it");
  }

  Result<std::vector<Item>> Take() && {
    if (errors_ > kErrorsMax) {
      error_text_ += "\nand " + std::to_string(errors_ - kErrorsMax) + " more errors";
    }
    if (errors_ > 0) return Error{Fault::kBadInput, std::move(error_text_)};
    return std::move(items_);
  }

 private:
  /// Calls `visit(name, key, value)` for each pair.
  template <class Visit>
  void EachPair(const std::string& prefix, const YAML::Node& map, Visit visit) {
    EachYamlPair(
        map, prefix, [this](const YAML::Mark& mark, const std::string& what) { Fail(mark, what); },
        visit);
  }

  void Items(const YAML::Node& body) {
    if (!body.IsMap() || body.size() == 0) {
      return Fail(body.Mark(), "items: expected at least one item below it");
    }
    if (body.size() > kItemsMax) {
      return Fail(body.Mark(), "items: more than " + std::to_string(kItemsMax));
    }
    EachPair("", body,
             [&](const std::string& name, const YAML::Node& key, const YAML::Node& fields) {
               One(name, key, fields);
             });
  }

  void One(const std::string& name, const YAML::Node& key, const YAML::Node& fields) {
    if (!IsName(name)) return BadName(key.Mark(), "an item", name);
    if (!fields.IsMap()) {
      return Fail(fields.Mark(), name + ": expected its kind and price below it");
    }
    Item item;
    item.name = name;
    bool priced = false;
    const std::string prefix = name + ".";
    EachPair(prefix, fields,
             [&](const std::string& field, const YAML::Node& at, const YAML::Node& value) {
               priced = priced || field == "price";
               Field(item, field, at, value);
             });
    if (item.kind.empty()) Fail(key.Mark(), prefix + "kind is missing");
    if (!priced) Fail(key.Mark(), prefix + "price is missing");
    items_.push_back(std::move(item));
  }

  void Field(Item& item, const std::string& field, const YAML::Node& at, const YAML::Node& value) {
    const std::string name = item.name + "." + field;
    if (field == "kind") {
      item.kind = "?";  // It is there, if wrong.
      return Name(name, value, item.kind);
    }
    if (field == "types") return Types(name, value, item.types);
    if (field == "price") return Number(name, value, {0, kPriceMax}, item.price);
    if (field == "stack_limit") return Number(name, value, {1, kQuantityMax}, item.stack_limit);
    if (field == "unique") return Boolean(name, value, item.unique);
    const std::string meant = DidYouMean(field, kFields);
    Fail(at.Mark(),
         name + " is not known" +
             (meant.empty() ? "; there are kind, types, price, stack_limit and unique" : meant));
  }

  void BadName(const YAML::Mark& mark, const std::string& what, const std::string& text) {
    Fail(mark, what + ": " + Quoted(text) + " is no name: 1 to " + std::to_string(kItemNameMax) +
                   " lower-case letters, digits and '_'");
  }

  void Name(const std::string& what, const YAML::Node& node, std::string& out) {
    if (!node.IsScalar()) return Fail(node.Mark(), what + ": expected one name");
    if (!IsName(node.Scalar())) return BadName(node.Mark(), what, node.Scalar());
    out = node.Scalar();
  }

  void Types(const std::string& what, const YAML::Node& node, std::vector<std::string>& out) {
    if (!node.IsSequence() || node.size() > kItemTypesMax) {
      return Fail(node.Mark(), what + ": expected a list of at most " +
                                   std::to_string(kItemTypesMax) +
                                   " names, like [katana, broadsword]");
    }
    for (const YAML::Node& each : node) {
      std::string type;
      Name(what, each, type);
      if (type.empty()) continue;
      if (std::ranges::find(out, type) != out.end()) {
        Fail(each.Mark(), what + ": duplicate " + type + "; remove one");
      } else {
        out.push_back(std::move(type));
      }
    }
  }

  void Number(const std::string& what, const YAML::Node& node, std::pair<int64_t, int64_t> range,
              int64_t& out) {
    const std::string text = node.IsScalar() ? node.Scalar() : std::string();
    const auto number = ParseWholeNumber<int64_t>(text);
    if (!number) return Fail(node.Mark(), what + ": expected a whole number");
    if (*number < range.first || *number > range.second) {
      return Fail(node.Mark(), what + ": " + text +
                                   " is out of range: " + std::to_string(range.first) + " to " +
                                   std::to_string(range.second));
    }
    out = *number;
  }

  void Boolean(const std::string& what, const YAML::Node& node, bool& out) {
    const std::string text = node.IsScalar() ? node.Scalar() : std::string();
    if (text != "true" && text != "false") {
      return Fail(node.Mark(), what + ": expected true or false");
    }
    out = text == "true";
  }

  const std::string& path_;
  std::vector<Item> items_;
  std::string error_text_;
  size_t errors_ = 0;
};

}  // namespace

Catalogue::Catalogue(std::vector<Item> items) : items_(std::move(items)), by_name_(items_.size()) {
  std::iota(by_name_.begin(), by_name_.end(), size_t{0});
  std::ranges::sort(by_name_, {}, [&](size_t i) -> std::string_view { return items_[i].name; });
}

const Catalogue& Catalogue::BuiltIn() {
  static const Catalogue catalogue = [] {
    auto parsed = Parse("configs/items.yaml", std::string(kItemsYaml));
    INVARIANT(parsed.ok());
    return std::move(parsed).value();
  }();
  return catalogue;
}

Result<Catalogue> Catalogue::Parse(const std::string& path, const std::string& text) {
  CatalogueWalk walk(path);
  if (!IsUtf8(text)) return Error{Fault::kBadInput, path + ": not a text in UTF-8"};
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
      walk.Fail(documents[1].Mark(), "a second document begins here; one is allowed");
    } else if (documents.empty()) {
      walk.Fail(YAML::Mark::null_mark(), "empty; expected 'items:'");
    } else {
      walk.Document(documents[0]);
    }
  } catch (const YAML::Exception& error) {
    walk.Fail(error.mark, "not YAML: " + error.msg);
  }
  auto items = std::move(walk).Take();
  if (!items) return std::move(items).error();
  return Catalogue(std::move(items).value());
}

Result<Catalogue> Catalogue::Load(const std::string& path) {
  auto text = ReadFile(path, kCatalogueBytesMax);
  if (!text) return std::move(text).error();
  return Parse(path, *text);
}

const Item* Catalogue::Find(std::string_view name) const {
  const auto name_of = [&](size_t i) -> std::string_view { return items_[i].name; };
  const auto found = std::ranges::lower_bound(by_name_, name, {}, name_of);
  return found != by_name_.end() && name_of(*found) == name ? &items_[*found] : nullptr;
}

std::string Catalogue::Alternatives(std::string_view name) const {
  std::vector<std::string_view> names;
  for (const size_t i : by_name_) names.emplace_back(items_[i].name);
  std::string text = DidYouMean(name, names) + "; there are ";
  for (size_t i = 0; i < names.size(); ++i) text.append(i == 0 ? "" : ", ").append(names[i]);
  return text;
}

std::string ToJson(const Item& item) {
  std::string types = "[";
  for (const std::string& type : item.types) {
    types += types.size() > 1 ? "," : "";
    AppendJsonString(types, type);
  }
  EventWriter one;
  one.Add("name", item.name);
  one.Add("kind", item.kind);
  one.AddJson("types", types + "]");
  one.Add("price", item.price);
  one.Add("stack_limit", item.stack_limit);
  one.Add("unique", item.unique);
  return one.Finish();
}

std::string Catalogue::ToJson() const {
  std::string list = "[";
  for (const Item& item : items_) {
    list.append(list.size() > 1 ? "," : "").append(event::ToJson(item));
  }
  EventWriter all;
  all.AddJson("items", list + "]");
  return all.Finish();
}

}  // namespace gamevents::event
