#pragma once

#include "core/base/result.h"

#include <string_view>

// What texts in the table of keys must obey beyond their length: Key::check. Errors: kBadInput,
// saying how the text is to be written.

namespace gamevents::config {

/// kafka.brokers: "HOST:PORT,HOST:PORT", or embedded.
Status CheckBrokers(std::string_view text);
/// forward.brokers: the same without embedded, or nothing.
Status CheckTarget(std::string_view text);
/// embedded.listen: "HOST:PORT".
Status CheckListen(std::string_view text);
/// embedded.metrics_listen: the same, or nothing.
Status CheckMetricsListen(std::string_view text);
/// An item of embedded.listeners.
Status CheckListener(std::string_view text);
/// An item of embedded.advertised_listeners.
Status CheckAdvertisedListener(std::string_view text);
/// A zone that the system knows.
Status CheckTimeZone(std::string_view text);
/// embedded.fsync: always, or a duration of 1ms to 1m.
Status CheckFsync(std::string_view text);
/// A topic's name.
Status CheckTopic(std::string_view text);
/// An HTTP header's name.
Status CheckHeaderName(std::string_view text);
/// An address or a network.
Status CheckNetwork(std::string_view text);
/// An origin of a page, or "*".
Status CheckOrigin(std::string_view text);
/// The name of a host, without a port.
Status CheckHost(std::string_view text);
/// An entry of reports: "whales.sql".
Status CheckReportPart(std::string_view text);

}  // namespace gamevents::config
