// Goal: any filter means what its tree means, on any event. Method: random trees are printed,
// parsed and matched against random events; an evaluator of the test's own, over nlohmann's
// documents and written from docs/filter.md, says what must come out. The seed is printed on
// failure.
#include "core/event/document.h"
#include "core/event/filter.h"
#include "tests/unit/catch.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace gamevents::event {
namespace {

using Json = nlohmann::ordered_json;

// Few names and values, so that filters and events meet often; some need quotes and escapes.
const std::vector<std::string> kNames = {"a", "remote ip", "not", "q\"\\", "Zo\xC3\xAB", "a.b"};
const std::vector<Json> kValues = {Json(nullptr),
                                   Json(true),
                                   Json(false),
                                   Json(0),
                                   Json(-1),
                                   Json(9007199254740993),
                                   Json(9007199254740992.0),
                                   Json(-1.5),
                                   Json(0.0),
                                   Json(""),
                                   Json("sword"),
                                   Json("it's"),
                                   Json("a\\d\"\n"),
                                   Json("\xF0\x9F\x97\xA1"),
                                   Json("true"),
                                   Json("0")};
const std::vector<std::string> kOperators = {"=", "!=", "<", "<=", ">", ">="};

struct Tree {
  std::string kind;  ///< "and", "or", "not", "exists", "in", or one of kOperators.
  FieldPath field;
  std::vector<Json> values;
  std::vector<Tree> parts;
};

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  size_t Below(size_t limit) { return engine_() % limit; }
  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

  Tree MakeTree(size_t depth) {
    const size_t kind = depth == 0 ? 3 + Below(7) : Below(10);
    Tree tree;
    if (kind < 3) {
      tree.kind = kind == 0 ? "and" : kind == 1 ? "or" : "not";
      const size_t parts = kind == 2 ? 1 : 2 + Below(2);
      for (size_t i = 0; i < parts; ++i) tree.parts.push_back(MakeTree(depth - 1));
      return tree;
    }
    tree.field.push_back(Pick(kNames));
    if (Below(3) == 0) tree.field.push_back(Pick(kNames));
    tree.kind = kind == 3 ? "exists" : kind == 4 ? "in" : Pick(kOperators);
    const size_t values = kind == 3 ? 0 : kind == 4 ? 1 + Below(3) : 1;
    for (size_t i = 0; i < values; ++i) tree.values.push_back(Pick(kValues));
    if (tree.kind.find_first_of("<>") != std::string::npos &&
        (tree.values[0].is_null() || tree.values[0].is_boolean())) {
      tree.values[0] = 1;  // The language has no order for these.
    }
    return tree;
  }

  Json MakeEvent(size_t depth) {
    Json event = Json::object();
    for (const std::string& name : kNames) {
      const size_t kind = Below(6);
      if (kind == 0) event[name] = depth ? MakeEvent(depth - 1) : Json::array({1, "sword"});
      if (kind > 1) event[name] = Pick(kValues);
    }
    return event;
  }

 private:
  std::mt19937 engine_;
};

std::string Quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (char c : text) {
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out + quote;
}

std::string PrintValue(const Json& value) {
  if (!value.is_string()) return value.dump();
  const std::string text = value.get<std::string>();
  return text == "sword" ? text : Quoted(text, text.size() % 2 ? '"' : '\'');
}

std::string Print(const Tree& tree) {
  if (tree.kind == "exists") return "exists(" + FormatFieldPath(tree.field) + ")";
  if (tree.kind == "not") return "NOT (" + Print(tree.parts[0]) + ")";
  std::string out;
  if (!tree.parts.empty()) {
    for (const Tree& part : tree.parts) {
      out += (out.empty() ? "(" : ") " + tree.kind + "\n(") + Print(part);
    }
    return out + ")";
  }
  for (const Json& value : tree.values) out += (out.empty() ? "" : ", ") + PrintValue(value);
  if (tree.kind == "in") out = "(" + out + ")";
  return FormatFieldPath(tree.field) + " " + tree.kind + " " + out;
}

// nullptr when the field is missing.
const Json* Find(const Json& event, const FieldPath& path) {
  const Json* at = &event;
  for (const std::string& name : path) {
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
  }
  return at;
}

// -1, 0, 1; or 2 when the two have no order. long double holds every int64_t and double exactly.
int Compare(const Json& a, const Json& b) {
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  const auto number = [](const Json& json) {
    return json.is_number_integer() ? static_cast<long double>(json.get<int64_t>())
                                    : static_cast<long double>(json.get<double>());
  };
  if (a.is_null() && b.is_null()) return 0;
  if (a.is_boolean() && b.is_boolean()) return sign(a.get<bool>(), b.get<bool>());
  if (a.is_string() && b.is_string()) return sign(a.get<std::string>(), b.get<std::string>());
  if (a.is_number() && b.is_number()) return sign(number(a), number(b));
  return 2;
}

bool Expected(const Tree& tree, const Json& event) {
  const auto holds = [&](const Tree& part) { return Expected(part, event); };
  if (tree.kind == "and") return std::ranges::all_of(tree.parts, holds);
  if (tree.kind == "or") return std::ranges::any_of(tree.parts, holds);
  if (tree.kind == "not") return !holds(tree.parts[0]);
  const Json* field = Find(event, tree.field);
  if (tree.kind == "exists" || !field) return field && tree.kind == "exists";
  if (tree.kind == "in") {
    return std::ranges::any_of(tree.values, [&](auto& v) { return Compare(*field, v) == 0; });
  }
  if (tree.kind == "!=" && tree.values[0].is_null()) return !field->is_null();
  const int order = Compare(*field, tree.values[0]);
  if (order == 2) return false;
  if (tree.kind == "=") return order == 0;
  if (tree.kind == "!=") return order != 0;
  if (tree.kind.starts_with('<')) return order < 0 || (order == 0 && tree.kind == "<=");
  return order > 0 || (order == 0 && tree.kind == ">=");
}

}  // namespace

TEST_CASE("a random filter decides as its tree does") {
  const uint32_t seed = GENERATE(1u, 2u, 3u);
  Random random(seed);
  Document document;
  size_t matched = 0;
  size_t turns = 0;
  for (int i = 0; i < 400; ++i) {
    const Tree tree = random.MakeTree(1 + random.Below(4));
    const std::string text = Print(tree);
    INFO("seed " << seed << ", filter " << i << ": " << text);
    const auto filter = Filter::Parse(text);
    REQUIRE(filter.ok());
    for (int j = 0; j < 10; ++j) {
      const Json event = random.MakeEvent(1);
      INFO(event.dump());
      REQUIRE(document.Parse(event.dump()).ok());
      const bool matches = filter->Matches(document);
      REQUIRE(matches == Expected(tree, event));
      matched += matches ? 1u : 0u;
      ++turns;
    }
  }
  // Filters that never or always match would prove little.
  CHECK(turns == 4000);
  CHECK(matched > turns / 10);
  CHECK(matched < turns * 9 / 10);
}

}  // namespace gamevents::event
