#include "core/broker/protocol/security.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<SaslHandshakeRequest>();
template const MessageType& MessageTypeOf<SaslHandshakeResponse>();
template const MessageType& MessageTypeOf<SaslAuthenticateRequest>();
template const MessageType& MessageTypeOf<SaslAuthenticateResponse>();
template const MessageType& MessageTypeOf<DescribeUserScramCredentialsRequest>();
template const MessageType& MessageTypeOf<DescribeUserScramCredentialsResponse>();
template const MessageType& MessageTypeOf<AlterUserScramCredentialsRequest>();
template const MessageType& MessageTypeOf<AlterUserScramCredentialsResponse>();
template const MessageType& MessageTypeOf<DescribeAclsRequest>();
template const MessageType& MessageTypeOf<DescribeAclsResponse>();

}  // namespace gamevents::broker
