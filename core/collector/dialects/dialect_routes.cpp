#include "core/collector/dialects/dialect_routes.h"

#include "core/base/text.h"
#include "core/collector/dialects/foreign_json.h"
#include "core/collector/dialects/sdk_answer.h"
#include "core/collector/dialects/translate.h"
#include "core/collector/gate/api_keys.h"
#include "core/collector/request/body.h"
#include "core/collector/request/headers.h"
#include "core/collector/request/json_text.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace gamevents::collector {
namespace {

// The texts of these are API keys, in whichever dialect: serve.rejected_topic does not get them.
constexpr auto kSecretNames =
    std::to_array<std::string_view>({"writeKey", "api_key", "token", "$token"});
constexpr std::string_view kAnyObject = R"({"type":["object","array"]})";

// What all routes share.
struct Speaker {
  DialectOptions options;
  const Ingest& ingest;
  const Clock& clock;
};

// The rows of one path: of one dialect, or of two that share it.
using Rows = std::vector<const Endpoint*>;

// The row whose array the body has, which is put in `array`; else the first.
const Endpoint& RowOf(const Rows& rows, std::string_view body,
                      std::optional<std::string_view>& array) {
  for (const Endpoint* row : rows) {
    if (row->array.empty()) continue;
    const auto found = ValueAt(body, row->array);
    if (!found || !*found || !(*found)->starts_with('[')) continue;
    array = **found;
    return *row;
  }
  return *rows.front();
}

// Where the events stand in the body: `array`, which is a part of it, or the body itself.
Result<std::vector<Piece>> FindForeignEvents(std::string_view body,
                                             std::optional<std::string_view> array,
                                             size_t events_max) {
  const size_t begin = SkipSpace(body, body.size() - SkipByteOrderMark(body).size());
  if (begin < body.size() && body[begin] == '[') return Split(body, Shape::kArray, events_max);
  if (!array) {
    if (begin < body.size()) {
      const Status whole = VisitMembers(body.substr(begin), [](auto, auto) {});
      if (!whole) return Error(whole.error());
    }
    return Split(body, Shape::kOne, events_max);
  }
  auto pieces = Split(*array, Shape::kArray, events_max);
  if (!pieces) return pieces;
  const auto offset = static_cast<size_t>(array->data() - body.data());
  for (Piece& piece : *pieces) piece.offset += offset;
  return pieces;
}

ForeignContext ContextOf(const Endpoint& row, const Call& call, std::string_view body) {
  ForeignContext context;
  const Words& words = *row.words;
  if (!words.sent.empty()) {
    const auto sent = ValueAt(body, words.sent);
    if (sent && *sent) context.sent = ReadMoment(**sent);
  }
  if (!words.user_query.empty()) {
    context.user = FormValue(call.request.query, words.user_query).value_or("");
  }
  for (const std::string_view name : words.query) {
    const auto value = name.empty() ? std::nullopt : FormValue(call.request.query, name);
    if (value) context.fields.emplace_back(name, JsonString(*value));
  }
  // The pattern's own names, as "application_id" of "/applications/<application_id>/events".
  size_t part = 0;
  for (size_t at = row.path.find('<'); at != row.path.npos; at = row.path.find('<', at + 1)) {
    const std::string_view name = row.path.substr(at + 1, row.path.find('>', at) - at - 1);
    context.fields.emplace_back(name, JsonString(call.parts[part++]));
  }
  return context;
}

// The first value of an array; empty where it has none, or is none.
std::string_view FirstOf(std::string_view array) {
  const size_t begin = SkipSpace(array, 0);
  if (begin == array.size() || array[begin] != '[') return {};
  const size_t first = SkipSpace(array, begin + 1);
  const size_t end = EndOfValue(array, first);
  return end == array.npos ? std::string_view() : array.substr(first, end - first);
}

// The key that stands in the body, beside the events or in the first of them.
std::optional<std::string> KeyInBody(const Endpoint& row, std::string_view body) {
  std::optional<std::string_view> array;
  RowOf({&row}, body, array);
  const std::string_view first = FirstOf(array.value_or(body));
  for (const std::string_view place : row.words->key) {
    if (place.empty()) break;
    for (const std::string_view object : {body, first}) {
      const auto value = ValueAt(object, place);
      if (!value || !*value) continue;
      if (const auto text = PlainText(**value)) return std::string(*text);
    }
  }
  return std::nullopt;
}

std::optional<std::string> KeyOf(const Rows& rows, const DialectOptions& options,
                                 const http::Request& request) {
  const auto unwrapped = Unwrap(request, options.body_bytes_max);
  const std::string_view body =
      unwrapped && *unwrapped ? std::string_view(**unwrapped) : std::string_view(request.body);
  for (const Endpoint* row : rows) {
    const Words& words = *row->words;
    if (words.key_header == KeyHeader::kBasicName) {
      if (auto basic = PresentedBasic(request.headers); basic && !basic->first.empty()) {
        return std::move(basic->first);
      }
    } else if (words.key_header == KeyHeader::kBare) {
      if (const auto bare = FindHeader(request.headers, "Authorization")) return std::string(*bare);
    }
    if (!words.key_query.empty()) {
      if (auto key = FormValue(request.query, words.key_query)) return key;
    }
    if (auto key = KeyInBody(*row, body)) return key;
  }
  return std::nullopt;
}

// A form of Mixpanel's says so itself, or the query does.
bool IsVerbose(const Endpoint& row, const http::Request& request) {
  if (row.answer != AnswerForm::kMixpanel && row.answer != AnswerForm::kImport) return false;
  return FormValue(request.query, "verbose") == "1" || FormValue(request.body, "verbose") == "1";
}

void OnRequest(const Speaker& speaker, const Rows& rows, Call&& call) {
  SdkAnswer answer;
  answer.received_at = speaker.clock.Now();
  answer.body_bytes = call.request.body.size();
  answer.verbose = IsVerbose(*rows.front(), call.request);
  if (rows.front()->answer == AnswerForm::kFlags) {
    answer.form = AnswerForm::kFlags;
    return call.reply(AnswerSdk(answer, {}));
  }
  auto unwrapped = Unwrap(call.request, speaker.options.body_bytes_max);
  ForeignRequest foreign{std::vector<Piece>(), {}, {}, kSecretNames};
  const Endpoint* row = rows.front();
  if (!unwrapped) {
    // Nobody knows where the key is in it, so it is not kept.
    call.request.body.clear();
    foreign.events = std::move(unwrapped).error();
  } else {
    if (*unwrapped) call.request.body = std::move(**unwrapped);
    std::optional<std::string_view> array;
    const std::string_view body = call.request.body;
    row = &RowOf(rows, body, array);
    foreign.events = FindForeignEvents(body, array, speaker.options.events_max);
  }
  answer.form = row->answer;
  foreign.translate = [row, context = ContextOf(*row, call, call.request.body)](
                          std::string_view text, TimestampMs received_at) mutable {
    context.received_at = received_at;
    return Translate(text, *row, context);
  };
  foreign.answer = [answer, row, on_refused = speaker.options.on_refused](const Tally& tally) {
    if (on_refused && tally.refused > 0) on_refused(row->dialect, tally.refused);
    return AnswerSdk(answer, tally);
  };
  speaker.ingest.Take(std::move(call), std::move(foreign));
}

Route RouteOf(const std::shared_ptr<const Speaker>& speaker, const Rows& rows) {
  const Endpoint& first = *rows.front();
  const bool flags = first.answer == AnswerForm::kFlags;
  Route route{{"POST"},
              first.path,
              flags ? Access::kAny : Access::kWrite,
              flags ? "there are no feature flags" : "stores events of an SDK (docs/sdks.md)",
              [speaker, rows](Call&& call) { OnRequest(*speaker, rows, std::move(call)); }};
  if (first.get) {
    route.methods.emplace_back("GET");
    route.query = {{"data", "of a GET: the events, as JSON or base64 of it"}};
  }
  route.trailing_slash = true;
  route.find_key = [speaker, rows](const http::Request& request) {
    return KeyOf(rows, speaker->options, request);
  };
  route.bodies = {{"application/json", kAnyObject}};
  route.answers = {
      {200, "every event is stored, or refused for its content", "application/json", "SdkAnswer"}};
  return route;
}

}  // namespace

Result<std::vector<Route>> DialectRoutes(DialectOptions options, const Ingest& ingest,
                                         const Clock& clock) {
  const auto speaker = std::make_shared<const Speaker>(Speaker{std::move(options), ingest, clock});
  const std::vector<std::string>& names = speaker->options.names;
  for (const std::string& name : names) {
    if (std::ranges::find(Endpoints(), name, &Endpoint::dialect) == Endpoints().end()) {
      return Error{Fault::kBadInput, "serve.dialects: there is no dialect " + name};
    }
  }
  std::vector<Rows> paths;
  for (const Endpoint& row : Endpoints()) {
    if (std::ranges::find(names, row.dialect) == names.end()) continue;
    const auto same = std::ranges::find_if(
        paths, [&](const Rows& rows) { return rows.front()->path == row.path; });
    if (same == paths.end()) {
      paths.push_back({&row});
    } else {
      same->push_back(&row);
    }
  }
  std::vector<Route> routes;
  for (const Rows& rows : paths) routes.push_back(RouteOf(speaker, rows));
  return routes;
}

}  // namespace gamevents::collector
