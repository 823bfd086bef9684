#include "core/contracts/keywords.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace gamevents::contracts {
namespace {

// As of a filter's expressions; the sum of all contracts' is bounded by their files.
constexpr int64_t kPatternMemoryMax = int64_t{8} << 20;
constexpr size_t kShownChoicesMax = 200;

/// A keyword in the schema that it stands in.
struct Site {
  const Json& siblings;
  std::string pointer;  ///< to the keyword's value
  SchemaSource& source;
  Schema& schema;

  Error Wrong(const std::string& how) const { return {Fault::kBadInput, pointer + ": " + how}; }
  Result<const Schema*> Sub(const Json& value) const { return source.Subschema(value, pointer); }
  Result<const Schema*> Sub(const Json& value, std::string_view name) const {
    return source.Subschema(value, PointerTo(pointer, name));
  }
};

using Read = Status (*)(const Site& site, const Json& value);

Status Keep(Result<const Schema*> read, const Schema*& into) {
  if (!read) return std::move(read).error();
  into = *read;
  return Done{};
}

Status ReadMany(const Site& site, const Json& value, std::vector<const Schema*>& into) {
  if (!value.is_array() || value.empty()) return site.Wrong("must be an array of schemas");
  for (const Json& each : value) {
    auto read = site.Sub(each, std::to_string(into.size()));
    if (!read) return std::move(read).error();
    into.push_back(*read);
  }
  return Done{};
}

Status ReadCount(const Site& site, const Json& value, size_t& into) {
  // 2.0 is a whole number, too.
  if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1e15 ||
      std::floor(value.get<double>()) != value.get<double>()) {
    return site.Wrong("must be a whole number, 0 or more");
  }
  into = static_cast<size_t>(value.get<double>());
  return Done{};
}

Status ReadLimit(const Site& site, const Json& value, std::optional<NumberLimit>& into) {
  if (!value.is_number()) return site.Wrong("must be a number");
  into.emplace();
  into->text = value.dump();
  const bool whole = value.is_number_integer() &&
                     (!value.is_number_unsigned() ||
                      value.get<uint64_t>() <= uint64_t{std::numeric_limits<int64_t>::max()});
  into->value = whole ? event::Value(value.get<int64_t>()) : event::Value(value.get<double>());
  return Done{};
}

Result<std::vector<std::string>> ReadNames(const Site& site, const Json& value) {
  const auto wrong = [&] { return site.Wrong("must be an array of different names"); };
  if (!value.is_array()) return wrong();
  std::vector<std::string> names;
  for (const Json& each : value) {
    if (!each.is_string()) return wrong();
    const auto name = each.get<std::string>();
    if (std::ranges::find(names, name) != names.end()) return wrong();
    names.push_back(name);
  }
  return names;
}

Result<Pattern> ReadPattern(const std::string& text, const std::string& pointer) {
  re2::RE2::Options options;
  options.set_max_mem(kPatternMemoryMax);
  options.set_log_errors(false);
  Pattern pattern{text, std::make_unique<const re2::RE2>(text, options)};
  if (pattern.regex->ok()) return pattern;
  return Error{Fault::kBadInput,
               pointer +
                   ": not a regular expression that RE2 takes, which has no lookahead and no "
                   "backreferences: " +
                   pattern.regex->error()};
}

Status ReadType(const Site& site, const Json& value) {
  const Json names = value.is_array() ? value : Json::array({value});
  if (names.empty()) return site.Wrong("must name a type");
  for (const Json& name : names) {
    const auto* found = std::ranges::find_if(
        kTypeNames, [&](const TypeName& type) { return name.is_string() && name == type.name; });
    if (found == kTypeNames.end()) {
      return site.Wrong(
          "must be one or several of null, boolean, object, array, number, string "
          "and integer");
    }
    if ((site.schema.types & found->type) != 0) return site.Wrong("duplicate type");
    site.schema.types |= found->type;
  }
  return Done{};
}

void AddChoice(const Json& value, Choices& choices) {
  if (value.is_string()) {
    choices.texts.push_back(value.get<std::string>());
  } else {
    const std::string text = value.dump();
    ValueList list;
    const Instance instance = list.Set(text);
    AppendCanonical(list, instance, choices.canonical.emplace_back());
  }
  if (choices.shown.size() > kShownChoicesMax) return;
  choices.shown += choices.shown.empty() ? "" : ", ";
  choices.shown += value.dump();
  if (choices.shown.size() > kShownChoicesMax)
    choices.shown = choices.shown.substr(0, choices.shown.rfind(',')) + ", …";
}

void FinishChoices(Schema& schema, std::unique_ptr<Choices> read) {
  std::ranges::sort(read->texts);
  std::ranges::sort(read->canonical);
  schema.choices = std::move(read);
}

Status ReadEnum(const Site& site, const Json& value) {
  if (!value.is_array() || value.empty()) return site.Wrong("must be an array of values");
  if (site.siblings.contains("const")) return site.Wrong("stands beside const; one is enough");
  auto choices = std::make_unique<Choices>();
  for (const Json& each : value) AddChoice(each, *choices);
  FinishChoices(site.schema, std::move(choices));
  return Done{};
}

