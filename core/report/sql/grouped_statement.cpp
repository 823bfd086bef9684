// A statement is looked at token by token. Whatever is not known for certain ends it: SQLite
// answers then from the events themselves. What is known keeps its tokens, and only fields and
// aggregates are replaced, each by one operand in parentheses or a name, so SQLite reads the rest
// as before.

#include "core/report/sql/grouped_statement.h"

#include "core/base/ascii.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

namespace gamevents::report::sql {
namespace {

enum class Kind : uint8_t { kName, kQuoted, kInteger, kText, kSign, kEnd, kUnknown };

struct Token {
  Kind kind = Kind::kEnd;
  std::string_view written;  ///< as it stands in the statement
  std::string value;         ///< of a quoted name or a text; of a bare name in lower case
};

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsInName(char c) { return IsNameStart(c) || IsDigit(c) || c == '$'; }

/// Cuts a statement into tokens, a small part of SQLite's.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : rest_(text) { Advance(); }

  const Token& now() const { return now_; }
  Token Take() {
    Token taken = std::move(now_);
    Advance();
    return taken;
  }
  bool IsWord(std::string_view word) const {
    return now_.kind == Kind::kName && now_.value == word;
  }
  bool IsSign(std::string_view sign) const {
    return now_.kind == Kind::kSign && now_.written == sign;
  }
  bool TakeWord(std::string_view word) { return IsWord(word) && Skip(); }
  bool TakeSign(std::string_view sign) { return IsSign(sign) && Skip(); }

 private:
  bool Skip() {
    Advance();
    return true;
  }

  void Advance() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\f\r"), rest_.size()));
    now_ = {};
    if (rest_.empty()) return;
    const char c = rest_.front();
    if (IsNameStart(c)) {
      Cut(Kind::kName, EndOf(IsInName));
      now_.value = Lower(now_.written);
    } else if (IsDigit(c)) {
      Cut(Kind::kInteger, EndOf(IsDigit));
    } else if (c == '"' || c == '\'') {
      CutQuoted(c);
    } else {
      CutSign();
    }
    // x'61', 1.5, 12a, 0x1F and "a""b" in parts are others than what they begin with.
    const bool word = now_.kind == Kind::kName || now_.kind == Kind::kInteger;
    const char next = rest_.empty() ? ' ' : rest_.front();
    if (word && (IsInName(next) || next == '.' || next == '\'' || next == '"')) {
      now_.kind = Kind::kUnknown;
    }
  }

  size_t EndOf(bool (*belongs)(char)) const {
    return static_cast<size_t>(std::ranges::find_if_not(rest_, belongs) - rest_.begin());
  }

  void Cut(Kind kind, size_t size) {
    now_.kind = kind;
    now_.written = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }

  void CutQuoted(char quote) {
    for (size_t at = 1; at < rest_.size(); ++at) {
      if (rest_[at] == quote) {
        at += 1;
        if (at == rest_.size() || rest_[at] != quote) {
          return Cut(quote == '"' ? Kind::kQuoted : Kind::kText, at);
        }
      }
      now_.value.push_back(rest_[at]);
    }
    Cut(Kind::kUnknown, 1);
  }

  void CutSign() {
    constexpr auto kSigns = std::to_array<std::string_view>(
        {"==", "<>", "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", "*", "-", ";"});
    const auto sign = std::ranges::find_if(kSigns, [this](auto s) { return rest_.starts_with(s); });
    // "--" begins a comment.
    const bool known = sign != kSigns.end() && !rest_.starts_with("--");
    Cut(known ? Kind::kSign : Kind::kUnknown, known ? sign->size() : 1);
  }

  std::string_view rest_;
  Token now_;
};

bool IsFieldName(const Token& token) {
  if (token.kind == Kind::kQuoted) return !token.value.empty();
  if (token.kind != Kind::kName || token.value == "true" || token.value == "false") return false;
  return sqlite3_keyword_check(token.written.data(), static_cast<int>(token.written.size())) == 0;
}

/// The name that a token stands for, as it was written.
std::string NameOf(const Token& token) {
  return token.kind == Kind::kQuoted ? token.value : std::string(token.written);
}

class Reader {
 public:
  explicit Reader(std::string_view statement) : tokens_(statement) {}

  std::optional<GroupedStatement> Read() {
    if (!tokens_.TakeWord("select") || !ReadResults()) return std::nullopt;
    const Token table = tokens_.Take();
    if (Lower(NameOf(table)) != "events" || !IsFieldName(table)) return std::nullopt;
    over_ += fmt::format(" FROM \"{}\"", kGroupsTable);
    if (tokens_.TakeWord("where") && !ReadTests()) return std::nullopt;
    if (!ReadGroups() || !ReadClause("having") || !ReadClause("order") || !ReadClause("limit")) {
      return std::nullopt;
    }
    while (tokens_.TakeSign(";")) {
    }
    if (tokens_.now().kind != Kind::kEnd || !IsWhole()) return std::nullopt;
    read_.over_groups = std::move(over_);
    return std::move(read_);
  }

 private:
  enum class Before : uint8_t { kOperand, kOther };

