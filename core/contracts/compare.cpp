#include "core/contracts/compare.h"

#include "core/base/text.h"
#include "core/contracts/keywords.h"
#include "core/contracts/schema.h"
#include "core/event/number.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace gamevents::contracts {
namespace {

constexpr uint8_t kAnyType = kNull | kBoolean | kObject | kArray | kNumber | kString | kInteger;

uint8_t TypesOf(const Schema& schema) {
  if (schema.types == 0) return kAnyType;
  return (schema.types & kNumber) != 0 ? schema.types | kInteger : schema.types;
}

// A schema without any rule, where there is none.
template <class Rules>
const Rules& RulesOf(const std::unique_ptr<Rules>& rules) {
  static const Rules none{};
  return rules ? *rules : none;
}

/// Walks two versions of one contract side by side.
class Comparison {
 public:
  Comparison(std::string event_type, std::vector<Change>& changes)
      : event_type_(std::move(event_type)), changes_(changes) {}

  void Schemas(const Schema* before, const Schema* after) {
    before = Meant(before);
    after = Meant(after);
    // A schema that leads back to itself is compared once.
    if (!seen_.insert({before, after}).second) return;
    Types(*before, *after);
    if (before->never || after->never) return;
    ChoicesOf(*before, *after);
    Numbers(RulesOf(before->numbers), RulesOf(after->numbers));
    Strings(RulesOf(before->strings), RulesOf(after->strings));
    Arrays(RulesOf(before->arrays), RulesOf(after->arrays));
    Objects(RulesOf(before->objects), RulesOf(after->objects));
    Combined(RulesOf(before->combination), RulesOf(after->combination));
  }

 private:
  // What stands for `true`, or for a schema that is a $ref alone.
  static const Schema* Meant(const Schema* schema) {
    static const Schema kEverything{};
    if (schema == nullptr) return &kEverything;
    while (schema->combination && schema->combination->reference != nullptr &&
           IsReference(*schema)) {
      schema = schema->combination->reference;
    }
    return schema;
  }

  static bool IsReference(const Schema& schema) {
    const Combination& with = *schema.combination;
    return !schema.never && schema.types == 0 && !schema.choices && !schema.numbers &&
           !schema.strings && !schema.arrays && !schema.objects && with.all_of.empty() &&
           with.any_of.empty() && with.one_of.empty() && with.none_of == nullptr &&
           with.condition == nullptr;
  }

  enum Breaks : uint8_t { kProducers = 1, kReaders = 2, kBoth = 3 };

  void Add(Breaks breaks, std::string what) {
    changes_.push_back({event_type_, pointer_, std::move(what), (breaks & kProducers) != 0,
                        (breaks & kReaders) != 0});
  }

  void At(std::string_view name, const Schema* before, const Schema* after) {
    const std::string outer = std::exchange(pointer_, PointerTo(pointer_, name));
    Schemas(before, after);
    pointer_ = outer;
  }

  void Types(const Schema& before, const Schema& after) {
    if (before.never || after.never) {
      if (!before.never) Add(kProducers, "is not allowed any more");
      if (!after.never) Add(kReaders, "is allowed now");
      return;
    }
    const uint8_t old_types = TypesOf(before);
    const uint8_t new_types = TypesOf(after);
    if ((old_types & ~new_types) != 0) Add(kProducers, "takes fewer types");
    if ((new_types & ~old_types) != 0) Add(kReaders, "takes more types");
  }

  void ChoicesOf(const Schema& before, const Schema& after) {
    if (!before.choices && !after.choices) return;
    if (!before.choices) return Add(kProducers, "takes only " + after.choices->shown + " now");
    if (!after.choices) return Add(kReaders, "takes more than " + before.choices->shown + " now");
    const auto misses = [](const Choices& all, const Choices& some) {
      return !std::ranges::includes(all.texts, some.texts) ||
             !std::ranges::includes(all.canonical, some.canonical);
    };
    const std::string from =
        " of " + before.choices->shown + ", which is " + after.choices->shown + " now";
    if (misses(*after.choices, *before.choices)) Add(kProducers, "lost a value" + from);
    if (misses(*before.choices, *after.choices)) Add(kReaders, "gained a value" + from);
  }

