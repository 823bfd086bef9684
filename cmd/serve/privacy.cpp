#include "cmd/serve/privacy.h"

#include <cstddef>
#include <utility>

namespace gamevents::cmd {
namespace {

using collector::AddressForm;
using collector::DoNotTrack;

AddressForm AddressFormOf(std::string_view text) {
  if (text == "none") return AddressForm::kNone;
  return text == "truncated" ? AddressForm::kTruncated : AddressForm::kFull;
}

DoNotTrack DoNotTrackOf(std::string_view text) {
  if (text == "drop") return DoNotTrack::kDrop;
  return text == "anonymous" ? DoNotTrack::kAnonymous : DoNotTrack::kIgnore;
}

}  // namespace

collector::Privacy MakePrivacy(const config::Settings::Serve& serve, collector::Metrics& metrics) {
  collector::PrivacyOptions options;
  options.addresses = AddressFormOf(serve.ip);
  options.headers = serve.headers;
  options.redact_headers = serve.redact_headers;
  options.do_not_track = DoNotTrackOf(serve.do_not_track);
  if (options.do_not_track == DoNotTrack::kIgnore) return collector::Privacy(std::move(options));
  const auto counter = [&metrics](const char* what) {
    return &metrics.Counter("gamevents_do_not_track_events_total",
                            "Events of senders who ask not to be tracked, by what became of them.",
                            "as", what);
  };
  options.count = [anonymous = counter("anonymous"), dropped = counter("dropped")](DoNotTrack what,
                                                                                   size_t events) {
    (what == DoNotTrack::kDrop ? dropped : anonymous)->Increment(static_cast<double>(events));
  };
  return collector::Privacy(std::move(options));
}

}  // namespace gamevents::cmd