  /// What the results, HAVING, ORDER BY and LIMIT are made of, up to one of `ends`.
  bool ReadExpressions(std::initializer_list<std::string_view> ends) {
    int depth = 0;
    Before before = Before::kOther;
    while (depth > 0 || !IsOneOf(ends)) {
      const bool operand = before == Before::kOperand;
      if (tokens_.IsSign("(") && !operand) {
        depth += 1;
      } else if (tokens_.IsSign(")") && operand && depth > 0) {
        depth -= 1;
      } else if (operand ? IsBetweenOperands() : IsPrefix()) {
        before = IsAfterOperand() ? Before::kOperand : Before::kOther;
      } else if (!operand && ReadOperand()) {
        before = Before::kOperand;
        continue;
      } else {
        return false;
      }
      Keep(tokens_.Take().written);
    }
    return before == Before::kOperand;
  }

  bool IsOneOf(std::initializer_list<std::string_view> words) const {
    if (tokens_.now().kind == Kind::kEnd || tokens_.IsSign(";")) return true;
    return std::ranges::any_of(words, [this](auto word) { return tokens_.IsWord(word); });
  }
  bool IsPrefix() const { return tokens_.IsWord("not"); }
  bool IsAfterOperand() const { return tokens_.IsWord("asc") || tokens_.IsWord("desc"); }
  bool IsBetweenOperands() const {
    constexpr auto kSigns =
        std::to_array<std::string_view>({"=", "==", "<>", "!=", "<", "<=", ">", ">=", ","});
    const auto is_now = [this](auto sign) { return tokens_.IsSign(sign); };
    return IsAfterOperand() || tokens_.IsWord("and") || tokens_.IsWord("or") ||
           tokens_.IsWord("offset") || std::ranges::any_of(kSigns, is_now);
  }

  /// A number, a text, a name given with AS, a key or an aggregate.
  bool ReadOperand() {
    const Token token = tokens_.Take();
    if (token.kind == Kind::kInteger || token.kind == Kind::kText) return Keep(token.written);
    if (token.kind == Kind::kName && tokens_.IsSign("(")) return ReadAggregate(token.value);
    if (!IsFieldName(token)) return false;
    if (has_names_ && IsAlias(NameOf(token))) return Keep(token.written);
    const size_t field = FieldOf(token);
    bare_.push_back(field);
    return Keep(fmt::format("\"{}\"", GroupColumn(GroupPart::kKey, field)));
  }

  bool ReadAggregate(std::string_view function) {
    tokens_.TakeSign("(");
    has_aggregate_ = true;
    if (tokens_.TakeSign("*")) {
      Keep(fmt::format("coalesce(sum(\"{}\"),0)", kGroupCount));
      return function == "count" && tokens_.TakeSign(")");
    }
    const Token token = tokens_.Take();
    if (!IsFieldName(token) || !tokens_.TakeSign(")")) return false;
    const size_t at = FieldOf(token);
    GroupedField& field = read_.fields[at];
    const auto sum = [at](GroupPart part, std::string_view of) {
      return fmt::format("{}(\"{}\")", of, GroupColumn(part, at));
    };
    if (function == "count") {
      field.counted = true;
      return Keep(fmt::format("coalesce({},0)", sum(GroupPart::kCount, "sum")));
    }
    if (function == "sum") {
      field.summed = true;
      return Keep(sum(GroupPart::kSum, "sum"));
    }
    if (function == "avg") {
      field.averaged = true;
      return Keep(
          fmt::format("({}*1.0/{})", sum(GroupPart::kSum, "sum"), sum(GroupPart::kCount, "sum")));
    }
    if (function != "min" && function != "max") return false;
    field.compared = true;
    return Keep(sum(function == "min" ? GroupPart::kLeast : GroupPart::kMost, function));
  }

  /// The results, each one operand, with its name if it has one.
  bool ReadResults() {
    do {
      if (!results_.empty()) Keep(",");
      const size_t bare = bare_.size();
      if (!ReadOperand()) return false;
      results_.push_back(bare_.size() > bare ? std::optional(bare_.back()) : std::nullopt);
      if (!tokens_.TakeWord("as")) continue;
      const Token alias = tokens_.Take();
      if (!IsFieldName(alias)) return false;
      read_.aliases.push_back(NameOf(alias));
      Keep("AS");
      Keep(alias.written);
    } while (tokens_.TakeSign(","));
    has_names_ = true;
    of_one_group_ = has_aggregate_;
    return tokens_.TakeWord("from");
  }

  bool IsAlias(std::string_view name) const {
    return std::ranges::any_of(read_.aliases, [name](const std::string& alias) {
      return EqualsIgnoringCase(alias, name);
    });
  }

  bool ReadTests() {
    do {
      const Token name = tokens_.Take();
      if (!IsFieldName(name)) return false;
      GroupedTest test{.field = FieldOf(name)};
      if (!ReadTest(test)) return false;
      read_.tests.push_back(std::move(test));
    } while (tokens_.TakeWord("and"));
    return true;
  }

