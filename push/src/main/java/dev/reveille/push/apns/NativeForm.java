package dev.reveille.push.apns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.model.PushChannel;
import dev.reveille.routing.port.PushContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// The form of a push that its caller wrote. The caller's headers go out as given; what Apple
/// demands and they lack is added: topic, push type, the priority of what must not have the usual
/// one, id and expiration. An alert without `apns-collapse-id` gets one that is the same at each
/// try, so that a repeat after a lost answer replaces the earlier copy.
///
/// Immutable; one object serves all addresses of a send.
final class NativeForm implements ApnsForm {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "apns-";
  private static final String TYPE = "apns-push-type";
  private static final String TOPIC = "apns-topic";
  private static final String PRIORITY = "apns-priority";
  private static final HeaderName ID = HeaderName.of("apns-id");
  private static final HeaderName EXPIRATION = HeaderName.of("apns-expiration");
  private static final HeaderName COLLAPSE = HeaderName.of("apns-collapse-id");

  private static final String ALERT = "alert";
  private static final String BACKGROUND = "background";
  private static final String VOIP = "voip";
  private static final String VOIP_SUFFIX = ".voip";

  /// What Apple wants behind the bundle id, by push type; types that are not named want nothing.
  private static final Map<String, String> SUFFIXES =
      Map.of(
          VOIP,
          VOIP_SUFFIX,
          "pushtotalk",
          ".voip-ptt",
          "liveactivity",
          ".push-type.liveactivity",
          "widgets",
          ".push-type.widgets",
          "controls",
          ".push-type.controls",
          "complication",
          ".complication",
          "fileprovider",
          ".pushkit.fileprovider",
          "location",
          ".location-query");

  /// The headers of a caller, names and values together; Apple's own come beside them.
  private static final int LARGEST_HEADERS = 4_096;

  private record Given(HeaderName name, byte[] value) {}

  private final String type;
  private final String topic;
  private final String priority;
  private final String id;
  private final boolean hasExpiration;
  private final byte[] collapse;
  private final List<Given> others = new ArrayList<>();

  /// @throws IllegalArgumentException with what is wrong with the caller's headers or body
  NativeForm(final PushContent.Native content, final PushChannel channel) {
    final var headers = content.headers();
    final var body = payload(content);
    this.topic = headers.getOrDefault(TOPIC, "");
    this.type = headers.containsKey(TYPE) ? headers.get(TYPE) : type(body, channel);
    this.priority = headers.containsKey(PRIORITY) ? headers.get(PRIORITY) : priority(type);
    this.id = headers.getOrDefault(ID.toString(), "");
    this.hasExpiration = headers.containsKey(EXPIRATION.toString());
    final boolean folds = type.equals(ALERT) && !headers.containsKey(COLLAPSE.toString());
    this.collapse = folds ? CollapseId.bytes(content.event()) : new byte[0];
    final int size =
        headers.entrySet().stream()
            .mapToInt(header -> header.getKey().length() + header.getValue().length())
            .sum();
    if (size > LARGEST_HEADERS) {
      throw new IllegalArgumentException(
          "the headers have " + size + " characters, more than " + LARGEST_HEADERS);
    }
    headers.forEach((name, value) -> {
      if (!name.startsWith(PREFIX)) {
        throw new IllegalArgumentException(
            "Apple takes headers that begin with " + PREFIX + ", and not " + name);
      }
      if (!name.equals(TYPE) && !name.equals(TOPIC) && !name.equals(PRIORITY)) {
        others.add(new Given(HeaderName.of(name), value.getBytes(StandardCharsets.US_ASCII)));
      }
    });
  }

  /// What may stand behind a bundle id.
  static Stream<String> suffixes() {
    return SUFFIXES.values().stream();
  }

  private static JsonNode payload(final PushContent.Native content) {
    try {
      final var read = JSON.readTree(content.body().toArray());
      if (read.isObject()) {
        return read;
      }
    } catch (JsonProcessingException _) { // its words may hold content
    } catch (IOException impossible) {
      throw new IllegalStateException("the bytes are in memory", impossible);
    }
    throw new IllegalArgumentException("the body is no JSON object");
  }

  private String type(final JsonNode body, final PushChannel channel) {
    if (topic.isEmpty() ? channel != PushChannel.MESSAGE : topic.endsWith(VOIP_SUFFIX)) {
      return VOIP;
    }
    final var aps = body.path("aps");
    final boolean wakesOnly = aps.has("content-available") && aps.size() == 1;
    return wakesOnly ? BACKGROUND : ALERT;
  }

  /// Apple refuses background pushes with the priority that it takes for what names none.
  private static String priority(final String type) {
    return switch (type) {
      case BACKGROUND, "widgets", "controls" -> PushForm.BACKGROUND.priority();
      default -> "";
    };
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public String topic(final String bundleId) {
    return topic.isEmpty() ? bundleId + SUFFIXES.getOrDefault(type, "") : topic;
  }

  @Override
  public String priority() {
    return priority;
  }

  @Override
  public int limit() {
    return type.equals(VOIP) ? PushForm.VOIP.limit() : PushForm.ALERT.limit();
  }

  /// The name under which Apple knows the push.
  String id(final UUID otherwise) {
    return id.isEmpty() ? otherwise.toString() : id;
  }

  /// The headers that belong to this push alone.
  void write(final RequestHeaders headers, final UUID otherwise, final long expiration) {
    for (final var given : others) {
      headers.once(given.name(), given.value());
    }
    if (id.isEmpty()) {
      headers.once(ID, otherwise);
    }
    if (!hasExpiration) {
      headers.once(EXPIRATION, expiration);
    }
    if (collapse.length > 0) {
      headers.once(COLLAPSE, collapse);
    }
  }
}
