package dev.reveille.push.clearinghouse;

import dev.reveille.model.Lane;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RelayedPush;
import dev.reveille.routing.port.Sender.Question;
import dev.reveille.sip.message.NameAddress;
import dev.reveille.sip.message.SipMethod;
import dev.reveille.sip.message.SipName;
import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipUri;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// Makes the MESSAGE (RFC 3428) that hands a push to a clearing house, or asks what became of it.
///
/// The body is JSON: `v`, `id`, `app`, `handle`, `class`, `deadline` (RFC 3339), `ref`, and `push`
/// with the texts of [RelayedPush]; a question has `ask` in place of the latter.
final class HandleRequest {
  static final String TYPE = "application/vnd.reveille.push+json";

  /// Larger ones lose what their receiver can read in the inbox.
  private static final int LARGEST = 7_000;

  private static final int LONGEST_TEXT = 1_200;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private HandleRequest() {}

  /// @param reference of the push, for its report
  static SipRequest of(
      final Push push,
      final PushContent.Ours content,
      final FederationLink.Path.Open path,
      final String reference,
      final Instant now) {
    final var relayed = fitting(new RelayedPush(content, push.style(), push.seal()));
    final var json = begin(push.id(), push.to().app().value(), push.to().token().value());
    json.raw(",\"class\":").string(relayed.word());
    json.raw(",\"deadline\":").string(push.deadline().toString());
    json.raw(",\"ref\":").string(reference);
    json.raw(",\"push\":");
    texts(json, relayed.fields());
    json.raw("}");
    final long left = Math.max(1, Duration.between(now, push.deadline()).toSeconds());
    return message(path, push.id() + "." + push.attempt(), now)
        .add(SipName.EXPIRES, String.valueOf(Math.min(left, Integer.MAX_VALUE)))
        .add(SipName.PRIORITY, priority(push.lane()))
        .body(TYPE, json.toBytes())
        .build();
  }

  static SipRequest asking(
      final Question question, final FederationLink.Path.Open path, final Instant now) {
    final var json =
        begin(question.id(), question.to().app().value(), question.to().token().value());
    json.raw(",\"ask\":true}");
    return message(path, question.id() + ".ask." + UUID.randomUUID(), now)
        .body(TYPE, json.toBytes())
        .build();
  }

  private static JsonBytes begin(final UUID id, final String app, final String handle) {
    final var json = new JsonBytes();
    json.raw("{\"v\":1,\"id\":").string(id.toString());
    json.raw(",\"app\":").string(app);
    return json.raw(",\"handle\":").string(handle);
  }

  private static SipRequest.Builder message(
      final FederationLink.Path.Open path, final String callId, final Instant now) {
    final var to =
        SipUri.parse(path.to())
            .orElseThrow(() -> new IllegalArgumentException("no SIP URI: " + path.to()));
    return SipRequest.builder(SipMethod.MESSAGE, to.toString())
        .from(
            NameAddress.of(SipUri.of("mobility", path.from()))
                .withParameter("tag", Integer.toHexString(callId.hashCode())))
        .to(NameAddress.of(to))
        .callId(callId + "@" + path.from())
        .cseq(1)
        .add(SipName.MAX_FORWARDS, "70")
        .add(SipName.DATE, DATE.format(now));
  }

  private static String priority(final Lane lane) {
    return switch (lane) {
      case URGENT -> "urgent";
      case NORMAL -> "normal";
      case BULK -> "non-urgent";
    };
  }

  /// What is too large loses its data and the end of its words: the app reads the entry by its id.
  private static RelayedPush fitting(final RelayedPush push) {
    if (size(push) <= LARGEST || !(push.content() instanceof final PushContent.Notice notice)) {
      return push;
    }
    final var title = cut(notice.title());
    final var text = cut(notice.text());
    final var shorter =
        new PushContent.Notice(
            notice.event(),
            notice.as(),
            notice.type(),
            title,
            text,
            Map.of(),
            cut(notice.thread()),
            notice.collapse(),
            notice.badge());
    final var cut =
        new RelayedPush(shorter, ShortenedText.cut(push.style(), LONGEST_TEXT), push.seal());
    return size(cut) <= LARGEST ? cut : cut.withoutWords();
  }

  private static int size(final RelayedPush push) {
    final var json = new JsonBytes();
    texts(json, push.fields());
    return json.toBytes().length;
  }

  private static String cut(final String text) {
    return ShortenedText.cut(text, LONGEST_TEXT);
  }

  private static void texts(final JsonBytes json, final Map<String, String> texts) {
    String comma = "{";
    for (final var one : texts.entrySet()) {
      json.raw(comma).string(one.getKey()).raw(":").string(one.getValue());
      comma = ",";
    }
    json.raw("}");
  }
}
