#include "core/problem/problem.h"

#include "core/base/ascii.h"
#include "core/base/text.h"

#include <algorithm>

namespace gamevents::problem {
namespace {

std::string Utf8(std::string_view text) {
  std::string out(text);
  if (IsUtf8(text)) return out;
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return out;
}

// Writes members one behind the other.
class Members {
 public:
  void Json(std::string_view members) {
    if (members.empty()) return;
    json_.append(json_.size() > 1 ? "," : "").append(members);
  }
  void Text(std::string_view name, std::string_view text) {
    Name(name);
    AppendJsonString(json_, Utf8(text));
  }
  void OptionalText(std::string_view name, std::string_view text) {
    if (!text.empty()) Text(name, text);
  }
  void Number(std::string_view name, std::optional<int64_t> number) {
    if (!number) return;
    Name(name);
    json_ += std::to_string(*number);
  }
  void Truth(std::string_view name, bool value) {
    Name(name);
    json_ += value ? "true" : "false";
  }
  void Texts(std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    Name(name);
    json_ += '[';
    for (size_t i = 0; i < std::min(texts.size(), kAllowedMax); ++i) {
      if (i > 0) json_ += ',';
      AppendJsonString(json_, Utf8(texts[i]));
    }
    json_ += ']';
  }
  std::string Finish() && { return std::move(json_) + "}"; }

 private:
  void Name(std::string_view name) {
    json_.append(json_.size() > 1 ? ",\"" : "\"").append(name).append("\":");
  }

  std::string json_ = "{";
};

// Whether a parameter of a media range is a weight of 0: "not this one".
bool IsRefused(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view each = Trim(parameters.substr(0, parameters.find(';')));
    parameters.remove_prefix(std::min(parameters.find(';'), parameters.size() - 1) + 1);
    if (each.size() < 3 || (each[0] != 'q' && each[0] != 'Q') || each[1] != '=') continue;
    return each.find_first_not_of("0.", 2) == std::string_view::npos;
  }
  return false;
}

Asked AskedByRange(std::string_view range) {
  const size_t end = std::min(range.find(';'), range.size());
  if (IsRefused(range.substr(std::min(end + 1, range.size())))) return Asked::kOther;
  const std::string name = Lower(Trim(range.substr(0, end)));
  if (name == "application/json" || name == kMediaType) return Asked::kJson;
  return name == "*/*" || name == "application/*" ? Asked::kNothing : Asked::kOther;
}

}  // namespace

Problem Problem::In(std::string_view where) && {
  detail.insert(0, ": ").insert(0, where);
  return std::move(*this);
}

std::string ToJson(const Problem& problem, StatusMember status) {
  const CodeTraits& traits = TraitsOf(problem.code);
  const bool by_word = status == StatusMember::kWord && !problem.status_word.empty();
  Members out;
  if (by_word) out.Text("status", problem.status_word);
  out.Json(problem.members);
  if (!by_word) out.Number("status", traits.status);
  out.Text("type", TypeOf(problem.code));
  out.Text("title", traits.title);
  out.Text("detail", problem.detail);
  out.Text("code", traits.name);
  out.OptionalText("field", problem.field);
  out.Texts("allowed", problem.allowed);
  out.OptionalText("nearest", problem.nearest);
  out.Number("min", problem.min);
  out.Number("max", problem.max);
  out.Truth("retryable", traits.retryable);
  out.Number("retry_after", problem.retry_after);
  return std::move(out).Finish();
}

Asked AskedBy(std::string_view accept) {
  if (accept.empty() || accept == "*/*") return Asked::kNothing;  // what most clients send
  Asked asked = Asked::kOther;
  while (!accept.empty()) {
    const size_t comma = std::min(accept.find(','), accept.size());
    asked = std::max(asked, AskedByRange(accept.substr(0, comma)));
    accept.remove_prefix(std::min(comma + 1, accept.size()));
  }
  return asked;
}

}  // namespace gamevents::problem