  bool ReadTest(GroupedTest& test) {
    if (tokens_.TakeWord("is")) {
      test.op = tokens_.TakeWord("not") ? Operator::kIsNotNull : Operator::kIsNull;
      return tokens_.TakeWord("null");
    }
    if (tokens_.TakeWord("in")) {
      test.op = Operator::kIn;
      if (!tokens_.TakeSign("(")) return false;
      do {
        if (!ReadLiteral(test)) return false;
      } while (tokens_.TakeSign(","));
      return tokens_.TakeSign(")");
    }
    struct Sign {
      std::string_view written;
      Operator op;
      bool negated = false;
    };
    constexpr auto kSigns = std::to_array<Sign>({{"=", Operator::kEqual},
                                                 {"==", Operator::kEqual},
                                                 {"<>", Operator::kEqual, true},
                                                 {"!=", Operator::kEqual, true},
                                                 {"<", Operator::kLess},
                                                 {"<=", Operator::kLessOrEqual},
                                                 {">", Operator::kGreater},
                                                 {">=", Operator::kGreaterOrEqual}});
    const auto sign =
        std::ranges::find_if(kSigns, [this](const Sign& s) { return tokens_.IsSign(s.written); });
    if (sign == kSigns.end()) return false;
    tokens_.Take();
    test.op = sign->op;
    test.negated = sign->negated;
    return ReadLiteral(test);
  }

  bool ReadLiteral(GroupedTest& test) {
    const bool negative = tokens_.TakeSign("-");
    const Token token = tokens_.Take();
    if (token.kind == Kind::kText && !negative) {
      test.operands.emplace_back(token.value);
      return true;
    }
    int64_t number = 0;
    const char* const end = token.written.data() + token.written.size();
    if (token.kind != Kind::kInteger ||
        std::from_chars(token.written.data(), end, number).ec != std::errc{}) {
      return false;
    }
    test.operands.emplace_back(negative ? -number : number);
    return true;
  }

  bool ReadGroups() {
    if (!tokens_.TakeWord("group")) return true;
    if (!tokens_.TakeWord("by")) return false;
    has_groups_ = true;
    std::string_view before = " GROUP BY ";
    do {
      const Token token = tokens_.Take();
      const auto key = KeyOf(token);
      if (!key) return false;
      read_.fields[*key].is_key = true;
      over_ +=
          fmt::format("{}\"{}\"", std::exchange(before, ", "), GroupColumn(GroupPart::kKey, *key));
    } while (tokens_.TakeSign(","));
    return true;
  }

  /// A field, or a result by its place.
  std::optional<size_t> KeyOf(const Token& token) {
    if (IsFieldName(token)) return FieldOf(token);
    size_t place = 0;
    const char* const end = token.written.data() + token.written.size();
    if (token.kind != Kind::kInteger ||
        std::from_chars(token.written.data(), end, place).ec != std::errc{} || place == 0 ||
        place > results_.size()) {
      return std::nullopt;
    }
    return results_[place - 1];
  }

  bool ReadClause(std::string_view clause) {
    if (!tokens_.IsWord(clause)) return true;
    Keep(tokens_.Take().written);
    if (clause == "order") {
      if (!tokens_.IsWord("by")) return false;
      Keep(tokens_.Take().written);
    }
    return ReadExpressions({"order", "limit"});
  }

  /// Whether each name is a key or given with AS, and which of the two is certain.
  bool IsWhole() {
    const auto is_key = [this](size_t field) { return read_.fields[field].is_key; };
    if (!std::ranges::all_of(bare_, is_key)) return false;
    if (!has_groups_ && !of_one_group_) return false;
    for (size_t i = 1; i < read_.aliases.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (EqualsIgnoringCase(read_.aliases[i], read_.aliases[j])) return false;
      }
    }
    return std::ranges::none_of(read_.fields,
                                [this](const GroupedField& field) { return IsAlias(field.name); });
  }

  size_t FieldOf(const Token& token) {
    const std::string name = NameOf(token);
    const auto found = std::ranges::find(read_.fields, name, &GroupedField::name);
    if (found != read_.fields.end()) return static_cast<size_t>(found - read_.fields.begin());
    read_.fields.push_back({.name = name});
    return read_.fields.size() - 1;
  }

  bool Keep(std::string_view written) {
    over_.append(" ").append(written);
    return true;
  }

  Tokens tokens_;
  GroupedStatement read_;
  std::string over_ = "SELECT";  ///< the statement over kGroupsTable, as far as it is made
  std::vector<std::optional<size_t>> results_;  ///< of each, the field that it is
  std::vector<size_t> bare_;                    ///< fields outside aggregates
  bool has_names_ = false;                      ///< names of results count from now on
  bool has_aggregate_ = false;
  bool of_one_group_ = false;  ///< without GROUP BY: one of the results is an aggregate
  bool has_groups_ = false;
};

}  // namespace

std::string GroupColumn(GroupPart part, size_t field) {
  return fmt::format("#{}{}", static_cast<char>(part), field);
}

std::optional<GroupedStatement> ReadGrouped(std::string_view statement) {
  return Reader(statement).Read();
}

}  // namespace gamevents::report::sql
