#include "core/contracts/check.h"

#include "core/base/text.h"
#include "core/contracts/keywords.h"
#include "core/contracts/schema.h"
#include "core/event/number.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::contracts {
namespace {

using event::Value;

// What of a client's text stands in a reason.
constexpr size_t kShownBytesMax = 64;
// Pointers longer than this are cut off at their end.
constexpr size_t kPointerBytesMax = 256;

std::string NamesOf(uint8_t types) {
  std::string names;
  for (const TypeName& each : kTypeNames) {
    if ((types & each.type) == 0) continue;
    names.append(names.empty() ? "" : " or ").append(each.name);
  }
  return names;
}

bool HasType(uint8_t types, const Instance& value) {
  if ((types & value.type) != 0) return true;
  return value.type == kNumber && (types & kInteger) != 0 && IsWholeNumber(value.token);
}

size_t CharactersOf(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool Matches(const Pattern& pattern, std::string_view text) {
  return pattern.regex->Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED,
                              nullptr, 0);
}

/// One walk over an event. Without a sink it only says whether all is well, and stops at the first
/// thing that is not.
class Checker {
 public:
  Checker(const ValueList& values, std::vector<Problem>& sink)
      : values_(values), sink_(&sink), left_(kChecksMin + kChecksPerValue * values.size()) {}

  bool Meets(const Schema& schema, const Instance& value) {
    if (left_ == 0) return TooMuch();
    --left_;
    if (schema.never) return Fail([] { return "is not allowed"; });
    if (schema.types != 0 && !HasType(schema.types, value)) {
      return Fail([&] {
        return "must be of type " + NamesOf(schema.types) + ", not " + NamesOf(value.type);
      });
    }
    bool met = !schema.choices || Chosen(*schema.choices, value);
    if (met || sink_ != nullptr) met = OfType(schema, value) && met;
    if (schema.combination && (met || sink_ != nullptr)) {
      met = Combined(*schema.combination, value) && met;
    }
    return met;
  }

 private:
  // Tells what is wrong, where anybody listens.
  template <class MakeReason>
  bool Fail(MakeReason make_reason) {
    if (sink_ != nullptr && sink_->size() < kProblemsMax && !told_too_much_) {
      sink_->push_back({Pointer(), make_reason()});
    }
    return false;
  }

  bool TooMuch() {
    if (!told_too_much_ && sink_ != nullptr) {
      told_too_much_ = true;
      sink_->push_back(
          {"", "takes too many steps to check; split the event, or ease its contract"});
    }
    return false;
  }

  std::string Pointer() const {
    std::string pointer;
    for (const Step& step : path_) {
      pointer =
          PointerTo(std::move(pointer), step.name.data() != nullptr
                                            ? std::string(step.name.substr(0, kPointerBytesMax))
                                            : std::to_string(step.index));
      if (pointer.size() > kPointerBytesMax) break;
    }
    return pointer;
  }

  static std::string Quoted(std::string_view text) {
    if (text.size() <= kShownBytesMax) return JsonString(text);
    size_t end = kShownBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return JsonString(std::string(text.substr(0, end)) + "…");
  }

  // Whether anything is left to be done behind a part that is, or is not, well.
  bool GoesOn(bool met) const { return met || (sink_ != nullptr && sink_->size() < kProblemsMax); }

  /// The same, told to nobody.
  bool MeetsQuietly(const Schema& schema, const Instance& value) {
    std::vector<Problem>* const sink = std::exchange(sink_, nullptr);
    const bool met = Meets(schema, value);
    sink_ = sink;
    if (left_ == 0) TooMuch();
    return met;
  }

  bool MeetsAt(std::string_view name, size_t index, const Schema& schema, const Instance& value) {
    path_.push_back({name, index});
    const bool met = Meets(schema, value);
    path_.pop_back();
    return met;
  }

  bool Chosen(const Choices& choices, const Instance& value) {
    bool found = false;
    if (value.type == kString) {
      found = std::ranges::binary_search(choices.texts, value.token, std::less<>());
    } else if (!choices.canonical.empty()) {
      std::string canonical;
      AppendCanonical(values_, value, canonical);
      found = std::ranges::binary_search(choices.canonical, canonical);
    }
    if (found) return true;
    const bool one = choices.texts.size() + choices.canonical.size() == 1;
    return Fail([&] { return (one ? "must be " : "must be one of ") + choices.shown; });
  }

  bool OfType(const Schema& schema, const Instance& value) {
    switch (value.type) {
      case kNumber:
        return !schema.numbers || Numbers(*schema.numbers, value);
      case kString:
        return !schema.strings || Strings(*schema.strings, value);
      case kArray:
        return !schema.arrays || Arrays(*schema.arrays, value);
      case kObject:
        return !schema.objects || Objects(*schema.objects, value);
      case kNull:
      case kBoolean:
      case kInteger:
        break;
    }
    return true;
  }

