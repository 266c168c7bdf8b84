package dev.reveille.simulators.apple;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Parses the headers of one request to Apple in one pass. A header that came twice is noted,
/// because Apple refuses that.
final class PushHeaders {
  private enum Known {
    METHOD(":method"),
    PATH(":path"),
    AUTHORIZATION("authorization"),
    TOPIC("apns-topic"),
    TYPE("apns-push-type"),
    ID("apns-id"),
    EXPIRATION("apns-expiration"),
    PRIORITY("apns-priority"),
    COLLAPSE("apns-collapse-id");

    private final String text;

    Known(final String text) {
      this.text = text;
    }
  }

  private static final Map<CharSequence, Known> NAMES = new HashMap<>();

  static {
    for (final var known : Known.values()) {
      NAMES.put(AsciiString.cached(known.text), known);
    }
  }

  private final @Nullable CharSequence[] values = new @Nullable CharSequence[Known.values().length];
  private boolean duplicate;

  PushHeaders(final Http2Headers headers) {
    for (final var header : headers) {
      final var known = NAMES.get(header.getKey());
      if (known != null) {
        duplicate |= values[known.ordinal()] != null;
        values[known.ordinal()] = header.getValue();
      }
    }
  }

  boolean hasDuplicate() {
    return duplicate;
  }

  @Nullable CharSequence method() {
    return values[Known.METHOD.ordinal()];
  }

  @Nullable CharSequence path() {
    return values[Known.PATH.ordinal()];
  }

  @Nullable CharSequence authorization() {
    return values[Known.AUTHORIZATION.ordinal()];
  }

  @Nullable CharSequence topic() {
    return values[Known.TOPIC.ordinal()];
  }

  @Nullable CharSequence type() {
    return values[Known.TYPE.ordinal()];
  }

  @Nullable CharSequence id() {
    return values[Known.ID.ordinal()];
  }

  @Nullable CharSequence expiration() {
    return values[Known.EXPIRATION.ordinal()];
  }

  @Nullable CharSequence priority() {
    return values[Known.PRIORITY.ordinal()];
  }

  @Nullable CharSequence collapse() {
    return values[Known.COLLAPSE.ordinal()];
  }

  /// Apple names a push that came without a name.
  CharSequence idOrNew() {
    var id = values[Known.ID.ordinal()];
    if (id == null) {
      id = UUID.randomUUID().toString();
      values[Known.ID.ordinal()] = id;
    }
    return id;
  }

  /// What a test may look at: everything but the provider token.
  Map<String, String> visible() {
    final var visible = new LinkedHashMap<String, String>();
    for (final var known : Known.values()) {
      final var value = values[known.ordinal()];
      if (value != null && known != Known.AUTHORIZATION) {
        visible.put(known.text, value.toString());
      }
    }
    return visible;
  }
}
