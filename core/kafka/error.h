#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gamevents::kafka {

/// The Fault that a librdkafka or broker error code (rd_kafka_resp_err_t) stands for. Codes that
/// are not listed are kIo: something refused, and what was done is in doubt.
Fault FaultOf(int code);

/// "broker transport failure", and " (text)" after it when `text` says more: librdkafka's or the
/// broker's own words. Without librdkafka's names (_TRANSPORT), which tell users nothing.
std::string DescribeCode(int code, std::string_view text = {});

/// An Error of FaultOf(code) with DescribeCode's text.
Error KafkaError(int code, std::string_view text = {});

}  // namespace gamevents::kafka
