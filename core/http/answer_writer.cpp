#include "core/http/answer_writer.h"

#include "core/http/characters.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <initializer_list>

namespace gamevents::http {
namespace {

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

// All of them at once, for an answer's head is made of many.
void AppendAll(std::string& out, std::initializer_list<std::string_view> parts) {
  size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  const size_t before = out.size();
  out.resize(before + size);
  char* to = out.data() + before;
  for (const std::string_view part : parts) to += part.copy(to, part.size());
}

void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  AppendAll(out, {name, ": ", value, "\r\n"});
  if (!HasControl(value)) return;
  const size_t begin = out.size() - 2 - value.size();
  for (size_t i = begin; i < begin + value.size(); ++i) {
    if (IsControl(out[i]) && out[i] != '\t') out[i] = ' ';
  }
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
  AppendAll(out, {"HTTP/1.1 ", NumberText(static_cast<size_t>(response.status)).view(), " ",
                  ReasonPhrase(response.status), "\r\nDate: ", Date(), "\r\n"});
  if (HasBody(response.status)) {
    if (!response.content_type.empty()) {
      AppendHeader(out, "Content-Type", response.content_type);
      out += "X-Content-Type-Options: nosniff\r\n";  // no browser is to take it for another type
    }
    if (!response.stream) {
      AppendAll(out, {"Content-Length: ", NumberText(response.body.size()).view(), "\r\n"});
    } else if (!form.http_1_0) {
      out += "Transfer-Encoding: chunked\r\n";
    }
  }
  for (const auto& [name, value] : response.headers) {
    if (IsToken(name) && !IsWrittenHere(name)) AppendHeader(out, name, value);
  }
  if (form.close) {
    out += "Connection: close\r\n";
  } else if (form.http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
  if (!form.head_only && HasBody(response.status) && !response.stream) out += response.body;
}

void AppendChunk(std::string& out, std::string_view piece) {
  AppendAll(out, {NumberText(piece.size(), 16).view(), "\r\n", piece, "\r\n"});
}

// RFC 9110 section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT", whatever the locale is.
std::string_view AnswerWriter::Date() {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t now = std::time(nullptr);
  if (now == date_of_) return date_;
  std::tm utc = {};
  if (::gmtime_r(&now, &utc) == nullptr) return date_;
  std::array<char, 64> text;
  const int length = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays[utc.tm_wday], utc.tm_mday, kMonths[utc.tm_mon],
                                   utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  date_.assign(text.data(), static_cast<size_t>(length));
  date_of_ = now;
  return date_;
}

}  // namespace gamevents::http
