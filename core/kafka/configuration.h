#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"
#include "core/kafka/connection_errors.h"
#include "core/kafka/handles.h"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::kafka {

/// A property that a user may not set to anything but one of `allowed` (separated by spaces; empty:
/// not at all), because a promise of this program hangs on it. `why` says which and what to do.
struct Promise {
  std::string_view property;
  std::string_view allowed;
  std::string_view why;
};

using Properties = std::map<std::string, std::string>;

/// Makes a client of `type` out of our own settings and, over them, the user's properties. Logs go
/// to `connection_errors`, which must outlive the handle; `set_callbacks` may add to the
/// configuration last. Does not wait for a broker. Errors: kBadInput for a property that librdkafka
/// does not know or take (with its text), or that would break one of `promises`.
Result<Handle> OpenHandle(rd_kafka_type_t type, const ClientOptions& options,
                          const Properties& settings, std::span<const Promise> promises,
                          ConnectionErrors& connection_errors,
                          void (*set_callbacks)(rd_kafka_conf_t*) = nullptr);

/// Whether OpenHandle would take the user's properties, without a client that talks to anybody: for
/// another way than librdkafka's that keeps the same promises. Errors: kBadInput as OpenHandle.
Status CheckProperties(rd_kafka_type_t type, const ClientOptions& options,
                       const Properties& settings, std::span<const Promise> promises);

/// An Error of `code` for a call that failed: what the connections say where the code only says
/// that time is up, else KafkaError's.
Error NoAnswer(int code, const ConnectionErrors& connection_errors, std::string_view text = {});

}  // namespace gamevents::kafka
