#include "core/dashboard/controls.h"

#include "core/event/filter.h"
#include "core/event/filter_conditions.h"
#include "core/report/write/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::dashboard {
namespace {

using report::HtmlText;

/// A range that has a link of its own.
struct NamedRange {
  std::string_view since;
  std::string_view text;
};
constexpr auto kRanges = std::to_array<NamedRange>(
    {{"15m", "15 min"}, {"1h", "1 h"}, {"24h", "24 h"}, {"7d", "7 d"}, {"", "All"}});

/// A link among others of which one is chosen.
std::string Choice(const Query& query, std::string_view text, bool is_chosen) {
  return fmt::format("<a href=\"{}\"{}>{}</a>\n", HtmlText(AddressOf(query)),
                     is_chosen ? " aria-current=\"true\"" : "", text);
}

std::string Ranges(const Query& query) {
  std::string out = "<nav class=\"choices\" aria-label=\"Range\">\n";
  for (const NamedRange& range : kRanges) {
    Query other = query;
    other.since = range.since;
    other.until.clear();
    if (other.since.empty()) other.compare.clear();
    out += Choice(other, range.text, other.since == query.since && query.until.empty());
  }
  return out + "</nav>\n";
}

/// A part of a query that is empty or one word, and what is shown for both.
struct Switch {
  std::string_view label;
  std::string Query::* part;
  std::string_view word;
  std::string_view without;
  std::string_view with;
};

std::string Switched(const Query& query, const Switch& parts) {
  std::string out = fmt::format("<nav class=\"choices\" aria-label=\"{}\">\n", parts.label);
  const bool is_on = !(query.*parts.part).empty();
  Query other = query;
  (other.*parts.part).clear();
  out += Choice(other, parts.without, !is_on);
  other.*parts.part = parts.word;
  out += Choice(other, parts.with, is_on);
  return out + "</nav>\n";
}

std::string Times(const Query& query) {
  return Switched(query,
                  {"Which time counts", &Query::time, kEventTime, "Record time", "Event time"});
}

/// Only a range has a period before it.
std::string Comparison(const Query& query) {
  if (query.since.empty()) return {};
  return Switched(query,
                  {"Held against", &Query::compare, kPrevious, "Alone", "With the period before"});
}

/// A field of the form, with its label.
std::string Field(std::string_view name, std::string_view label, const std::string& text,
                  std::string_view example) {
  return fmt::format(
      "<label>{} <input name=\"{}\" value=\"{}\" placeholder=\"{}\" autocomplete=\"off\" "
      "autocapitalize=\"off\" spellcheck=\"false\"></label>\n",
      label, name, HtmlText(text), HtmlText(example));
}

/// What the form passes on as it is.
std::string Hidden(std::string_view name, const std::string& text) {
  if (text.empty()) return {};
  return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", name, HtmlText(text));
}

std::string Form(const Scope& scope) {
  const Query& query = scope.query;
  const bool is_named =
      query.until.empty() && query.tz.empty() &&
      std::ranges::find(kRanges, query.since, &NamedRange::since) != kRanges.end();
  std::string out = "<form action=\"dashboard\" role=\"search\" aria-label=\"Filter and range\">\n";
  out += Field("where", "Filter", query.where, "kind = sword and price > 10");
  out += "<button>Show</button>\n";
  out += fmt::format("<details{}>\n<summary>Another range or time zone</summary>\n<div>\n",
                     is_named ? "" : " open");
  out += Field("since", "Since", query.since, "2h, yesterday, 2026-11-23T10:00");
  out += Field("until", "Until", query.until, "now");
  out += Field("tz", "Time zone", query.tz, scope.zone_name);
  out += "</div>\n</details>\n";
  return out + Hidden("time", query.time) + Hidden("compare", query.compare) + "</form>\n";
}

std::string Conditions(const Query& query) {
  if (query.where.empty()) return {};
  const std::vector<std::string> conditions = event::ConditionsOf(query.where);
  std::string out = "<ul class=\"conditions\" aria-label=\"Only events with\">\n";
  for (size_t i = 0; i < conditions.size(); ++i) {
    std::vector<std::string> others = conditions;
    others.erase(others.begin() + static_cast<ptrdiff_t>(i));
    Query without = query;
    without.where = event::JoinConditions(others);
    const std::string text = HtmlText(conditions[i]);
    out += fmt::format(
        "<li><code>{0}</code> <a href=\"{1}\" aria-label=\"Remove the condition {0}\">×</a></li>\n",
        text, HtmlText(AddressOf(without)));
  }
  return out + "</ul>\n";
}

/// As ItemColumn finds what an event is about.
std::string ConditionOfItem(const std::string& item) {
  return fmt::format("(item = {0} or not item != null and event_type = {1})",
                     event::QuoteText(item), event::QuoteText("purchase_" + item));
}

}  // namespace

std::string ControlsOf(const Scope& scope) {
  const Query& query = scope.query;
  return "<div class=\"controls\">\n" + Ranges(query) + Times(query) + Comparison(query) +
         Form(scope) + Conditions(query) + "</div>\n";
}

std::string AddressOfBar(const Query& query, report::OverviewPart part, const std::string& value) {
  std::string condition;
  switch (part) {
    case report::OverviewPart::kType:
      condition = "event_type = " + event::QuoteText(value);
      break;
    case report::OverviewPart::kItem:
      condition = ConditionOfItem(value);
      break;
    case report::OverviewPart::kUser:
      condition = "_user = " + event::QuoteText(value);
      break;
  }
  const auto narrower = WithCondition(query, condition);
  return narrower ? AddressOf(*narrower) : "";
}

}  // namespace gamevents::dashboard
