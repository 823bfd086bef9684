#include "core/http/answer_writer.h"

#include "core/base/text.h"
#include "core/http/characters.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace gamevents::http {
namespace {

using namespace std::string_view_literals;

// A number's digits.
class NumberText {
 public:
  explicit NumberText(size_t number, int base = 10)
      : end_(std::to_chars(digits_.data(), digits_.data() + digits_.size(), number, base).ptr) {}
  std::string_view view() const {
    return {digits_.data(), static_cast<size_t>(end_ - digits_.data())};
  }

 private:
  std::array<char, 24> digits_;
  const char* end_;
};

// RFC 9110 sections 8.6 and 15.3.5: neither has a body, nor a Content-Length that speaks of one.
bool HasBody(int status) { return status >= 200 && status != 204 && status != 304; }

void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  AppendAll(out, {name, ": ", value, "\r\n"});
  if (!HasControl(value)) return;
  const size_t begin = out.size() - 2 - value.size();
  for (size_t i = begin; i < begin + value.size(); ++i) {
    if (IsControl(out[i]) && out[i] != '\t') out[i] = ' ';
  }
}

// RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT", whatever the locale is. Empty for a time
// that the calendar does not have.
std::string DateText(std::time_t time) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc = {};
  if (::gmtime_r(&time, &utc) == nullptr) return {};
  std::array<char, 64> text;
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon],
                                   utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return {text.data(), static_cast<size_t>(length)};
}

bool IsWrittenHere(std::string_view name) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"Date", "Connection", "Content-Length", "Transfer-Encoding"});
  return std::ranges::any_of(kNames, [&](auto own) { return EqualsIgnoringCase(own, name); });
}

}  // namespace

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 207:
      return "Multi-Status";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      break;
  }
  // RFC 9110 section 15: an unknown status means what the x00 of its class does.
  return status < 300   ? "OK"
         : status < 400 ? "See Other"
         : status < 500 ? "Bad Request"
                        : "Internal Server Error";
}

void AnswerWriter::Append(std::string& out, const Response& response, const AnswerForm& form) {
  const bool has_body = HasBody(response.status);
  out += FirstLinesOf(response);
  if (has_body && !response.stream) {
    AppendAll(out, {"Content-Length: ", NumberText(response.body.size()).view(), "\r\n"});
  } else if (has_body && !form.http_1_0) {
    out += "Transfer-Encoding: chunked\r\n";
  }
  for (const auto& [name, value] : response.headers) {
    if (IsToken(name) && !IsWrittenHere(name)) AppendHeader(out, name, value);
  }
  const std::string_view caching = response.no_store ? "Cache-Control: no-store\r\n"sv : ""sv;
  const std::string_view connection = form.close      ? "Connection: close\r\n"sv
                                      : form.http_1_0 ? "Connection: keep-alive\r\n"sv
                                                      : ""sv;
  const bool whole = has_body && !form.head_only && !response.stream;
  AppendAll(out, {caching, connection, "\r\n", whole ? std::string_view(response.body) : ""sv});
}

void AppendChunk(std::string& out, std::string_view piece) {
  AppendAll(out, {NumberText(piece.size(), 16).view(), "\r\n", piece, "\r\n"});
}

const std::string& AnswerWriter::FirstLinesOf(const Response& response) {
  const std::time_t now = std::time(nullptr);
  if (now == first_.second && response.status == first_.status &&
      response.content_type == first_.content_type) {
    return first_.text;
  }
  first_ = {now, response.status, std::string(response.content_type), {}};
  AppendAll(first_.text, {"HTTP/1.1 ", NumberText(static_cast<size_t>(response.status)).view(), " ",
                          ReasonPhrase(response.status), "\r\nDate: ", DateText(now), "\r\n"});
  if (HasBody(response.status) && !response.content_type.empty()) {
    AppendHeader(first_.text, "Content-Type", response.content_type);
    first_.text += "X-Content-Type-Options: nosniff\r\n";  // browsers take it for no other type
  }
  return first_.text;
}

}  // namespace gamevents::http