  // `sign`: 1 where a larger limit takes less, as a minimum; -1 for a maximum.
  void Limit(const std::optional<NumberLimit>& before, const std::optional<NumberLimit>& after,
             const std::string& name, int sign) {
    if (!before && !after) return;
    if (!before) return Add(kProducers, name + " " + after->text + " is new");
    if (!after) return Add(kReaders, name + " " + before->text + " is gone");
    const double from = event::DoubleOf(before->value).value_or(0);
    const double to = event::DoubleOf(after->value).value_or(0);
    if (from == to) return;
    Add((to - from) * sign > 0 ? kProducers : kReaders,
        name + " " + before->text + " became " + after->text);
  }

  void Numbers(const NumberRules& before, const NumberRules& after) {
    Limit(before.minimum, after.minimum, "minimum", 1);
    Limit(before.above, after.above, "exclusiveMinimum", 1);
    Limit(before.maximum, after.maximum, "maximum", -1);
    Limit(before.below, after.below, "exclusiveMaximum", -1);
    Text(before.multiple_of_text, after.multiple_of_text, "multipleOf");
  }

  // A rule of which nobody here can say whether another is stricter.
  void Text(const std::string& before, const std::string& after, const std::string& name) {
    if (before == after) return;
    if (before.empty()) return Add(kProducers, name + " " + after + " is new");
    if (after.empty()) return Add(kReaders, name + " " + before + " is gone");
    Add(kBoth, name + " " + before + " became " + after);
  }

  void Counts(const Bounds& before, const Bounds& after, const std::string& what) {
    const auto changed = [&](const std::string& which, size_t from, size_t to, bool stricter) {
      const auto shown = [](size_t count) {
        return count == kNoLimit ? std::string("no limit") : std::to_string(count);
      };
      if (from == to) return;
      Add(stricter ? kProducers : kReaders,
          which + " number of " + what + ", " + shown(from) + ", became " + shown(to));
    };
    changed("the least", before.min, after.min, after.min > before.min);
    changed("the largest", before.max, after.max, after.max < before.max);
  }

  void Strings(const StringRules& before, const StringRules& after) {
    Counts(before.length, after.length, "characters");
    Text(before.pattern.text, after.pattern.text, "pattern");
  }

  void Arrays(const ArrayRules& before, const ArrayRules& after) {
    Counts(before.count, after.count, "elements");
    if (before.unique != after.unique) {
      Add(after.unique ? kProducers : kReaders,
          after.unique ? "elements must differ now" : "elements may be the same now");
    }
    const size_t prefix = std::max(before.prefix.size(), after.prefix.size());
    for (size_t i = 0; i < prefix; ++i) {
      const auto at = [i](const ArrayRules& rules) {
        return i < rules.prefix.size() ? rules.prefix[i] : rules.items;
      };
      At(std::to_string(i), at(before), at(after));
    }
    At("*", before.items, after.items);
    if (before.contains == nullptr && after.contains == nullptr) return;
    Counts(before.contains == nullptr ? Bounds{} : before.contained,
           after.contains == nullptr ? Bounds{} : after.contained, "elements that contains counts");
    Opaque({before.contains}, {after.contains}, "contains");
  }

  void Objects(const ObjectRules& before, const ObjectRules& after) {
    Counts(before.count, after.count, "members");
    const auto has = [](const std::vector<std::string>& names, const std::string& name) {
      return std::ranges::find(names, name) != names.end();
    };
    for (const std::string& name : after.required) {
      if (!has(before.required, name)) Add(kProducers, JsonString(name) + " became required");
    }
    for (const std::string& name : before.required) {
      if (!has(after.required, name)) Add(kReaders, JsonString(name) + " is not required any more");
    }
    Properties(before, after);
    At("*", before.additional, after.additional);
    Opaque({before.names}, {after.names}, "propertyNames");
    Patterns(before, after);
    Dependents(before, after);
  }

