#pragma once

#include "core/http/front_end.h"
#include "tests/unit/catch.h"

#include <memory>
#include <string>
#include <utility>

namespace gamevents::http {

/// Options of a front end on an ephemeral port of 127.0.0.1 with so many event loops; 0: one a
/// core.
inline FrontEndOptions OnAnyPort(int threads = 1) {
  FrontEndOptions options;
  options.port = 0;
  options.threads = threads;
  return options;
}

/// A handler that tells what it was asked: "METHOD PATH QUERY BODY-BYTES ADDRESS", and a line for
/// each header.
inline void Echo(const Request& request, const Reply& reply) {
  Response response;
  response.body = request.method + " " + request.path + " " + request.query + " " +
                  std::to_string(request.body.size()) + " " + request.remote_ip;
  for (const auto& [name, value] : request.headers) response.body += "\n" + name + ": " + value;
  reply(std::move(response));
}

/// A front end that is known to run.
inline std::unique_ptr<FrontEnd> Start(const FrontEndOptions& options, Handler handler = Echo) {
  auto front_end = FrontEnd::Start(options, std::move(handler));
  REQUIRE(front_end.ok());
  return std::move(front_end).value();
}

}  // namespace gamevents::http
