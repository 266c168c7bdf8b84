package dev.reveille.push.webpush;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.push.url.UrlService;
import dev.reveille.routing.port.Push;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One push to a browser, encrypted (RFC 8030 section 5). Each time it is written it is decided
/// anew whether it asks for a receipt. Its fields belong to the request's event loop.
final class WebPushMessage implements UrlService.Message {
  private static final HeaderName TTL = HeaderName.of("ttl");
  private static final HeaderName URGENCY = HeaderName.of("urgency");
  private static final HeaderName TOPIC = HeaderName.of("topic");
  private static final HeaderName PREFER = HeaderName.of("prefer");
  private static final HeaderName PUSH_RECEIPT = HeaderName.of("push-receipt");
  private static final byte[] RESPOND_ASYNC = text("respond-async");
  private static final byte[] NOTHING = {};
  private static final long LONGEST_TTL = 28L * 24 * 3_600;
  private static final int FIRST_REFUSAL = 300;
  private static final int BAD_REQUEST = 400;

  private final @Nullable PushReceipts receipts;
  private final PublicUrl to;
  private final VapidAccount account;
  private final byte[] body;
  private final String urgency;
  private final String topic;
  private final String ttl;
  private final boolean isSmallest;

  /// As [PushReceipts#ask] said.
  private @Nullable String asked;

  private boolean mayAsk = true;
  private long secondsToLive;

  /// @param receipts null where none are wanted
  /// @param urgency "" for none, as topic
  /// @param ttl that the caller wants; "" for what is left of the push's time
  WebPushMessage(
      final @Nullable PushReceipts receipts,
      final PublicUrl to,
      final VapidAccount account,
      final byte[] body,
      final String urgency,
      final String topic,
      final String ttl,
      final boolean isSmallest) {
    this.receipts = receipts;
    this.to = to;
    this.account = account;
    this.body = body;
    this.urgency = urgency;
    this.topic = topic;
    this.ttl = ttl;
    this.isSmallest = isSmallest;
  }

  @Override
  public void head(final RequestHeaders out, final long secondsLeft, final String authorization) {
    out.path(text(to.path()), NOTHING).constants(account.headers(to));
    secondsToLive = Math.min(secondsLeft, LONGEST_TTL);
    if (ttl.isEmpty()) {
      out.once(TTL, secondsToLive);
    } else {
      out.once(TTL, text(ttl));
      secondsToLive = seconds(ttl, secondsToLive);
    }
    if (!urgency.isEmpty()) {
      out.once(URGENCY, text(urgency));
    }
    if (!topic.isEmpty()) {
      out.once(TOPIC, text(topic));
    }
    final var now = receipts == null || !mayAsk ? null : receipts.ask(to);
    asked = now;
    if (now != null) {
      out.once(PREFER, RESPOND_ASYNC);
      if (!now.isEmpty()) {
        out.once(PUSH_RECEIPT, text(now));
      }
    }
  }

  /// How long the service keeps a message that its caller gave a time to live: for so long its
  /// receipt may come.
  static long seconds(final String said, final long otherwise) {
    try {
      return Math.clamp(Long.parseLong(said), 0, LONGEST_TTL);
    } catch (NumberFormatException _) {
      return otherwise; // the service refuses it
    }
  }

  private static byte[] text(final String value) {
    return value.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] body() {
    return body;
  }

  @Override
  public boolean isSmallest() {
    return isSmallest;
  }

  /// It may be the wish for a receipt that the service finds wrong.
  @Override
  public boolean changesAfter(final int status) {
    final var wish = asked;
    if (receipts == null || wish == null) {
      return false;
    }
    if (status != BAD_REQUEST) {
      if (status >= FIRST_REFUSAL) {
        receipts.undecided(to);
      }
      return false;
    }
    receipts.disliked(to, wish);
    mayAsk = false;
    return true;
  }

  @Override
  public String promisedBy(final ClientAnswer answer) {
    return asked != null && PushReceipts.isPromisedBy(answer) ? " (receipt promised)" : "";
  }

  @Override
  public void taken(final Push push, final ClientAnswer answer) {
    if (receipts != null && asked != null) {
      receipts.taken(to, push, secondsToLive, answer);
    }
  }
}