  // How the number stands to a limit.
  static std::partial_ordering Against(const Value& number, const NumberLimit& limit) {
    return std::visit(
        []<class A, class B>(const A& a, const B& b) -> std::partial_ordering {
          if constexpr (event::kIsNumber<A> && event::kIsNumber<B>) {
            return event::CompareNumbers(a, b);
          } else {
            return std::partial_ordering::unordered;
          }
        },
        number, limit.value);
  }

  bool Numbers(const NumberRules& rules, const Instance& value) {
    const Value number =
        event::DocumentField{{}, value.token, event::DocumentField::Kind::kNumber, 0}.value();
    bool met = true;
    const auto limit = [&](const std::optional<NumberLimit>& to, std::string_view how, auto holds) {
      if (!to || !GoesOn(met) || holds(Against(number, *to))) return;
      met = Fail([&] { return "must be " + std::string(how) + " " + to->text; });
    };
    limit(rules.minimum, "at least", [](auto order) { return order >= 0; });
    limit(rules.maximum, "at most", [](auto order) { return order <= 0; });
    limit(rules.above, "above", [](auto order) { return order > 0; });
    limit(rules.below, "below", [](auto order) { return order < 0; });
    if (rules.multiple_of && GoesOn(met) && !rules.multiple_of->Divides(ReadDecimal(value.token))) {
      met = Fail([&] { return "must be a multiple of " + rules.multiple_of_text; });
    }
    return met;
  }

  bool Within(const Bounds& bounds, size_t count, std::string_view what) {
    if (count < bounds.min) {
      return Fail([&] {
        return "must have at least " + std::to_string(bounds.min) + " " + std::string(what) +
               ", not " + std::to_string(count);
      });
    }
    if (count <= bounds.max) return true;
    return Fail([&] {
      return "must have at most " + std::to_string(bounds.max) + " " + std::string(what) +
             ", not " + std::to_string(count);
    });
  }

  bool Strings(const StringRules& rules, const Instance& value) {
    // A character has at least one byte: a short text need not be counted.
    const bool counted = rules.length.min > 0 || value.token.size() > rules.length.max;
    bool met = !counted || Within(rules.length, CharactersOf(value.token), "characters");
    if (rules.pattern.regex && GoesOn(met) && !Matches(rules.pattern, value.token)) {
      met = Fail([&] { return "must match " + Quoted(rules.pattern.text); });
    }
    return met;
  }

  bool Arrays(const ArrayRules& rules, const Instance& array) {
    size_t count = 0;
    size_t contained = 0;
    bool met = true;
    for (size_t i = array.begin; i < array.end && GoesOn(met); i = values_.Next(i), ++count) {
      const Schema* schema = count < rules.prefix.size() ? rules.prefix[count] : rules.items;
      const Instance element = values_.At(i);
      if (schema != nullptr) met = MeetsAt({}, count, *schema, element) && met;
      if (rules.contains != nullptr && MeetsQuietly(*rules.contains, element)) ++contained;
    }
    if (!GoesOn(met)) return met;
    met = Within(rules.count, count, "elements") && met;
    if (rules.contains != nullptr && GoesOn(met)) {
      met = Within(rules.contained, contained, "elements of the kind that contains says") && met;
    }
    if (rules.unique && GoesOn(met)) met = Different(array) && met;
    return met;
  }

  bool Different(const Instance& array) {
    std::set<std::string> seen;
    size_t count = 0;
    for (size_t i = array.begin; i < array.end; i = values_.Next(i), ++count) {
      std::string canonical;
      AppendCanonical(values_, values_.At(i), canonical);
      if (seen.insert(std::move(canonical)).second) continue;
      return Fail(
          [&] { return "must not have an element twice, as element " + std::to_string(count); });
    }
    return true;
  }

  bool Objects(const ObjectRules& rules, const Instance& object) {
    size_t count = 0;
    size_t hint = 0;
    bool met = true;
    for (size_t i = object.begin; i < object.end && GoesOn(met); i = values_.Next(i), ++count) {
      met = Member(rules, i, hint) && met;
    }
    if (!GoesOn(met)) return met;
    met = Required(rules.required, object) && met;
    if (GoesOn(met) && (rules.count.min > 0 || rules.count.max < kNoLimit)) {
      met = Within(rules.count, count, "members") && met;
    }
    for (const Dependent& dependent : rules.dependents) {
      if (!GoesOn(met)) break;
      if (Find(object, dependent.name, object.begin) == object.end) continue;
      met = Required(dependent.required, object) && met;
      if (dependent.schema != nullptr && GoesOn(met)) met = Meets(*dependent.schema, object) && met;
    }
    return met;
  }

