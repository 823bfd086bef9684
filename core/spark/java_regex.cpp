#include "core/spark/java_regex.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace gamevents::spark {
namespace {

/// Only a line feed ends a line, as in RE2.
constexpr std::string_view kUnixLines = "(?d)";
constexpr std::string_view kSpaces = "\\t\\n\\f\\r ";
constexpr std::string_view kWordEdge =
    "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))";
constexpr std::string_view kNoWordEdge =
    "(?:(?<=[0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<![0-9A-Za-z_])(?![0-9A-Za-z_]))";

/// RE2's [:name:] and what Java calls it after \p or \P.
constexpr auto kPosixClasses = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"alnum", "{Alnum}"},
    {"alpha", "{Alpha}"},
    {"ascii", "{ASCII}"},
    {"blank", "{Blank}"},
    {"cntrl", "{Cntrl}"},
    {"digit", "{Digit}"},
    {"graph", "{Graph}"},
    {"lower", "{Lower}"},
    {"print", "{Print}"},
    {"punct", "{Punct}"},
    {"space", "{Space}"},
    {"upper", "{Upper}"},
    {"xdigit", "{XDigit}"},
});

bool IsOctal(char c) { return c >= '0' && c <= '7'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// Reads the pattern once, from left to right. It is sound: RE2 has taken it.
class Translation {
 public:
  explicit Translation(std::string_view pattern) : in_(pattern), out_(kUnixLines) {}

  Result<std::string> Run() {
    while (!in_.empty() && flaw_.empty()) One();
    if (flaw_.empty()) return std::move(out_);
    return Error{Fault::kUnsupported,
                 fmt::format("Spark's expressions are Java's, which have no {}", flaw_)};
  }

 private:
  bool Next(std::string_view text) const { return in_.starts_with(text); }

  void Take(size_t count, std::string_view as) {
    in_.remove_prefix(count);
    out_ += as;
  }
  void Copy(size_t count) {
    const size_t length = std::min(count, in_.size());
    Take(length, in_.substr(0, length));
  }

  void One() {
    switch (in_.front()) {
      case '\\':
        return Escape(false);
      case '[':
        return Class();
      case '(':
        return Open();
      case '$':
        return Take(1, "\\z");  // Java's own also stands before a last line break.
      case '{':
        return IsRepetition() ? Copy(1) : Take(1, "\\{");
      default:
        return Copy(1);
    }
  }

  /// Whether a repetition begins here, {2}, {2,} or {2,3}; any other brace is a character.
  bool IsRepetition() const {
    size_t at = 1;
    while (at < in_.size() && IsDigit(in_[at])) ++at;
    if (at == 1 || at == in_.size()) return false;
    if (in_[at] == ',') ++at;
    while (at < in_.size() && IsDigit(in_[at])) ++at;
    return at < in_.size() && in_[at] == '}';
  }

  void Open() {
    if (!Next("(?")) return Copy(1);
    if (Next("(?P<") || Next("(?<")) return Take(in_.find('>') + 1, "(?:");
    Copy(2);
    for (; !in_.empty() && in_.front() != ')' && in_.front() != ':'; in_.remove_prefix(1)) {
      const char flag = in_.front();
      if (flag == 'm' || flag == 'U') flaw_ = fmt::format("flag {} of this meaning", flag);
      out_ += flag == 'i' ? std::string_view("iu") : std::string_view(&flag, 1);
    }
    if (!in_.empty()) Copy(1);
  }

  void Escape(bool in_class) {
    const char escaped = in_.size() > 1 ? in_[1] : '\\';
    if (IsOctal(escaped)) return Octal();
    switch (escaped) {
      case 'Q':
        return Quoted();
      case 'C':
        flaw_ = "\\C (one byte)";
        return;
      case 'v':
        return Take(2, "\\x0B");
      case 's':
        return Take(2, in_class ? std::string(kSpaces) : fmt::format("[{}]", kSpaces));
      case 'S':
        if (in_class) flaw_ = "\\S in a class that means the same";
        return Take(2, fmt::format("[^{}]", kSpaces));
      case 'b':
        return Take(2, kWordEdge);
      case 'B':
        return Take(2, kNoWordEdge);
      case 'p':
      case 'P':
        return Property();
      case 'x':
        return Copy(in_.size() > 2 && in_[2] == '{' ? in_.find('}') + 1 : 4);
      default:
        return Copy(2);
    }
  }

  void Octal() {
    unsigned value = 0;
    size_t length = 1;
    for (; length < 4 && length < in_.size() && IsOctal(in_[length]); ++length) {
      value = value * 8 + static_cast<unsigned>(in_[length] - '0');
    }
    Take(length, fmt::format("\\x{{{:X}}}", value));
  }

  void Quoted() {
    const size_t end = in_.find("\\E");
    Copy(end == std::string_view::npos ? in_.size() : end + 2);
  }

  /// \pL and \p{Lu} are the same in both; a script is \p{Greek} in RE2, \p{IsGreek} in Java.
  void Property() {
    const size_t end = in_.size() > 2 && in_[2] == '{' ? in_.find('}') : std::string_view::npos;
    if (end == std::string_view::npos) return Copy(3);
    std::string_view name = in_.substr(3, end - 3);
    bool negated = in_[1] == 'P';
    if (name.starts_with('^')) {
      name.remove_prefix(1);
      negated = !negated;
    }
    if (name == "Any") flaw_ = "\\p{Any}";
    const std::string_view kind = name.size() > 2 ? "Is" : "";
    Take(end + 1, fmt::format("\\{}{{{}{}}}", negated ? 'P' : 'p', kind, name));
  }

  void Class() {
    Copy(1);
    if (Next("^")) Copy(1);
    if (Next("]")) Take(1, "\\]");  // The first one is a member.
    while (!in_.empty() && in_.front() != ']' && flaw_.empty()) {
      if (Next("[:")) {
        PosixClass();
      } else if (in_.front() == '\\') {
        Escape(true);
      } else if (in_.front() == '[' || in_.front() == '&') {
        Take(1, in_.front() == '[' ? "\\[" : "\\&");  // In Java classes nest and intersect.
      } else {
        Copy(1);
      }
    }
    if (!in_.empty()) Copy(1);
  }

  void PosixClass() {
    const size_t end = in_.find(":]");
    if (end == std::string_view::npos) return Take(1, "\\[");
    std::string_view name = in_.substr(2, end - 2);
    const bool negated = name.starts_with('^');
    if (negated) name.remove_prefix(1);
    if (name == "word") return Take(end + 2, negated ? "\\W" : "\\w");
    const auto* known =
        std::ranges::find(kPosixClasses, name, [](const auto& row) { return row.first; });
    if (known == kPosixClasses.end()) return Take(1, "\\[");
    Take(end + 2, fmt::format("\\{}{}", negated ? 'P' : 'p', known->second));
  }

  std::string_view in_;
  std::string out_;
  std::string flaw_;
};

}  // namespace

Result<std::string> ToJavaRegex(std::string_view pattern) { return Translation(pattern).Run(); }

}  // namespace gamevents::spark
