#pragma once

#include "core/http/message.h"
#include "core/problem/problem.h"

namespace gamevents::http {

/// The answer to a request that is refused: the problem's status, and its detail as a line of text.
/// WriteAs makes JSON of it.
Response RefusalResponse(problem::Problem problem);

/// What the headers of a request ask for.
problem::Asked AskedFor(const Headers& headers);

/// Gives an answer that has a problem the form that its client takes: RFC 9457's where the client
/// asks for JSON; where it says nothing and the route's answers are JSON (`json_by_default`) the
/// same, or plain JSON where the problem has a word for its status; else text. A Retry-After is
/// told in it, too. An answer without a problem stays as it is.
void WriteAs(Response& response, problem::Asked asked, bool json_by_default);

}  // namespace gamevents::http