  // `hint`: which property comes next, where the event has the schema's order.
  bool Member(const ObjectRules& rules, size_t index, size_t& hint) {
    const std::string_view name = values_.NameAt(index);
    const Property* property = nullptr;
    if (hint < rules.properties.size() && rules.properties[hint].name == name) {
      property = &rules.properties[hint++];
    } else if (const auto found = rules.places.find(name); found != rules.places.end()) {
      property = &rules.properties[found->second];
      hint = found->second + 1;
    }
    bool known = property != nullptr;
    bool met = true;
    if (rules.names != nullptr) {
      met = MeetsAt(name, 0, *rules.names, {kString, name, 0, 0});
    }
    if (known && GoesOn(met)) {
      met = MeetsAt(name, 0, *property->schema, values_.At(index)) && met;
    }
    for (const Pattern& pattern : rules.patterns) {
      if (!GoesOn(met)) break;
      if (!Matches(pattern, name)) continue;
      known = true;
      met = MeetsAt(name, 0, *pattern.schema, values_.At(index)) && met;
    }
    if (known || rules.additional == nullptr || !GoesOn(met)) return met;
    if (!rules.additional->never) {
      return MeetsAt(name, 0, *rules.additional, values_.At(index)) && met;
    }
    path_.push_back({name, 0});
    Fail([&] { return "is not in the contract" + Suggestion(rules, name); });
    path_.pop_back();
    return false;
  }

  static std::string Suggestion(const ObjectRules& rules, std::string_view name) {
    if (name.size() > kShownBytesMax) return "";
    std::vector<std::string_view> names;
    for (const Property& property : rules.properties) names.push_back(property.name);
    return DidYouMean(name, names);
  }

  // The member called `name`, looked for from `start` on, and then from the first; `end` for none.
  size_t Find(const Instance& object, std::string_view name, size_t start) const {
    for (size_t i = start; i < object.end; i = values_.Next(i)) {
      if (values_.NameAt(i) == name) return i;
    }
    for (size_t i = object.begin; i < start; i = values_.Next(i)) {
      if (values_.NameAt(i) == name) return i;
    }
    return object.end;
  }

  bool Required(const std::vector<std::string>& names, const Instance& object) {
    bool met = true;
    size_t start = object.begin;
    for (const std::string& name : names) {
      if (!GoesOn(met)) break;
      const size_t found = Find(object, name, start);
      if (found < object.end) {
        start = values_.Next(found);
      } else {
        met = Fail([&] { return "has no " + Quoted(name) + ", which is required"; });
      }
    }
    return met;
  }

  bool Combined(const Combination& combination, const Instance& value) {
    bool met = combination.reference == nullptr || Meets(*combination.reference, value);
    for (const Schema* one : combination.all_of) {
      if (GoesOn(met)) met = Meets(*one, value) && met;
    }
    if (!combination.any_of.empty() && GoesOn(met)) {
      const bool any = std::ranges::any_of(
          combination.any_of, [&](const Schema* one) { return MeetsQuietly(*one, value); });
      if (!any) met = Fail([] { return "fits none of the schemas of anyOf"; });
    }
    if (!combination.one_of.empty() && GoesOn(met)) {
      const auto fits = std::ranges::count_if(
          combination.one_of, [&](const Schema* one) { return MeetsQuietly(*one, value); });
      if (fits != 1) {
        met = Fail(
            [&] { return "must fit one of the schemas of oneOf, not " + std::to_string(fits); });
      }
    }
    if (combination.none_of != nullptr && GoesOn(met) &&
        MeetsQuietly(*combination.none_of, value)) {
      met = Fail([] { return "must not be what the schema of not describes"; });
    }
    if (combination.condition == nullptr || !GoesOn(met)) return met;
    const Schema* next =
        MeetsQuietly(*combination.condition, value) ? combination.then : combination.otherwise;
    return (next == nullptr || Meets(*next, value)) && met;
  }

  struct Step {
    std::string_view name;  ///< without data: an element
    size_t index;
  };

  const ValueList& values_;
  std::vector<Problem>* sink_;
  size_t left_;
  bool told_too_much_ = false;
  std::vector<Step> path_;
};

}  // namespace

std::vector<Problem> CheckValue(const Schema& schema, const ValueList& values,
                                const Instance& value) {
  std::vector<Problem> problems;
  const bool met = Checker(values, problems).Meets(schema, value);
  if (!met && problems.empty()) problems.push_back({"", "does not meet its contract"});
  return problems;
}

}  // namespace gamevents::contracts
