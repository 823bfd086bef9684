#pragma once

#include "core/http/message.h"
#include "core/problem/problem.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::collector {

/// Arguments of one request; beyond it the request is refused.
inline constexpr size_t kArgumentsMax = 32;

/// What a request names beside its path: the parameters of its query (`type=katana&quantity=2`,
/// percent-encoded, '+' a space) and, of a request with a body, the fields of its JSON object.
class Arguments {
 public:
  /// Problems: kUnknownArgument: a name that is not among `known`; kInvalidArgument: a duplicate; a
  /// value that is not UTF-8, or in the body neither text nor a whole number; kMalformedBody: a
  /// body that is no JSON object.
  static problem::OrProblem<Arguments> Read(const http::Request& request,
                                            std::span<const std::string_view> known);

  /// What is wrong where the query of a request to a route that takes none names something.
  static std::optional<problem::Problem> ExpectNone(const http::Request& request);

  /// As Read, of the query alone: the body is something else.
  static problem::OrProblem<Arguments> ReadQueryAlone(const http::Request& request,
                                                      std::span<const std::string_view> known);

  /// The value, if it is there.
  std::optional<std::string_view> Find(std::string_view name) const;

  /// The value, or nothing when it is missing or empty.
  std::string Text(std::string_view name) const;

  struct Range {
    int64_t min;
    int64_t max;
  };
  /// The value as a whole number, or nothing when it is missing. Problems: kInvalidArgument, naming
  /// the range.
  problem::OrProblem<std::optional<int64_t>> Number(std::string_view name, Range range) const;

 private:
  using Flaw = std::optional<problem::Problem>;  // what is wrong; nothing: all is well
  Flaw Add(std::string name, std::string value, std::span<const std::string_view> known);
  Flaw ReadQuery(std::string_view query, std::span<const std::string_view> known);
  Flaw ReadBody(std::string_view body, std::span<const std::string_view> known);

  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace gamevents::collector
