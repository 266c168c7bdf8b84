package dev.reveille.push.hub;

import dev.reveille.model.Bytes;
import dev.reveille.model.EventClass;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.push.payload.Envelope;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.JsonBytes;
import dev.reveille.push.payload.Truncation;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The body of a push for the calling SDK of Azure Communication Services, with our envelope beside
/// its `data`. Apple's:
///
/// ```json
/// {"aps":{},
///  "data":{"eventId":107,"cp":"","callId":"…","recipientId":"8:acs:…","callerId":"8:acs:…",
///          "displayName":"Anna","videoCall":"false"},
///  "reveille":{"v":1,"id":"…","class":"call","call":"…","expires":1790000000}}
/// ```
///
/// Google's has the same as texts in the message's `data`, the envelope under `reveille`.
///
/// | eventId | what |
/// |---|---|
/// | 107 | a call |
/// | 109 | a call that more users get |
/// | 110 | stop ringing: answered elsewhere, declined or over |
/// | 111 | a call from a telephone number |
/// | 200 | a chat message |
final class CallingPayload {
  private static final String CALL = "107";
  private static final String GROUP_CALL = "109";
  private static final String STOP_RINGING = "110";
  private static final String PHONE_CALL = "111";
  private static final String CHAT = "200";

  private static final String USER = "8:acs:";
  private static final String NUMBER = "4:";
  private static final String EVENT = "eventId";

  /// Of a name or an address, in characters.
  private static final int LONGEST_WORD = 256;

  /// So large the texts of a message may be that Google takes, and the whole of Apple's, in bytes.
  private static final int LARGEST = 4_000;

  private static final Envelope ENVELOPE = new Envelope("New message");

  private CallingPayload() {}

  /// Whether a push goes through a hub. What PushKit's token gets must be a call's: Apple knows it
  /// under no other topic.
  static boolean carries(final Push push, final boolean chat) {
    return switch (push.content()) {
      case PushContent.Ring _, PushContent.RingAlert _, PushContent.CallOver _ -> true;
      case PushContent.Notice notice ->
          chat
              && notice.as() == EventClass.MESSAGE
              && !(push.to().scope().equals(PushService.APPLE)
                  && push.to().channel() == PushChannel.VOIP);
      case PushContent.Wake _, PushContent.Native _ -> false;
    };
  }