  void Properties(const ObjectRules& before, const ObjectRules& after) {
    for (const Property& old : before.properties) {
      const auto found = after.places.find(old.name);
      // One that is not described any more is like any other.
      const Schema* now =
          found == after.places.end() ? after.additional : after.properties[found->second].schema;
      At(old.name, old.schema, now);
    }
    // A new one that events could have had before, as any other, was meant by nobody; so only what
    // was said of all others counts.
    if (before.additional == nullptr) return;
    for (const Property& added : after.properties) {
      if (!before.places.contains(added.name)) At(added.name, before.additional, added.schema);
    }
  }

  void Patterns(const ObjectRules& before, const ObjectRules& after) {
    for (const Pattern& old : before.patterns) {
      const auto now = std::ranges::find(after.patterns, old.text, &Pattern::text);
      At(old.text, old.schema, now == after.patterns.end() ? after.additional : now->schema);
    }
    for (const Pattern& added : after.patterns) {
      if (std::ranges::find(before.patterns, added.text, &Pattern::text) == before.patterns.end()) {
        At(added.text, before.additional, added.schema);
      }
    }
  }

  void Dependents(const ObjectRules& before, const ObjectRules& after) {
    static const Dependent kNothing{};
    const auto find = [](const ObjectRules& rules, const std::string& name) -> const Dependent& {
      const auto found = std::ranges::find(rules.dependents, name, &Dependent::name);
      return found == rules.dependents.end() ? kNothing : *found;
    };
    std::set<std::string> names;
    for (const auto* rules : {&before, &after}) {
      for (const Dependent& dependent : rules->dependents) names.insert(dependent.name);
    }
    for (const std::string& name : names) {
      const Dependent& old = find(before, name);
      const Dependent& now = find(after, name);
      const std::string with = " beside " + JsonString(name);
      for (const std::string& each : now.required) {
        if (std::ranges::find(old.required, each) == old.required.end()) {
          Add(kProducers, JsonString(each) + " became required" + with);
        }
      }
      for (const std::string& each : old.required) {
        if (std::ranges::find(now.required, each) == now.required.end()) {
          Add(kReaders, JsonString(each) + " is not required any more" + with);
        }
      }
      Opaque({old.schema}, {now.schema}, "dependentSchemas of " + JsonString(name));
    }
  }

  // Schemas whose difference says nothing of what becomes of events as a whole.
  void Opaque(const std::vector<const Schema*>& before, const std::vector<const Schema*>& after,
              const std::string& name) {
    bool same = before.size() == after.size();
    for (size_t i = 0; same && i < before.size(); ++i) {
      std::vector<Change> within;
      Comparison inner(event_type_, within);
      inner.seen_ = seen_;
      inner.Schemas(before[i], after[i]);
      same = within.empty();
    }
    if (!same) Add(kBoth, name + " is another");
  }

  void Combined(const Combination& before, const Combination& after) {
    Opaque({before.reference}, {after.reference}, "$ref");
    if (before.all_of.size() == after.all_of.size()) {
      for (size_t i = 0; i < before.all_of.size(); ++i) Schemas(before.all_of[i], after.all_of[i]);
    } else {
      Add(kBoth, "allOf is another");
    }
    Opaque(before.any_of, after.any_of, "anyOf");
    Opaque(before.one_of, after.one_of, "oneOf");
    Opaque({before.none_of}, {after.none_of}, "not");
    Opaque({before.condition, before.then, before.otherwise},
           {after.condition, after.then, after.otherwise}, "if, then and else");
  }

  const std::string event_type_;
  std::vector<Change>& changes_;
  std::string pointer_;
  std::set<std::pair<const Schema*, const Schema*>> seen_;
};

}  // namespace

std::vector<Change> Compare(const Contracts& before, const Contracts& after) {
  std::vector<Change> changes;
  for (const auto& [type, contract] : before.all()) {
    const Contract* now = after.Find(type);
    if (now == nullptr) {
      changes.push_back({type, "", "has no contract any more", true, true});
      continue;
    }
    Comparison(type, changes).Schemas(contract.schema, now->schema);
  }
  return changes;
}

}  // namespace gamevents::contracts