Status ReadConst(const Site& site, const Json& value) {
  auto choices = std::make_unique<Choices>();
  AddChoice(value, *choices);
  FinishChoices(site.schema, std::move(choices));
  return Done{};
}

Status ReadMultipleOf(const Site& site, const Json& value) {
  NumberRules& rules = Needed(site.schema.numbers);
  if (value.is_number()) rules.multiple_of = Divisor::Of(ReadDecimal(value.dump()));
  if (!rules.multiple_of) return site.Wrong("must be a number above 0 of at most 18 digits");
  rules.multiple_of_text = value.dump();
  return Done{};
}

Status ReadPatternKeyword(const Site& site, const Json& value) {
  if (!value.is_string()) return site.Wrong("must be a regular expression, as a text");
  auto pattern = ReadPattern(value.get<std::string>(), site.pointer);
  if (!pattern) return std::move(pattern).error();
  Needed(site.schema.strings).pattern = std::move(*pattern);
  return Done{};
}

Status ReadUnique(const Site& site, const Json& value) {
  if (!value.is_boolean()) return site.Wrong("must be true or false");
  Needed(site.schema.arrays).unique = value.get<bool>();
  return Done{};
}

Status ReadRequired(const Site& site, const Json& value) {
  auto names = ReadNames(site, value);
  if (!names) return std::move(names).error();
  Needed(site.schema.objects).required = std::move(*names);
  return Done{};
}

Status ReadProperties(const Site& site, const Json& value) {
  if (!value.is_object()) return site.Wrong("must be an object of schemas");
  ObjectRules& rules = Needed(site.schema.objects);
  for (const auto& [name, each] : value.items()) {
    auto read = site.Sub(each, name);
    if (!read) return std::move(read).error();
    rules.places.emplace(name, rules.properties.size());
    rules.properties.push_back({name, *read});
  }
  return Done{};
}

Status ReadPatternProperties(const Site& site, const Json& value) {
  if (!value.is_object()) return site.Wrong("must be an object of schemas");
  ObjectRules& rules = Needed(site.schema.objects);
  for (const auto& [name, each] : value.items()) {
    auto pattern = ReadPattern(name, PointerTo(site.pointer, name));
    if (!pattern) return std::move(pattern).error();
    if (Status read = Keep(site.Sub(each, name), pattern->schema); !read) return read;
    rules.patterns.push_back(std::move(*pattern));
  }
  return Done{};
}

Dependent& DependentOn(Schema& schema, const std::string& name) {
  auto& dependents = Needed(schema.objects).dependents;
  const auto found = std::ranges::find(dependents, name, &Dependent::name);
  return found != dependents.end() ? *found : dependents.emplace_back(Dependent{name, {}, nullptr});
}

Status ReadDependentSchemas(const Site& site, const Json& value) {
  if (!value.is_object()) return site.Wrong("must be an object of schemas");
  for (const auto& [name, each] : value.items()) {
    Status read = Keep(site.Sub(each, name), DependentOn(site.schema, name).schema);
    if (!read) return read;
  }
  return Done{};
}

Status ReadDependentRequired(const Site& site, const Json& value) {
  if (!value.is_object()) return site.Wrong("must be an object of arrays of names");
  for (const auto& [name, each] : value.items()) {
    auto names = ReadNames(site, each);
    if (!names) return std::move(names).error();
    DependentOn(site.schema, name).required = std::move(*names);
  }
  return Done{};
}

// Schemas for others to refer to.
Status ReadDefinitions(const Site& site, const Json& value) {
  if (!value.is_object()) return site.Wrong("must be an object of schemas");
  for (const auto& [name, each] : value.items()) {
    if (auto read = site.Sub(each, name); !read) return std::move(read).error();
  }
  return Done{};
}

Status ReadReference(const Site& site, const Json& value) {
  if (!value.is_string()) return site.Wrong("must be a text");
  site.source.Refer(site.schema, value.get<std::string>(), site.pointer);
  return Done{};
}

Status ReadAnchor(const Site& site, const Json& value) {
  if (!value.is_string() || value.get<std::string>().empty()) return site.Wrong("must be a name");
  return site.source.Name(site.schema, value.get<std::string>(), site.pointer);
}

bool IsRoot(const Site& site) { return std::ranges::count(site.pointer, '/') == 1; }

Status ReadId(const Site& site, const Json& value) {
  if (!value.is_string()) return site.Wrong("must be a text");
  if (IsRoot(site)) return Done{};
  return site.Wrong("is taken at the top of a file only; refer to \"#/…\" or to another file");
}

Status ReadDialect(const Site& site, const Json& value) {
  constexpr std::string_view kDialect = "https://json-schema.org/draft/2020-12/schema";
  std::string text = value.is_string() ? value.get<std::string>() : "";
  if (text.ends_with('#')) text.pop_back();
  if (IsRoot(site) && text == kDialect) return Done{};
  return site.Wrong("contracts are written in " + std::string(kDialect) +
                    "; it can stand at the top of a file, or be left out");
}

