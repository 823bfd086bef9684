#include "core/collector/routes/health_routes.h"

#include "core/base/text.h"
#include "core/collector/request/headers.h"

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace gamevents::collector {
namespace {

constexpr std::string_view kTag = "operations";

bool WantsJson(const http::Headers& headers) {
  const auto accept = FindHeader(headers, "Accept");
  return accept && accept->find("application/json") != std::string_view::npos;
}

http::Response Typed(int status, std::string_view content_type, std::string body) {
  http::Response response = TextResponse(status, std::move(body));
  response.content_type = content_type;
  return response;
}

void AppendJsonList(std::string& json, const std::vector<std::string>& texts) {
  json += '[';
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) json += ',';
    AppendJsonString(json, IsUtf8(texts[i]) ? texts[i] : "the text is not UTF-8: see the log");
  }
  json += ']';
}

std::string ReadyAsJson(const std::vector<std::string>& reasons,
                        const std::vector<std::string>& remarks) {
  std::string json =
      reasons.empty() ? R"({"ready":true,"reasons":)" : R"({"ready":false,"reasons":)";
  AppendJsonList(json, reasons);
  if (!remarks.empty()) {
    json += R"(,"remarks":)";
    AppendJsonList(json, remarks);
  }
  return json + "}\n";
}

std::string ReadyAsText(const std::vector<std::string>& reasons,
                        const std::vector<std::string>& remarks) {
  std::string text = reasons.empty() ? "ready\n" : "";
  for (const std::string& reason : reasons) text += "not ready: " + reason + "\n";
  for (const std::string& remark : remarks) text += remark + "\n";
  return text;
}

void OnReady(const Readiness& readiness, const Call& call) {
  std::vector<std::string> reasons;
  for (Error& reason : readiness.Reasons()) reasons.push_back(std::move(reason.context));
  const std::vector<std::string> remarks = readiness.Remarks();
  const int status = reasons.empty() ? 200 : 503;
  http::Response response = WantsJson(call.request.headers)
                                ? Typed(status, "application/json", ReadyAsJson(reasons, remarks))
                                : TextResponse(status, ReadyAsText(reasons, remarks));
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  call.reply(std::move(response));
}

}  // namespace

std::vector<Route> HealthRoutes(const Readiness& readiness) {
  Route health{{"GET"},
               "/healthz",
               Access::kAny,
               "200 as long as the process runs",
               [](const Call& call) { call.reply(TextResponse(200, "ok\n")); },
               /*operational=*/true};
  Route ready{{"GET"},
              "/readyz",
              Access::kAny,
              "200 when events can be stored; 503 with the reasons when not",
              [&readiness](const Call& call) { OnReady(readiness, call); },
              /*operational=*/true};
  ready.answers = {{200, "events can be stored"},
                   {200, "events can be stored", "application/json", "Readiness"},
                   {503, "events cannot be stored, and why"},
                   {503, "events cannot be stored, and why", "application/json", "Readiness"}};
  health.name = "getHealth";
  ready.name = "getReadiness";
  health.tag = ready.tag = kTag;
  return {std::move(health), std::move(ready)};
}

Route MetricsRoute(const Metrics& metrics) {
  Route route{{"GET"},
              "/metrics",
              Access::kRead,
              "what the server has done, for Prometheus",
              [&metrics](const Call& call) {
                call.reply(Typed(200, "text/plain; version=0.0.4; charset=utf-8", metrics.Text()));
              },
              /*operational=*/true};
  route.answers = {{200, "the text format of Prometheus, version 0.0.4"}};
  route.name = "getMetrics";
  route.tag = kTag;
  return route;
}

std::vector<Route> Operations::routes() const {
  Route openapi{{"GET"},
                "/openapi.json",
                Access::kAny,
                "these routes as an OpenAPI 3.1 document",
                [this](const Call& call) { OnOpenApi(call); },
                /*operational=*/true};
  openapi.answers = {{200, "the document", "application/json", R"({"type":"object"})"}};
  openapi.name = "getOpenApi";
  openapi.tag = kTag;
  return {MetricsRoute(metrics_), std::move(openapi)};
}

Status Operations::Describe(std::span<const Route> routes, const OpenApiOptions& options) {
  auto document = OpenApi(routes, options);
  if (!document) return std::move(document).error();
  auto made = std::make_shared<const std::string>(std::move(document).value());
  const std::lock_guard lock(mutex_);
  openapi_.swap(made);
  return Done{};
}

void Operations::OnOpenApi(const Call& call) const {
  std::shared_ptr<const std::string> document;
  {
    const std::lock_guard lock(mutex_);
    document = openapi_;
  }
  call.reply(Typed(200, "application/json", *document));
}

}  // namespace gamevents::collector
