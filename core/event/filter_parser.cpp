#include "core/event/filter_parser.h"

#include "core/base/text.h"
#include "core/event/filter_cursor.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace gamevents::event {
namespace {

// The longest piece of a filter that a message repeats.
constexpr size_t kRepeatedMax = 60;

// Words of other languages for a search in a text, and for a comparison.
constexpr std::array<std::string_view, 10> kPatternWords = {
    "like",    "ilike",    "rlike",      "regexp",      "matches",
    "similar", "contains", "startswith", "starts_with", "endswith"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kComparisonWords = {
    {{"eq", "="},
     {"equals", "="},
     {"ne", "!="},
     {"lt", "<"},
     {"le", "<="},
     {"gt", ">"},
     {"ge", ">="},
     {"\u2260", "!="},
     {"\u2264", "<="},
     {"\u2265", ">="}}};
// What may come behind a '=' that begins an operator of another language, and what to write.
constexpr std::array<std::pair<char, std::string_view>, 3> kTurned = {
    {{'<', "<="}, {'>', ">="}, {'~', "~"}}};
constexpr char kPattern[] = " ~ 'REGULAR EXPRESSION'";

// What was typed, to be repeated within a message; `otherwise` where it would not read well there.
std::string Repeated(std::string_view typed, std::string_view otherwise) {
  const bool readable = typed.size() <= kRepeatedMax && std::ranges::none_of(typed, [](char c) {
                          return static_cast<unsigned char>(c) < ' ';
                        });
  return std::string(readable ? typed : otherwise);
}

// Whether the field is one of the record's times, which are texts in UTC.
bool IsTimeOfRecord(const FieldPath& field) {
  return field.size() == 1 && (field[0] == "_time" || field[0] == "_timestamp");
}

// Whether the order of texts and times can mean anything: a time begins with its year.
bool MayBeTime(const Literal& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && (text->empty() || (text->front() >= '0' && text->front() <= '9'));
}

// Recursive descent; a method a rule of the grammar in docs/filter.md.
class Parser {
 public:
  Parser(std::string_view text, const ReadMoment& moments) : cursor_(text, moments) {}

  Result<std::shared_ptr<const Filter::Tree>> Whole() {
    if (cursor_.AtEnd()) return cursor_.At(cursor_.Position(), "the filter is empty");
    auto root = Or(0);
    if (!root) return std::move(root).error();
    if (!cursor_.AtEnd()) return JoinExpected("expected 'and', 'or' or the end of the filter");
    auto tree = std::make_shared<Filter::Tree>();
    tree->root = *std::move(root);
    tree->fields = std::move(fields_);
    return std::shared_ptr<const Filter::Tree>(std::move(tree));
  }

 private:
  Result<Node> Or(int depth) {
    return Joined<Any>("or", [&] { return And(depth); });
  }

  Result<Node> And(int depth) {
    return Joined<All>("and", [&] { return Unary(depth); });
  }

  // Parts between `keyword`s: one stands for itself, more become a Join.
  template <class Join, class Part>
  Result<Node> Joined(std::string_view keyword, Part part) {
    Join join;
    do {
      auto node = part();
      if (!node) return node;
      join.parts.push_back(*std::move(node));
    } while (cursor_.TakeKeyword(keyword));
    if (join.parts.size() == 1) return std::move(join.parts.front());
    return Node{std::move(join)};
  }

  Result<Node> Unary(int depth) {
    const size_t position = cursor_.Position();
    if (depth > kFilterDepthMax) {
      return cursor_.At(position,
                        "nested deeper than " + std::to_string(kFilterDepthMax) + " levels");
    }
    if (cursor_.TakeKeyword("not")) {
      auto inner = Unary(depth + 1);
      if (!inner) return inner;
      return Node{Not{std::make_unique<const Node>(*std::move(inner))}};
    }
    if (cursor_.TakeSymbol('(')) {
      auto inner = Or(depth + 1);
      if (!inner) return inner;
      if (auto closed = Close(position); !closed) return std::move(closed).error();
      return inner;
    }
    if (cursor_.TakeKeyword("exists")) return ExistsOf();
    if (cursor_.TakeSymbol('!')) return cursor_.At(position, "write 'not'");
    return Condition();
  }

  Status Close(size_t opened) {
    if (cursor_.TakeSymbol(')')) return Done{};
    if (cursor_.AtEnd()) return cursor_.At(opened, "this parenthesis is never closed");
    return JoinExpected("expected 'and', 'or' or ')'");
  }

  // An error at what stands where a join may: of one that other languages have, what to write.
  Error JoinExpected(std::string_view expected) {
    const size_t position = cursor_.Position();
    if (cursor_.TakeSymbol('&')) return cursor_.At(position, "write 'and'");
    if (cursor_.TakeSymbol('|')) return cursor_.At(position, "write 'or'");
    return cursor_.At(position, expected);
  }

  Result<Node> ExistsOf() {
    const size_t opened = cursor_.Position();
    if (!cursor_.TakeSymbol('(')) return cursor_.At(opened, "expected '(' after 'exists'");
    auto field = Field();
    if (!field) return std::move(field).error();
    if (!cursor_.TakeSymbol(')')) {
      return cursor_.At(cursor_.Position(), "expected ')' after the field");
    }
    return Node{Exists{*std::move(field)}};
  }

  // The field of one condition.
  Result<FieldPath> Field() {
    const size_t position = cursor_.Position();
    if (++conditions_ > kFilterConditionsMax) {
      return cursor_.At(position, TooMany("a filter", kFilterConditionsMax, "conditions"));
    }
    auto field = cursor_.TakeField();
    if (field && std::ranges::find(fields_, *field) == fields_.end()) fields_.push_back(*field);
    return field;
  }

  Result<Node> Condition() {
    const size_t begin = cursor_.Position();
    auto field = Field();
    if (!field) return std::move(field).error();
    const std::string name = Repeated(cursor_.TakenSince(begin), "FIELD");
    const size_t position = cursor_.Position();
    if (const auto op = cursor_.TakeOperator()) return Compared(*std::move(field), *op, position);
    if (cursor_.TakeSymbol('~')) return Regex(*std::move(field));
    if (cursor_.TakeKeyword("in")) return List(*std::move(field));
    if (cursor_.TakeSymbol('(')) return cursor_.At(begin, "the only function is exists(field)");
    if (const auto instead = OtherLanguage(name); !instead.empty()) {
      return cursor_.At(position, "write: " + instead);
    }
    return cursor_.At(position, "expected one of = != < <= > >= ~ in after the field");
  }

  // What to write for the operator of another language that comes next; empty where it is none.
  std::string OtherLanguage(const std::string& field) {
    if (cursor_.TakeKeyword("is")) {
      const std::string op = cursor_.TakeKeyword("not") ? " != " : " = ";
      return field + op + LiteralOr("null");
    }
    const std::string prefix = cursor_.TakeKeyword("not") ? "not " : "";
    if (cursor_.TakeKeyword("exists")) return prefix + "exists(" + field + ")";
    if (!prefix.empty() && cursor_.TakeSymbol('=')) return field + " != " + LiteralOr("VALUE");
    for (const std::string_view word : kPatternWords) {
      if (cursor_.TakeKeyword(word)) return prefix + field + kPattern;
    }
    for (const auto& [word, op] : kComparisonWords) {
      if (!cursor_.TakeKeyword(word)) continue;
      return prefix + field + " " + std::string(op) + " " + LiteralOr("VALUE");
    }
    if (cursor_.TakeSymbol('!')) return cursor_.TakeSymbol('~') ? "not " + field + kPattern : "";
    if (cursor_.TakeKeyword("between")) {
      const std::string low = LiteralOr("LOW");
      const std::string high = cursor_.TakeKeyword("and") ? LiteralOr("HIGH") : "HIGH";
      const std::string both = field + " >= " + low + " and " + field + " <= " + high;
      return prefix.empty() ? both : "not (" + both + ")";
    }
    return !prefix.empty() && cursor_.TakeKeyword("in") ? "not " + field + " in (…)" : "";
  }

  // The literal that comes next, as it was written; `otherwise` where there is none.
  std::string LiteralOr(std::string_view otherwise) {
    const size_t begin = cursor_.Position();
    if (!cursor_.TakeLiteral()) return std::string(otherwise);
    return Repeated(cursor_.TakenSince(begin), otherwise);
  }

  Result<Node> Compared(FieldPath field, Operator op, size_t position) {
    if (op == Operator::kEqual && cursor_.TakeSymbol('=')) {
      return cursor_.At(position, "equality is written with one '='");
    }
    for (const auto& [turned, meant] : kTurned) {
      if (op == Operator::kEqual && cursor_.TakeSymbol(turned)) {
        return cursor_.At(position, "write " + std::string(meant));
      }
    }
    if (op == Operator::kLess && cursor_.TakeSymbol('>')) {
      return cursor_.At(position, "write !=");
    }
    const size_t literal = cursor_.Position();
    auto value = cursor_.TakeLiteral();
    if (!value) return std::move(value).error();
    const bool ordered = op != Operator::kEqual && op != Operator::kNotEqual;
    if (ordered && IsTimeOfRecord(field) && !MayBeTime(*value)) {
      return cursor_.At(literal, "a time is a text as '2026-11-23T10:00', or @yesterday, or @2h");
    }
    if (ordered && (std::holds_alternative<Null>(*value) || std::holds_alternative<bool>(*value))) {
      return cursor_.At(position, "true, false and null have no order; use = or !=");
    }
    return Node{Comparison{std::move(field), op, *std::move(value)}};
  }

  Result<Node> List(FieldPath field) {
    const size_t opened = cursor_.Position();
    if (!cursor_.TakeSymbol('(')) return cursor_.At(opened, "expected '(' after 'in'");
    OneOf out{std::move(field), {}, {}};
    size_t count = 0;
    do {
      const size_t position = cursor_.Position();
      if (++count > kFilterListMax) {
        return cursor_.At(position, TooMany("a list", kFilterListMax, "values"));
      }
      auto value = cursor_.TakeLiteral();
      if (!value) return std::move(value).error();
      if (auto* text = std::get_if<std::string>(&*value)) {
        out.texts.insert(std::move(*text));
      } else {
        out.others.push_back(*std::move(value));
      }
    } while (cursor_.TakeSymbol(','));
    if (!cursor_.TakeSymbol(')')) return cursor_.At(cursor_.Position(), "expected ',' or ')'");
    return Node{std::move(out)};
  }

  Result<Node> Regex(FieldPath field) {
    const size_t position = cursor_.Position();
    if (cursor_.TakeSymbol('*')) {
      return cursor_.At(position, "write ~ '(?i)REGULAR EXPRESSION', which ignores case");
    }
    auto value = cursor_.TakeLiteral();
    if (!value) return std::move(value).error();
    const auto* pattern = std::get_if<std::string>(&*value);
    if (!pattern) return cursor_.At(position, "expected a regular expression, as a text");
    if (++regexes_ > kFilterRegexesMax) {
      return cursor_.At(position, TooMany("a filter", kFilterRegexesMax, "regular expressions"));
    }
    re2::RE2::Options options;
    options.set_max_mem(kFilterRegexMemoryMax);
    options.set_log_errors(false);
    auto regex = std::make_unique<const re2::RE2>(*pattern, options);
    if (!regex->ok()) return cursor_.At(position, "bad regular expression: " + regex->error());
    return Node{RegexMatch{std::move(field), std::move(regex)}};
  }

  static std::string TooMany(std::string_view what, size_t limit, std::string_view things) {
    return std::string(what) + " has at most " + std::to_string(limit) + " " + std::string(things);
  }

  FilterCursor cursor_;
  std::vector<FieldPath> fields_;
  size_t conditions_ = 0;
  size_t regexes_ = 0;
};

}  // namespace

Result<std::shared_ptr<const Filter::Tree>> ParseFilter(std::string_view text,
                                                        const ReadMoment& moments) {
  if (text.size() > kFilterBytesMax) {
    return Error{Fault::kBadInput,
                 "the filter is longer than " + std::to_string(kFilterBytesMax) + " bytes"};
  }
  if (!IsUtf8(text)) return Error{Fault::kBadInput, "the filter is not valid UTF-8"};
  return Parser(text, moments).Whole();
}

}  // namespace gamevents::event