Status ReadText(const Site& site, const Json& value) {
  return value.is_string() ? Status(Done{}) : site.Wrong("must be a text");
}
Status ReadBoolean(const Site& site, const Json& value) {
  return value.is_boolean() ? Status(Done{}) : site.Wrong("must be true or false");
}
Status ReadAnything(const Site&, const Json&) { return Done{}; }
Status ReadExamples(const Site& site, const Json& value) {
  return value.is_array() ? Status(Done{}) : site.Wrong("must be an array");
}

struct Keyword {
  std::string_view name;
  Read read;
};

// Each reads its keyword into one place of the schema.
#define COUNT(part, member)                                         \
  [](const Site& site, const Json& value) {                         \
    return ReadCount(site, value, Needed(site.schema.part).member); \
  }
#define LIMIT(member)                                                  \
  [](const Site& site, const Json& value) {                            \
    return ReadLimit(site, value, Needed(site.schema.numbers).member); \
  }
#define ONE(part, member)                                          \
  [](const Site& site, const Json& value) {                        \
    return Keep(site.Sub(value), Needed(site.schema.part).member); \
  }
#define MANY(part, member)                                         \
  [](const Site& site, const Json& value) {                        \
    return ReadMany(site, value, Needed(site.schema.part).member); \
  }

constexpr auto kKeywords = std::to_array<Keyword>({
    {"$schema", ReadDialect},
    {"$id", ReadId},
    {"$anchor", ReadAnchor},
    {"$ref", ReadReference},
    {"$defs", ReadDefinitions},
    {"definitions", ReadDefinitions},
    {"$comment", ReadText},
    {"title", ReadText},
    {"description", ReadText},
    {"default", ReadAnything},
    {"examples", ReadExamples},
    {"deprecated", ReadBoolean},
    {"readOnly", ReadBoolean},
    {"writeOnly", ReadBoolean},
    {"format", ReadText},
    {"contentEncoding", ReadText},
    {"contentMediaType", ReadText},
    {"contentSchema", ReadAnything},
    {"type", ReadType},
    {"enum", ReadEnum},
    {"const", ReadConst},
    {"multipleOf", ReadMultipleOf},
    {"minimum", LIMIT(minimum)},
    {"maximum", LIMIT(maximum)},
    {"exclusiveMinimum", LIMIT(above)},
    {"exclusiveMaximum", LIMIT(below)},
    {"minLength", COUNT(strings, length.min)},
    {"maxLength", COUNT(strings, length.max)},
    {"pattern", ReadPatternKeyword},
    {"minItems", COUNT(arrays, count.min)},
    {"maxItems", COUNT(arrays, count.max)},
    {"uniqueItems", ReadUnique},
    {"prefixItems", MANY(arrays, prefix)},
    {"items", ONE(arrays, items)},
    {"contains", ONE(arrays, contains)},
    {"minContains", COUNT(arrays, contained.min)},
    {"maxContains", COUNT(arrays, contained.max)},
    {"minProperties", COUNT(objects, count.min)},
    {"maxProperties", COUNT(objects, count.max)},
    {"required", ReadRequired},
    {"properties", ReadProperties},
    {"patternProperties", ReadPatternProperties},
    {"additionalProperties", ONE(objects, additional)},
    {"propertyNames", ONE(objects, names)},
    {"dependentRequired", ReadDependentRequired},
    {"dependentSchemas", ReadDependentSchemas},
    {"allOf", MANY(combination, all_of)},
    {"anyOf", MANY(combination, any_of)},
    {"oneOf", MANY(combination, one_of)},
    {"not", ONE(combination, none_of)},
    {"if", ONE(combination, condition)},
    {"then", ONE(combination, then)},
    {"else", ONE(combination, otherwise)},
});

Error Unknown(const std::string& name, const std::string& pointer) {
  std::vector<std::string_view> names;
  for (const Keyword& keyword : kKeywords) names.push_back(keyword.name);
  return {Fault::kBadInput, pointer + ": no keyword that is checked here" +
                                DidYouMean(name, names) +
                                "; a note for people can be called x-…, or stand in $comment"};
}

}  // namespace

Status ReadKeywords(const Json& json, const std::string& pointer, SchemaSource& source,
                    Schema& schema) {
  for (const auto& [name, value] : json.items()) {
    if (name.starts_with("x-")) continue;
    const auto* keyword = std::ranges::find(kKeywords, name, &Keyword::name);
    const std::string place = PointerTo(pointer, name);
    if (keyword == kKeywords.end()) return Unknown(name, place);
    if (Status read = keyword->read({json, place, source, schema}, value); !read) return read;
  }
  return Done{};
}

std::string PointerTo(std::string pointer, std::string_view name) {
  pointer += '/';
  for (const char c : name) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace gamevents::contracts