  /// The push in the form of its platform; empty when it does not fit.
  ///
  /// @param ours what it says
  /// @param resource the id of the communication resource
  /// @param left for how long Google keeps it for a phone that it does not reach; empty where who
  ///   sends it says so
  static Optional<PushContent.Native> of(
      final Push push,
      final PushContent.Ours ours,
      final UUID resource,
      final Optional<Duration> left) {
    final boolean isOpen = push.seal() instanceof Seal.Open;
    for (final var extent :
        isOpen
            ? new Extent[] {Extent.WHOLE, Extent.WITHOUT_DATA, Extent.ID_ONLY}
            : new Extent[] {Extent.ID_ONLY}) {
      final var words = words(push, ours, resource, extent != Extent.ID_ONLY);
      final byte[] body =
          push.to().scope().equals(PushService.APPLE)
              ? apple(push, ours, words, extent)
              : google(push, ours, words, extent, left);
      if (body.length <= LARGEST) {
        return Optional.of(
            new PushContent.Native(ours.event(), headers(push, ours), Bytes.of(body)));
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> headers(final Push push, final PushContent.Ours ours) {
    if (!push.to().scope().equals(PushService.APPLE)) {
      return Map.of();
    }
    return ours instanceof PushContent.Notice
        ? Map.of("apns-push-type", "alert")
        : Map.of("apns-push-type", "voip", "apns-priority", "10");
  }

  // ---- what the SDK reads ---------------------------------------------------------------------

  private static Map<String, String> words(
      final Push push, final PushContent.Ours ours, final UUID resource, final boolean named) {
    final var recipient =
        push.recipient().map(to -> user(resource, to.user())).orElse(USER + resource);
    final Map<String, String> words = new LinkedHashMap<>();
    switch (ours) {
      case PushContent.Ring ring -> {
        words.put(EVENT, number(push, ring.callerAddress()));
        call(words, ring.call().toString(), recipient);
        caller(words, resource, ring.callerName(), ring.callerAddress(), named);
        words.put("videoCall", Boolean.toString(ring.video()));
      }
      case PushContent.RingAlert ring -> {
        words.put(EVENT, number(push, ring.callerAddress()));
        call(words, ring.call().toString(), recipient);
        caller(words, resource, ring.callerName(), ring.callerAddress(), named);
        words.put("videoCall", Boolean.toString(ring.video()));
      }
      case PushContent.CallOver over -> {
        words.put(EVENT, STOP_RINGING);
        call(words, over.call().toString(), recipient);
      }
      case PushContent.Notice notice -> {
        words.put(EVENT, CHAT);
        words.put("messageId", notice.event());
        words.put("recipientId", recipient);
        words.put("groupId", notice.thread());
        words.put("senderDisplayName", named ? shortened(notice.title()) : "");
        words.put("messageBody", named ? notice.text() : "");
      }
      case PushContent.Wake _ -> throw new IllegalArgumentException("no call and no message");
    }
    return words;
  }

  private static String number(final Push push, final String caller) {
    if (telephone(caller).isPresent()) {
      return PHONE_CALL;
    }
    return push.recipient().filter(Push.Recipient::oneOfMany).isPresent() ? GROUP_CALL : CALL;
  }

  private static void call(
      final Map<String, String> words, final String call, final String recipient) {
    words.put("cp", "");
    words.put("callId", call);
    words.put("recipientId", recipient);
  }

  private static void caller(
      final Map<String, String> words,
      final UUID resource,
      final String name,
      final String address,
      final boolean named) {
    final var raw =
        telephone(address).map(number -> NUMBER + number).orElseGet(() -> user(resource, address));
    words.put("callerId", named ? shortened(raw) : "");
    words.put("displayName", named ? shortened(name) : "");
  }

  /// A raw id stays as it is.
  private static String user(final UUID resource, final String name) {
    return name.startsWith("8:") ? name : USER + resource + "_" + name;
  }

  /// The number in `+49…`, `tel:+49…` and `4:+49…`; empty for what is none.
  private static Optional<String> telephone(final String address) {
    final var plain =
        address.startsWith("tel:")
            ? address.substring("tel:".length())
            : address.startsWith(NUMBER) ? address.substring(NUMBER.length()) : address;
    return plain.length() > 1
            && plain.charAt(0) == '+'
            && plain.substring(1).chars().allMatch(c -> c >= '0' && c <= '9')
        ? Optional.of(plain)
        : Optional.empty();
  }

  private static String shortened(final String text) {
    return Truncation.of(text, LONGEST_WORD);
  }

  // ---- forms ----------------------------------------------------------------------------------

  private static byte[] apple(
      final Push push,
      final PushContent.Ours ours,
      final Map<String, String> words,
      final Extent extent) {
    final var json = new JsonBytes().raw("{\"aps\":");
    if (ours instanceof PushContent.Notice) {
      json.raw("{\"alert\":{\"title\":")
          .string(words.getOrDefault("senderDisplayName", ""))
          .raw(",\"body\":")
          .string(words.getOrDefault("messageBody", ""))
          .raw("},\"sound\":\"default\"}");
    } else {
      json.raw("{}");
    }
    json.raw(",\"data\":{\"eventId\":").raw(words.getOrDefault(EVENT, ""));
    words.forEach((name, value) -> {
      if (!name.equals(EVENT)) {
        json.raw(",").string(name).raw(":").string(value);
      }
    });
    json.raw("},\"reveille\":");
    envelope(json, push, ours, extent);
    return json.raw("}").toBytes();
  }

  private static byte[] google(
      final Push push,
      final PushContent.Ours ours,
      final Map<String, String> words,
      final Extent extent,
      final Optional<Duration> left) {
    final var inner = new JsonBytes();
    envelope(inner, push, ours, extent);
    final var json = new JsonBytes().raw("{\"message\":{\"android\":{\"priority\":\"high\"");
    left.ifPresent(life -> json.raw(",\"ttl\":").string(life.toSeconds() + "s"));
    json.raw("},\"data\":{");
    words.forEach((name, value) -> json.string(name).raw(":").string(value).raw(","));
    return json.raw("\"reveille\":")
        .string(new String(inner.toBytes(), StandardCharsets.UTF_8))
        .raw("}}}")
        .toBytes();
  }

  private static void envelope(
      final JsonBytes json, final Push push, final PushContent.Ours ours, final Extent extent) {
    ENVELOPE.write(
        json,
        ours,
        push.style(),
        push.seal(),
        /* withWords= */ true,
        push.deadline().getEpochSecond(),
        extent);
  }
}
