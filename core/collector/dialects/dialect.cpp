#include "core/collector/dialects/dialect.h"

namespace gamevents::collector {
namespace {

// https://segment.com/docs/connections/spec; RudderStack has the same.
constexpr Words kSegmentWords{
    .type = {"event", "type"},
    .user = {"userId", "anonymousId"},
    .id = {"messageId"},
    .time = {"timestamp", "originalTimestamp"},
    .spread = {"properties", "traits"},
    .reserved = {"type", "context", "anonymousId"},
    .sent = "sentAt",
    .key = {"writeKey"},
    .key_header = KeyHeader::kBasicName,
};

// https://posthog.com/docs/api/capture.
constexpr Words kPostHogWords{
    .type = {"event"},
    .user = {"distinct_id", "properties.distinct_id", "$distinct_id"},
    .id = {"uuid", "properties.$insert_id"},
    .time = {"timestamp"},
    .spread = {"properties"},
    .reserved = {"type", "$set", "$set_once"},
    .sent = "sent_at",
    .key = {"api_key", "token", "properties.token"},
};

// https://amplitude.com/docs/apis/analytics/http-v2.
constexpr Words kAmplitudeWords{
    .type = {"event_type"},
    .user = {"user_id", "device_id"},
    .id = {"insert_id"},
    .time = {"time"},
    .spread = {"event_properties"},
    .reserved = {"device_id", "user_properties", "groups"},
    .sent = "client_upload_time",
    .key = {"api_key"},
};

// https://developer.mixpanel.com/reference/track-event and import-events.
constexpr Words kMixpanelWords{
    .type = {"event"},
    .user = {"properties.distinct_id", "properties.$user_id", "properties.$device_id"},
    .id = {"properties.$insert_id"},
    .time = {"properties.time"},
    .spread = {"properties"},
    .key = {"properties.token", "token", "api_key"},
    .key_header = KeyHeader::kBasicName,
    .key_query = "api_key",
};

// The same for users and groups: https://developer.mixpanel.com/reference/profile-set.
constexpr Words kMixpanelProfileWords{
    .user = {"$distinct_id"},
    .time = {"$time"},
    .reserved = {"$set", "$add", "$unset"},
    .key = {"$token", "token", "api_key"},
    .key_header = KeyHeader::kBasicName,
    .key_query = "api_key",
};

// Unreal Engine's analytics provider ET: flat fields, or "Attributes". Its AppID is its API key.
constexpr Words kUnrealWords{
    .type = {"EventName"},
    .time = {"DateOffset"},
    .time_form = TimeForm::kAge,
    .spread = {"Attributes"},
    .key_query = "AppID",
    .user_query = "UserID",
    .query = {"SessionID", "AppVersion", "AppEnvironment"},
};

// Guidance for Game Analytics Pipeline on AWS: "API Reference" and "Schema Reference".
constexpr Words kAwsWords{
    .type = {"event_type", "event_name"},
    .user = {"event_data.user_name", "event_data.user_id", "event_data.player_id"},
    .id = {"event_id"},
    .time = {"event_timestamp"},
    .spread = {"event_data"},
    .reserved = {"event_name", "event_version", "app_version"},
    .key_header = KeyHeader::kBare,
};

// clang-format off
constexpr auto kEndpoints = std::to_array<Endpoint>({
    {"segment", "/v1/batch", "batch", "", &kSegmentWords, AnswerForm::kSegment},
    {"segment", "/v1/import", "batch", "", &kSegmentWords, AnswerForm::kSegment},
    {"segment", "/v1/track", "", "track", &kSegmentWords, AnswerForm::kSegment},
    {"segment", "/v1/identify", "", "identify", &kSegmentWords, AnswerForm::kSegment},
    {"segment", "/v1/page", "", "page", &kSegmentWords, AnswerForm::kSegment},
    {"segment", "/v1/screen", "", "screen", &kSegmentWords, AnswerForm::kSegment},
    {"segment", "/v1/group", "", "group", &kSegmentWords, AnswerForm::kSegment},
    {"segment", "/v1/alias", "", "alias", &kSegmentWords, AnswerForm::kSegment},

    {"posthog", "/batch", "batch", "", &kPostHogWords, AnswerForm::kPostHog},
    {"posthog", "/e", "batch", "", &kPostHogWords, AnswerForm::kPostHog},
    {"posthog", "/i/v0/e", "batch", "", &kPostHogWords, AnswerForm::kPostHog},
    {"posthog", "/capture", "batch", "", &kPostHogWords, AnswerForm::kPostHog},
    {"posthog", "/flags", "", "", &kPostHogWords, AnswerForm::kFlags},
    {"posthog", "/decide", "", "", &kPostHogWords, AnswerForm::kFlags},

    {"amplitude", "/2/httpapi", "events", "", &kAmplitudeWords, AnswerForm::kAmplitude},
    {"amplitude", "/batch", "events", "", &kAmplitudeWords, AnswerForm::kAmplitude},

    {"mixpanel", "/track", "", "", &kMixpanelWords, AnswerForm::kMixpanel, true},
    {"mixpanel", "/import", "", "", &kMixpanelWords, AnswerForm::kImport, true},
    {"mixpanel", "/engage", "", "engage", &kMixpanelProfileWords, AnswerForm::kMixpanel, true},
    {"mixpanel", "/groups", "", "groups", &kMixpanelProfileWords, AnswerForm::kMixpanel, true},

    {"unreal", "/datarouter/api/v1/public/data", "Events", "", &kUnrealWords,
     AnswerForm::kNothing},
    {"unreal", "/CollectData.1", "Events", "", &kUnrealWords, AnswerForm::kNothing},

    {"gameanalytics-aws", "/applications/<application_id>/events", "events", "", &kAwsWords,
     AnswerForm::kAws},
});
// clang-format on

}  // namespace

std::span<const Endpoint> Endpoints() { return kEndpoints; }

}  // namespace gamevents::collector
