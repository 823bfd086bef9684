#pragma once

#include "core/http/message.h"

#include <ctime>
#include <string>
#include <string_view>

namespace gamevents::http {

/// What an answer's form takes from its request and its connection.
struct AnswerForm {
  bool head_only = false;  ///< the request was a HEAD
  bool http_1_0 = false;   ///< the client must be told that the connection is kept
  bool close = false;      ///< the connection ends with this answer
};

/// Writes answers as they go over the wire (RFC 9112), in HTTP/1.1. Not thread-safe: it keeps the
/// first lines of the last answer: most are the same until the date changes, once a second.
class AnswerWriter {
 public:
  /// Appends the answer's head and, unless `form` says otherwise, its body. What a handler put into
  /// a header cannot end that header: control characters are written as spaces, and a header whose
  /// name is no token is left out. So are those that are written here: Date, Connection,
  /// Content-Length, Transfer-Encoding. Of a streamed answer it appends the head alone, which for a
  /// client of HTTP/1.0 must say that the connection ends with it (`form.close`).
  void Append(std::string& out, const Response& response, const AnswerForm& form);

 private:
  // The lines down to those of the content's type.
  struct FirstLines {
    std::time_t second = 0;
    int status = 0;
    std::string content_type;
    std::string text;
  };

  const std::string& FirstLinesOf(const Response& response);

  FirstLines first_;
};

/// Appends one chunk of a streamed answer; its end when `piece` is empty (RFC 9112 section 7.1).
void AppendChunk(std::string& out, std::string_view piece);

/// The phrase that goes with a status: "Not Found"; for an unknown one that of its class.
std::string_view ReasonPhrase(int status);

}  // namespace gamevents::http
