// Writes tests/data/wire/messages.txt: every message that the broker speaks, in every version, as
// Apache Kafka's own classes put it into bytes. Only needed when a message or version is added:
//
//   java -cp "$KAFKA_HOME/libs/*" tests/interop/java/WireVectors.java > tests/data/wire/messages.txt
//
// A line is: message, version, "filled" or "bare", the bytes in hex ("-" for none). Filled sets every
// field of the version to a value that follows from the field's name, so that a reader can check
// each of them without this program (see ValueRule in the unit test); bare sets what can be null to
// null and leaves the rest at Kafka's defaults.

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;

public class WireVectors {
  static final List<String> APIS = List.of("Produce", "Fetch", "ListOffsets", "Metadata",
      "OffsetCommit", "OffsetFetch", "FindCoordinator", "JoinGroup", "Heartbeat", "LeaveGroup",
      "SyncGroup", "DescribeGroups", "ListGroups", "SaslHandshake", "ApiVersions", "CreateTopics",
      "DeleteTopics", "DeleteRecords", "InitProducerId", "OffsetForLeaderEpoch", "DescribeAcls",
      "DescribeConfigs",
      "AlterConfigs", "DescribeLogDirs", "SaslAuthenticate", "CreatePartitions", "DeleteGroups",
      "IncrementalAlterConfigs", "OffsetDelete", "DescribeClientQuotas",
      "DescribeUserScramCredentials", "AlterUserScramCredentials", "DescribeCluster", "ConsumerGroupHeartbeat",
      "DescribeTopicPartitions");
  static final List<String> RECORDS =
      List.of("OffsetCommitKey", "OffsetCommitValue", "GroupMetadataKey", "GroupMetadataValue");

  /** A version range as the specifications write it: "3", "3+", "3-5" or "none". */
  record Range(int min, int max) {
    static Range of(String text) {
      if (text.equals("none")) return new Range(1, 0);
      if (text.endsWith("+")) {
        return new Range(Integer.parseInt(text.substring(0, text.length() - 1)), Short.MAX_VALUE);
      }
      String[] ends = text.split("-");
      return new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    boolean has(int version) {
      return min <= version && version <= max;
    }
  }

  static final ObjectMapper JSON =
      new ObjectMapper(new JsonFactory().enable(JsonParser.Feature.ALLOW_COMMENTS));

  final JsonNode spec;
  final Class<?> outer;
  final short version;
  final boolean filled;

  WireVectors(JsonNode spec, Class<?> outer, short version, boolean filled) {
    this.spec = spec;
    this.outer = outer;
    this.version = version;
    this.filled = filled;
  }

  public static void main(String[] args) throws Exception {
    for (String api : APIS) {
      print(api + "Request", "org.apache.kafka.common.message." + api + "RequestData");
      print(api + "Response", "org.apache.kafka.common.message." + api + "ResponseData");
    }
    for (String record : RECORDS) {
      print(record, "org.apache.kafka.coordinator.group.generated." + record);
    }
  }

  static void print(String name, String className) throws Exception {
    Class<?> type = Class.forName(className);
    JsonNode spec;
    try (InputStream in =
        WireVectors.class.getResourceAsStream("/common/message/" + name + ".json")) {
      spec = JSON.readTree(in);
    }
    Range versions = Range.of(spec.get("validVersions").asText());
    for (short version = (short) versions.min; version <= versions.max; ++version) {
      for (boolean filled : new boolean[] {true, false}) {
        WireVectors maker = new WireVectors(spec, type, version, filled);
        Message message = (Message) maker.struct(type, spec.get("fields"), 0);
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(message, version).buffer();
        byte[] raw = new byte[bytes.remaining()];
        bytes.get(raw);
        System.out.println(name + " " + version + " " + (filled ? "filled" : "bare") + " "
            + (raw.length == 0 ? "-" : HexFormat.of().formatHex(raw)));
      }
    }
  }

  Object struct(Class<?> type, JsonNode fields, int index) throws Exception {
    Object made = type.getConstructor().newInstance();
    for (JsonNode field : fields) {
      if (!Range.of(field.get("versions").asText()).has(version)) continue;
      Method setter = setter(type, field.get("name").asText());
      boolean nullable = field.has("nullableVersions")
          && Range.of(field.get("nullableVersions").asText()).has(version);
      if (filled) {
        setter.invoke(made, value(setter.getParameterTypes()[0], field, index));
      } else if (nullable) {
        setter.invoke(made, new Object[] {null});
      } else if (field.get("type").asText().equals("records")) {
        setter.invoke(made, MemoryRecords.EMPTY);
      }
    }
    return made;
  }

  static Method setter(Class<?> type, String field) {
    for (Method method : type.getMethods()) {
      if (method.getName().equalsIgnoreCase("set" + field)) return method;
    }
    throw new IllegalStateException(type + " has no setter for " + field);
  }

  Object value(Class<?> wanted, JsonNode field, int index) throws Exception {
    String type = field.get("type").asText();
    if (!type.startsWith("[]")) return single(type, field, index);
    Collection<Object> all = Collection.class.isAssignableFrom(wanted) && !wanted.isInterface()
        ? newCollection(wanted) : new ArrayList<>();
    all.add(single(type.substring(2), field, 0));
    all.add(single(type.substring(2), field, 1));
    return all;
  }

  @SuppressWarnings("unchecked")
  static Collection<Object> newCollection(Class<?> type) throws Exception {
    return (Collection<Object>) type.getConstructor().newInstance();
  }

  /** The value that a field of this name and type has in the element `index` of its array. */
  Object single(String type, JsonNode field, int index) throws Exception {
    String name = field.get("name").asText().toLowerCase(Locale.ROOT);
    long number = hash(name) + index;
    String text = name + "-" + index;
    switch (type) {
      case "bool": return true;
      case "int8": return (byte) (number & Byte.MAX_VALUE);
      case "int16": return (short) (number & Short.MAX_VALUE);
      case "int32": return (int) (number & Integer.MAX_VALUE);
      case "int64": return number & Long.MAX_VALUE;
      case "float64": return (double) (number & Long.MAX_VALUE);
      case "uuid": return new Uuid(number, ~number);
      case "string": return text;
      case "bytes": return bytes(field, text);
      case "records":
        return MemoryRecords.readableRecords(ByteBuffer.wrap(utf8(text)));
      default: return struct(nested(type), fieldsOf(type, field), index);
    }
  }

  static Object bytes(JsonNode field, String text) {
    return field.path("zeroCopy").asBoolean() ? ByteBuffer.wrap(utf8(text)) : utf8(text);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Class<?> nested(String name) throws Exception {
    return Class.forName(outer.getName() + "$" + name);
  }

  JsonNode fieldsOf(String type, JsonNode field) {
    if (field.has("fields")) return field.get("fields");
    for (JsonNode common : spec.get("commonStructs")) {
      if (common.get("name").asText().equals(type)) return common.get("fields");
    }
    throw new IllegalStateException("no fields for " + type);
  }

  /** FNV-1a, 64 bits. */
  static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : utf8(text)) hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    return hash;
  }
}
