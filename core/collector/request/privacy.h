#pragma once

#include "core/http/message.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// How much of a client's address is written down: with its events, in the access log, in notes.
enum class AddressForm : uint8_t {
  kFull,
  kTruncated,  ///< the first 24 bits of an IPv4 address, 48 of an IPv6 address; the others are zero
  kNone,
};

/// What becomes of the events of somebody who asks not to be tracked.
enum class DoNotTrack : uint8_t {
  kIgnore,     ///< what becomes of the others'
  kAnonymous,  ///< they are stored without what says whose they are
  kDrop,  ///< they are answered as if they were stored, and are not; but commands on the state,
          ///< which are what the sender asks for, are stored as with kAnonymous
};

/// What is not to be stored of an event's own fields.
struct Hiding {
  AddressForm addresses = AddressForm::kFull;
  bool sender = false;  ///< no user, device or agent

  bool any() const { return sender || addresses != AddressForm::kFull; }
};

/// What an operator wants to know of those who send events.
struct PrivacyOptions {
  AddressForm addresses = AddressForm::kFull;
  /// Request headers that events get, in any case; "*" stands for all.
  std::vector<std::string> headers = {"*"};
  /// Those that none gets, beside those that let in or identify a person.
  std::vector<std::string> redact_headers = {};
  DoNotTrack do_not_track = DoNotTrack::kIgnore;
  /// Told of events that do_not_track changed or dropped, from any thread; may be null.
  std::function<void(DoNotTrack what, size_t events)> count = {};
};

/// What of a request may be written down. A request asks not to be tracked with `DNT: 1` (W3C's
/// Tracking Preference Expression) or `Sec-GPC: 1` (Global Privacy Control). Immutable, so
/// thread-safe.
class Privacy {
 public:
  Privacy() : Privacy(PrivacyOptions{}) {}
  explicit Privacy(PrivacyOptions options);

  /// What becomes of the events of a request with these headers.
  DoNotTrack Treats(const http::Headers& headers) const;

  /// What is not stored of its events' own fields.
  Hiding HidingOf(const http::Headers& headers) const;

  /// The request's address as it may be written down; empty for none.
  std::string AddressOf(const http::Request& request) const;
  /// The same of a connection, which asks nothing.
  std::string AddressOf(std::string_view peer) const;

  /// Whether events get this header, of a request that does not ask not to be tracked. With
  /// addresses cut, they do not get those in which proxies write addresses.
  bool KeepsHeader(std::string_view name) const;

  /// Counts events of which Treats said something else than kIgnore.
  void Count(DoNotTrack what, size_t events) const;

 private:
  PrivacyOptions options_;
  bool all_headers_;
};

/// An address as it may be written down: empty for kNone, and for a text to be cut that does not
/// parse as one.
std::string AddressAs(AddressForm form, std::string_view address);

}  // namespace gamevents::collector
